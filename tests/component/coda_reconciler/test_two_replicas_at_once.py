"""Two reconcilers on one Postgres: files and invoices of one company at once settle once, and end the same."""

import asyncio
from collections import Counter
from random import Random
from typing import Any

import asyncpg

from services.coda_reconciler import handlers
from services.coda_reconciler.adapters.postgres import PostgresReconciler
from shared.chassis import inbox
from shared.chassis.messages import Batch, Consequence, Publish, Received
from shared.chassis.parking import PostgresParking
from shared.contracts.event import Event
from shared.contracts.statements import InvoiceSettled, TransactionsBooked
from tests.component.coda_reconciler.world import NOW, MemoryDocuments, World, accepted, bodies
from tests.component.coda_reconciler.years import alone, balances_of, through_handlers, year
from tests.conftest import Database
from tests.unit.coda_reconciler.statements import Move, statement

MOST_QUERIES = 28
"""Locks, mandates, what was seen; knowledge, names, items, movements and what was decided; chains; then one a table."""
INVOICES, FILES = 60, 30


def reference(serial: int) -> str:
    return f"{serial:010d}{serial % 97 or 97:02d}"


class Replicas:
    """Transactions of a pool, each as the chassis runs it: what was seen is dropped, whoever saw it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool, self.documents = pool, MemoryDocuments()
        self.world = World(PostgresReconciler(None))  # type: ignore[arg-type]  # only to make events

    async def handle(self, handler: Any, events: list[Received[Any]], **more: Any) -> list[Consequence]:
        async with self.pool.acquire() as connection, connection.transaction():
            fresh, _ = await inbox.take_in(connection, {event.id: event.body.topic for event in events})
            new = [event for event in events if event.id in fresh]
            batch: Batch[Any] = Batch(new, NOW, PostgresParking(connection, "coda_reconciler", {}))
            found: list[Consequence] = await handler(batch, PostgresReconciler(connection), **more)
            return found

    async def open_account(self) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            await World(PostgresReconciler(connection)).company()

    async def file(self, data: bytes) -> Received[Any]:
        async with self.pool.acquire() as connection:
            world = World(PostgresReconciler(connection))
            world.documents, world.events = self.documents, self.world.events
            prepared = await world.prepared_file(data)
        self.world.events = world.events
        return prepared

    async def book(self, events: list[Received[Any]]) -> list[Consequence]:
        return await self.handle(handlers.book_bank_files, events, documents=self.documents)

    async def accept(self, events: list[Received[Any]]) -> list[Consequence]:
        return await self.handle(handlers.open_items, events)


def invoice(replicas: Replicas, serial: int) -> Received[Any]:
    return replicas.world.received(accepted("10.00", f"2026-{serial:04d}", 1, reference=reference(serial)), 1)


async def files_of(replicas: Replicas) -> list[Received[Any]]:
    """Each pays two invoices in full, in two halves that are in different files."""
    made = []
    for at in range(FILES):
        pays = [serial for serial in range(1, INVOICES + 1) if serial % FILES in (at, (at + 1) % FILES)]
        moves = [Move(5_000, reference=reference(serial)) for serial in pays]
        old = sum(5_000 * len(moves) for _ in range(at))
        made.append(await replicas.file(statement(moves, sequence=at + 1, old=old)))
    return made


async def test_files_and_invoices_of_one_company_that_come_at_once_settle_each_invoice_once(database: Database) -> None:
    pool = await database.worker("coda_reconciler")
    replicas = Replicas(pool)
    await replicas.open_account()
    files, invoices = await files_of(replicas), [invoice(replicas, serial) for serial in range(1, INVOICES + 1)]
    batches = [replicas.book(files[first : first + 3]) for first in range(0, FILES, 3)]
    batches += [replicas.accept(invoices[first : first + 7]) for first in range(0, INVOICES, 7)]
    batches += [replicas.book(files[:9]), replicas.accept(invoices[5:30]), replicas.book(files[20:])]
    Random(1).shuffle(batches)
    published = [body for consequences in await asyncio.gather(*batches) for body in bodies(consequences)]
    counts = Counter(type(body) for body in published)
    assert (counts[TransactionsBooked], counts[InvoiceSettled]) == (FILES, INVOICES)
    assert await pool.fetchval("select count(*) from open_items where balance <> 0") == 0
    assert await pool.fetchval("select sum(amount) from allocations") == 10 * INVOICES
    assert await pool.fetchval("select sum(remaining) from movements") == 0
    _assert_versions_are_one_line(published)


def _assert_versions_are_one_line(published: list[Event]) -> None:
    versions: dict[str, list[int]] = {}
    for body in published:
        if hasattr(body, "invoice_number"):
            versions.setdefault(body.invoice_number, []).append(body.version)
    assert len(versions) == INVOICES
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in versions.values())


async def test_a_year_in_postgres_ends_as_in_the_ledger_alone(database: Database) -> None:
    pool = await database.worker("coda_reconciler")
    made = year(11, 60)
    async with pool.acquire() as connection, connection.transaction():
        await through_handlers(World(PostgresReconciler(connection)), made, Random(11), 10**6)
    found = {
        (row["statement_id"], row["position"]): (int(row["remaining"].scaleb(3)),)
        for row in await pool.fetch("select statement_id, position, remaining from movements")
    }
    items = await pool.fetch("select * from open_items")
    found |= {
        (row["enterprise_number"], row["family"], row["number"], row["year"]): (
            int(row["allocated"].scaleb(3)),
            int(row["balance"].scaleb(3)),
        )
        for row in items
    }
    assert found == balances_of(alone(made), made)


async def queries(pool: asyncpg.Pool, replicas: Replicas, work: Any) -> int:
    sent: list[str] = []
    async with pool.acquire() as connection, connection.transaction():
        with connection.query_logger(lambda record: sent.append(record.query)):
            await work(Batch([], NOW, PostgresParking(connection, "coda_reconciler", {})), connection)
            await asyncio.sleep(0)  # asyncpg tells its loggers a moment later
    return len(sent)


async def test_a_batch_of_many_files_takes_no_more_queries_than_one_of_one(database: Database) -> None:
    pool = await database.worker("coda_reconciler")
    replicas = Replicas(pool)
    await replicas.open_account()
    files, invoices = await files_of(replicas), [invoice(replicas, serial) for serial in range(1, INVOICES + 1)]
    await replicas.accept(invoices)

    def booking(some: list[Received[Any]]) -> Any:
        async def work(batch: Any, connection: Any) -> None:
            whole: Batch[Any] = Batch(some, NOW, PostgresParking(connection, "coda_reconciler", {}))
            store = PostgresReconciler(connection)
            found = await handlers.book_bank_files(whole, store, documents=replicas.documents)
            assert any(isinstance(each, Publish) for each in found)

        return work

    await queries(pool, replicas, booking(files[:1]))  # asyncpg asks once a connection what types there are
    few = await queries(pool, replicas, booking(files[1:2]))
    many = await queries(pool, replicas, booking(files[2:]))
    assert few <= many <= MOST_QUERIES
