"""A toy service over a database, topics and a folder that only one test has."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from deploy.database_roles import api_role, worker_role
from tests.backends import KafkaServer, PostgresServer
from tests.component.chassis.one_service.toy import Toy


@pytest.fixture
async def toy(kafka: KafkaServer, postgres: PostgresServer) -> AsyncIterator[Toy]:
    """The toy with its tables; topics are made by who needs them."""
    name = f"toy_{uuid4().hex[:10]}"
    owner = await asyncpg.connect(postgres.maintenance_url)
    await owner.execute(f"create database {name}")
    with tempfile.TemporaryDirectory(prefix="relais-toy-") as folder:
        made = Toy(name, kafka, postgres, name, Path(folder))
        await made.migrate()
        try:
            yield made
        finally:
            await made.close()
    await owner.execute(f"drop database {name} with (force)")
    await owner.execute(f"drop role {worker_role(name)}; drop role {api_role(name)}")
    await owner.close()


@pytest.fixture
async def connected(toy: Toy) -> Toy:
    """The toy with its topics."""
    await toy.make_topics()
    return toy
