"""Gathering what a channel sends of one document or statement: the original, its PDF, all that was read of it."""

import asyncio
from typing import cast

from services.delivery.domain.camt import camt053
from services.delivery.domain.channels import Channel, FileKind, StatementFileKind
from services.delivery.domain.deliverables import Deliverable, Filed, filed
from services.delivery.domain.documents import Document
from services.delivery.domain.files import File, Parcel, file_name, parcel_id, sidecar_file, statement_file_name
from services.delivery.domain.handovers import Handover
from services.delivery.domain.office_notices import OfficeNotice
from services.delivery.domain.statement_sidecars import statement_json
from services.delivery.domain.statements import RoutedStatement
from services.delivery.ports import Originals
from services.delivery.ports.rendering import PdfsOfBoth
from shared.chassis.errors import InvalidMessage
from shared.values import Language

PDF_SECONDS = 12.0
"""A PDF that is not there within so long is waited for once more: no document holds up its channel for good."""
_WAITS = 2
MADE_BYTES = 1_000_000
"""What a file that is made here takes at most, as a rule."""
NOTICE_BYTES = 50_000
"""What a notice takes, as its call too."""
_AS_MAIL = 3
"""A file inside a mail or a call is there as it is, in base64, and as part of the whole."""


class Packer:
    """Reads the document store, and has a PDF made where there is none, within `pdf_seconds`."""

    def __init__(self, originals: Originals, pdfs: PdfsOfBoth, pdf_seconds: float = PDF_SECONDS) -> None:
        self._originals, self._pdfs, self._pdf_seconds = originals, pdfs, pdf_seconds

    async def pack(self, channel: Channel, handover: Handover, document: Deliverable, language: Language) -> Parcel:
        """The same whenever it is packed again. Without a PDF where no renderer survives the document, or ends with it
        in time: the XML, or what the bank wrote, counts.

        Raises `Unavailable`; `TimeoutError` at the first try with such a PDF; `InvalidMessage` for a document of which
        the bytes are lost.
        """
        files: list[File] = []
        without_pdf = False
        for kind in self._kinds(channel, document):
            try:
                file = await self._of(kind, filed(document), channel.language or language)
            except InvalidMessage:
                if kind != "pdf":
                    raise
                without_pdf, file = True, None
            except TimeoutError:
                if kind != "pdf" or handover.attempts + 1 < _WAITS:
                    raise
                without_pdf, file = True, None
            if file is not None:
                files.append(file)
        return Parcel(
            parcel_id=parcel_id(channel.channel_id, document, handover.occasion),
            document=document,
            added_at=handover.added_at,
            language=channel.language or language,
            occasion=handover.occasion,
            files=tuple(files),
            without_pdf=without_pdf,
        )

    @staticmethod
    def weight(channel: Channel, document: Deliverable) -> int:
        """How many bytes a parcel takes in memory until the receiver has it, as far as is known before it is packed."""
        if isinstance(document, OfficeNotice):
            return NOTICE_BYTES
        if isinstance(document, RoutedStatement):
            claims = {"cod": document.body.statement, "json": document.body.movements, "xml": document.body.movements}
            sizes = [claims[kind].size if kind in claims else MADE_BYTES for kind in channel.statement_files]
        else:
            sent = {"xml": document.document, "json": document.sidecar, "pdf": document.pdf}
            sizes = [claim.size if (claim := sent[kind]) is not None else MADE_BYTES for kind in channel.files]
        return sum(sizes) * (_AS_MAIL if channel.kind in ("mail", "webhook") else 1)

    @staticmethod
    def _kinds(channel: Channel, document: Deliverable) -> tuple[FileKind | StatementFileKind, ...]:
        if isinstance(document, OfficeNotice):
            return ()
        return channel.statement_files if isinstance(document, RoutedStatement) else channel.files

    async def _of(self, kind: FileKind | StatementFileKind, document: Filed, language: Language) -> File | None:
        if isinstance(document, RoutedStatement):
            return await self._of_statement(kind, document, language)
        return await self._file(cast(FileKind, kind), document, language)

    async def _of_statement(self, kind: StatementFileKind, statement: RoutedStatement, language: Language) -> File:
        body = statement.body
        name = statement_file_name(body, kind)
        if kind == "cod":
            return File(kind, name, await self._originals.get(body.statement))
        if kind == "pdf":
            async with asyncio.timeout(self._pdf_seconds):
                return File(kind, name, await self._pdfs.pdf_of_statement(body, language), made_here=True)
        movements = await self._originals.get(body.movements)
        if kind == "json":
            return File(kind, name, statement_json(body, movements, statement), made_here=True)
        # Long statements take a while, in which others are handed over.
        return File(kind, name, await asyncio.to_thread(camt053, [(body, movements)]), made_here=True)

    async def _file(self, kind: FileKind, document: Document, language: Language) -> File | None:
        """None for a sidecar of the time before there were any."""
        name = file_name(document, kind)
        if kind == "pdf":
            async with asyncio.timeout(self._pdf_seconds):
                pdf = await self._pdfs.pdf_of(document, language)
            return File(kind, name, pdf.data, made_here=pdf.rendered)
        if kind == "json":
            if document.sidecar is None:
                return None
            sidecar = sidecar_file(document, await self._originals.get(document.sidecar))
            return File(kind, name, sidecar, made_here=True)
        if document.document is None:
            raise InvalidMessage("document_unreadable", "there are no bytes of this document")
        return File(kind, name, await self._originals.get(document.document))
