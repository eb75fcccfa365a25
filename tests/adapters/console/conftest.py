"""The console's store as its worker and its callers have it, in memory and in Postgres."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from services.console.adapters.memory import MemoryConsole
from services.console.adapters.postgres import PostgresConsole

As = Callable[[str | None], AbstractAsyncContextManager[Any]]


@pytest.fixture
def in_memory() -> As:
    store = MemoryConsole()

    @asynccontextmanager
    async def acting(principal: str | None) -> AsyncIterator[Any]:
        yield store

    return acting


@pytest.fixture
async def in_postgres(database: Any) -> As:
    pools = {"worker": await database.worker("console"), "api": await database.api("console")}

    @asynccontextmanager
    async def acting(principal: str | None) -> AsyncIterator[Any]:
        async with pools["api" if principal else "worker"].acquire() as connection, connection.transaction():
            if principal:
                await connection.execute("select set_config('app.principal', $1, true)", principal)
            yield PostgresConsole(connection)

    return acting


@pytest.fixture(params=["in_memory", "in_postgres"])
def acting(request: pytest.FixtureRequest) -> As:
    """A transaction as the worker (None) or as a caller (`operator:els`)."""
    found: As = request.getfixturevalue(request.param)
    return found
