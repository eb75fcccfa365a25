"""One reading process: what crashes or hangs the XML library there costs one document, nothing else.

It gets no environment of the service, so a document that took it over finds no secret there, and it leaves with its
parent. Several documents may be under way to it; it answers in their order.
"""

import asyncio
import contextlib
import os
import sys
from typing import NamedTuple

from services.invoice_router.adapters.reading_frames import HEADER_SIZE, LENGTH, READY, Header
from shared.chassis.errors import Unavailable

WORKER = "services.invoice_router.adapters.reading_worker"
_START_TIMEOUT_MS = 30_000
_BUFFER_BYTES = 1_048_576
_TICKS = os.sysconf("SC_CLK_TCK")

ProcessFailed = (asyncio.IncompleteReadError, ConnectionError, ValueError)
"""How it shows that a process died or answers nonsense."""


class Answer(NamedTuple):
    """What the process says of one document."""

    header: Header
    json: bytes
    pdf: bytes


class Effort(NamedTuple):
    """Whether a process would work if it were let, and how much processor time it has had (proc(5))."""

    runs: bool
    processor_s: float


class ReadingProcess:
    """A process that reads documents, and its two pipes."""

    def __init__(
        self, process: asyncio.subprocess.Process, questions: asyncio.StreamWriter, answers: asyncio.StreamReader
    ) -> None:
        self._process, self._questions, self._answers = process, questions, answers
        self._processor_s = 0.0

    @classmethod
    async def start(cls, module: str, timeout_ms: int) -> "ReadingProcess":
        """A process that is ready; it ends itself when a document takes far longer than `timeout_ms`.

        Raises `Unavailable`: no document is at fault when the machine has no room for another process.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                module,
                str(timeout_ms),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_BUFFER_BYTES,
                env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "LC_ALL": "C.UTF-8"},
            )
        except OSError as error:
            raise _does_not_start(error) from error
        if process.stdin is None or process.stdout is None:
            raise _does_not_start(ConnectionError())
        started = cls(process, process.stdin, process.stdout)
        try:
            await asyncio.wait_for(process.stdout.readexactly(len(READY)), _START_TIMEOUT_MS / 1000)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            await started.end()
            raise _does_not_start(error) from error
        except asyncio.CancelledError:
            await started.end()
            raise
        started._processor_s = started.effort().processor_s
        return started

    @property
    def alive(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return self._process.returncode is None

    @property
    def id(self) -> int:
        """As the system numbers it."""
        return self._process.pid

    def effort(self) -> Effort:
        """What it does now, and the seconds of processor time since its last answer."""
        try:
            with open(f"/proc/{self._process.pid}/stat", encoding="ascii", errors="replace") as file:
                # The name of the program is the second field, in brackets, and may hold anything.
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            return Effort(False, 0.0)
        return Effort(fields[0] == "R", (int(fields[11]) + int(fields[12])) / _TICKS - self._processor_s)

    def ask(self, data: bytes) -> None:
        """Send a document. Nothing waits for room in the pipe: a process that is writing an answer does not read.

        A process that ended is not told of here, where uvloop would, but by `answer`: all that is under way is.
        """
        with contextlib.suppress(RuntimeError):
            self._questions.write(LENGTH.pack(len(data)))
            self._questions.write(data)

    async def answer(self) -> Answer:
        """The next answer. Raises one of `ProcessFailed`."""
        header = Header.unpacked(await self._answers.readexactly(HEADER_SIZE))
        self._processor_s = header.processor_s
        json = await self._answers.readexactly(header.json_length)
        return Answer(header, json, await self._answers.readexactly(header.pdf_length))

    async def end(self) -> None:
        """End it, whatever it is doing."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self._questions.close()


def _does_not_start(error: Exception) -> Unavailable:
    return Unavailable(f"the reading process does not start: {type(error).__name__}")
