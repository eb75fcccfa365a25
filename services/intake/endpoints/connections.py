"""Askings for connections, and what became of them."""

from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import Depends, Query
from pydantic import BaseModel
from starlette.responses import JSONResponse

from services.intake.domain.connections import Ask, Connection, asked
from services.intake.domain.progress import Entry
from services.intake.domain.wording import language_of, told
from services.intake.endpoints.answers import Answer, answered_once
from services.intake.ports import IntakeStore, Place
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.contracts.reasons import contact_in_words
from shared.values import ConnectionId, EnterpriseNumber, Language, SoftwareSlug

routes = router()

BySoftware = Annotated[Call, Depends(caller("software"))]
LARGEST_PAGE = 500


class TimelineEntry(BaseModel):
    """One thing that happened; `note` is a reason's code or a masked address."""

    at: datetime
    kind: str
    note: str


class ConnectionView(BaseModel):
    """A connection as its software sees it. Never which office serves the company, never a whole address."""

    id: ConnectionId
    enterprise_number: EnterpriseNumber
    mode: str
    state: str
    ordinal: int
    language: Language | None
    scopes: tuple[str, ...]
    reason: str | None
    explanation: str | None
    contact: str | None
    contact_text: str | None
    masked_email: str | None
    expires_at: datetime | None
    requested_at: datetime
    updated_at: datetime


class ConnectionDetails(ConnectionView):
    """A connection with its timeline, oldest first."""

    timeline: tuple[TimelineEntry, ...]


class Connections(BaseModel):
    """A page of connections; `next` is where the following page begins, null on the last."""

    connections: tuple[ConnectionView, ...]
    next: ConnectionId | None


@routes.post("/v1/connections", status_code=202)
async def request_connection(ask: Ask, call: BySoftware) -> JSONResponse:
    """Ask to be connected with a company. Always the same answer, whether or not the company is known."""

    async def work(tx: CallTransaction, store: IntakeStore) -> Answer:
        connection = await ask_for(call, tx, store, ask)
        body = {"id": connection.connection_id, "state": connection.state}
        return Answer(202, body, {"Location": f"/v1/connections/{connection.connection_id}"})

    return await answered_once(call, b"connections " + ask.model_dump_json().encode(), work)


@routes.get("/v1/connections/{connection_id}")
async def show_connection(connection_id: ConnectionId, call: BySoftware) -> ConnectionDetails:
    """One connection; another software's is as unknown as one that does not exist."""
    async with call.transaction() as tx:
        store = cast(IntakeStore, tx.store)
        connection = await store.connection(connection_id)
        if connection is None:
            raise Problem(404, "connection_unknown", "There is no such connection of yours.")
        entries = await store.timeline(connection_id)
    lines = tuple(TimelineEntry(at=entry.at, kind=entry.kind, note=entry.note) for entry in entries)
    return ConnectionDetails(**_view(connection), timeline=lines)


@routes.get("/v1/connections")
async def list_connections(
    call: BySoftware,
    after: ConnectionId | None = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100,
) -> Connections:
    """The software's own connections, in the order of their ids."""
    async with call.transaction() as tx:
        store = cast(IntakeStore, tx.store)
        found = await store.own_connections(SoftwareSlug(call.principal.id), after or "", limit + 1)
    page = tuple(ConnectionView(**_view(connection)) for connection in found[:limit])
    return Connections(connections=page, next=page[-1].id if len(found) > limit else None)


async def ask_for(call: Call, tx: CallTransaction, store: IntakeStore, ask: Ask) -> Connection:
    """Note what the software asks for, and publish it unless the connection is active already."""
    software, mode = SoftwareSlug(call.principal.id), call.principal.mode
    place = Place(software, mode, ask.enterprise_number)
    known = (await store.latest([place])).get(place)
    connection, body = asked(known, software, mode, ask, tx.now)
    if body is not None:
        await store.save_connections([connection])
        entry = Entry(tx.cause.derived_id("timeline"), connection.connection_id, tx.now, "connection.requested")
        await store.add_entries([entry])
        tx.publish(body, sequence=body.ordinal)
    return connection


def _view(connection: Connection) -> dict[str, Any]:
    reason = connection.reason or None
    return {
        "id": connection.connection_id,
        "enterprise_number": connection.enterprise_number,
        "mode": connection.mode,
        "state": connection.state,
        "ordinal": connection.ordinal,
        "language": connection.language,
        "scopes": connection.scopes,
        "reason": reason,
        "explanation": told(connection) if reason else None,
        "contact": connection.contact or None,
        "contact_text": contact_in_words(connection.contact, language_of(connection)) if connection.contact else None,
        "masked_email": connection.masked_email or None,
        "expires_at": connection.token_expires_at if connection.state == "token_sent" else connection.expires_at,
        "requested_at": connection.requested_at,
        "updated_at": connection.updated_at,
    }
