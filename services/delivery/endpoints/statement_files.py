"""The files of one statement: the bank's own lines, a replica for the eye, camt.053, everything that was read."""

import asyncio
from typing import Annotated, Literal, NamedTuple, cast

from fastapi import APIRouter, Depends, Header, Query, Response

from services.delivery.domain.camt import camt053
from services.delivery.domain.channels import StatementFileKind
from services.delivery.domain.files import MEDIA_TYPES, statement_file_name
from services.delivery.domain.statement_lists import StatementRow
from services.delivery.domain.statement_sidecars import statement_json
from services.delivery.domain.statements import RoutedStatement
from services.delivery.endpoints.answers import Responses, bytes_described
from services.delivery.endpoints.originals import digest_headers, digest_of, language_of, made, read_bytes
from services.delivery.endpoints.statements import found_statement, note_statement_fetched
from services.delivery.ports import ReadingStore
from services.delivery.ports.rendering import StatementPdfMaker
from shared.chassis.http import Call, caller
from shared.contracts.statements import TransactionsBooked
from shared.values import Language

routes = APIRouter()
Reader = Annotated[Call, Depends(caller("office", "software"))]
Wanted = Annotated[
    Literal["nl", "fr", "de", "en"] | None,
    Query(description="of the page; by default the office's, for a software that of Accept-Language"),
]
Accepted = Annotated[str | None, Header(alias="Accept-Language", include_in_schema=False)]


def _described(media_type: str, description: str) -> Responses:
    """A file that is saved under a name of its own (RFC 6266)."""
    told = bytes_described(media_type, description)
    name = {"description": "a harmless file name", "schema": {"type": "string"}}
    told[200]["headers"] |= {"Content-Disposition": name}
    return told


@routes.get(
    "/v1/statements/{statement_id}/coda", responses=_described("application/vnd.coda", "the bank's lines byte for byte")
)
async def read_statement_coda(statement_id: str, call: Reader) -> Response:
    """The statement as the bank wrote it (CODA 2), cut out of its file. 404 `statement_unknown`, also for somebody
    else's; 503 `temporarily_unavailable`."""
    found = await _at_hand(statement_id, call)
    return await _file(call, found, "cod", await read_bytes(call, found.body.statement))


@routes.get("/v1/statements/{statement_id}/pdf", responses=_described("application/pdf", "a replica for the eye"))
async def read_statement_pdf(
    statement_id: str, call: Reader, language: Wanted = None, accepted: Accepted = None
) -> Response:
    """A page made of the statement (PDF/A-3, the bank's lines inside). 422 `document_invalid` where none can be made;
    404 and 503 as for the bank's lines."""
    found = await _at_hand(statement_id, call)
    maker: StatementPdfMaker = call.resources["statement_pdf_maker"]
    told = Language(language) if language is not None else await language_of(call, accepted)
    return await _file(call, found, "pdf", await made(maker.pdf_of_statement(found.body, told)))


@routes.get("/v1/statements/{statement_id}/xml", responses=_described("application/xml", "ISO 20022 camt.053.001.08"))
async def read_statement_camt(statement_id: str, call: Reader) -> Response:
    """The statement as a message camt.053.001.08. 404 and 503 as for the bank's lines."""
    found = await _at_hand(statement_id, call)
    movements = await read_bytes(call, found.body.movements)
    # Long statements take a while, in which other calls are answered.
    return await _file(call, found, "xml", await made(asyncio.to_thread(camt053, [(found.body, movements)])))


@routes.get(
    "/v1/statements/{statement_id}/json",
    responses=_described("application/json", "everything that was read of the statement"),
)
async def read_statement_json(statement_id: str, call: Reader) -> Response:
    """Account, balances, totals and every movement as one JSON object; for an office also, under `relais`, its client
    code. 404 and 503 as for the bank's lines."""
    found = await _at_hand(statement_id, call)
    movements = await read_bytes(call, found.body.movements)
    return await _file(call, found, "json", statement_json(found.body, movements, found.routed))


@routes.get(
    "/v1/statements/{statement_id}/movements",
    responses=bytes_described("application/x-ndjson", "one movement as a JSON object a line"),
)
async def read_movements(statement_id: str, call: Reader) -> Response:
    """One JSON object a line, in the order of the file. 404 `statement_unknown`, also for somebody else's."""
    found = await _at_hand(statement_id, call)
    data = await read_bytes(call, found.body.movements)
    await note_statement_fetched(call, found.body.statement_id)
    return Response(data, headers={"Content-Type": "application/x-ndjson", **digest_headers(found.body.movements)})


class _Found(NamedTuple):
    """What was booked, and how an office has it."""

    body: TransactionsBooked
    routed: RoutedStatement | None


async def _at_hand(statement_id: str, call: Call) -> _Found:
    async with call.transaction() as tx:
        found = await found_statement(call, cast(ReadingStore, tx.store), statement_id)
    if isinstance(found, StatementRow):
        return _Found(found.statement.body, found.statement)
    return _Found(found.body, None)


async def _file(call: Call, found: _Found, kind: StatementFileKind, data: bytes) -> Response:
    await note_statement_fetched(call, found.body.statement_id)
    told = {
        "Content-Type": MEDIA_TYPES[kind],
        # Letters, digits, dots and dashes only, so that no client needs `filename*`.
        "Content-Disposition": f'attachment; filename="{statement_file_name(found.body, kind)}"',
        **digest_of(data),
    }
    return Response(data, headers=told)
