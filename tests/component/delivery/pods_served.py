"""Delivery's routes of the v2 way over tables in memory: an office, two connections and a software call them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx

from services.delivery import endpoints
from services.delivery.adapters.memory import MemoryDelivery, MemoryTables
from services.delivery.domain.clients import Client, Office
from services.delivery.domain.documents import Document, Step
from services.delivery.domain.statements import BookedStatement
from services.delivery.handlers import pods as offering
from services.delivery.ports.rendering import PdfFile
from shared.chassis.credentials import KnownCredential
from shared.chassis.health import Readiness
from shared.chassis.http import build_app
from shared.chassis.keys import secret_sha256
from shared.contracts.connections import ConnectionChanged
from shared.contracts.directory import OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.statements import TransactionsBooked
from shared.values import (
    ConnectionId,
    DocumentId,
    EnterpriseNumber,
    Language,
    OfficeId,
    Sha256,
    SoftwareSlug,
    StatementId,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBER, OTHER_NUMBER = EnterpriseNumber("0403170701"), EnterpriseNumber("0202239951")
JANSSENS, PEETERS = OfficeId("janssens"), OfficeId("peeters")
ROBAWS = SoftwareSlug("robaws")
CONNECTION, WRITER, SIMULATED = (ConnectionId.of(uuid4()) for _ in range(3))
XML = "<Invoice>été</Invoice>".encode()
MOVEMENT = b'{"sequence": 1, "position": 0, "amount": {"amount": "1.00", "currency": "EUR"}}\n'
COD = ("1" + "Crème Brûlée BV".ljust(127)).encode("cp1252") + b"\r\n"
PASSWORD = "a-password-of-32-characters-000000"
JSON = "application/json"

OFFICE = httpx.BasicAuth("officejanssens", PASSWORD)
OTHER_OFFICE = httpx.BasicAuth("officepeeters", PASSWORD)
CONNECTED = httpx.BasicAuth("connectionrobaws", PASSWORD)
WITHOUT_STATEMENTS = httpx.BasicAuth("connectionwriter", PASSWORD)
IN_SANDBOX = httpx.BasicAuth("connectionsandbox", PASSWORD)
SOFTWARE = httpx.BasicAuth("softwarerobaws", PASSWORD)
_CALLERS: dict[str, dict[str, Any]] = {
    "officejanssens": {"kind": "office", "owner": JANSSENS},
    "officepeeters": {"kind": "office", "owner": PEETERS},
    "connectionrobaws": {"kind": "connection", "owner": CONNECTION},
    "connectionwriter": {"kind": "connection", "owner": WRITER, "scopes": ("invoices:write",)},
    "connectionsandbox": {"kind": "connection", "owner": SIMULATED, "mode": "test"},
    "softwarerobaws": {"kind": "software", "owner": ROBAWS},
}


def claim(data: bytes, media_type: str = "application/xml") -> Claim:
    digest = Sha256.of(data)
    return Claim(path=f"{NUMBER}/{digest}", sha256=digest, size=len(data), media_type=media_type)


def an_invoice(number: str, company: EnterpriseNumber = NUMBER) -> Document:
    return Document(
        document_id=DocumentId.of(uuid4()),
        enterprise_number=company,
        connection_id=CONNECTION,
        software=ROBAWS,
        state="delivered",
        received_at=NOW,
        office_id=JANSSENS,
        client_code="K-17",
        family="invoice",
        number=number,
        issue_date=date(2026, 3, 1),
        customer_name="Molen De Hoop BV",
        tax_inclusive=Decimal("121.00"),
        invoice_currency="EUR",
        document=claim(XML),
        timeline=(Step("delivered", NOW, "feed"),),
    )


def a_statement(sequence: int, company: EnterpriseNumber = NUMBER) -> BookedStatement:
    euro = {"amount": "1.00", "currency": "EUR"}
    body = TransactionsBooked.model_validate(
        {"statement_id": StatementId.of(uuid4()), "enterprise_number": company, "iban": "BE71096123456769"}
        | {"year": 2026, "sequence": sequence, "new_balance_date": date(2026, 3, 1), "movement_count": 2}
        | dict.fromkeys(("old_balance", "new_balance", "credits", "debits"), euro)
        | {"movements": claim(MOVEMENT, "application/jsonl"), "statement": claim(COD, "application/vnd.coda")}
    )
    return BookedStatement(uuid4(), NOW, body, ())


class Connection:
    """As much of a connection as a call uses when its store is in memory; it learns who calls and in which mode."""

    principal, mode = "", "live"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        yield

    async def fetchrow(self, statement: str, principal: str) -> dict[str, Any]:
        self.principal = principal
        self.mode = "test" if "set_config('app.mode', 'test'" in statement else "live"
        return {"now": NOW}


class Makers:
    """Where bytes lie, and who makes PDFs of them; remembers in which languages."""

    def __init__(self) -> None:
        self.languages: list[Language] = []
        self.broken: Exception | None = None

    async def get(self, claim: Claim) -> bytes:
        if self.broken is not None:
            raise self.broken
        return {"application/vnd.coda": COD, "application/jsonl": MOVEMENT}.get(claim.media_type, XML)

    async def pdf_of(self, document: Document, language: Language) -> PdfFile:
        self.languages.append(language)
        if self.broken is not None:
            raise self.broken
        return PdfFile(f"%PDF of {document.number}".encode(), rendered=True)

    async def pdf_of_statement(self, statement: TransactionsBooked, language: Language) -> bytes:
        self.languages.append(language)
        return f"%PDF of statement {statement.sequence}".encode()


class House:
    """The service without a database: its tables, what was published, and calls to its routes."""

    def __init__(self) -> None:
        self.tables, self.written, self.credentials, self.api_pool = MemoryTables(), [], self, self
        self.makers = Makers()

    async def find(self, credential_id: str, *, fresh: bool = False) -> KnownCredential | None:
        known = _CALLERS.get(credential_id)
        if known is None:
            return None
        facts = {"software": ROBAWS, "enterprise_number": NUMBER} if known["kind"] == "connection" else {}
        return KnownCredential(credential_id, secret_sha256=secret_sha256(PASSWORD), **known, **facts)

    async def await_arrival(self, credential_id: str) -> KnownCredential | None:
        return None

    async def acquire(self, timeout: float) -> Connection:
        return Connection()

    async def release(self, connection: Any, **_: Any) -> None:
        """Nothing is held."""

    def store(self, connection: Any) -> MemoryDelivery:
        return MemoryDelivery(self.tables, connection.principal, connection.mode)

    async def write_consequences(self, connection: Any, consequences: list[Any]) -> None:
        self.written += consequences

    def wake(self) -> None:
        """Nobody sleeps here."""

    def ready(self) -> Readiness:
        return Readiness(True, ())

    @property
    def worker(self) -> MemoryDelivery:
        return MemoryDelivery(self.tables)

    @property
    def published(self) -> list[str]:
        """What was published, by the type of the event and the channel that it names."""
        return [f"{type(each.body).__name__} {getattr(each.body, 'channel', '')}".strip() for each in self.written]

    async def know(self, until: date | None = None) -> None:
        """The directory's snapshots and the connections came."""
        period = OfficePeriod(office_id=JANSSENS, since=date(2026, 1, 1), until=until)
        await self.worker.save_clients([(Client(NUMBER, "Bakkerij Ân", Language.FR, "K-17", (period,)), 1)])
        await self.worker.save_offices([(Office(JANSSENS, "Kantoor Janssens", Language.DE, True), 1)])
        for each, scopes in ((CONNECTION, ()), (WRITER, ("invoices:write",))):
            facts = {"connection_id": each, "enterprise_number": NUMBER, "software": ROBAWS, "scopes": scopes}
            body = ConnectionChanged.model_validate(facts | {"state": "active"})
            await self.worker.save_connections([(body, 1)])

    async def route(self, *documents: Document) -> None:
        """Documents are at the office's disposal."""
        await self.worker.save_documents(documents)
        await offering.offer_documents(self.worker, [(each, NOW) for each in documents])

    async def book(self, *statements: BookedStatement) -> None:
        await self.worker.save_statements(statements)
        await offering.offer_statements(self.worker, statements)

    async def offer_again(self, *documents: Document) -> None:
        await offering.offer_again(self.worker, JANSSENS, documents, NOW)

    @asynccontextmanager
    async def door(self) -> AsyncIterator[httpx.AsyncClient]:
        makers = self.makers
        resources = {"documents": makers, "pdf_maker": makers, "statement_pdf_maker": makers}
        app = build_app("delivery", [endpoints.routes], self, resources=resources)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as client:
            yield client


async def pod(door: httpx.AsyncClient, auth: httpx.Auth = OFFICE) -> dict[str, Any]:
    answer = await door.get("/v2/delivery/pod-client/", auth=auth)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def feed(
    door: httpx.AsyncClient, feed_id: int, auth: httpx.Auth = OFFICE, name: str = "feed"
) -> list[dict[str, Any]]:
    answer = await door.get(f"/v2/delivery/{name}/{feed_id}/", auth=auth)
    assert answer.status_code == 200, answer.text
    entries: list[dict[str, Any]] = answer.json()["feed_entries"]
    return entries


async def offset(
    door: httpx.AsyncClient, feed_id: int, index: str, auth: httpx.Auth = OFFICE, name: str = "feed"
) -> httpx.Response:
    return await door.put(f"/v2/delivery/{name}/{feed_id}/", json={"feed_offset": index}, auth=auth)
