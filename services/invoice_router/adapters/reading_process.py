"""Reads documents in a process of its own: what crashes or hangs the XML library costs one document, nothing else.

The process gets no environment of the service and answers in JSON, so a document that took it over finds no secret
there and cannot hand back anything but text. It is started when the first document comes and leaves with its parent.
"""

import asyncio
import os
import struct
import sys

from pydantic import BaseModel

from services.invoice_router.domain.invoice import Invoice
from services.invoice_router.domain.rejection import DocumentRejected

ATTEMPTS = 2
"""A killed process may have been the machine's fault once; twice, it is the document's."""

_MODULE = "services.invoice_router.adapters.reading_worker"
_START_TIMEOUT_MS = 30_000
LENGTH = struct.Struct(">Q")
READY = b"R"


class Rejection(BaseModel):
    """A `DocumentRejected` on its way between processes."""

    code: str
    location: str
    found: str
    expected: str


class Answer(BaseModel):
    """What the process says of one document: one of the two."""

    invoice: Invoice | None = None
    rejection: Rejection | None = None


class ReadingProcess:
    """An `InvoiceReader`: one process, one document at a time, `timeout_ms` for each."""

    def __init__(self, *, timeout_ms: int, module: str = _MODULE) -> None:
        self._timeout = timeout_ms / 1000
        self._module = module
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def read(self, data: bytes) -> Invoice:
        """The invoice. Raises `DocumentRejected`, also READER_FAILED when the process died or hung twice over it."""
        async with self._turn:
            answer = await self._answer(data)
        if answer.rejection is not None:
            rejection = answer.rejection
            raise DocumentRejected(rejection.code, rejection.location, rejection.found, rejection.expected)
        if answer.invoice is None:
            raise DocumentRejected("READER_FAILED", "", "no answer", "an invoice or a reason")
        return answer.invoice

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def _answer(self, data: bytes) -> Answer:
        failure = ""
        for _ in range(ATTEMPTS):
            process = self._process or await self._start()
            try:
                return await asyncio.wait_for(self._ask(process, data), self._timeout)
            except TimeoutError:
                failure = f"no answer within {self._timeout:g} s"
            except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
                failure = f"the reading process ended: {type(error).__name__}"
            finally:
                # Whoever is told to stop in the middle must not leave half an answer to the next document.
                if failure or sys.exc_info()[0] is not None:
                    await self.close()
        raise DocumentRejected("READER_FAILED", "", failure, "a document that can be read in time")

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self._module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "LC_ALL": "C.UTF-8"},
        )
        self._process = process
        _, answers = _pipes(process)
        await asyncio.wait_for(answers.readexactly(len(READY)), _START_TIMEOUT_MS / 1000)
        return process

    @staticmethod
    async def _ask(process: asyncio.subprocess.Process, data: bytes) -> Answer:
        questions, answers = _pipes(process)
        questions.write(LENGTH.pack(len(data)))
        questions.write(data)
        await questions.drain()
        (length,) = LENGTH.unpack(await answers.readexactly(LENGTH.size))
        return Answer.model_validate_json(await answers.readexactly(length))


def _pipes(process: asyncio.subprocess.Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise ConnectionError("the reading process has no pipes")
    return process.stdin, process.stdout
