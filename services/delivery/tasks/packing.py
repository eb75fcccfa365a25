"""Gathering what a channel sends of one document: the original, its PDF, everything that was read of it."""

import asyncio

from services.delivery.domain.channels import Channel, FileKind
from services.delivery.domain.documents import Document
from services.delivery.domain.files import File, Parcel, file_name, parcel_id, sidecar_file
from services.delivery.domain.handovers import Handover
from services.delivery.ports import Originals
from services.delivery.ports.rendering import PdfMaker
from shared.chassis.errors import InvalidMessage
from shared.values import Language

PDF_SECONDS = 12.0
"""A PDF that is not there within so long is waited for once more: no document holds up its channel for good."""
_WAITS = 2


class Packer:
    """Reads the document store, and has a PDF made where there is none, within `pdf_seconds`."""

    def __init__(self, originals: Originals, pdfs: PdfMaker, pdf_seconds: float = PDF_SECONDS) -> None:
        self._originals, self._pdfs, self._pdf_seconds = originals, pdfs, pdf_seconds

    async def pack(self, channel: Channel, handover: Handover, document: Document, language: Language) -> Parcel:
        """The same whenever it is packed again. Without a PDF where no renderer survives the document, or ends with it
        in time: the XML counts.

        Raises `Unavailable`; `TimeoutError` at the first try with such a PDF; `InvalidMessage` for a document of which
        the bytes are lost.
        """
        files: list[File] = []
        without_pdf = False
        for kind in channel.files:
            try:
                file = await self._file(kind, document, channel.language or language)
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
