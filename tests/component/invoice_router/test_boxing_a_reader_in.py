"""Does a reading process stay within its time and memory, whatever is in the document, and leave with its parent?"""

import asyncio
import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.component.invoice_router.reading_every_attack import EVERY_ATTACK
from tests.unit.invoice_router.attacks import Attack, Refused
from tests.waiting import until

LARGEST_RESIDENT = 260_000_000
CANARY = "CANARY-2c7d41"

MEASURED = """
from pathlib import Path
from services.invoice_router.adapters import reading_worker

class Measured(reading_worker.Space):
    def growth(self):
        peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
        with Path(__file__).with_name("peaks").open("a") as peaks:
            peaks.write(peak.split()[1] + "\\n")
        return super().growth()

reading_worker.Space = Measured
reading_worker.main()
"""
"""A reader that writes down, after every document, the most memory that it ever held (kB, proc(5))."""


async def run(*words: str, path: Path) -> bytes:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(path), *(each for each in sys.path if each)])}
    program = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.PIPE, env=environment
    )
    output, _ = await program.communicate()
    assert program.returncode == 0
    return output


def check(attack: Attack, told: dict[str, Any]) -> None:
    if isinstance(attack.outcome, Refused):
        code, location, found, expected = told["rejected"]
        refused = attack.outcome
        assert code == ("XSD_INVALID" if refused.by_schema else refused.code), attack
        if not refused.by_schema:
            assert re.sub(r"\b(line|column|byte) \d+", r"\1 …", location) == refused.location, attack
            assert found == refused.found or not refused.found, attack
            assert expected == refused.expected, attack
    else:
        assert "rejected" not in told, (attack, told)
        assert told["read"]["number"] == attack.outcome.number, attack
        set_apart = {file["set_apart"] for file in told["read"]["attachments"]} - {""}
        assert set_apart == set(attack.outcome.set_apart), attack


async def test_every_attack_gets_its_verdict_in_bounded_time_and_memory(tmp_path: Path) -> None:
    (tmp_path / "measured_reader.py").write_text(MEASURED)
    canary = tmp_path / "canary.txt"
    canary.write_text(CANARY)
    calls = 0

    async def call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        writer.close()

    async with await asyncio.start_server(call, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        output = await run(
            "-m", "tests.component.invoice_router.reading_every_attack", str(canary), address, "measured_reader",
            path=tmp_path,
        )  # fmt: skip
    assert calls == 0 and CANARY not in output.decode()
    told = {each["number"]: each for each in map(json.loads, output.splitlines())}
    assert len(told) == len(EVERY_ATTACK)
    for attack in EVERY_ATTACK:
        check(attack, told[attack.number])
    peaks = [int(line) * 1024 for line in (tmp_path / "peaks").read_text().split()]
    assert len(peaks) >= len(EVERY_ATTACK)
    assert max(peaks) <= LARGEST_RESIDENT


PARENT = """
import asyncio, os, sys
from services.invoice_router.adapters.reading_pool import ReadingPool

async def main():
    pool = ReadingPool(timeout_ms=int(sys.argv[1]), module=sys.argv[2])
    reading = asyncio.create_task(pool.read(b"<a/>"))
    if sys.argv[3] == "answered":
        await asyncio.wait([reading])
    while not (process_ids := pool.process_ids):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    print(*process_ids, flush=True)
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""
HANGING = """
from services.invoice_router.adapters import reading_worker

def hang(data, **given):
    if data == b"<a/>":
        while True:
            pass
    return original(data, **given)

original, reading_worker.read_document = reading_worker.read_document, hang
reading_worker.main()
"""


@pytest.mark.parametrize("when", ["answered", "hanging"])
async def test_a_reader_leaves_when_its_parent_was_killed(tmp_path: Path, when: str) -> None:
    (tmp_path / "hanging_reader.py").write_text(HANGING)
    module = "hanging_reader" if when == "hanging" else "services.invoice_router.adapters.reading_worker"
    timeout_ms = "500" if when == "hanging" else "10000"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *(each for each in sys.path if each)])}
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, timeout_ms, module, when, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert parent.stdout is not None
    child = Path(f"/proc/{int(await parent.stdout.readline())}")
    assert await parent.wait() == -signal.SIGKILL
    await until(lambda: not runs(child))


def runs(process: Path) -> bool:
    try:
        return "Z" not in (process / "stat").read_text().split()[2]
    except (FileNotFoundError, ProcessLookupError):
        return False
