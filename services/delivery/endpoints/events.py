"""A software's stream: everything that concerns it, in order, by an opaque cursor."""

import asyncio
import json
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query

from services.delivery.domain.cursors import CursorRejected, cursor_at, position_of
from services.delivery.domain.notices import SETTLEMENTS
from services.delivery.ports import ReadingStore, StreamPage
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.values import SoftwareSlug

LONGEST_WAIT_S = 20
_LOOK_EVERY_S = 0.25
"""While nothing is new a look is one query by key: how far the stream goes."""

routes = APIRouter()
Software = Annotated[Call, Depends(caller("software"))]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=500)]
Wait = Annotated[float, Query(ge=0, le=LONGEST_WAIT_S)]


@routes.get("/v1/events")
async def read_events(
    call: Software,
    cursor: Cursor = "",
    types: Annotated[str, Query(max_length=1_000)] = "",
    wait: Wait = 0,
    limit: Limit = 100,
) -> dict[str, Any]:
    """What came after `cursor`, oldest first; with `wait` it answers as soon as there is something (seconds).

    `types` is a list with commas. 400 `cursor_invalid`.
    """
    wanted = [each.strip() for each in types.split(",") if each.strip()]
    return _answer(call, "events", await _read(call, cursor, wanted, limit, wait))


@routes.get("/v1/payments")
async def read_payments(call: Software, cursor: Cursor = "", wait: Wait = 0, limit: Limit = 100) -> dict[str, Any]:
    """The settlements among the events, by the same cursors."""
    return _answer(call, "payments", await _read(call, cursor, SETTLEMENTS, limit, wait))


async def _read(call: Call, cursor: str, types: Any, limit: int, wait: float) -> StreamPage:
    software = SoftwareSlug(call.principal.id)
    try:
        after = position_of(cursor, software)
    except CursorRejected as error:
        raise Problem(400, error.code, str(error), errors=[_pointer(error)]) from None
    deadline = asyncio.get_running_loop().time() + wait
    while True:
        # A transaction a look, so that a waiting software holds no connection.
        async with call.transaction() as tx:
            page = await cast(ReadingStore, tx.store).read_stream(software, after, types, limit)
        after = page.read_to
        left = deadline - asyncio.get_running_loop().time()
        if page.notices or left <= 0:
            return page
        await asyncio.sleep(min(_LOOK_EVERY_S, left))


def _answer(call: Call, name: str, page: StreamPage) -> dict[str, Any]:
    return {
        name: [json.loads(notice.text) for notice in page.notices],
        "cursor": cursor_at(call.principal.id, page.read_to),
        "more": page.more,
    }


def _pointer(error: CursorRejected) -> dict[str, str]:
    return {"pointer": "/cursor", "code": error.code, "detail": str(error)}
