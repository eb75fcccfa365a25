"""Many documents at once: each has its answer, and all that can be taken are taken in one transaction."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import Depends
from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from services.intake.domain.batches import BatchUnusable, Item, items_of_archive, items_of_lines
from services.intake.domain.connections import Connection
from services.intake.domain.documents import (
    LARGEST_BYTES,
    PDF,
    XML,
    Handed,
    Unusable,
    flaw_of_connection,
    handed,
    submitted,
)
from services.intake.domain.submissions import suspended
from services.intake.endpoints.answers import Answer, answered_once, problem
from services.intake.endpoints.bodies import ARCHIVE_TYPES, read_batch
from services.intake.endpoints.documents import CONNECTION_HEADER, active_connection, named_connection
from services.intake.endpoints.taken import TakenBatch, batches_described, taken
from services.intake.ports import IntakeStore
from shared.chassis.calls import CallTransaction
from shared.chassis.documents import Documents
from shared.chassis.http import Call, caller, router
from shared.contracts.documents import Claim
from shared.values import ConnectionId, Sha256

routes = router()

_STORED_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class _Stored:
    """A document of the batch whose bytes are in the store."""

    connection: Connection
    document: Claim
    pdf: Claim | None


@routes.post(
    "/v1/documents/batch", status_code=202, responses=taken(TakenBatch, 202), openapi_extra=batches_described()
)
async def hand_in_batch(
    request: Request, call: Annotated[Call, Depends(caller("connection", "software", scope="invoices:write"))]
) -> JSONResponse:
    """Hand in up to 1,000 invoices and credit notes: a ZIP with `.xml` files (a `.pdf` of the same name goes with
    each), or lines of JSON with `id`, `document` or `document_base64`, `pdf_base64`, `connection`.

    The answer says of each, in the order in which they came, whether it was taken, came before (`duplicate`) or
    cannot be taken and why. A software names the connection in the header `Relais-Connection` or in each line.
    """
    kind, body = await read_batch(request)
    usual = await _usual_connection(call, request)
    items = items_of_archive(body) if kind in ARCHIVE_TYPES else items_of_lines(body)
    connections: dict[ConnectionId, Connection | Unusable] = {}
    if usual is not None:
        connections[usual.connection_id] = usual
    stored: list[tuple[str, _Stored | Unusable]] = []
    try:
        async for part in iterate_in_threadpool(_in_parts(items)):
            stored += await asyncio.gather(*(_store(call, item, usual, connections) for item in part))
    except BatchUnusable as error:
        raise problem(error.flaw) from None
    asked = f"batch {usual.connection_id if usual else call.principal.id} {Sha256.of(body)}"
    return await answered_once(call, asked.encode(), lambda tx, store: _take(tx, store, stored))


async def _usual_connection(call: Call, request: Request) -> Connection | None:
    """The connection of every document that names none."""
    if call.principal.kind == "software" and CONNECTION_HEADER not in request.headers:
        return None
    return await active_connection(call, named_connection(call, request, None))


def _in_parts(items: Iterator[Item]) -> Iterator[list[Item]]:
    """A few at a time, and fewer large ones, so that never the whole batch is unpacked in memory."""
    part: list[Item] = []
    size = 0
    for item in items:
        part.append(item)
        size += len(item.document) + len(item.pdf or b"")
        if len(part) == _STORED_AT_ONCE or size >= LARGEST_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


async def _store(
    call: Call, item: Item, usual: Connection | None, known: dict[ConnectionId, Connection | Unusable]
) -> tuple[str, _Stored | Unusable]:
    """Puts the bytes under the company whose they are. Raises `Unavailable`: then nothing of the batch is taken."""
    if item.flaw is not None:
        return item.name, item.flaw
    connection = await _connection_of(call, item, usual, known)
    if isinstance(connection, Unusable):
        return item.name, connection
    documents, owner = cast(Documents, call.resources["documents"]), connection.enterprise_number
    claim = await documents.put(item.document, owner, XML)
    pdf = await documents.put(item.pdf, owner, PDF) if item.pdf is not None else None
    return item.name, _Stored(connection, claim, pdf)


async def _connection_of(
    call: Call, item: Item, usual: Connection | None, known: dict[ConnectionId, Connection | Unusable]
) -> Connection | Unusable:
    asked = item.connection_id
    if asked is None:
        detail = f"A software says in {CONNECTION_HEADER}, or in each line, whose document it is."
        return usual or Unusable("connection_missing", detail, "/connection", "nothing", "a connection id")
    if asked not in known:
        async with call.transaction() as tx:
            store = cast(IntakeStore, tx.store)
            found = await store.connection(asked)
            barred = found is not None and bool(await store.suspended([found.software]))
        flaw = suspended() if barred else flaw_of_connection(found)
        known[asked] = flaw or cast(Connection, found)
    return known[asked]


async def _take(tx: CallTransaction, store: IntakeStore, stored: list[tuple[str, _Stored | Unusable]]) -> Answer:
    documents = {
        place: handed(each.connection, each.document, tx.now)
        for place, (_, each) in enumerate(stored, start=1)
        if isinstance(each, _Stored)
    }
    new = await store.add_documents(list({each.document_id: each for each in documents.values()}.values()))
    answers: list[dict[str, Any]] = []
    for place, (name, each) in enumerate(stored, start=1):
        answer: dict[str, Any] = {"place": place, "name": name}
        if isinstance(each, Unusable):
            answer |= {"outcome": "refused", "error": _told(each)}
        else:
            answer |= _taken(tx, documents[place], each, new)
        answers.append(answer)
    outcomes = [answer["outcome"] for answer in answers]
    counts = {"taken": outcomes.count("taken"), "duplicates": outcomes.count("duplicate")}
    return Answer(202, {"documents": answers, **counts, "refused": outcomes.count("refused")})


def _taken(tx: CallTransaction, document: Handed, stored: _Stored, new: set[Any]) -> dict[str, Any]:
    if document.document_id not in new:
        return {"outcome": "duplicate", "id": document.document_id}
    new.remove(document.document_id)  # the same bytes twice in one batch are a duplicate as well
    tx.publish(submitted(document, stored.document, stored.pdf), sequence=1)
    return {"outcome": "taken", "id": document.document_id}


def _told(flaw: Unusable) -> Mapping[str, str]:
    return {
        "code": flaw.code,
        "detail": flaw.detail,
        "pointer": flaw.pointer,
        "found": flaw.found,
        "expected": flaw.expected,
    }
