"""Parts start in order, come back after a crash, and stop in reverse without leaving anything."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from deploy.local.parts import ProcessPart
from deploy.local.platform import PythonPart
from deploy.local.problems import AlreadyRunning, CannotStart
from deploy.local.processes import Command, base_environment
from deploy.local.supervisor import Supervisor
from tests.waiting import PATIENCE_S, until

ToyMaker = Callable[..., ProcessPart]
PortChooser = Callable[[str], int]


async def test_parts_stop_in_reverse_order_and_leave_nothing_running(
    tmp_path: Path, toy: ToyMaker, free_port: PortChooser
) -> None:
    supervisor = Supervisor(tmp_path / "run", [].append)
    parts = [toy(name, free_port(name)) for name in ("first", "second", "third")]
    for part in parts:
        await supervisor.start(part)
    ended: list[str] = []
    for part in parts:
        part.child._ended.add_done_callback(lambda _, name=part.name: ended.append(name))  # type: ignore[union-attr]
    process_ids = [part.child.pid for part in parts if part.child]
    await supervisor.stop()
    await asyncio.sleep(0)
    assert ended == ["third", "second", "first"]
    assert not any(psutil.pid_exists(each) for each in process_ids)


async def test_a_killed_part_comes_back_and_it_is_said(tmp_path: Path, toy: ToyMaker, free_port: PortChooser) -> None:
    lines: list[str] = []
    supervisor = Supervisor(tmp_path / "run", lines.append)
    await supervisor.start(toy("intake", free_port("intake")))
    before = supervisor.part("intake").child
    await supervisor.kill("intake")
    await until(lambda: any("ready again" in line for line in lines))
    after = supervisor.part("intake").child
    await supervisor.stop()
    assert before is not None
    assert after is not None
    assert before.pid != after.pid
    assert "was ended by signal 9; starts again in 0.2 s" in lines[1]


async def test_a_part_that_keeps_crashing_waits_longer_each_time(
    tmp_path: Path, toy: ToyMaker, free_port: PortChooser
) -> None:
    lines: list[str] = []
    supervisor = Supervisor(tmp_path / "run", lines.append)
    await supervisor.start(toy("intake", free_port("intake")))
    for count in range(1, 4):
        await supervisor.kill("intake")
        await until(lambda count=count: sum("ready again" in line for line in lines) == count)  # type: ignore[misc]
    await supervisor.stop()
    pauses = [line.rpartition("in ")[2] for line in lines if "starts again" in line]
    assert pauses == ["0.2 s", "0.4 s", "0.8 s"]


async def test_a_part_killed_without_restart_stays_down_until_it_is_started(
    tmp_path: Path, toy: ToyMaker, free_port: PortChooser
) -> None:
    supervisor = Supervisor(tmp_path / "run", [].append)
    await supervisor.start(toy("intake", free_port("intake")))
    await supervisor.kill("intake", restart=False)
    await asyncio.sleep(0.5)
    stayed_down = not supervisor.part("intake").running
    await supervisor.start_part("intake")
    came_back = supervisor.part("intake").running
    await supervisor.stop()
    assert stayed_down
    assert came_back


async def test_a_taken_port_is_said_in_one_sentence_with_what_to_do(tmp_path: Path, free_port: PortChooser) -> None:
    port = free_port("intake")
    with socket.create_server(("127.0.0.1", port)):
        command = Command((sys.executable, "-c", ""), base_environment(), tmp_path, tmp_path / "log")
        with pytest.raises(CannotStart) as refused:
            await PythonPart("intake", command, port).start()
    assert refused.value.code == "port_taken"
    assert str(refused.value).startswith(f"intake cannot start: port {port} is taken")
    assert "stop that program or choose another port" in str(refused.value)


async def test_a_part_that_ends_before_it_is_ready_tells_its_last_words(
    tmp_path: Path, toy: ToyMaker, free_port: PortChooser
) -> None:
    supervisor = Supervisor(tmp_path / "run", [].append)
    program = "raise SystemExit('INTAKE_HTTP_PORT is missing')"
    with pytest.raises(CannotStart, match="it ended with code 1: INTAKE_HTTP_PORT is missing"):
        await supervisor.start(toy("intake", free_port("intake"), program))
    await supervisor.stop()


async def test_one_part_that_cannot_start_stops_those_starting_beside_it(
    tmp_path: Path, toy: ToyMaker, free_port: PortChooser
) -> None:
    supervisor = Supervisor(tmp_path / "run", [].append)
    sleeper = toy("sleeper", free_port("sleeper"), "import time; time.sleep(60)")
    with pytest.raises(CannotStart):
        await supervisor.start(sleeper, toy("broken", free_port("broken"), "raise SystemExit(3)"))
    await supervisor.stop()
    assert not sleeper.running


async def test_two_supervisors_never_share_a_folder(tmp_path: Path) -> None:
    first = Supervisor(tmp_path / "run", [].append)
    first.claim()
    with pytest.raises(AlreadyRunning):
        Supervisor(tmp_path / "run", [].append).claim()
    await first.stop()
    second = Supervisor(tmp_path / "run", [].append)
    second.claim()
    await second.stop()


async def test_workers_of_a_crashed_part_are_ended_before_it_starts_again(
    tmp_path: Path, toy: ToyMaker, toy_program: str, free_port: PortChooser
) -> None:
    port = free_port("intake")
    program = f"""
import os, sys
if os.fork() == 0:
    import time; time.sleep(60)
{toy_program}
"""
    lines: list[str] = []
    supervisor = Supervisor(tmp_path / "run", lines.append)
    await supervisor.start(toy("intake", port, program))
    child = supervisor.part("intake").child
    assert child is not None
    workers = psutil.Process(child.pid).children()
    psutil.Process(child.pid).kill()
    await until(lambda: any("ready again" in line for line in lines))
    await supervisor.stop()
    assert len(workers) == 1
    _, alive = psutil.wait_procs(workers, timeout=PATIENCE_S)
    assert [each for each in alive if each.status() != psutil.STATUS_ZOMBIE] == []


def test_nothing_outlives_a_supervisor_that_is_sigkilled(tmp_path: Path) -> None:
    program = f"""
import asyncio, sys
from pathlib import Path
from deploy.local.processes import Child, Command, base_environment
async def main():
    command = Command((sys.executable, "-c", "import time; time.sleep(60)"), base_environment(),
                      Path({str(tmp_path)!r}), Path({str(tmp_path / "log")!r}))
    print(Child(command).pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
    supervisor = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    child = psutil.Process(int(supervisor.stdout.readline()))
    supervisor.send_signal(signal.SIGKILL)
    supervisor.wait()
    supervisor.stdout.close()
    _, alive = psutil.wait_procs([child], timeout=PATIENCE_S)
    assert [each for each in alive if each.status() != psutil.STATUS_ZOMBIE] == []
