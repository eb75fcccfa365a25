"""Real Postgres and real Kafka for the chassis's edges: one of each for this folder, made when first asked for."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from deploy.local.kafka import Kafka
from deploy.local.parts import Part
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres

AnyPart = TypeVar("AnyPart", bound=Part)


@pytest.fixture(scope="session")
def edge_postgres() -> Iterator[Postgres]:
    """A server of its own, without fsync."""
    with tempfile.TemporaryDirectory(prefix="relais-edge-") as folder:
        Path(folder).chmod(0o755)
        port = Ports(Path(folder) / "ports.json", free_ports=True).of("postgres")
        part = Postgres(Path(folder) / "postgres", port, "owner", Path(folder) / "log", fsync=False)
        yield from _run(part)


@pytest.fixture(scope="session")
def edge_kafka() -> Iterator[Kafka]:
    """A broker of its own with users and access rules; the password of `admin` is `admin-password`."""
    with tempfile.TemporaryDirectory(prefix="relais-edge-") as folder:
        path = Path(folder)
        ports = Ports(path / "ports.json", free_ports=True)
        part = Kafka(path / "kafka", ports.of("kafka"), ports.of("controller"), "admin-password", path / "log")
        yield from _run(part)


def _run(part: AnyPart) -> Iterator[AnyPart]:
    with asyncio.Runner() as runner:
        runner.run(part.start())
        try:
            yield part
        finally:
            runner.run(part.stop())
