"""What the tests of pods put into them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from services.delivery.domain.clients import Client
from services.delivery.domain.documents import Document
from services.delivery.domain.pods import MODELS, Offer, feed_index
from services.delivery.domain.statements import BookedStatement
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
from tests.adapters.delivery.conftest import As

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBER, OTHER = EnterpriseNumber("0403170701"), EnterpriseNumber("0202239951")
OFFICE, ROBAWS = OfficeId("janssens"), SoftwareSlug("robaws")
CONNECTION = ConnectionId.of(uuid4())
POD, CONNECTED = "office:janssens", f"connection:{CONNECTION}"
CLAIM = Claim(path="a/b", sha256=Sha256.of(b"a"), size=1, media_type="application/xml")


def a_document(office: OfficeId = OFFICE, number: EnterpriseNumber = NUMBER) -> Document:
    return Document(
        document_id=DocumentId.of(uuid4()),
        enterprise_number=number,
        connection_id=CONNECTION,
        software=ROBAWS,
        state="delivered",
        received_at=NOW,
        office_id=office,
        document=CLAIM,
    )


def a_statement(number: EnterpriseNumber = NUMBER, at: datetime = NOW) -> BookedStatement:
    euro = {"amount": "1.00", "currency": "EUR"}
    body = TransactionsBooked.model_validate(
        {"statement_id": StatementId.of(uuid4()), "enterprise_number": number, "iban": "BE68539007547034"}
        | {"year": 2026, "sequence": 1, "new_balance_date": date(2026, 3, 1), "movement_count": 1}
        | dict.fromkeys(("old_balance", "new_balance", "credits", "debits"), euro)
        | {"movements": CLAIM, "statement": CLAIM}
    )
    return BookedStatement(uuid4(), at, body, ())


def of_document(document: Document, owner: str = POD) -> Offer:
    return Offer(owner, document.enterprise_number, "sales_invoice", document.document_id, NOW)


def of_statement(statement: BookedStatement, owner: str = POD) -> Offer:
    return Offer(owner, statement.body.enterprise_number, "coda", statement.statement_id, NOW)


def a_client(number: EnterpriseNumber = NUMBER, until: date | None = None) -> Client:
    period = OfficePeriod(office_id=OFFICE, since=date(2026, 1, 1), until=until)
    return Client(number, "Bakkerij Ân", Language.FR, "K-17", (period,))


def a_connection(state: str = "active", scopes: tuple[str, ...] = (), mode: str = "live") -> ConnectionChanged:
    return ConnectionChanged.model_validate(
        {"connection_id": CONNECTION, "enterprise_number": NUMBER, "software": ROBAWS}
        | {"state": state, "scopes": scopes, "mode": mode}
    )


async def put(acting: As, *things: Document | BookedStatement, owner: str = POD) -> None:
    """Saved, and offered in this order, one transaction each."""
    for thing in things:
        async with acting(None) as store:
            if isinstance(thing, Document):
                await store.save_documents([thing])
                await store.offer([of_document(thing, owner)])
            else:
                await store.save_statements([thing])
                await store.offer([of_statement(thing, owner)])


async def feed_of(acting: As, owner: str = POD, number: EnterpriseNumber = NUMBER) -> int:
    async with acting(owner) as store:
        (feed,) = [each for each in await store.pod_feeds(owner, [number], MODELS) if each.enterprise_number == number]
    return int(feed.feed_id)


async def page(acting: As, feed_id: int, *, owner: str = POD, again: bool = False, models: Any = MODELS) -> list[Any]:
    async with acting(owner) as store:
        entries = await store.pod_page(feed_id, again, models, 10)
    assert [each.feed_index for each in entries] == [feed_index(feed_id, each.position) for each in entries]
    return [each.document or each.statement for each in entries]
