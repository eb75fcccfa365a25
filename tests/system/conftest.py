"""One running platform for all stories, with real Kafka, PostgreSQL, mail, door and service processes."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast

import asyncpg
import pytest

from deploy.demo.doors import open_door
from deploy.demo.seed import seed
from deploy.local.addresses import Addresses
from deploy.local.platform import Platform
from tests.system.stage import Stage

LINES_SHOWN = 12


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """Started with the first test that asks for it, seeded with the demo's directory, stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="relais-system-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL drops to another account when root runs the tests
        running = Platform(folder, free_ports=True, fsync=False, say=lambda _: None)
        with asyncio.Runner() as runner:
            runner.run(running.start())
            try:
                running.addresses = cast(Addresses, runner.run(seed(running.addresses, running.secrets)))
                yield running
            finally:
                runner.run(running.stop())


@pytest.fixture
async def stage(platform: Platform) -> AsyncIterator[Stage]:
    """Everybody who takes part, at the door of the running platform."""
    async with open_door(platform.addresses["door"]) as door:
        yield Stage(platform.addresses, door)


@pytest.fixture
async def owner(platform: Platform) -> AsyncIterator[asyncpg.Connection]:
    """The database as its owner sees it, who may read every schema and turn a clock."""
    connection = await asyncpg.connect(platform.addresses["postgres"])
    yield connection
    await connection.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Shows with a failure what the platform's processes last complained of."""
    report = yield
    running = getattr(item, "funcargs", {}).get("platform")
    if report.failed and isinstance(running, Platform):
        for log in sorted((running.folder / "log").glob("*.log")):
            complaints = _complaints(log)
            if complaints:
                report.sections.append((f"Log of {log.stem}", "\n".join(complaints)))
    return report


def _complaints(log: Path) -> list[str]:
    lines = log.read_text(errors="replace").splitlines()
    found = [line[:1500] for line in lines if any(word in line for word in ('"warning"', '"error"', "ERROR", "Traceback"))]
    return found[-LINES_SHOWN:]
