"""Askings for connections, and what became of them."""

from datetime import datetime
from math import ceil
from typing import Annotated, Any, cast

from fastapi import Depends, Query
from pydantic import BaseModel
from starlette.responses import JSONResponse

from services.intake.domain.connections import Ask, Connection, MailState, asked
from services.intake.domain.probing import Asking, TooMuch
from services.intake.domain.progress import Entry
from services.intake.domain.wording import hindrance, language_of, told
from services.intake.endpoints.answers import Answer, answered_once
from services.intake.endpoints.taken import TakenConnection, taken
from services.intake.ports import IntakeStore, Place
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.contracts.reasons import Actor, contact_in_words, office_mail, reason
from shared.values import ConnectionId, EnterpriseNumber, Language, SoftwareSlug
from shared.values.moments import utc_text

routes = router()

BySoftware = Annotated[Call, Depends(caller("software"))]
LARGEST_PAGE = 500


class TimelineEntry(BaseModel):
    """One thing that happened; `note` is a reason's code or a masked address."""

    at: datetime
    kind: str
    note: str


class NextAction(BaseModel):
    """What to do now: a sentence in the end user's language, and the page that explains it in four."""

    label: str
    url: str


class OfficeMail(BaseModel):
    """A ready-made mail with which the company asks its accounting office to mend the reason."""

    subject: str
    body: str


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
    actor: Actor | None
    next_action: NextAction | None
    office_mail: OfficeMail | None
    resumes: bool | None
    retryable: bool | None
    contact: str | None
    contact_text: str | None
    masked_email: str | None
    mail_state: MailState | None
    expires_at: datetime | None
    active_since: datetime | None
    requested_at: datetime
    updated_at: datetime


class ConnectionDetails(ConnectionView):
    """A connection with its timeline, oldest first."""

    timeline: tuple[TimelineEntry, ...]


class Connections(BaseModel):
    """A page of connections; `next` is where the following page begins, null on the last."""

    connections: tuple[ConnectionView, ...]
    next: ConnectionId | None


@routes.post("/v1/connections", status_code=202, responses=taken(TakenConnection, 202))
async def request_connection(ask: Ask, call: BySoftware) -> JSONResponse:
    """Ask to be connected with a company. Always the same answer, whether or not the company is known."""

    async def work(tx: CallTransaction, store: IntakeStore) -> Answer:
        connection = await ask_for(call, tx, store, ask)
        body: dict[str, Any] = {"id": connection.connection_id, "state": connection.state}
        if connection.state == "active":
            body |= _already_connected(connection)
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
    return ConnectionDetails(**_view(connection, call.now), timeline=lines)


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
    page = tuple(ConnectionView(**_view(connection, call.now)) for connection in found[:limit])
    return Connections(connections=page, next=page[-1].id if len(found) > limit else None)


async def ask_for(
    call: Call, tx: CallTransaction, store: IntakeStore, ask: Ask, spoken: Language = Language.EN
) -> Connection:
    """Note what the software asks for, and publish it unless the connection is active already.

    Raises `Problem` 429 `rate_limited` where it asks for too many companies; what it knows by then says nothing.
    """
    software, mode = SoftwareSlug(call.principal.id), call.principal.mode
    if mode == "live":
        asking = Asking(software, ask.enterprise_number)
        too_much = (await store.admit([asking], tx.now, call.resources["limits"])).get(asking)
        if too_much is not None:
            raise _wait(too_much, tx.now, ask.language or spoken)
    place = Place(software, mode, ask.enterprise_number)
    known = (await store.latest([place])).get(place)
    connection, body = asked(known, software, mode, ask, tx.now)
    if body is not None:
        await store.save_connections([connection])
        entry = Entry(tx.cause.derived_id("timeline"), connection.connection_id, tx.now, "connection.requested")
        await store.add_entries([entry])
        tx.publish(body, sequence=body.ordinal)
    return connection


def _wait(too_much: TooMuch, now: datetime, language: Language) -> Problem:
    seconds = max(1, ceil((too_much.until - now).total_seconds()))
    detail = reason("rate_limited").detail[language]
    return Problem(429, "rate_limited", detail, headers={"Retry-After": str(seconds)})


def _already_connected(connection: Connection) -> dict[str, Any]:
    since = utc_text(connection.active_since) if connection.active_since else None
    known = reason("already_connected")
    spoken = language_of(connection)
    return {
        "reason": known.code,
        "explanation": known.detail[spoken],
        "active_since": since,
        "next_action": {
            "label": known.next_action[spoken],
            "url": f"/v1/connections/{connection.connection_id}/rotate",
        },
    }


def _view(connection: Connection, now: datetime) -> dict[str, Any]:
    return _facts(connection, now) | _why(connection)


def _facts(connection: Connection, now: datetime) -> dict[str, Any]:
    return {
        "id": connection.connection_id,
        "enterprise_number": connection.enterprise_number,
        "mode": connection.mode,
        "state": connection.state,
        "ordinal": connection.ordinal,
        "language": connection.language,
        "scopes": connection.scopes,
        "contact": connection.contact or None,
        "contact_text": contact_in_words(connection.contact, language_of(connection)) if connection.contact else None,
        "masked_email": connection.masked_email or None,
        "mail_state": connection.mail_state(now),
        "expires_at": connection.token_expires_at if connection.state == "token_sent" else connection.expires_at,
        "active_since": connection.active_since,
        "requested_at": connection.requested_at,
        "updated_at": connection.updated_at,
    }


def _why(connection: Connection) -> dict[str, Any]:
    """Why it is not connected (yet), who acts and what to do; all null where nothing stands in the way."""
    code = hindrance(connection)
    if code is None:
        names = ("reason", "explanation", "actor", "next_action", "office_mail", "resumes", "retryable")
        return dict.fromkeys(names)
    known, spoken = reason(code), language_of(connection)
    mail = office_mail(code, connection.enterprise_number.formatted, spoken)
    return {
        "reason": connection.reason or code,
        "explanation": told(connection),
        "actor": known.actor,
        "next_action": {"label": known.next_action_for(connection.contact)[spoken], "url": known.page},
        "office_mail": {"subject": mail.subject, "body": mail.body} if mail is not None else None,
        "resumes": known.resumes,
        "retryable": known.retryable,
    }
