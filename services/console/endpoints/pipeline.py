"""The first page: the pipeline drawn, and the same as a stream of fragments, one a second."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from services.console.domain.pipeline import Pipeline, draw
from services.console.endpoints.session import Visit, form_token, operator, page
from services.console.ports import ConsoleStore, Pages
from shared.chassis.errors import Problem
from shared.chassis.http import Call

SHOWN = timedelta(minutes=5)
FRAGMENT_SECONDS = 1.0
STREAM_SECONDS = 20
"""A stream ends by itself and the browser opens the next, so that a stopping process is not held up for long."""

routes = APIRouter()


@routes.get("/")
async def show_pipeline(visit: Annotated[Visit, Depends(operator)]) -> HTMLResponse:
    """The pipeline as it is now."""
    return page(
        visit.call,
        "pipeline.html",
        pipeline=await _pipeline(visit.call),
        token=form_token(visit),
        operator=visit.name,
        here="pipeline",
    )


@routes.get("/live-stream")
async def stream_pipeline(request: Request, visit: Annotated[Visit, Depends(operator)]) -> StreamingResponse:
    """Server-sent events: a whole fragment whenever it differs from the last, at most one a second."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_fragments(request, visit.call), media_type="text/event-stream", headers=headers)


async def _fragments(request: Request, call: Call) -> AsyncIterator[str]:
    pages: Pages = call.resources["pages"]
    last = ""
    yield "retry: 1000\n\n"
    for _ in range(int(STREAM_SECONDS / FRAGMENT_SECONDS)):
        if await request.is_disconnected():
            return
        try:
            fragment = pages.render("pipeline_live.html", pipeline=await _pipeline(call))
        except Problem:
            return
        yield _event(fragment) if fragment != last else ": nothing new\n\n"
        last = fragment
        await asyncio.sleep(FRAGMENT_SECONDS)


async def _pipeline(call: Call) -> Pipeline:
    async with call.transaction() as tx:
        store = cast(ConsoleStore, tx.store)
        readings = await store.readings(tx.now - SHOWN)
        dead = await store.dead_by_place()
        now = tx.now
    return draw(call.resources["facts"], readings, dead, now)


def _event(fragment: str) -> str:
    lines = "".join(f"data: {line}\n" for line in fragment.splitlines())
    return f"{lines}\n"
