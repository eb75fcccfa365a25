"""A software's stream: everything that concerns it, in order, by an opaque cursor. An office's likewise: what it is
told beside its documents."""

import asyncio
import json
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query

from services.delivery.domain.cursors import CursorRejected, cursor_at, position_of
from services.delivery.endpoints.answers import EventPage, described
from services.delivery.ports import ReadingStore, StreamPage
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.contracts.public import PUBLIC_FACTS
from shared.contracts.public_offices import OFFICE_FACTS
from shared.values import OfficeId, SoftwareSlug

LONGEST_WAIT_S = 20
_LOOK_EVERY_S = 0.25
"""While nothing is new a look is one query by key: how far the stream goes."""

routes = APIRouter()
Reader = Annotated[Call, Depends(caller("software", "office"))]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=500)]
Wait = Annotated[float, Query(ge=0, le=LONGEST_WAIT_S)]


@routes.get("/v1/events", responses=described(EventPage))
async def read_events(
    call: Reader,
    cursor: Cursor = "",
    types: Annotated[str, Query(max_length=1_000)] = "",
    wait: Wait = 0,
    limit: Limit = 100,
) -> dict[str, Any]:
    """What came after `cursor`, oldest first; with `wait` it answers as soon as there is something (seconds).

    A software reads everything that concerns it; an office what is missing in its clients' statements, and what became
    of bank files that it handed in itself: its documents and statements have lists of their own.

    `types` is a list with commas. 400 `cursor_invalid`; 410 `cursor_expired` where events behind the cursor are
    older than 30 days and gone: the problem's `cursor` goes on from what is left. 422 `event_type_unknown`.
    """
    wanted = [_known(call, each.strip()) for each in types.split(",") if each.strip()]
    return _answer(call, await _read(call, cursor, wanted, limit, wait))


async def _read(call: Call, cursor: str, types: Any, limit: int, wait: float) -> StreamPage:
    try:
        after = position_of(cursor, _owner(call))
    except CursorRejected as error:
        raise Problem(400, error.code, str(error), errors=[_pointer(error)]) from None
    if cursor:
        await _nothing_missed(call, after)
    deadline = asyncio.get_running_loop().time() + wait
    while True:
        # A transaction a look, so that a waiting software holds no connection.
        async with call.transaction() as tx:
            page = await _look(call, cast(ReadingStore, tx.store), after, types, limit)
        after = page.read_to
        left = deadline - asyncio.get_running_loop().time()
        if page.notices or left <= 0:
            return page
        await asyncio.sleep(min(_LOOK_EVERY_S, left))


async def _look(call: Call, store: ReadingStore, after: int, types: Any, limit: int) -> StreamPage:
    if _is_office(call):
        return await store.read_office_events(OfficeId(call.principal.id), after, types, limit)
    return await store.read_stream(SoftwareSlug(call.principal.id), call.principal.mode, after, types, limit)


async def _nothing_missed(call: Call, after: int) -> None:
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        if _is_office(call):
            forgotten_to = await store.office_forgotten_to(OfficeId(call.principal.id))
        else:
            forgotten_to = await store.forgotten_to(SoftwareSlug(call.principal.id))
    if after < forgotten_to:
        detail = "Events behind this cursor are older than 30 days and gone; go on with the cursor given here."
        raise Problem(410, "cursor_expired", detail, extra={"cursor": cursor_at(_owner(call), forgotten_to)})


def _known(call: Call, event_type: str) -> str:
    if event_type not in (OFFICE_FACTS if _is_office(call) else PUBLIC_FACTS):
        detail = f"found {event_type!r}, expected types of the API description"
        told = {"pointer": "", "parameter": "types", "in": "query", "code": "event_type_unknown", "detail": detail}
        raise Problem(422, "event_type_unknown", detail, errors=[told])
    return event_type


def _answer(call: Call, page: StreamPage) -> dict[str, Any]:
    return {
        "events": [json.loads(notice.text) for notice in page.notices],
        "cursor": cursor_at(_owner(call), page.read_to),
        "more": page.more,
    }


def _is_office(call: Call) -> bool:
    return call.principal.kind == "office"


def _owner(call: Call) -> str:
    """Whose cursor it is: an office may be called as a software is."""
    return f"office/{call.principal.id}" if _is_office(call) else call.principal.id


def _pointer(error: CursorRejected) -> dict[str, str]:
    return {"pointer": "/cursor", "code": error.code, "detail": str(error)}
