"""Two replicas are killed again and again while a bank fills its folder: each file is told once and archived once.

Real processes, a real Postgres and a real SFTP server; Kafka is gone all the while, and nothing waits for it.
"""

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import pytest

from deploy.local.environment import Surroundings, service_environment
from deploy.local.ports import Ports
from deploy.local.processes import base_environment
from deploy.local.secrets import Secrets
from shared.values import Sha256
from tests.adapters.intake.bank_server import USERNAME, Bank, serving
from tests.backends import ROOT
from tests.component.intake.watching import CODA
from tests.conftest import Database

FILES, DISTINCT, KILLS = 40, 30, 5
PATIENCE_S = 60.0
PARTIAL = """select count(*) from tasks where kind in ('take_file', 'put_away_file') and lease_until is not null"""


class House:
    """Intake's processes over one folder on a bank's server."""

    def __init__(self, folder: Path, bank: Bank, database: Database) -> None:
        self.log, self.ports = folder / "service.log", Ports(folder / "http.json", free_ports=True)
        facts = Surroundings("127.0.0.1:1", 1, 1, folder / "documents")
        self.secrets, self.facts = Secrets(folder / "secrets.json"), facts
        self.own = {
            "INTAKE_DATABASE_URL": database.worker_url("intake"),
            "INTAKE_API_DATABASE_URL": database.api_url("intake"),
            "INTAKE_BANK_FILE_FOLDERS": f"sftp://{USERNAME}@127.0.0.1:{bank.port}/out",
            "INTAKE_BANK_FILE_QUIET_S": "0.5",
            "INTAKE_BANK_FILE_KEY_FILE": str(bank.key_file),
            "INTAKE_BANK_FILE_KNOWN_HOSTS": str(bank.known_hosts),
        }

    @asynccontextmanager
    async def replica(self, slot: int) -> AsyncIterator[asyncio.subprocess.Process]:
        """The service as it is started everywhere; killed at the end."""
        port = self.ports.of(f"intake.{slot}")
        environment = base_environment() | service_environment("intake", port, self.facts, self.secrets) | self.own
        with self.log.open("ab") as log:
            program = (sys.executable, "-m", "services.intake.main")
            started = await asyncio.create_subprocess_exec(*program, env=environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            yield started
        finally:
            with contextlib.suppress(ProcessLookupError):
                started.send_signal(signal.SIGKILL)
            await started.wait()

    async def until(self, look: Callable[[], Awaitable[Any]], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not await look():
            assert time.monotonic() < deadline, f"{what}: {self.log.read_text(errors='replace')[-2000:]}"
            await asyncio.sleep(0.005)


@pytest.fixture
async def bank(tmp_path: Path) -> AsyncIterator[Bank]:
    async with serving(tmp_path / "at the bank") as running:
        (running.root / "out").mkdir()
        yield running


async def test_each_file_is_told_once_and_archived_once_wherever_its_replicas_are_killed(
    tmp_path: Path, bank: Bank, database: Database
) -> None:
    out, house, dice = bank.root / "out", House(tmp_path, bank, database), Random(20261128)
    worker: asyncpg.Pool = await database.worker("intake")
    contents = [CODA + b"\n" * (number % DISTINCT) for number in range(FILES)]

    def drop(numbers: range) -> None:
        for number in numbers:
            (out / f"statement {number}.tmp").write_bytes(contents[number])
            (out / f"statement {number}.tmp").rename(out / f"statement {number}.cod")

    def archived() -> list[Path]:
        return [each for each in (out / "archive").rglob("*") if each.is_file()]

    async def work_goes_on() -> bool:
        return bool(await worker.fetchval(PARTIAL))

    in_hand = 0
    for kill in range(KILLS):
        drop(range(kill * FILES // KILLS, (kill + 1) * FILES // KILLS))
        async with AsyncExitStack() as stack:
            for slot in range(2):
                await stack.enter_async_context(house.replica(slot))
            await house.until(work_goes_on, "a file in hand")
            await asyncio.sleep(dice.random() * 0.08)
        in_hand += await worker.fetchval(PARTIAL)
        # Nobody waits for the lease of the dead: the clock is turned to its end.
        await worker.execute("update tasks set lease_until = now() where lease_until is not null")
    assert in_hand > 0, "some died with work in their hands"

    async def all_put_away() -> bool:
        return len(archived()) == FILES and not await worker.fetchval("select count(*) from sightings")

    async with house.replica(0), house.replica(1):
        await house.until(all_put_away, "all archived")
    assert [each.name for each in out.iterdir()] == ["archive"]
    assert sorted(each.read_bytes() for each in archived()) == sorted(contents)
    told = await worker.fetch("select key, value from outbox where topic = 'bank_file.received.v1'")
    assert sorted(row["key"] for row in told) == sorted(Sha256.of(data) for data in set(contents))
    assert await worker.fetchval("select count(*) from bank_files") == DISTINCT
    assert await worker.fetchval("select count(*) from dead_letters") == 0
