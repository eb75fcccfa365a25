"""The token mailer's tables in a real Postgres, as its two roles see them."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from services.token_mailer.adapters.memory import MemoryTokens
from services.token_mailer.adapters.postgres import PostgresTokens
from tests.conftest import Database


@pytest.fixture
async def worker(database: Database) -> asyncpg.Pool:
    """The role of handlers and tasks."""
    return await database.worker("token_mailer")


@pytest.fixture
async def api(database: Database) -> asyncpg.Pool:
    """The role of endpoints."""
    return await database.api("token_mailer")


@pytest.fixture(params=["memory", "postgres"])
async def store(request: pytest.FixtureRequest, worker: asyncpg.Pool) -> AsyncIterator[Any]:
    """A `TokenStore` over each of the two; in Postgres what a test does is undone with its transaction."""
    if request.param == "memory":
        yield MemoryTokens()
        return
    async with worker.acquire() as opened, opened.transaction():
        yield PostgresTokens(opened)
