"""What a batch costs on a real Postgres: the same few statements for 5 documents as for 500."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.delivery import handlers
from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.domain.listing import EVERYTHING, DocumentFilter
from shared.chassis.messages import Batch, Received
from shared.chassis.parking import PostgresParking
from shared.contracts.deliveries import DocumentBooked
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.invoices import InvoiceAccepted, InvoiceRepeated, InvoiceRouted, InvoiceSubmitted
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Money, OfficeId, Sha256, SoftwareSlug

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLAIM = Claim(path="a/b", sha256=Sha256.of(b"abc"), size=3, media_type="application/xml")
OFFICES = ("janssens", "peeters", "maes")
MOST = {"submitted": 7, "accepted": 22, "routed": 24, "repeated": 8, "booked": 7}
"""Statements of a batch, at most; of routed ones as long as no office chose a channel that is pushed."""


def of(number: int) -> dict[str, Any]:
    base = 30_000 + number % 50
    return {
        "document_id": DocumentId.of(UUID(int=number + 1)),
        "enterprise_number": EnterpriseNumber(f"{base:08d}{97 - base % 97:02d}"),
        "connection_id": ConnectionId.of(UUID(int=1)),
        "software": SoftwareSlug("robaws" if number % 2 else "billit"),
    }


def submitted(number: int) -> InvoiceSubmitted:
    return InvoiceSubmitted(**of(number), received_at=NOW, document=CLAIM)


def accepted(number: int) -> InvoiceAccepted:
    amount = Money.of("121.00", "EUR")
    facts = {"family": "invoice", "number": f"2026-{number}", "issue_date": date(2026, 3, 1), "received_at": NOW}
    older = {"supersedes": of(number - 1)["document_id"], "version": 2} if number % 10 == 9 else {}
    return InvoiceAccepted.model_validate(
        of(number) | facts | older | {"document": CLAIM, "sidecar": CLAIM, "tax_inclusive": amount, "payable": amount}
    )


def routed(number: int) -> InvoiceRouted:
    facts = {"family": "invoice", "number": f"2026-{number}", "issue_date": date(2026, 3, 1), "received_at": NOW}
    office = {"office_id": OfficeId(OFFICES[number % 3]), "document": CLAIM}
    return InvoiceRouted.model_validate(of(number) | facts | office)


def repeated(number: int) -> InvoiceRepeated:
    again = of(number) | {"document_id": DocumentId.of(UUID(int=number + 10_001)), "received_at": NOW}
    return InvoiceRepeated.model_validate(
        again | {"repeats": of(number)["document_id"], "family": "invoice", "number": f"2026-{number}"}
    )


def booked(number: int) -> DocumentBooked:
    facts = {name: value for name, value in of(number).items() if name != "connection_id"}
    return DocumentBooked(**facts, office_id=OfficeId(OFFICES[number % 3]), booked_at=NOW)


STORY = {
    "submitted": (submitted, handlers.take_submitted),
    "accepted": (accepted, handlers.take_accepted),
    "routed": (routed, handlers.take_routed),
    "repeated": (repeated, handlers.take_repeated),
    "booked": (booked, handlers.tell_progress),
}


async def statements(pool: asyncpg.Pool, handler: Any, bodies: Sequence[Event]) -> list[str]:
    """What a batch sent to Postgres, with parking as it is in the running service."""
    sent: list[str] = []
    events = [Received(id=uuid4(), correlation_id="c", body=body, time=NOW, sequence=1) for body in bodies]
    async with pool.acquire() as connection, connection.transaction():
        with connection.query_logger(lambda record: sent.append(record.query)):
            parking = PostgresParking(connection, "delivery", {})
            assert isinstance(await handler(Batch(events, NOW, parking), PostgresDelivery(connection)), list)
            await asyncio.sleep(0)  # asyncpg tells its loggers a moment later
    return sent


@pytest.fixture
async def worker(database: Any) -> asyncpg.Pool:
    return await database.worker("delivery")


async def test_a_batch_of_500_takes_as_many_statements_as_one_of_5(worker: asyncpg.Pool) -> None:
    found = {}
    for name, (body, handler) in STORY.items():
        # asyncpg looks up the types of a statement once in a connection.
        await statements(worker, handler, [body(number) for number in range(490, 492)])
        few = await statements(worker, handler, [body(number) for number in range(10)])
        many = await statements(worker, handler, [body(number) for number in range(500, 1_000)])
        assert len(few) == len(many), (name, few, many)
        found[name] = len(many)
    assert found["submitted"] == MOST["submitted"], "a lock, an insert, and five to tell the softwares"
    assert all(found[name] <= MOST[name] for name in MOST), found


async def test_a_receipt_that_was_overtaken_costs_two_statements_more(worker: asyncpg.Pool) -> None:
    await statements(worker, handlers.take_accepted, [accepted(number) for number in range(0, 500, 2)])
    sent = await statements(worker, handlers.take_submitted, [submitted(number) for number in range(500)])
    assert len(sent) == MOST["submitted"] + 2


async def plans_of(pool: asyncpg.Pool, principal: str, read: Callable[[PostgresDelivery], Awaitable[Any]]) -> str:
    """How Postgres would do what a caller reads, under the rules that show it its own rows alone."""
    asked: list[tuple[str, Any]] = []
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select set_config('app.principal', $1, true)", principal)
        with connection.query_logger(lambda record: asked.append((record.query, record.args))):
            await read(PostgresDelivery(connection))
            await asyncio.sleep(0)
        plans = [
            await connection.fetch(f"explain {query}", *arguments)
            for query, arguments in asked
            if "from documents" in query or "join documents" in query
        ]
    assert plans
    return "\n".join(row[0] for plan in plans for row in plan)


READS: dict[str, tuple[str, Callable[[PostgresDelivery], Awaitable[Any]]]] = {
    "the newest of a software": (
        "software:robaws",
        lambda store: store.list_documents(SoftwareSlug("robaws"), None, 51, EVERYTHING, "newest"),
    ),
    "a software's next": ("software:robaws", lambda store: store.own_documents(SoftwareSlug("robaws"), 100, 51)),
    "the newest of an office": (
        "office:maes",
        lambda store: store.list_feed(OfficeId("maes"), None, 51, EVERYTHING, "newest"),
    ),
    "an office's next": ("office:maes", lambda store: store.read_feed(OfficeId("maes"), 100, 51)),
    "what failed at an office": (
        "office:maes",
        lambda store: store.read_feed(OfficeId("maes"), 0, 51, DocumentFilter(acknowledged="failed")),
    ),
    "the numbers of a company": (
        "office:maes",
        lambda store: store.issued_numbers(EnterpriseNumber(of(5)["enterprise_number"]), 2026, 1_000),
    ),
}


async def test_no_list_reads_all_documents(worker: asyncpg.Pool, database: Any) -> None:
    for start in range(0, 6_000, 1_000):
        for body, handler in list(STORY.values())[:3]:
            await statements(worker, handler, [body(number) for number in range(start, start + 1_000)])
    owner = await asyncpg.connect(database.owner_url)
    try:
        await owner.execute("analyze delivery.documents, delivery.feed_entries")
    finally:
        await owner.close()
    pool = await database.api("delivery")
    for name, (principal, read) in READS.items():
        plan = await plans_of(pool, principal, read)
        assert "Seq Scan on documents" not in plan and "Seq Scan on feed_entries" not in plan, f"{name}:\n{plan}"
