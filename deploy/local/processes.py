"""One child process: its own session, its log in a file, gone when its parent is gone."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

_PR_SET_PDEATHSIG = 1  # prctl(2)
_PRCTL = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """The operating system user a process drops to when the platform is started by root."""

    name: str
    user_id: int
    group_id: int


@dataclass(frozen=True)
class Command:
    """What to run. `environment` is complete: nothing is inherited that is not in it."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL


class Child:
    """A started command. Make it from the event loop's own thread.

    The kernel sends `orphan_signal` when the *thread* that forked is gone (prctl(2)), so a short-lived
    thread must never start a child.
    """

    def __init__(self, command: Command) -> None:
        self._command = command
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[int] = self._loop.create_future()
        command.log.parent.mkdir(parents=True, exist_ok=True)
        with command.log.open("ab") as log:
            self._process = _spawn(command, log.fileno())
        threading.Thread(target=self._watch, name=f"watch-{self.pid}", daemon=True).start()

    @property
    def pid(self) -> int:
        """Process id; also the id of its session and process group."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return not self._ended.done()

    async def wait(self) -> int:
        """Its exit code, when it ends; minus the signal number when a signal ended it."""
        return await asyncio.shield(self._ended)

    async def stop(self, timeout_s: float = 15.0) -> int:
        """Asks it to end with its stop signal; kills the whole session after `timeout_s`."""
        if self.running:
            self._process.send_signal(self._command.stop_signal)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wait(), timeout_s)
        if self.running:
            self.kill()
        return await self.wait()

    def kill(self) -> None:
        """SIGKILL to it and to whatever it started in its session."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def _watch(self) -> None:
        code = self._process.wait()
        self.kill()  # workers that it left behind would hold its port
        try:
            self._loop.call_soon_threadsafe(self._finish, code)
        except RuntimeError:
            return  # the loop is closed: nobody waits any more

    def _finish(self, code: int) -> None:
        if not self._ended.done():
            self._ended.set_result(code)


def _spawn(command: Command, log: int) -> subprocess.Popen[bytes]:
    account = command.account
    return subprocess.Popen(
        command.arguments,
        env=dict(command.environment),
        cwd=command.folder,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        user=account.user_id if account else None,
        group=account.group_id if account else None,
        extra_groups=[] if account else None,
        preexec_fn=_die_with_parent(command.orphan_signal),
    )


def _die_with_parent(orphan_signal: signal.Signals) -> Callable[[], None] | None:
    if _PRCTL is None:
        return None
    parent = os.getpid()
    prctl = _PRCTL

    def in_the_child() -> None:
        # Runs after setuid, which would clear the setting.
        prctl(_PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return in_the_child


def end_processes_in(folder: Path, patience_s: float = 3.0) -> int:
    """Ends every process whose working folder is `folder`; how many had to be killed.

    For servers that leave children behind when SIGKILLed (PostgreSQL's backends notice it by themselves,
    within `patience_s`, and only what is still there then is killed).
    """
    left = [process for process in psutil.process_iter() if _works_in(process, folder)]
    _, left = psutil.wait_procs(left, timeout=patience_s)
    for process in left:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(left, timeout=patience_s)
    return len(left)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()) == folder
    except (psutil.Error, OSError):
        return False


def base_environment() -> dict[str, str]:
    """The few variables of ours that a child needs; no secret of the caller's shell leaks into it."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "SYSTEMROOT", "VIRTUAL_ENV")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    return environment | {"PYTHONUNBUFFERED": "1"}


def last_words(log: Path, limit: int = 300) -> str:
    """The last line of a log that says something, shortened to `limit` characters."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8192))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return "nothing in its log"
    told = [line.strip() for line in lines if line.strip()]
    return told[-1][:limit] if told else "nothing in its log"
