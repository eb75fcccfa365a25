"""The intake store over every adapter: memory, and a real Postgres with intake's tables and roles."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from services.intake.adapters.memory import MemoryIntake, Shelf
from services.intake.adapters.postgres import PostgresIntake
from shared.contracts.access import Mode

SERVICE = "intake"
As = Callable[..., AbstractAsyncContextManager[Any]]


@pytest.fixture
async def in_postgres(database: Any) -> As:
    """Transactions as the worker, or as the API role on behalf of a principal."""
    pools = {"worker": await database.worker(SERVICE), "api": await database.api(SERVICE)}

    @asynccontextmanager
    async def acting(principal: str, mode: Mode = "live") -> AsyncIterator[PostgresIntake]:
        pool = pools["worker" if principal == "worker" else "api"]
        async with pool.acquire() as connection, connection.transaction():
            caller = "select set_config('app.principal', $1, true), set_config('app.mode', $2, true)"
            await connection.execute(caller, principal, mode)
            yield PostgresIntake(connection)

    return acting


@pytest.fixture
async def in_memory() -> As:
    """Stores over one shelf, whoever acts."""
    shelf = Shelf()

    @asynccontextmanager
    async def acting(principal: str, mode: Mode = "live") -> AsyncIterator[MemoryIntake]:
        yield MemoryIntake(shelf, principal, mode)

    return acting


@pytest.fixture(params=["in_memory", "in_postgres"])
def intake(request: pytest.FixtureRequest) -> As:
    """`async with intake("worker") as store:` over each adapter."""
    acting: As = request.getfixturevalue(request.param)
    return acting
