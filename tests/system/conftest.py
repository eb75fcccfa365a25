"""One running platform for all stories, with real Kafka, PostgreSQL, mail, door and service processes."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import pytest

from deploy.demo.doors import open_door
from deploy.local.kafka import ADMINISTRATOR
from deploy.local.platform import Platform
from tests.system.insider import Insider
from tests.system.stage import Stage, seeded

LINES_SHOWN = 12
LONGEST_LINE = 1500


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
                running.addresses = runner.run(seeded(running))
                yield running
            finally:
                runner.run(running.stop())


@pytest.fixture
async def fragile() -> AsyncIterator[Platform]:
    """A platform of one test's own, which may be hurt."""
    with tempfile.TemporaryDirectory(prefix="relais-fragile-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        async with Platform(Path(name), free_ports=True, say=lambda _: None) as running:
            running.addresses = await seeded(running)
            yield running


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


@pytest.fixture
async def insider(platform: Platform) -> Insider:
    """Kafka's administrator."""
    credentials = {"username": ADMINISTRATOR, "password": platform.secrets.kafka_password(ADMINISTRATOR)}
    return Insider(credentials, platform.addresses["kafka"])


@pytest.fixture
async def console(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    """The operators' pages, in a browser that is signed in."""
    async with httpx.AsyncClient(base_url=platform.addresses["console"], timeout=30) as browser:
        form = {"key": platform.addresses["operator"], "operator_name": "Els"}
        answer = await browser.post("/login", data=form)
        assert answer.status_code == 303, answer.text
        yield browser


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shows with a failure what the platform's processes last complained of."""
    report = yield
    given = getattr(item, "funcargs", {})
    running = given.get("platform") or given.get("fragile")
    if report.failed and isinstance(running, Platform):
        for log in sorted((running.folder / "log").glob("*.log")):
            complaints = _complaints(log, call.start)
            if complaints:
                report.sections.append((f"Log of {log.stem}", "\n".join(complaints)))
    return report


def _complaints(log: Path, since: float) -> list[str]:
    """The last lines at level warning or worse that were written since then (seconds from 1970)."""
    found = []
    for line in log.read_text(errors="replace").splitlines():
        told = json.loads(line) if line.startswith("{") else {}
        late = told.get("time", "") >= datetime.fromtimestamp(since, UTC).isoformat()
        if (late and told.get("level") in ("warning", "error", "critical")) or " ERROR " in line:
            found.append(line[:LONGEST_LINE])
    return found[-LINES_SHOWN:]
