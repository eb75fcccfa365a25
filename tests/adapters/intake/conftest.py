"""The intake store over every adapter: memory, and a real Postgres with intake's tables and roles."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from services.intake.adapters.memory import MemoryIntake, Shelf
from services.intake.adapters.postgres import PostgresIntake

SERVICE = "intake"
As = Callable[[str], AbstractAsyncContextManager[Any]]


@pytest.fixture
async def in_postgres(database: Any) -> As:
    """Transactions as the worker, or as the API role on behalf of a principal."""
    pools = {"worker": await database.worker(SERVICE), "api": await database.api(SERVICE)}

    @asynccontextmanager
    async def acting(principal: str) -> AsyncIterator[PostgresIntake]:
        pool = pools["worker" if principal == "worker" else "api"]
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("select set_config('app.principal', $1, true)", principal)
            yield PostgresIntake(connection)

    return acting


@pytest.fixture
async def in_memory() -> As:
    """Stores over one shelf, whoever acts."""
    shelf = Shelf()

    @asynccontextmanager
    async def acting(principal: str) -> AsyncIterator[MemoryIntake]:
        yield MemoryIntake(shelf, principal)

    return acting


@pytest.fixture(params=["in_memory", "in_postgres"])
def intake(request: pytest.FixtureRequest) -> As:
    """`async with intake("worker") as store:` over each adapter."""
    acting: As = request.getfixturevalue(request.param)
    return acting
