"""Sales documents: stored, then published; read by others."""

import asyncio
from typing import Annotated, cast

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import JSONResponse

from services.intake.domain.connections import Connection
from services.intake.domain.documents import (
    PDF,
    XML,
    awaits_activation,
    flaw_of_connection,
    handed,
    submitted,
)
from services.intake.domain.submissions import suspended
from services.intake.endpoints.answers import Answer, answered_once, problem
from services.intake.endpoints.bodies import read_document
from services.intake.endpoints.taken import TakenDocument, taken
from services.intake.ports import IntakeStore
from shared.chassis.bodies import DocumentBody, described_document
from shared.chassis.calls import CallTransaction
from shared.chassis.documents import Documents
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.values import ConnectionId, Sha256
from shared.values.moments import utc_text

routes = router()

CONNECTION_HEADER = "Relais-Connection"
OverConnection = Annotated[
    str | None, Query(description=f"whose it is, where the header {CONNECTION_HEADER} is missing")
]
ACTIVATION_HEARD_WITHIN_MS = 2000
"""A credential may be known here a moment before its connection is known to be active."""
_LOOK_EVERY_MS = 50


@routes.post(
    "/v1/documents",
    status_code=202,
    responses=taken(TakenDocument, 200, 202),
    openapi_extra=described_document(),
)
async def hand_in_document(
    request: Request,
    call: Annotated[Call, Depends(caller("connection", "software", scope="invoices:write"))],
    connection: OverConnection = None,
) -> JSONResponse:
    """Hand in an invoice or credit note: 202 with its id. For bytes that came before 200 with the id that they have,
    `duplicate`, and since when; how far the document has come is told at `Location`."""
    over = await active_connection(call, named_connection(call, request, connection))
    body = await read_document(request)
    return await hand_in(call, over, body, new_status=202)


@routes.post(
    "/v2/sales-invoices",
    status_code=201,
    responses=taken(TakenDocument, 200, 201),
    openapi_extra=described_document(),
)
async def hand_in_sales_invoice(
    request: Request, call: Annotated[Call, Depends(caller("connection", scope="invoices:write"))]
) -> JSONResponse:
    """The same in the v2 shape: 201 with id and state, 200 with the same id for bytes that came before."""
    connection = await active_connection(call, ConnectionId(call.principal.id))
    body = await read_document(request)
    return await hand_in(call, connection, body, new_status=201)


async def hand_in(call: Call, connection: Connection, body: DocumentBody, *, new_status: int) -> JSONResponse:
    """Store the bytes, then note and publish them in one transaction."""
    documents = cast(Documents, call.resources["documents"])
    claim = await documents.put(body.document, connection.enterprise_number, XML)
    pdf = await documents.put(body.pdf, connection.enterprise_number, PDF) if body.pdf else None

    async def work(tx: CallTransaction, store: IntakeStore) -> Answer:
        document = handed(connection, claim, tx.now)
        location = {"Location": f"/v1/documents/{document.document_id}"}
        if not await store.add_documents([document]):
            first = await store.document_received_at(document.document_id)
            known = {"id": document.document_id, "state": "known", "duplicate": True}
            return Answer(200, known | {"received_at": utc_text(first) if first is not None else None}, location)
        tx.publish(submitted(document, claim, pdf), sequence=1)
        return Answer(new_status, {"id": document.document_id, "state": "received"}, location)

    pdf_sha256 = Sha256.of(body.pdf) if body.pdf else ""
    asked = f"documents {connection.connection_id} {claim.sha256} {pdf_sha256}"
    return await answered_once(call, asked.encode(), work)


def named_connection(call: Call, request: Request, parameter: str | None) -> ConnectionId:
    """The caller's own connection, or the one that a software names. Raises `Problem` 422 `connection_missing`."""
    if call.principal.kind == "connection":
        return ConnectionId(call.principal.id)
    named = request.headers.get(CONNECTION_HEADER) or parameter
    if named is None:
        detail = f"A software says in the header {CONNECTION_HEADER} whose document it is."
        raise Problem(422, "connection_missing", detail)
    return ConnectionId(named)


async def active_connection(call: Call, connection_id: ConnectionId) -> Connection:
    """The connection, once it is known to be active.

    Raises `Problem` that says why documents cannot come in over it; 503 while it may become active.
    """
    waited_ms = 0
    while True:
        async with call.transaction() as tx:
            store = cast(IntakeStore, tx.store)
            connection = await store.connection(connection_id)
            if connection is not None and await store.suspended([connection.software]):
                raise problem(suspended())
        flaw = flaw_of_connection(connection)
        if connection is not None and flaw is None:
            return connection
        if flaw is not None and not awaits_activation(connection):
            raise problem(flaw)
        if waited_ms >= ACTIVATION_HEARD_WITHIN_MS:
            raise Problem(
                503,
                "temporarily_unavailable",
                "The connection is not known to be active yet; please try again once its token is registered.",
                headers={"Retry-After": "2"},
            )
        await asyncio.sleep(_LOOK_EVERY_MS / 1000)
        waited_ms += _LOOK_EVERY_MS
