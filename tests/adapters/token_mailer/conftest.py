"""The token mailer's tables in a real Postgres, as its two roles see them."""

import asyncpg
import pytest

from tests.conftest import Database


@pytest.fixture
async def worker(database: Database) -> asyncpg.Pool:
    """The role of handlers and tasks."""
    return await database.worker("token_mailer")


@pytest.fixture
async def api(database: Database) -> asyncpg.Pool:
    """The role of endpoints."""
    return await database.api("token_mailer")
