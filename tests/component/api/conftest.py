"""One house for all tests of the edge: they ask what cannot be granted, so none is in another's way."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from deploy.api_description.assembly import description
from deploy.api_description.route_table import Route, route_table
from deploy.migrate import migrate
from tests.backends import PostgresServer
from tests.component.api.house import House, open_house


@pytest.fixture(scope="session")
def described() -> dict[str, Any]:
    return description()


@pytest.fixture(scope="session")
def routes() -> list[Route]:
    """Those that stand in the description."""
    return [route for route in route_table() if route.described]


@pytest.fixture(scope="session")
def house(
    postgres: PostgresServer, passwords: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    database = f"relais_{uuid4().hex}"
    asyncio.run(_on(postgres, f"create database {database}"))
    try:
        asyncio.run(migrate(postgres.url(database), passwords))
        with open_house(postgres, database, tmp_path_factory.mktemp("house")) as opened:
            yield opened
    finally:
        asyncio.run(_on(postgres, f"drop database {database} with (force)"))


async def _on(postgres: PostgresServer, statement: str) -> None:
    connection = await asyncpg.connect(postgres.maintenance_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
