"""Does memory behave like Postgres? The same stories over both, compared event by event and row by row."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from services.coda_reconciler.adapters.memory import MemoryReconciler
from services.coda_reconciler.adapters.postgres import PostgresMandateReader, PostgresReconciler
from services.coda_reconciler.domain.ledger import item_of
from services.coda_reconciler.ports import ReconcilerStore
from shared.chassis.errors import Unavailable
from shared.contracts.event import Event
from shared.contracts.statements import TransactionsBooked
from shared.values import Currency, EnterpriseNumber, Iban, Sha256, StructuredReference
from tests.component.coda_reconciler.world import World, accepted
from tests.conftest import Database
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, OTHER_COMPANY, OTHER_IBAN, REFERENCE, Move, statement

ACCOUNT = (EnterpriseNumber(COMPANY), Iban(IBAN), Currency("EUR"))
PAYMENT = (EnterpriseNumber(COMPANY), StructuredReference(REFERENCE))
ITEM = item_of(accepted("121.00", "2026-1", 1)).key


@pytest.fixture
def in_memory() -> ReconcilerStore:
    return MemoryReconciler()


@pytest.fixture
async def in_postgres(database: Database) -> AsyncIterator[ReconcilerStore]:
    connection = await asyncpg.connect(database.worker_url("coda_reconciler"))
    transaction = connection.transaction()
    await transaction.start()
    yield PostgresReconciler(connection)
    await transaction.rollback()
    await connection.close()


@pytest.fixture(params=["in_memory", "in_postgres"])
def store(request: pytest.FixtureRequest) -> ReconcilerStore:
    made: ReconcilerStore = request.getfixturevalue(request.param)
    return made


async def story(world: World) -> list[Event]:
    """Everything once: waiting, release, a gap and its end, payments before and after, a new version, a refusal."""
    events = await world.bank_file(statement([Move(50_000, reference=REFERENCE)], sequence=1, old=0))
    events += await world.company(COMPANY, IBAN)
    events += await world.company(OTHER_COMPANY, OTHER_IBAN, sequence=3)
    events += await world.bank_file(statement([Move(50_000, reference=REFERENCE)], sequence=3, old=49_000))
    events += await world.invoice("121.00")
    events += await world.bank_file(statement([Move(-1_000)], sequence=2, old=50_000) + b"broken\r\n")
    events += await world.invoice("99.50", version=2)
    events += await world.bank_file(statement([Move(1_005)], iban=OTHER_IBAN, company=COMPANY))
    events += await world.company(COMPANY, IBAN, sequence=2)
    return events


async def test_both_tell_the_same_story(store: ReconcilerStore) -> None:
    assert await story(World(store)) == await story(World())


async def test_what_was_written_is_read_again(store: ReconcilerStore) -> None:
    world = World(store)
    events = await story(world)
    [chain] = (await store.chains({ACCOUNT})).values()
    assert [(link.sequence, link.old_balance, link.gap) for link in chain] == [
        (1, 0, False), (2, 50_000, False), (3, 49_000, False),
    ]  # fmt: skip
    assert chain[2].version == 3
    [item] = await store.items([], [ITEM])
    assert (item.balance, item.allocated, item.document_version) == (0, 100_000, 2)
    assert await store.items([PAYMENT], []) == [item]
    assert await store.unallocated([PAYMENT]) == []
    assert (await store.last_allocations([ITEM]))[ITEM].sequence == 3
    assert await store.company_sequences([EnterpriseNumber(COMPANY)]) == {COMPANY: 2}
    assert [mandate.enterprise_number for mandate in await store.mandates([Iban(IBAN)])] == [COMPANY]
    assert sum(isinstance(event, TransactionsBooked) for event in events) == 3


async def test_nothing_is_found_where_nothing_was_written(store: ReconcilerStore) -> None:
    assert await store.chains({ACCOUNT}) == {}
    assert await store.items([PAYMENT], [ITEM]) == []
    assert await store.seen({Sha256("0" * 64)}) == set()
    assert await store.waiting([Iban(IBAN)]) == []
    assert await store.last_allocations([ITEM]) == {}


async def test_a_waiting_statement_comes_back_with_its_place(store: ReconcilerStore) -> None:
    world = World(store)
    await world.bank_file(statement([], sequence=1) + statement([], sequence=2))
    first, second = await store.waiting([Iban(IBAN)])
    assert (first.text.index, second.text.index, second.text.first_line) == (0, 1, 4)
    assert await store.seen({first.content_sha256}) == {first.content_sha256}
    await store.stop_waiting([first.content_sha256])
    assert await store.waiting([Iban(IBAN)]) == [second]


@pytest.mark.parametrize(
    "change",
    [
        "update open_items set balance = -0.001",
        "update movements set remaining = amount + 1",
        "update allocations set amount = 1",
        "delete from allocations",
        "delete from statements",
    ],
)
async def test_postgres_refuses_what_the_ledger_must_never_hold(database: Database, change: str) -> None:
    connection = await asyncpg.connect(database.worker_url("coda_reconciler"))
    transaction = connection.transaction()
    await transaction.start()
    await story(World(PostgresReconciler(connection)))
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.InsufficientPrivilegeError)):
        await connection.execute(change)
    await transaction.rollback()
    await connection.close()


async def test_the_reader_sees_committed_mandates_and_says_when_postgres_is_away(database: Database) -> None:
    reader: Any = PostgresMandateReader(database.worker_url("coda_reconciler"))
    assert await reader.mandates([Iban(IBAN)]) == []
    await reader.close()
    with pytest.raises(Unavailable):
        await PostgresMandateReader("postgresql://nobody@127.0.0.1:1/x").mandates([Iban(IBAN)])
