"""Reads documents in a process of its own: what crashes or hangs the XML library costs one document, nothing else.

The process gets no environment of the service and answers in JSON, so a document that took it over finds no secret
there and cannot hand back anything but text. It is started when the first document comes and leaves with its parent.
"""

import asyncio
import os
import struct
import sys

from pydantic import Base64Bytes, BaseModel

from services.invoice_router.domain.reading import Reading
from services.invoice_router.domain.rejection import DocumentRejected
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.contracts.sales_invoices import SalesInvoice

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

    invoice: SalesInvoice | None = None
    pdf: Base64Bytes | None = None
    rejection: Rejection | None = None


class ReadingProcess:
    """An `InvoiceReader`: one process, one document at a time, `timeout_ms` for each."""

    def __init__(self, *, timeout_ms: int, module: str = _MODULE) -> None:
        self._timeout = timeout_ms / 1000
        self._module = module
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def read(self, data: bytes) -> Reading:
        """The invoice. Raises `DocumentRejected`; `InvalidMessage` `reader_failed` when the process died or hung
        twice over the document: its bytes are kept and read again by a later reader; `Unavailable` when the process
        does not start.
        """
        async with self._turn:
            answer = await self._answer(data)
        if answer.rejection is not None:
            rejection = answer.rejection
            raise DocumentRejected(rejection.code, rejection.location, rejection.found, rejection.expected)
        if answer.invoice is None:
            raise _failed("neither an invoice nor a reason")
        return Reading(answer.invoice, answer.pdf)

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def _answer(self, data: bytes) -> Answer:
        failure = ""
        for _ in range(ATTEMPTS):
            answered = False
            try:
                process = self._process or await self._start()
                answer = await asyncio.wait_for(self._ask(process, data), self._timeout)
                answered = True
                return answer
            except TimeoutError:
                failure = f"no answer within {self._timeout:g} s"
            except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
                failure = f"the reading process ended: {type(error).__name__}"
            finally:
                # Whoever is told to stop in the middle must not leave half an answer to the next document.
                if not answered:
                    await self.close()
        raise _failed(failure)

    async def _start(self) -> asyncio.subprocess.Process:
        try:
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
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            # No document is at fault: the machine has no room for another process, or it was killed.
            raise Unavailable(f"the reading process does not start: {type(error).__name__}") from error
        return process

    @staticmethod
    async def _ask(process: asyncio.subprocess.Process, data: bytes) -> Answer:
        questions, answers = _pipes(process)
        questions.write(LENGTH.pack(len(data)))
        questions.write(data)
        await questions.drain()
        (length,) = LENGTH.unpack(await answers.readexactly(LENGTH.size))
        return Answer.model_validate_json(await answers.readexactly(length))


def _failed(found: str) -> InvalidMessage:
    return InvalidMessage(
        "reader_failed", "the document could not be read", found=found, expected="a document that can be read in time"
    )


def _pipes(process: asyncio.subprocess.Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise ConnectionError("the reading process has no pipes")
    return process.stdin, process.stdout
