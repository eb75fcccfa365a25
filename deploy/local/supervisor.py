"""Starts parts in order, keeps them running, stops them in reverse, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from deploy.local.parts import Part
from deploy.local.problems import AlreadyRunning, CannotStart

_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _SETTLED_S = 0.2, 10.0, 30.0


def tell(line: str) -> None:
    """Prints a line at once; that nobody listens any more (`make run | head`) stops nothing."""
    with contextlib.suppress(BrokenPipeError):
        print(line, flush=True)


class Supervisor:
    """Holds `folder` for itself while it runs; `say` receives one line for each thing that happens."""

    def __init__(self, folder: Path, say: Callable[[str], None] = tell) -> None:
        self._folder = folder
        self._say = say
        self._lock: IO[str] | None = None
        self._parts: dict[str, Part] = {}
        self._watches: dict[str, asyncio.Task[None]] = {}

    def claim(self) -> None:
        """Takes the data folder; raises `AlreadyRunning` when another supervisor has it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = (self._folder / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise AlreadyRunning(str(self._folder), holder) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock

    def part(self, name: str) -> Part:
        """The part with this name; raises KeyError, naming what there is."""
        if name not in self._parts:
            raise KeyError(f"found no part {name}, expected one of {', '.join(self._parts)}")
        return self._parts[name]

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts in the order of their start."""
        return tuple(self._parts.values())

    async def start(self, *parts: Part) -> None:
        """Starts these parts at the same time and returns when all are ready; raises `CannotStart`."""
        self._parts.update({part.name: part for part in parts})
        starts = [asyncio.create_task(self._start_one(part)) for part in parts]
        try:
            await asyncio.gather(*starts)
        finally:
            for each in starts:
                each.cancel()
            await asyncio.gather(*starts, return_exceptions=True)

    async def start_part(self, name: str) -> None:
        """Starts a part that `stop_part` or `kill` ended and keeps it running from now on."""
        await self.stop_part(name)
        await self._start_one(self.part(name))

    async def stop_part(self, name: str) -> None:
        """Ends a part in good order; it stays down until `start_part`."""
        part = self.part(name)
        await self._unwatch(name)
        await part.stop()

    async def kill(self, name: str, restart: bool = True) -> None:
        """SIGKILL to a part; with `restart` it comes back by itself, as after a crash."""
        part = self.part(name)
        if not restart:
            await self._unwatch(name)
        if part.running:
            part.kill()
            await part.wait()

    async def stop(self) -> None:
        """Ends all parts, the last started first, and gives the data folder back."""
        for name in reversed(self._parts):
            try:
                await self.stop_part(name)
            except Exception as problem:  # one part that resists must not keep the others alive
                self._say(f"{name:<18}did not stop in good order: {problem}")
                self._parts[name].kill()
        self._release()

    def kill_all(self) -> None:
        """SIGKILL to every part at once: what a second Ctrl-C asks for."""
        for part in self._parts.values():
            part.kill()

    async def _start_one(self, part: Part) -> None:
        begun = time.monotonic()
        try:
            await part.start()
        except OSError as problem:
            raise _cannot_start(part.name, problem) from problem
        self._say(f"{part.name:<18}ready in {time.monotonic() - begun:.1f} s")
        self._watches[part.name] = asyncio.create_task(self._keep_running(part), name=f"watch {part.name}")

    async def _keep_running(self, part: Part) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            begun = time.monotonic()
            code = await part.wait()
            if time.monotonic() - begun > _SETTLED_S:
                pause_s = _FIRST_PAUSE_S
            self._say(f"{part.name:<18}{_ending(code)}; starts again in {pause_s:.1f} s")
            pause_s = await self._revive(part, pause_s)

    async def _revive(self, part: Part, pause_s: float) -> float:
        """Starts a part again until it is ready; gives the pause to make before the next time."""
        while True:
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            begun = time.monotonic()
            try:
                await part.start()
            except Exception as problem:  # whatever it is, the next attempt may be better
                self._say(f"{part.name:<18}{problem}; tries again in {pause_s:.1f} s")
                continue
            self._say(f"{part.name:<18}ready again in {time.monotonic() - begun:.1f} s")
            return pause_s

    async def _unwatch(self, name: str) -> None:
        watch = self._watches.pop(name, None)
        if watch is not None:
            watch.cancel()
            await asyncio.wait([watch])

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _ending(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"


def _cannot_start(name: str, problem: OSError) -> CannotStart:
    """What the operating system refused, as a sentence."""
    if problem.errno == 28:  # ENOSPC
        return CannotStart("no_disk_space", name, "the disk is full", "make room and start again")
    if problem.errno in (1, 13, 30):  # EPERM, EACCES, EROFS
        return CannotStart(
            "not_writable",
            name,
            f"{problem.filename} may not be used ({problem.strerror})",
            "give this user the right to it or choose another folder",
        )
    return CannotStart("refused_by_system", name, str(problem), "mend that and start again")
