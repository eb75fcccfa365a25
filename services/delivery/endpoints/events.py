"""A software's stream: everything that concerns it, in order, by an opaque cursor."""

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
from shared.values import SoftwareSlug

LONGEST_WAIT_S = 20
_LOOK_EVERY_S = 0.25
"""While nothing is new a look is one query by key: how far the stream goes."""

routes = APIRouter()
Software = Annotated[Call, Depends(caller("software"))]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=500)]
Wait = Annotated[float, Query(ge=0, le=LONGEST_WAIT_S)]


@routes.get("/v1/events", responses=described(EventPage))
async def read_events(
    call: Software,
    cursor: Cursor = "",
    types: Annotated[str, Query(max_length=1_000)] = "",
    wait: Wait = 0,
    limit: Limit = 100,
) -> dict[str, Any]:
    """What came after `cursor`, oldest first; with `wait` it answers as soon as there is something (seconds).

    `types` is a list with commas. 400 `cursor_invalid`; 410 `cursor_expired` where events behind the cursor are
    older than 30 days and gone: the problem's `cursor` goes on from what is left. 422 `event_type_unknown`.
    """
    wanted = [_known(each.strip()) for each in types.split(",") if each.strip()]
    return _answer(call, await _read(call, cursor, wanted, limit, wait))


async def _read(call: Call, cursor: str, types: Any, limit: int, wait: float) -> StreamPage:
    software = SoftwareSlug(call.principal.id)
    try:
        after = position_of(cursor, software)
    except CursorRejected as error:
        raise Problem(400, error.code, str(error), errors=[_pointer(error)]) from None
    if cursor:
        await _nothing_missed(call, software, after)
    deadline = asyncio.get_running_loop().time() + wait
    while True:
        # A transaction a look, so that a waiting software holds no connection.
        async with call.transaction() as tx:
            page = await cast(ReadingStore, tx.store).read_stream(software, call.principal.mode, after, types, limit)
        after = page.read_to
        left = deadline - asyncio.get_running_loop().time()
        if page.notices or left <= 0:
            return page
        await asyncio.sleep(min(_LOOK_EVERY_S, left))


async def _nothing_missed(call: Call, software: SoftwareSlug, after: int) -> None:
    async with call.transaction() as tx:
        forgotten_to = await cast(ReadingStore, tx.store).forgotten_to(software)
    if after < forgotten_to:
        detail = "Events behind this cursor are older than 30 days and gone; go on with the cursor given here."
        raise Problem(410, "cursor_expired", detail, extra={"cursor": cursor_at(software, forgotten_to)})


def _known(event_type: str) -> str:
    if event_type not in PUBLIC_FACTS:
        detail = f"found {event_type!r}, expected types of the API description"
        told = {"pointer": "", "parameter": "types", "in": "query", "code": "event_type_unknown", "detail": detail}
        raise Problem(422, "event_type_unknown", detail, errors=[told])
    return event_type


def _answer(call: Call, page: StreamPage) -> dict[str, Any]:
    return {
        "events": [json.loads(notice.text) for notice in page.notices],
        "cursor": cursor_at(call.principal.id, page.read_to),
        "more": page.more,
    }


def _pointer(error: CursorRejected) -> dict[str, str]:
    return {"pointer": "/cursor", "code": error.code, "detail": str(error)}
