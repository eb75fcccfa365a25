"""A Kafka that one test has for itself, to kill it."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.local.kafka import Kafka
from deploy.local.ports import Ports
from tests.backends import local_kafka


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """One that PostgreSQL's account may enter."""
    with tempfile.TemporaryDirectory(prefix="relais-own-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
async def own_kafka(own_folder: Path) -> AsyncIterator[Kafka]:
    """A broker that this test may stop, kill and wipe."""
    part = local_kafka(own_folder, Ports(own_folder / "ports.json", free_ports=True))
    await part.start()
    yield part
    await part.stop()
