"""Renders in a few processes of their own, each document in bounded time and memory."""

import asyncio

from services.delivery.adapters.rendering.frames import Answer, Kind, Question
from services.delivery.adapters.rendering.process import WORKER, ProcessFailed, RenderingProcess
from services.delivery.ports.rendering import Source
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.logs import logger
from shared.contracts.statements import TransactionsBooked
from shared.values import Language

ATTEMPTS = 2
"""A killed process may have been the machine's fault once; twice, it is the document's."""

IDLE_S = 60.0
"""Seconds after which a process that nobody needs leaves, and its memory with it."""

MOST_WAITING = 200
"""Documents; whoever comes after them is told to come again instead of waiting without end."""

_log = logger("rendering")
_TIMEOUT_MS = 20_000
_RETRY_AFTER_SECONDS = 5.0


class RenderingPool:
    """A `Renderer` over at most `processes` processes, `timeout_ms` for each document.

    A process starts when there is a document for it, stays for the next one, and leaves when there was none for
    `idle_s` seconds; any number of callers may wait.
    """

    def __init__(
        self, *, processes: int = 2, timeout_ms: int = _TIMEOUT_MS, module: str = WORKER, idle_s: float = IDLE_S
    ) -> None:
        self._timeout_ms, self._module, self._idle_s = timeout_ms, module, idle_s
        self._room = asyncio.Semaphore(processes)
        self._waiting = 0
        self._free: dict[RenderingProcess, asyncio.TimerHandle] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._running: set[RenderingProcess] = set()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Of the processes that run now."""
        return tuple(sorted(process.id for process in self._running))

    async def invoice(self, sidecar: bytes, source: Source, language: Language) -> bytes:
        """See the port."""
        return await self._render(_question(source, language), sidecar, source.data)

    async def statement(
        self, statement: TransactionsBooked, movements: bytes, source: Source, language: Language
    ) -> bytes:
        """See the port."""
        return await self._render(_question(source, language, statement), movements, source.data)

    async def close(self) -> None:
        """End all processes."""
        running = list(self._running)
        for timer in self._free.values():
            timer.cancel()
        self._free.clear()
        self._running.clear()
        await asyncio.gather(*self._leaving, *(process.end() for process in running))

    async def _render(self, question: Question, facts: bytes, source: bytes) -> bytes:
        if self._waiting >= MOST_WAITING:
            raise Unavailable("too many documents wait to be rendered", retry_after=_RETRY_AFTER_SECONDS)
        self._waiting += 1
        try:
            async with self._room:
                answer = await self._answer(question, facts, source)
        finally:
            self._waiting -= 1
        if answer.kind is Kind.PDF:
            return answer.data
        if answer.kind is Kind.UNREADABLE:
            raise InvalidMessage("sidecar_unreadable", "what was read cannot be understood", found=answer.data.decode())
        raise _failed(answer.data.decode(errors="replace"))

    async def _answer(self, question: Question, facts: bytes, source: bytes) -> Answer:
        failure = ""
        for _ in range(ATTEMPTS):
            process = self._taken() or await self._started()
            answered = False
            try:
                async with asyncio.timeout(self._timeout_ms / 1000):
                    answer = await process.answer(question, facts, source)
                answered = True
                return answer
            except TimeoutError:
                failure = f"no page within {self._timeout_ms / 1000:g} s"
            except ProcessFailed as error:
                failure = f"the rendering process ended: {type(error).__name__}"
            finally:
                # Whoever is told to stop in the middle must not leave half an answer to the next document.
                if answered:
                    self._set_free(process)
                else:
                    _log.warning("a renderer was ended", document=question.document, why=failure or "told to stop")
                    self._running.discard(process)
                    await process.end()
        raise _failed(failure)

    def _taken(self) -> RenderingProcess | None:
        """The one that was busy last, so that what is too much leaves."""
        if not self._free:
            return None
        process, timer = self._free.popitem()
        timer.cancel()
        return process

    def _set_free(self, process: RenderingProcess) -> None:
        self._free[process] = asyncio.get_running_loop().call_later(self._idle_s, self._let_go, process)

    def _let_go(self, process: RenderingProcess) -> None:
        del self._free[process]
        self._running.discard(process)
        ending = asyncio.create_task(process.end())
        self._leaving.add(ending)
        ending.add_done_callback(self._leaving.discard)

    async def _started(self) -> RenderingProcess:
        process = await RenderingProcess.start(self._module, self._timeout_ms)
        self._running.add(process)
        return process


def _question(source: Source, language: Language, statement: TransactionsBooked | None = None) -> Question:
    return Question(
        document="invoice" if statement is None else "statement",
        language=language,
        source_name=source.name,
        source_media_type=source.media_type,
        statement=statement,
    )


def _failed(found: str) -> InvalidMessage:
    return InvalidMessage(
        "renderer_failed", "no page could be made of the document", found=found, expected="a document that fits pages"
    )
