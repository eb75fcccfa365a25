"""One rendering process: a document that crashes or hangs the typesetter costs itself, nothing else.

It gets no environment of the service, and of the disk only a folder of its own as typesetting's whole world.
"""

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile

from services.delivery.adapters.rendering.frames import ANSWER_SIZE, LENGTHS, READY, Answer, Question
from shared.chassis.errors import Unavailable

WORKER = "services.delivery.adapters.rendering.worker"
_START_TIMEOUT_MS = 30_000
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
"""One thread: each reserves address space, and a process must have the same room on a machine with many cores."""

ProcessFailed = (asyncio.IncompleteReadError, ConnectionError, ValueError)
"""How it shows that a process died or answers nonsense."""


class RenderingProcess:
    """A process that renders one document after the other, its two pipes and its folder."""

    def __init__(self, process: asyncio.subprocess.Process, folder: str) -> None:
        self._process, self._folder = process, folder

    @classmethod
    async def start(cls, module: str, timeout_ms: int) -> "RenderingProcess":
        """A process that is ready; it ends itself when a document takes far longer than `timeout_ms`.

        Raises `Unavailable`: no document is at fault when the machine has no room for another process.
        """
        folder = tempfile.mkdtemp(prefix="relais-rendering-")
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", module, folder, str(timeout_ms)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **_ENVIRONMENT},
            )
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise _does_not_start(error) from error
        started = cls(process, folder)
        try:
            async with asyncio.timeout(_START_TIMEOUT_MS / 1000):
                await started._read(len(READY))
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            await started.end()
            raise _does_not_start(error) from error
        except asyncio.CancelledError:
            await started.end()
            raise
        return started

    @property
    def id(self) -> int:
        """As the system numbers it."""
        return self._process.pid

    async def answer(self, question: Question, facts: bytes, source: bytes) -> Answer:
        """What it says of one document. Raises one of `ProcessFailed`."""
        header = question.model_dump_json().encode()
        questions = self._process.stdin
        if questions is None:
            raise ConnectionError("the rendering process has no pipe")
        for part in (LENGTHS.pack(len(header), len(facts), len(source)), header, facts, source):
            questions.write(part)
        await questions.drain()
        kind, length = Answer.announced(await self._read(ANSWER_SIZE))
        return Answer(kind, await self._read(length))

    async def end(self) -> None:
        """End it, whatever it is doing, and take its folder away."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _read(self, length: int) -> bytes:
        if self._process.stdout is None:
            raise ConnectionError("the rendering process has no pipe")
        return await self._process.stdout.readexactly(length)


def _does_not_start(error: Exception) -> Unavailable:
    return Unavailable(f"the rendering process does not start: {type(error).__name__}")
