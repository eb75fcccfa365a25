"""Delivery's worker and door, with documents of one company that movements of the bank pay."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.delivery import handlers
from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.domain.clients import Client
from services.delivery.domain.documents import Document, Step
from services.delivery.domain.statements import BookedStatement
from shared.chassis.messages import Batch, Received
from shared.chassis.parking import MemoryParking
from shared.contracts.connections import ConnectionChanged
from shared.contracts.directory import OfficePeriod
from shared.contracts.statements import (
    StatementGapAlarmed,
    StatementGapClosed,
    StatementGapOpened,
    TransactionsBooked,
)
from shared.values import DocumentId, Language, OfficeId, SoftwareSlug, StatementId
from tests.component.delivery.doors import CONNECTION, NOW, NUMBER, Runtime, key_of, opened

IBAN = "BE68539007547034"
DOCUMENT, STATEMENT = DocumentId.of(UUID(int=2)), StatementId.of(UUID(int=118))
EURO = {"amount": "10.00", "currency": "EUR"}
GAP = {
    "statement_id": STATEMENT,
    "enterprise_number": NUMBER,
    "iban": IBAN,
    "year": 2026,
    "sequence": 118,
    "expected_sequence": 117,
    "expected_balance": {"amount": "50.00", "currency": "EUR"},
    "found_balance": {"amount": "1254.55", "currency": "EUR"},
    "day": "2026-02-26",
    "before": {"statement_id": StatementId.of(UUID(int=116)), "year": 2026, "sequence": 116, "day": "2026-02-24"},
    "missing": {"first": 117, "last": 117},
}


class House:
    """Delivery's worker and its door over the same tables."""

    def __init__(self, runtime: Runtime, door: httpx.AsyncClient) -> None:
        self.runtime, self.door = runtime, door
        self.worker, self.parking, self.version = MemoryDelivery(runtime.tables), MemoryParking(), 0

    def received(self, body: Any, sequence: int, minutes: int) -> Received[Any]:
        time = NOW + timedelta(minutes=minutes)
        return Received(id=uuid4(), correlation_id="test", body=body, time=time, sequence=sequence, key=body.key)

    async def hear(self, body: Any, *, version: int = 0, minutes: int = 0) -> None:
        handler: Any = handlers.tell_gaps if isinstance(body, GAPS) else handlers.take_payment
        event = self.received(body, version or getattr(body, "version", 1), minutes)
        await handler(Batch([event], NOW, self.parking), self.worker)

    async def ask(self, path: str, caller: str = "robaws", status: int = 200, *, method: str = "GET") -> Any:
        answer = await self.door.request(method, path, headers=key_of(caller))
        assert answer.status_code == status, answer.text
        return answer.json()

    async def payments(self, query: str = "", caller: str = "robaws") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.ask(f"/v1/payments{query}", caller))["payments"]
        return found

    def told(self) -> list[Any]:
        """What robaws heard, oldest first."""
        return [notice.event for _, notice in self.runtime.tables.streams.get(SoftwareSlug("robaws"), [])]


GAPS = (StatementGapOpened, StatementGapAlarmed, StatementGapClosed)


def connection(*scopes: str) -> ConnectionChanged:
    return ConnectionChanged.model_validate(
        {"connection_id": CONNECTION, "enterprise_number": NUMBER, "software": "robaws", "state": "active"}
        | {"scopes": scopes, "credentials": ()}
    )


def payment(kind: type[Any], version: int, name: str = "1", **changes: Any) -> Any:
    fact = {"line": 3, "columns": "63-115", "text": "PEETERS", "meaning": "counterparty_name"}
    looked_at = [{"invoice_number": number, "reason": "amount_differs"} for number in ("A-2", "FOREIGN-1")]
    allocation = {
        "iban": IBAN, "year": 2026, "sequence": 118, "movement": 1, "amount": EURO, "rule": "R07",
        "evidence": "the account", "allocation_id": f"{STATEMENT}/3/{DOCUMENT}/{name}", "statement_id": STATEMENT,
        "facts": [fact], "rejected": looked_at,
    }  # fmt: skip
    facts = {"document_id": DOCUMENT, "enterprise_number": NUMBER, "invoice_number": "A-1", "version": version}
    return kind.model_validate(facts | {"balance": EURO, "allocation": allocation, **changes})


def document(number: str, document_id: DocumentId, software: str = "robaws") -> Document:
    return Document(
        document_id=document_id, enterprise_number=NUMBER, connection_id=CONNECTION, software=SoftwareSlug(software),
        state="delivered", received_at=NOW, office_id=OfficeId("janssens"), number=number, position=1,
        issue_date=date(2026, 2, 1), timeline=(Step("valid", NOW), Step("delivered", NOW)),
    )  # fmt: skip


@asynccontextmanager
async def opened_house() -> AsyncIterator[House]:
    """With three documents of one company, two of them robaws's, an office that serves it, and a connection."""
    runtime = Runtime()
    async with opened(runtime) as door:
        made = House(runtime, door)
        others = [document("A-2", DocumentId.of(uuid4())), document("FOREIGN-1", DocumentId.of(uuid4()), "billit")]
        await made.worker.save_documents([document("A-1", DOCUMENT), *others])
        await made.worker.save_connections([(connection(), 1)])
        period = OfficePeriod(office_id=OfficeId("janssens"), since=date(2020, 1, 1))
        await made.worker.save_clients([(Client(NUMBER, "Bakkerij", Language.NL, "K1", (period,)), 1)])
        yield made


def booked(sequence: int, day: int, balance: str) -> BookedStatement:
    claim = {"path": "a/b", "sha256": "0" * 64, "size": 1, "media_type": "text/plain"}
    body = TransactionsBooked.model_validate(
        {"statement_id": StatementId.of(UUID(int=sequence)), "enterprise_number": NUMBER, "iban": IBAN, "year": 2026}
        | {"sequence": sequence, "new_balance_date": date(2026, 2, day), "movement_count": 1, "old_balance": EURO}
        | {"new_balance": {"amount": balance, "currency": "EUR"}, "credits": EURO, "debits": EURO}
        | {"movements": claim, "statement": claim}
    )
    return BookedStatement(uuid4(), NOW, body, (SoftwareSlug("robaws"),))
