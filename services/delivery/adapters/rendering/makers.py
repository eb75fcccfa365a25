"""The PDF of every document and statement: found, or made once and kept."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.delivery.domain.documents import Document
from services.delivery.domain.rendering.pages import RENDERER
from services.delivery.ports.rendering import PdfFile, RenderedFiles, Renderer, RenderingMemory, Source
from shared.chassis.errors import InvalidMessage
from shared.contracts.documents import Claim
from shared.contracts.statements import TransactionsBooked
from shared.values import EnterpriseNumber, Language

_MEDIA_TYPE = "application/pdf"
_XML, _CODA = "application/xml", "application/vnd.coda"
_GONE = ("document_missing", "document_damaged")


@dataclass(slots=True)
class _Asked:
    """A PDF that is being found or made, and how many wait for it."""

    making: asyncio.Future[PdfFile]
    waiting: int = 0


class RenderingMaker:
    """A `PdfMaker` and `StatementPdfMaker`. What it made lies under the company, by its own digest."""

    def __init__(self, files: RenderedFiles, renderer: Renderer, memory: RenderingMemory) -> None:
        self._files, self._renderer, self._memory = files, renderer, memory
        self._asked: dict[tuple[str, Language], _Asked] = {}

    async def pdf_of(self, document: Document, language: Language) -> PdfFile:
        """See the port. `InvalidMessage` has `document_without_sidecar` when nothing was read of the document."""
        if document.pdf is not None:
            return PdfFile(await self._files.get(document.pdf), rendered=False)
        sidecar, original = document.sidecar, document.document
        if sidecar is None or original is None:
            raise InvalidMessage("document_without_sidecar", "nothing was read of the document", expected="a sidecar")

        async def make() -> bytes:
            source = Source(f"{document.family or 'document'}.xml", _XML, await self._files.get(original))
            return await self._renderer.invoice(await self._files.get(sidecar), source, language)

        return await self._kept(document.document_id, document.enterprise_number, language, make)

    async def pdf_of_statement(self, statement: TransactionsBooked, language: Language) -> bytes:
        """See the port. The bank's own lines are inside; it is kept for the next time."""

        async def make() -> bytes:
            source = Source("statement.cod", _CODA, await self._files.get(statement.statement))
            movements = await self._files.get(statement.movements)
            return await self._renderer.statement(statement, movements, source, language)

        return (await self._kept(statement.statement_id, statement.enterprise_number, language, make)).data

    async def _kept(
        self, subject: str, number: EnterpriseNumber, language: Language, make: Callable[[], Awaitable[bytes]]
    ) -> PdfFile:
        """Made once for all who ask at one time: the channels of an office all want the document that just came. The
        last one who goes away before it is there ends it."""
        key = (subject, language)
        asked = self._asked.get(key)
        if asked is None:
            making = asyncio.ensure_future(self._found_or_made(subject, number, language, make))
            asked = self._asked[key] = _Asked(making)
        asked.waiting += 1
        try:
            return await asyncio.shield(asked.making)
        finally:
            asked.waiting -= 1
            if not asked.waiting:
                # Before it ends: whoever comes now must not wait for what was told to stop.
                del self._asked[key]
                asked.making.cancel()

    async def _found_or_made(
        self, subject: str, number: EnterpriseNumber, language: Language, make: Callable[[], Awaitable[bytes]]
    ) -> PdfFile:
        claim = await self._memory.rendering(subject, language, RENDERER)
        known = await self._found(claim) if claim is not None else None
        if known is not None:
            return PdfFile(known, rendered=True)
        data = await make()
        claim = await self._files.put(data, number, _MEDIA_TYPE)
        await self._memory.remember(subject, language, RENDERER, number, claim)
        return PdfFile(data, rendered=True)

    async def _found(self, claim: Claim) -> bytes | None:
        """None where it was swept or damaged since: it can be made again."""
        try:
            return await self._files.get(claim)
        except InvalidMessage as error:
            if error.code not in _GONE:
                raise
            return None
