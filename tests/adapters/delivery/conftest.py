"""Delivery's stores as its worker and its callers have them, in memory and in Postgres."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from services.delivery.adapters.memory import MemoryDelivery, MemoryTables
from services.delivery.adapters.postgres import PostgresDelivery

As = Callable[[str | None], AbstractAsyncContextManager[Any]]


@pytest.fixture
def in_memory() -> As:
    tables = MemoryTables()

    @asynccontextmanager
    async def acting(principal: str | None) -> AsyncIterator[Any]:
        yield MemoryDelivery(tables, principal)

    return acting


@pytest.fixture
async def in_postgres(database: Any) -> As:
    pools = {"worker": await database.worker("delivery"), "api": await database.api("delivery")}

    @asynccontextmanager
    async def acting(principal: str | None) -> AsyncIterator[Any]:
        async with pools["api" if principal else "worker"].acquire() as connection, connection.transaction():
            if principal:
                await connection.execute("select set_config('app.principal', $1, true)", principal)
            yield PostgresDelivery(connection)

    return acting


@pytest.fixture(params=["in_memory", "in_postgres"])
def acting(request: pytest.FixtureRequest) -> As:
    """A transaction as the worker (None) or as a caller (`office:janssens`)."""
    found: As = request.getfixturevalue(request.param)
    return found
