"""Does the machine that runs everything have its object store swept, and end that with everything else?"""

import asyncio
import sys
from pathlib import Path

import psutil

from deploy.local.processes import Command, base_environment
from deploy.local.sweeping import sweep_daily
from tests.waiting import until


def _command(folder: Path, program: str) -> Command:
    return Command((sys.executable, "-c", program), base_environment(), folder, folder / "sweep.log")


def _told(folder: Path) -> list[str]:
    log = folder / "sweep.log"
    return log.read_text().split() if log.exists() else []


async def test_it_is_swept_again_and_again_also_after_a_time_that_failed(tmp_path: Path) -> None:
    command = _command(tmp_path, "print('swept'); raise SystemExit(1)")
    sweeping = asyncio.create_task(sweep_daily(command, first_s=0, every_s=0.01))
    await until(lambda: len(_told(tmp_path)) >= 3)
    sweeping.cancel()
    await asyncio.wait({sweeping})
    assert set(_told(tmp_path)) == {"swept"}


async def test_what_is_being_swept_ends_with_everything_else(tmp_path: Path) -> None:
    command = _command(tmp_path, "import os, time; print(os.getpid(), flush=True); time.sleep(600)")
    sweeping = asyncio.create_task(sweep_daily(command, first_s=0))
    await until(lambda: _told(tmp_path))
    process_id = int(_told(tmp_path)[0])
    assert psutil.pid_exists(process_id)
    sweeping.cancel()
    await asyncio.wait({sweeping})
    assert not psutil.pid_exists(process_id)
