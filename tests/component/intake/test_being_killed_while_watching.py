"""Two replicas are killed again and again while a bank fills its folder: each file is told once and archived once.

Real processes, a real Postgres and a real SFTP server; Kafka is gone all the while, and nothing waits for it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from random import Random

import asyncpg
import pytest

from shared.values import Sha256
from tests.adapters.intake.bank_server import USERNAME, Bank, serving
from tests.backends import PASSWORD, KafkaServer, PostgresServer
from tests.component.intake.watching import CODA
from tests.component.processes import Process, Processes
from tests.conftest import Database

FILES, DISTINCT, KILLS = 40, 30, 5
PARTIAL = """select count(*) from tasks where kind in ('take_file', 'put_away_file') and lease_until is not null"""


class House(Processes):
    """Intake's replicas over one folder on a bank's server."""

    def __init__(self, folder: Path, bank: Bank, postgres: PostgresServer, database: Database) -> None:
        super().__init__(KafkaServer("127.0.0.1:1", "nobody", PASSWORD, "none"), postgres, database.name, folder)
        self.pause_s = 0.005
        self._own = {
            "BANK_FILE_FOLDERS": f"sftp://{USERNAME}@127.0.0.1:{bank.port}/out",
            "BANK_FILE_QUIET_S": "0.5",
            "BANK_FILE_KEY_FILE": str(bank.key_file),
            "BANK_FILE_KNOWN_HOSTS": str(bank.known_hosts),
        }

    def replica(self, slot: int) -> AbstractAsyncContextManager[Process]:
        """The service as it is started everywhere; killed at the end."""
        return self.running("intake", name=f"intake {slot}", own=self._own)


@pytest.fixture
async def bank(tmp_path: Path) -> AsyncIterator[Bank]:
    async with serving(tmp_path / "at the bank") as running:
        (running.root / "out").mkdir()
        yield running


async def test_each_file_is_told_once_and_archived_once_wherever_its_replicas_are_killed(
    tmp_path: Path, bank: Bank, postgres: PostgresServer, database: Database
) -> None:
    out, house, dice = bank.root / "out", House(tmp_path, bank, postgres, database), Random(20261128)
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
            await house.until_seen(work_goes_on, "a file in hand")
            await asyncio.sleep(dice.random() * 0.08)
        in_hand += await worker.fetchval(PARTIAL)
        # Nobody waits for the lease of the dead: the clock is turned to its end.
        await worker.execute("update tasks set lease_until = now() where lease_until is not null")
    assert in_hand > 0, "some died with work in their hands"

    async def all_put_away() -> bool:
        return len(archived()) == FILES and not await worker.fetchval("select count(*) from sightings")

    async with house.replica(0), house.replica(1):
        await house.until_seen(all_put_away, "all archived")
    assert [each.name for each in out.iterdir()] == ["archive"]
    assert sorted(each.read_bytes() for each in archived()) == sorted(contents)
    told = await worker.fetch("select key, value from outbox where topic = 'bank_file.received.v1'")
    assert sorted(row["key"] for row in told) == sorted(Sha256.of(data) for data in set(contents))
    assert await worker.fetchval("select count(*) from bank_files") == DISTINCT
    assert await worker.fetchval("select count(*) from dead_letters") == 0
