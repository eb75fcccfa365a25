"""Two replicas at once, on a real Postgres: what they do to the same documents ends as if one had done it all."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.delivery import handlers
from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.domain.documents import Document
from services.delivery.domain.listing import DocumentFilter
from services.delivery.domain.redelivery import Preview, Redelivery
from shared.chassis.messages import Batch, Cause, Received
from shared.chassis.parking import PostgresParking
from shared.contracts.event import Event
from shared.values import DocumentId, OfficeId, RedeliveryId
from tests.component.delivery.test_counting_queries import accepted, of, routed, submitted

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OFFICE = OfficeId("janssens")
ROUNDS = 15


@pytest.fixture
async def worker(database: Any) -> asyncpg.Pool:
    return await database.worker("delivery")


async def take(worker: asyncpg.Pool, handler: Any, bodies: Sequence[Event]) -> None:
    """One batch in one transaction."""
    events = [Received(id=uuid4(), correlation_id="c", body=body, time=NOW, sequence=1) for body in bodies]
    async with worker.acquire() as connection, connection.transaction():
        parking = PostgresParking(connection, "delivery", {})
        await handler(Batch(events, NOW, parking), PostgresDelivery(connection))


async def documents(worker: asyncpg.Pool, numbers: Sequence[int]) -> dict[DocumentId, Document]:
    async with worker.acquire() as connection, connection.transaction():
        found: dict[DocumentId, Document] = await PostgresDelivery(connection).documents(
            [of(number)["document_id"] for number in numbers]
        )
    return found


@asynccontextmanager
async def caller(api: asyncpg.Pool) -> AsyncIterator[PostgresDelivery]:
    """A transaction of the office's own."""
    async with api.acquire() as connection, connection.transaction():
        await connection.execute("select set_config('app.principal', $1, true)", f"office:{OFFICE}")
        yield PostgresDelivery(connection)


async def test_receipt_and_acceptance_at_once_leave_both_on_the_timeline(worker: asyncpg.Pool) -> None:
    for start in range(0, ROUNDS * 10, 10):
        numbers = range(start, start + 9)  # without the newer versions among them
        received = take(worker, handlers.take_submitted, [submitted(number) for number in numbers])
        read = take(worker, handlers.take_accepted, [accepted(number) for number in reversed(numbers)])
        await asyncio.gather(*((received, read) if start % 20 else (read, received)))
        for document in (await documents(worker, numbers)).values():
            assert (document.state, [step.state for step in document.timeline]) == ("valid", ["received", "valid"])
            assert document.timeline[0].cause is not None, "the receipt's own event"


async def test_two_versions_at_once_know_of_each_other(worker: asyncpg.Pool) -> None:
    for start in range(0, ROUNDS * 10, 10):
        older, newer = accepted(start + 8), accepted(start + 9)
        bodies = (older, newer) if start % 20 else (newer, older)
        await asyncio.gather(*(take(worker, handlers.take_accepted, [body]) for body in bodies))
        found = await documents(worker, [start + 8, start + 9])
        assert found[newer.document_id].supersedes == older.document_id
        assert found[older.document_id].superseded_by == newer.document_id
        assert found[older.document_id].state == "superseded"


async def test_who_reads_on_misses_nothing_while_documents_come_and_come_again(
    worker: asyncpg.Pool, database: Any
) -> None:
    api = await database.api("delivery")
    first, later = list(range(0, 300, 3)), list(range(300, 600, 3))
    for numbers in (first, later):
        await take(worker, handlers.take_accepted, [accepted(number) for number in numbers])
    await take(worker, handlers.take_routed, [routed(number) for number in first])
    asked = Redelivery(
        redelivery_id=RedeliveryId.of(UUID(int=5)), office_id=OFFICE, asked_at=NOW, preview=Preview(100, 1, 1)
    )
    async with caller(api) as store:
        await store.add_redelivery(asked, DocumentFilter(received_from=NOW))
    seen: list[tuple[int, DocumentId]] = []
    done = asyncio.Event()

    async def read_on() -> None:
        after, last = 0, False
        while True:
            last = done.is_set()
            async with caller(api) as store:
                rows = await store.read_feed(OFFICE, after, 7)
            seen.extend((row.position, row.document.document_id) for row in rows)
            after = rows[-1].position if rows else after
            if last and not rows:
                return
            await asyncio.sleep(0)

    async def come() -> None:
        for start in range(0, len(later), 5):
            await take(worker, handlers.take_routed, [routed(number) for number in later[start : start + 5]])

    async def come_again() -> None:
        async with worker.acquire() as connection, connection.transaction():
            cause = Cause(id=uuid4(), correlation_id="c")
            await handlers.deliver_again(asked.redelivery_id, cause, NOW, PostgresDelivery(connection))

    reading = asyncio.create_task(read_on())
    await asyncio.gather(come(), come_again())
    done.set()
    await reading
    positions = [position for position, _ in seen]
    assert positions == sorted(set(positions))
    assert {document_id for _, document_id in seen} == {of(number)["document_id"] for number in first + later}
    newest = {document_id: position for position, document_id in seen}
    async with caller(api) as store:
        entries = await store.read_feed(OFFICE, 0, 1_000)
    assert newest == {row.document.document_id: row.position for row in entries}, "each at the place where it is now"
    assert min(row.position for row in entries if row.redelivery) > len(first)
    assert sorted(row.position for row in entries if row.redelivery) == sorted(
        newest[of(number)["document_id"]] for number in first
    )
