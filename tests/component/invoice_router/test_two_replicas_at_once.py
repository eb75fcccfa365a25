"""Two routers on one Postgres: versions follow each other and nothing is accepted twice, whoever comes first."""

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.invoice_router import handlers, tasks
from services.invoice_router.adapters.postgres import PostgresRouter
from services.invoice_router.domain.entries import content_of
from services.invoice_router.ports import RELEASED_AT_ONCE, ReleaseHeld
from shared.chassis.messages import Batch, Cause, Consequence, Do, Publish, Received
from shared.chassis.parking import PostgresParking
from shared.chassis.tasks import TaskRun
from shared.contracts.directory import CompanyChanged, OfficePeriod
from shared.contracts.event import Event
from shared.contracts.invoices import (
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceRepeated,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Language, OfficeId, SoftwareSlug
from tests.component.invoice_router.test_the_fate_of_every_document import START, claim, prepared
from tests.conftest import Database

NUMBER = EnterpriseNumber("0403170701")
MOST_QUERIES = 5
"""The locks, the invoices, the companies; what is put aside, what is repeated or new."""


def handed_in(serial: int, number: str, content: str, flaw: str = "") -> Received[InvoiceSubmitted]:
    body = InvoiceSubmitted(
        document_id=DocumentId.of(UUID(int=serial)),
        enterprise_number=NUMBER,
        connection_id=ConnectionId.of(UUID(int=1)),
        software=SoftwareSlug("robaws"),
        received_at=START,
        document=claim(content),
    )
    ready = prepared(NUMBER, number, content, flaw)
    return Received(id=UUID(int=serial), correlation_id="c", body=body, time=START, prepared=ready)


def served(sequence: int = 1) -> Received[CompanyChanged]:
    period = OfficePeriod(office_id=OfficeId("janssens"), since=START.date())
    body = CompanyChanged(enterprise_number=NUMBER, name="B", language=Language.NL, offices=(period,))
    return Received(id=UUID(int=10**9), correlation_id="c", body=body, time=START, sequence=sequence)


async def handle(pool: asyncpg.Pool, handler: Any, events: list[Received[Any]]) -> list[Consequence]:
    """One batch in a transaction of its own, as the chassis runs it."""
    async with pool.acquire() as connection, connection.transaction():
        batch: Batch[Any] = Batch(events, START, PostgresParking(connection, "invoice_router", {}))
        found: list[Consequence] = await handler(batch, PostgresRouter(connection))
        return found


def bodies(consequences: list[Consequence]) -> list[Event]:
    return [each.body for each in consequences if isinstance(each, Publish)]


async def test_batches_of_two_replicas_over_the_same_numbers_make_one_line_of_versions(database: Database) -> None:
    pool = await database.worker("invoice_router")
    documents = [handed_in(serial, f"N{serial % 3}", f"content {serial % 12}") for serial in range(1, 241)]
    batches = [documents[start : start + 12] for start in range(0, 240, 12)]
    published = await asyncio.gather(*(handle(pool, handlers.route_documents, batch) for batch in batches))
    events = [body for consequences in published for body in bodies(consequences)]
    assert Counter(map(type, events)) == {InvoiceAccepted: 12, InvoiceHeld: 12, InvoiceRepeated: 228}
    for number in ("N0", "N1", "N2"):
        versions = {event.version: event for event in events if isinstance(event, InvoiceAccepted)
                    and event.number == number}  # fmt: skip
        assert sorted(versions) == [1, 2, 3, 4]
        for version in (2, 3, 4):
            assert versions[version].supersedes == versions[version - 1].document_id
            [difference] = versions[version].differences
            assert difference.field == "customer.name"
    assert await pool.fetchval("select count(*) from invoices") == 12
    assert await pool.fetchval("select count(*) from repeated_documents") == 228


@pytest.mark.parametrize("office_first", [True, False])
async def test_a_document_and_its_office_that_come_at_once_always_meet(database: Database, office_first: bool) -> None:
    pool = await database.worker("invoice_router")
    work = [
        handle(pool, handlers.follow_companies, [served()]),
        handle(pool, handlers.route_documents, [handed_in(serial, str(serial), "a") for serial in range(1, 20)]),
    ]
    both = await asyncio.gather(*(work if office_first else reversed(work)))
    events = [body for consequences in both for body in bodies(consequences)]
    assert sum(isinstance(event, InvoiceRouted) for event in events) == 19
    assert await pool.fetchval("select count(*) from invoices where office_id is null") == 0


async def test_what_is_held_in_thousands_is_released_little_by_little(database: Database) -> None:
    pool = await database.worker("invoice_router")
    count = 2 * RELEASED_AT_ONCE + 300
    for start in range(1, count, 500):
        events = [handed_in(serial, str(serial), "a") for serial in range(start, min(start + 500, count + 1))]
        await handle(pool, handlers.route_documents, events)
    *first, following = await handle(pool, handlers.follow_companies, [served()])
    assert len(first) == RELEASED_AT_ONCE
    released = [len(first)]
    while isinstance(following, Do):
        assert (following.key, following.once) == (NUMBER, len(released) == 1)
        assert isinstance(following.task, ReleaseHeld)
        consequences = await run(pool, following.task)
        following = next((each for each in consequences if isinstance(each, Do)), None)  # type: ignore[assignment]
        released.append(len(bodies(consequences)))
    assert released == [RELEASED_AT_ONCE, RELEASED_AT_ONCE, 300]
    assert await pool.fetchval("select count(*) from invoices where office_id is null") == 0


async def test_what_comes_in_while_held_documents_are_released_waits_behind_them(database: Database) -> None:
    pool = await database.worker("invoice_router")
    count = RELEASED_AT_ONCE + 300
    for start in range(1, count, 500):
        events = [handed_in(serial, str(serial), "a") for serial in range(start, min(start + 500, count + 1))]
        await handle(pool, handlers.route_documents, events)
    *first, following = await handle(pool, handlers.follow_companies, [served()])
    late = await handle(pool, handlers.route_documents, [handed_in(9_001, "late", "a"), handed_in(9_002, "1", "a")])
    assert [type(body) for body in bodies(late)] == [InvoiceAccepted, InvoiceRepeated], "accepted, and not routed yet"
    assert isinstance(following, Do) and isinstance(following.task, ReleaseHeld)
    last = bodies(await run(pool, following.task))
    order = [body.document_id for body in (*bodies(first), *last)]
    assert order == [DocumentId.of(UUID(int=serial)) for serial in (*range(1, count + 1), 9_001)]
    after = bodies(await handle(pool, handlers.route_documents, [handed_in(9_003, "after", "a")]))
    assert [type(body) for body in after] == [InvoiceAccepted, InvoiceRouted]


async def test_what_comes_in_passes_when_the_task_that_released_the_others_died(database: Database) -> None:
    pool = await database.worker("invoice_router")
    for start in (1, 501):
        events = [handed_in(serial, str(serial), "a") for serial in range(start, start + 500)]
        await handle(pool, handlers.route_documents, events)
    await handle(pool, handlers.follow_companies, [served()])
    async with pool.acquire() as connection, connection.transaction():
        await tasks.release_died(ReleaseHeld(enterprise_number=NUMBER), KeyError("x"), PostgresRouter(connection))
    events = [handed_in(9_001, "late", "a")]
    assert isinstance(bodies(await handle(pool, handlers.route_documents, events))[-1], InvoiceRouted)


async def run(pool: asyncpg.Pool, task: ReleaseHeld) -> list[Consequence]:
    """A task as the chassis performs it."""
    cause = Cause(id=UUID(int=7), correlation_id="c")
    settle = await tasks.release_held(TaskRun(task, 1, START, cause, None, PostgresRouter))  # type: ignore[arg-type]
    async with pool.acquire() as connection, connection.transaction():
        return list(await settle(PostgresRouter(connection)))


async def queries(pool: asyncpg.Pool, handler: Any, events: list[Received[Any]]) -> list[str]:
    sent: list[str] = []
    async with pool.acquire() as connection, connection.transaction():
        with connection.query_logger(lambda record: sent.append(record.query)):
            batch: Batch[Any] = Batch(events, START, PostgresParking(connection, "invoice_router", {}))
            await handler(batch, PostgresRouter(connection))
            await asyncio.sleep(0)  # asyncpg tells its loggers a moment later
    return sent


async def test_a_batch_of_500_takes_no_more_queries_than_one_of_5(database: Database) -> None:
    pool = await database.worker("invoice_router")
    await queries(pool, handlers.route_documents, [mixed(700)])  # asyncpg asks once a connection what types there are
    few = await queries(pool, handlers.route_documents, [mixed(serial) for serial in range(1, 6)])
    many = await queries(pool, handlers.route_documents, [mixed(serial) for serial in range(100, 600)])
    assert len(many) == len(few) + 1 == MOST_QUERIES + 1, many  # among so many some are repeated
    other = served().body.model_copy(update={"enterprise_number": EnterpriseNumber("0010080080")})
    await queries(pool, handlers.follow_companies, [replace(served(), body=other)])  # and what types these are
    again = await queries(pool, handlers.follow_companies, [replace(served(), sequence=n) for n in range(2, 502)])
    assert 0 < len(again) <= MOST_QUERIES, again


def mixed(serial: int) -> Received[InvoiceSubmitted]:
    """Ordinary, repeated, newer and unreadable documents among each other."""
    content = f"content {serial % 2}" if serial % 10 == 0 else f"content {serial}"
    return handed_in(serial, f"N{serial // 20}", content, "unreadable" if serial % 5 == 3 else "")


async def test_no_query_of_a_batch_reads_all_invoices(database: Database) -> None:
    pool = await database.worker("invoice_router")
    owner = await asyncpg.connect(database.owner_url)
    await handle(pool, handlers.follow_companies, [served()])
    for start in range(1, 5001, 500):
        await handle(pool, handlers.route_documents, [handed_in(n, f"N{n}", "a") for n in range(start, start + 500)])
    await owner.execute("analyze invoice_router.invoices")
    await owner.close()
    sent: list[tuple[str, tuple[Any, ...]]] = []
    async with pool.acquire() as connection, connection.transaction():
        store = PostgresRouter(connection)
        with connection.query_logger(lambda record: sent.append((record.query, record.args))):
            assert await store.held_invoices([NUMBER], 500) == []
            events = [handed_in(n, f"N{n}", "b") for n in range(500)]
            found = await store.invoices({content_of(event.body, event.prepared.invoice) for event in events})
            await asyncio.sleep(0)
        plans = ["\n".join(row[0] for row in await connection.fetch(f"explain {query}", *arguments))
                 for query, arguments in sent]  # fmt: skip
    assert (len(found), len(plans)) == (499, 2)
    for plan in plans:
        assert "Seq Scan on invoices" not in plan, plan
