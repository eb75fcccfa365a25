"""The directory store over every adapter: memory, and a real Postgres with verification's tables and roles."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from services.verification.adapters.memory import MemoryDirectory, Shelf
from services.verification.adapters.postgres import PostgresDirectory

SERVICE = "verification"
As = Callable[[str], AbstractAsyncContextManager[Any]]


@pytest.fixture
async def in_postgres(database: Any) -> As:
    """Transactions as the worker, or as the API role on behalf of a principal."""
    pools = {"worker": await database.worker(SERVICE), "api": await database.api(SERVICE)}

    @asynccontextmanager
    async def acting(principal: str) -> AsyncIterator[PostgresDirectory]:
        pool = pools["worker" if principal == "worker" else "api"]
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("select set_config('app.principal', $1, true)", principal)
            yield PostgresDirectory(connection)

    return acting


@pytest.fixture
async def in_memory() -> As:
    """Stores over one shelf, whoever acts."""
    shelf = Shelf()

    @asynccontextmanager
    async def acting(principal: str) -> AsyncIterator[MemoryDirectory]:
        yield MemoryDirectory(shelf, principal)

    return acting


@pytest.fixture(params=["in_memory", "in_postgres"])
def directory(request: pytest.FixtureRequest) -> As:
    """`async with directory("worker") as store:` over each adapter."""
    acting: As = request.getfixturevalue(request.param)
    return acting
