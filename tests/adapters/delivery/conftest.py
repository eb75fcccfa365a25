"""Delivery's stores as its worker and its callers have them, in memory and in Postgres."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from services.delivery.adapters.memory import MemoryDelivery, MemoryTables
from services.delivery.adapters.postgres import PostgresDelivery
from shared.contracts.access import Mode

As = Callable[..., AbstractAsyncContextManager[Any]]


@pytest.fixture
def in_memory() -> As:
    tables = MemoryTables()

    @asynccontextmanager
    async def acting(principal: str | None, mode: Mode = "live") -> AsyncIterator[Any]:
        yield MemoryDelivery(tables, principal, mode)

    return acting


@pytest.fixture
async def in_postgres(database: Any) -> As:
    pools = {"worker": await database.worker("delivery"), "api": await database.api("delivery")}

    @asynccontextmanager
    async def acting(principal: str | None, mode: Mode = "live") -> AsyncIterator[Any]:
        async with pools["api" if principal else "worker"].acquire() as connection, connection.transaction():
            if principal:
                caller = "select set_config('app.principal', $1, true), set_config('app.mode', $2, true)"
                await connection.execute(caller, principal, mode)
            yield PostgresDelivery(connection)

    return acting


@pytest.fixture(params=["in_memory", "in_postgres"])
def acting(request: pytest.FixtureRequest) -> As:
    """A transaction as the worker (None) or as a caller (`office:janssens`) with a key of a mode."""
    found: As = request.getfixturevalue(request.param)
    return found
