"""A store of the reconciler in memory, and one in a transaction on real Postgres that is undone afterwards."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from services.coda_reconciler.adapters.memory import MemoryReconciler
from services.coda_reconciler.adapters.postgres import PostgresReconciler
from services.coda_reconciler.ports import ReconcilerStore
from tests.conftest import Database


@pytest.fixture
async def connection(database: Database) -> AsyncIterator[asyncpg.Connection]:
    made = await asyncpg.connect(database.worker_url("coda_reconciler"))
    transaction = made.transaction()
    await transaction.start()
    yield made
    await transaction.rollback()
    await made.close()


@pytest.fixture
def in_memory() -> ReconcilerStore:
    return MemoryReconciler()


@pytest.fixture
def in_postgres(connection: asyncpg.Connection) -> ReconcilerStore:
    return PostgresReconciler(connection)


@pytest.fixture(params=["in_memory", "in_postgres"])
def store(request: pytest.FixtureRequest) -> ReconcilerStore:
    made: ReconcilerStore = request.getfixturevalue(request.param)
    return made
