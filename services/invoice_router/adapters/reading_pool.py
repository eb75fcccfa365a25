"""Reads documents in processes of their own, each document in bounded time and memory.

A process gets its next documents before it has answered the ones before, so it never waits for the pipe. It answers in
order: whatever kills or hangs it is the oldest document under way. That one is tried again with nothing else under
way, and refused when it happens again; the others go on as if nothing had been.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from services.invoice_router.adapters.reading_frames import Kind, Rejection
from services.invoice_router.adapters.reading_process import WORKER, Answer, ProcessFailed, ReadingProcess
from services.invoice_router.domain.heads import Sidecar
from services.invoice_router.domain.reading import Reading
from services.invoice_router.domain.rejection import DocumentRejected
from shared.chassis.errors import Unavailable
from shared.contracts.sales_invoices import SalesInvoice

ATTEMPTS = 2
"""A killed process may have been the machine's fault once; twice, it is the document's."""

_PATIENCE = 4
"""Times the limit that a document waits at most for a process that the machine does not let work."""

_HAD_ITS_TIME = 0.75
"""Of the limit: at least as much processor time has whoever works all the while on a machine with room for it."""

IDLE_S = 60.0
"""Seconds after which a process that nobody needs leaves: it keeps some fifty megabytes, and starts in a second."""

_UNDER_WAY = 8
_BYTES_UNDER_WAY = 500_000
"""Beyond this nothing is sent ahead: a large document takes longer to read than the next one takes to arrive."""


@dataclass(slots=True, eq=False)
class _Document:
    data: bytes
    answer: "asyncio.Future[Answer]"
    failures: list[DocumentRejected] = field(default_factory=list)

    @property
    def alone(self) -> bool:
        """Whether nothing else may be under way with it."""
        return bool(self.failures)

    def refuse(self, error: Exception) -> None:
        """Tell whoever waits, if anyone still does."""
        if not self.answer.done():
            self.answer.set_exception(error)


class ReadingPool:
    """An `InvoiceReader` over at most `processes` processes, `timeout_ms` for each document.

    A process starts when there is a document for it, and leaves when there was none for `idle_s` seconds; any number
    of callers may wait at once.
    """

    def __init__(self, *, timeout_ms: int, processes: int = 1, module: str = WORKER, idle_s: float = IDLE_S) -> None:
        self._timeout_ms, self._most, self._module, self._idle_s = timeout_ms, processes, module, idle_s
        self._waiting: deque[_Document] = deque()
        self._idle: list[asyncio.Future[None]] = []
        self._slots: set[asyncio.Task[None]] = set()
        self._running: set[ReadingProcess] = set()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Of the processes that run now."""
        return tuple(sorted(process.id for process in self._running))

    async def read(self, data: bytes) -> Reading:
        """The invoice in values. Raises as `read_sidecar`."""
        found = await self.read_sidecar(data)
        return Reading(SalesInvoice.model_validate_json(found.json), found.pdf)

    async def read_sidecar(self, data: bytes) -> Sidecar:
        """The invoice as the process wrote it. Raises `DocumentRejected`, with READER_FAILED when the process died
        or hung twice over the document; `Unavailable` when no process starts.
        """
        document = _Document(data, asyncio.get_running_loop().create_future())
        self._waiting.append(document)
        self._wake()
        answer = await document.answer
        if answer.header.kind is Kind.REJECTION:
            raise Rejection.model_validate_json(answer.json).error()
        return Sidecar(answer.json, answer.pdf or None)

    async def close(self) -> None:
        """End all processes; whoever still waits is told `Unavailable`."""
        slots = list(self._slots)
        for slot in slots:
            slot.cancel()
        await asyncio.gather(*slots, return_exceptions=True)
        self._give_up()

    def _give_up(self) -> None:
        while self._waiting:
            self._waiting.popleft().refuse(Unavailable("the reader was closed"))

    def _wake(self) -> None:
        """See to it that somebody looks at what waits."""
        while self._idle:
            turn = self._idle.pop()
            if not turn.done():
                turn.set_result(None)
                return
        if len(self._slots) < self._most:
            slot = asyncio.create_task(self._serve())
            self._slots.add(slot)
            slot.add_done_callback(self._slots.discard)

    async def _serve(self) -> None:
        """One process after the other, one document after the other."""
        process: ReadingProcess | None = None
        try:
            while True:
                document = self._first_waiting()
                if document is None:
                    process = await self._pause(process)
                    continue
                if process is not None and not process.alive:
                    await self._ended(process)
                    process = None
                process = process or await self._started(document)
                if process is not None and not await self._converse(process, document):
                    await self._ended(process)
                    process = None
        finally:
            if process is not None:
                await self._ended(process)

    def _first_waiting(self) -> _Document | None:
        while self._waiting:
            document = self._waiting.popleft()
            if not document.answer.done():
                return document
        return None

    async def _pause(self, process: ReadingProcess | None) -> ReadingProcess | None:
        """Until somebody is to look at what waits. The process then, None where it was ended meanwhile."""
        turn = asyncio.get_running_loop().create_future()
        self._idle.append(turn)
        if process is not None:
            await asyncio.wait({turn}, timeout=self._idle_s)
            if not turn.done():
                # The turn stands all the while: whoever comes now is not overlooked.
                await self._ended(process)
                process = None
        await turn
        return process

    async def _started(self, document: _Document) -> ReadingProcess | None:
        try:
            process = await ReadingProcess.start(self._module, self._timeout_ms)
        except Unavailable as error:
            document.refuse(error)
            return None
        except asyncio.CancelledError:
            document.refuse(Unavailable("the reader was closed"))
            raise
        self._running.add(process)
        return process

    async def _ended(self, process: ReadingProcess) -> None:
        self._running.discard(process)
        await process.end()

    async def _converse(self, process: ReadingProcess, first: _Document) -> bool:
        """Have it read `first` and what may be sent after it. False when the process is of no use any more."""
        under_way = deque([first])
        process.ask(first.data)
        try:
            while under_way:
                self._send_ahead(process, under_way)
                answer, failure = await self._answer(process)
                document = under_way.popleft()
                if failure is not None:
                    self._blame(document, failure)
                elif answer is not None and not document.answer.done():
                    document.answer.set_result(answer)
                if answer is None or failure is not None or answer.header.leaves:
                    return False
            return True
        except asyncio.CancelledError:
            for document in under_way:
                document.refuse(Unavailable("the reader was closed"))
            under_way.clear()
            raise
        finally:
            # Those behind the one that failed were not looked at: they come first, and for whoever is free.
            self._waiting.extendleft(reversed(under_way))
            for _ in under_way:
                self._wake()

    async def _answer(self, process: ReadingProcess) -> tuple[Answer | None, DocumentRejected | None]:
        """The next answer, or how the document that it was about failed."""
        asked = asyncio.ensure_future(process.answer())
        try:
            await self._patiently(asked, process)
            answer = await asked
        except TimeoutError:
            return None, _failed(f"no answer within {self._timeout_ms / 1000:g} s")
        except ProcessFailed as error:
            return None, _failed(f"the reading process ended: {type(error).__name__}")
        finally:
            asked.cancel()
        if answer.header.kind is Kind.EXHAUSTED:
            return answer, DocumentRejected("XML_TOO_LARGE", "", "more memory than allowed", "a smaller document")
        return answer, None

    async def _patiently(self, asked: "asyncio.Future[Answer]", process: ReadingProcess) -> None:
        """Wait for the answer. Raises `TimeoutError`, later when it is the machine that is slow: a process that would
        work and was not let has not had its time.
        """
        limit_s = self._timeout_ms / 1000
        for patience in range(_PATIENCE, 0, -1):
            await asyncio.wait({asked}, timeout=limit_s)
            if asked.done():
                return
            now = process.effort()
            if patience == 1 or not now.runs or now.processor_s > limit_s * _HAD_ITS_TIME:
                raise TimeoutError

    def _send_ahead(self, process: ReadingProcess, under_way: deque[_Document]) -> None:
        while self._waiting and not self._waiting[0].alone and _has_room(under_way):
            document = self._waiting.popleft()
            if not document.answer.done():
                under_way.append(document)
                process.ask(document.data)

    def _blame(self, document: _Document, failure: DocumentRejected) -> None:
        document.failures.append(failure)
        if len(document.failures) >= ATTEMPTS:
            document.refuse(failure)
        else:
            self._waiting.append(document)


def _has_room(under_way: deque[_Document]) -> bool:
    if under_way[0].alone or len(under_way) >= _UNDER_WAY:
        return False
    return sum(len(document.data) for document in under_way) < _BYTES_UNDER_WAY


def _failed(found: str) -> DocumentRejected:
    return DocumentRejected("READER_FAILED", "", found, "a document that can be read in time")
