"""Downloads the v2 way: one document or one statement in one of its formats.

Whatever a client says that it accepts, it gets what it asked for by the path (fact 3).
"""

import asyncio
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Response

from services.delivery.domain.ascii_coda import in_ascii
from services.delivery.domain.camt import camt053
from services.delivery.domain.documents import AT_OFFICE, Document
from services.delivery.domain.pods import FORMATS, PodEntry, PodSettings
from services.delivery.endpoints.originals import digest_of, made, read_bytes
from services.delivery.endpoints.pod_clients import language_of
from services.delivery.endpoints.pod_progress import note_fetched
from services.delivery.endpoints.pod_settings import may_fetch, settings_of
from services.delivery.endpoints.pods import entry_name, entry_unknown
from services.delivery.endpoints.statements import note_statement_fetched
from services.delivery.ports import ReadingStore
from services.delivery.ports.rendering import PdfMaker, StatementPdfMaker
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.contracts.documents import Claim
from shared.contracts.statements import TransactionsBooked
from shared.values import Language
from shared.values.days import belgian_day

routes = APIRouter()
Fetcher = Annotated[Call, Depends(caller("office", "connection"))]
MEDIA_TYPES = {"cod": "application/vnd.coda", "pdf": "application/pdf", "xml": "application/xml"}


def files_described() -> dict[int | str, dict[str, Any]]:
    """The answer: bytes in the media type of the format."""
    digest = {"description": "`sha-256=:…:` of the bytes", "schema": {"type": "string"}}
    content = {media: {"schema": {"type": "string", "format": "binary"}} for media in sorted(MEDIA_TYPES.values())}
    return {200: {"description": "the bytes", "content": content, "headers": {"Repr-Digest": digest}}}


@routes.get("/v2/delivery/download/{feed_index}/{format}", responses=files_described())
async def download_from_pod(feed_index: str, format: str, call: Fetcher) -> Response:
    """The bytes: of a statement `cod` (in ASCII unless the bank's bytes were chosen), `pdf` or `xml` (camt.053.001.08),
    of a sales invoice `xml` (as it was sent) or `pdf`. That it was read is known from the first time on.

    404 `feed_entry_unknown`, also for somebody else's; 404 `format_not_offered`; 503 `temporarily_unavailable`.
    """
    return await _download(call, feed_index, format)


@routes.get("/v2/delivery/redownload/{feed_index}/{format}", responses=files_described())
async def redownload_from_pod(feed_index: str, format: str, call: Fetcher) -> Response:
    """The same for an entry of the list of what is delivered again."""
    return await _download(call, feed_index, format)


async def _download(call: Call, feed_index: str, wanted: str) -> Response:
    may_fetch(call)
    name = entry_name(feed_index)
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        entry = await store.pod_entry(name)
        settings = await settings_of(call, store)
        language = await language_of(call, store, belgian_day(tx.now))
    if entry is None or (entry.document is not None and not _at_office(entry.document)):
        raise entry_unknown()
    if wanted not in FORMATS[entry.model]:
        offered = " or ".join(FORMATS[entry.model])
        raise Problem(404, "format_not_offered", f"A document of this kind is served as {offered}.")
    data = await _bytes(call, entry, wanted, settings, language)
    if entry.document is not None:
        async with call.transaction() as tx:
            await note_fetched(tx, entry)
    elif entry.statement is not None:
        await note_statement_fetched(call, entry.statement.statement_id)
    return Response(data, headers={"Content-Type": MEDIA_TYPES[wanted], **digest_of(data)})


async def _bytes(call: Call, entry: PodEntry, wanted: str, settings: PodSettings, language: Language) -> bytes:
    if entry.document is not None:
        return await _of_document(call, entry.document, wanted, language)
    statement = cast(TransactionsBooked, entry.statement)
    if wanted == "cod":
        data = await read_bytes(call, statement.statement)
        return in_ascii(data) if settings.cod == "ascii" else data
    if wanted == "xml":
        movements = await read_bytes(call, statement.movements)
        return await made(asyncio.to_thread(camt053, [(statement, movements)]))
    maker: StatementPdfMaker = call.resources["statement_pdf_maker"]
    return await made(maker.pdf_of_statement(statement, language))


async def _of_document(call: Call, document: Document, wanted: str, language: Language) -> bytes:
    if wanted == "xml":
        return await read_bytes(call, cast(Claim, document.document))
    maker: PdfMaker = call.resources["pdf_maker"]
    return (await made(maker.pdf_of(document, language))).data


def _at_office(document: Document) -> bool:
    return document.document is not None and document.state in AT_OFFICE
