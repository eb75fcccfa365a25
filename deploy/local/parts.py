"""What the supervisor starts: a part with a name, a command and a way to tell that it is ready."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from deploy.local.problems import CannotStart
from deploy.local.processes import Child, Command, last_words

_POLL_S = 0.05


class Part:
    """One process of the platform. Subclasses say how to prepare it, run it and see that it is ready."""

    name: str
    log: Path
    ready_timeout_s: float = 180.0
    """For one that hangs: one that cannot start ends by itself and is told at once. Beside two other platforms on two
    busy cores a whole one took 42 s."""
    stop_timeout_s: float = 15.0

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self.child: Child | None = None

    async def prepare(self) -> None:
        """What must be true before the process starts; raises `CannotStart`."""

    def command(self) -> Command:
        """What to run."""
        raise NotImplementedError(f"{type(self).__name__} has no command")

    async def is_ready(self) -> bool:
        """Whether it answers its clients now."""
        raise NotImplementedError(f"{type(self).__name__} has no ready check")

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self.child is not None and self.child.running

    async def start(self) -> None:
        """Starts it and returns when it is ready; raises `CannotStart` and leaves nothing running."""
        await self.prepare()
        self.child = Child(self.command())
        try:
            await self._become_ready(self.child)
        except BaseException:
            self.child.kill()
            raise

    async def stop(self) -> None:
        """Ends it in good order; nothing to do when it does not run."""
        if self.child is not None:
            await self.child.stop(self.stop_timeout_s)

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self.child is not None:
            self.child.kill()

    async def wait(self) -> int:
        """Its exit code, when it ends."""
        if self.child is None:
            raise RuntimeError(f"{self.name} was never started")
        return await self.child.wait()

    async def _become_ready(self, child: Child) -> None:
        deadline = time.monotonic() + self.ready_timeout_s
        while not await self.is_ready():
            if not child.running:
                code = await child.wait()
                raise CannotStart(
                    "ended",
                    self.name,
                    f"it ended with code {code}: {last_words(self.log)}",
                    f"read {self.log}",
                )
            if time.monotonic() > deadline:
                found = f"it was not ready after {self.ready_timeout_s:.0f} s"
                raise CannotStart("not_ready", self.name, found, f"read {self.log}")
            await asyncio.sleep(_POLL_S)


class ProcessPart(Part):
    """A part that is nothing but a command and an address to ask."""

    def __init__(self, name: str, command: Command, ready: Callable[[], Awaitable[bool]]) -> None:
        super().__init__(name, command.log)
        self._command = command
        self._ready = ready

    def command(self) -> Command:
        """What to run."""
        return self._command

    async def is_ready(self) -> bool:
        """Whether it answers its clients now."""
        return await self._ready()


async def answers_http(port: int, path: str = "/ready", timeout_s: float = 2.0) -> bool:
    """Whether `GET path` on 127.0.0.1 is answered with status 200 (HTTP/1.1, RFC 9112)."""
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
                status = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
    return status.split(b" ")[1:2] == [b"200"]
