"""Fetching the v2 way: the caller's pod, what its feeds hold, how far each is done.

The facts that these answers keep are those of codabox-v2.md. Numbers of feeds and names of entries are read here and
not by the framework: whatever is no such name is as unknown as one that was never given out.
"""

import json
import re
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request

from services.delivery.domain.deliverables import MODELS
from services.delivery.domain.pods import (
    FETCH_DELAY_S,
    FORMATS,
    PAGE_ENTRIES,
    UNSERVED,
    PodEntry,
    PodFeed,
)
from services.delivery.endpoints.answers import described
from services.delivery.endpoints.pod_answers import FeedOffset, PodClient, PodFeedView, offset_described
from services.delivery.endpoints.pod_clients import clients_of, shown
from services.delivery.endpoints.pod_progress import note_done
from services.delivery.endpoints.pod_settings import may_fetch, settings_of, taken
from services.delivery.ports import ReadingStore
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.values.days import belgian_day

routes = APIRouter()
Fetcher = Annotated[Call, Depends(caller("office", "connection"))]

_FEED_ID = re.compile(r"[0-9]{1,10}")
_LARGEST_FEED_ID = 2**31 - 1


@routes.get("/v2/delivery/pod-client", responses=described(PodClient))
async def show_pod_client(call: Fetcher) -> dict[str, Any]:
    """The caller's pod: an office has a feed for each company that it serves, or served while something is not done;
    a billing software's connection has the one feed of its company."""
    may_fetch(call)
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        clients = await clients_of(call, store, belgian_day(tx.now))
        served = [number for number, client in clients.items() if client.served]
        pod_id = await store.pod_id(call.principal.text)
        models = taken(call, await settings_of(call, store))
        feeds = await store.pod_feeds(call.principal.text, served, models)
    formats: dict[str, list[str]] = {model: list(FORMATS[model]) if model in models else [] for model in MODELS}
    return {
        "id": pod_id,
        "fetch_delay": FETCH_DELAY_S,
        "allowed_formats": formats | {model: [] for model in UNSERVED},
        "feed_clients": [shown(feed, clients.get(feed.enterprise_number), call) for feed in feeds],
    }


@routes.get("/v2/delivery/feed/{feed_id}", responses=described(PodFeedView))
async def read_pod_feed(feed_id: str, call: Fetcher) -> dict[str, Any]:
    """What has not been marked as downloaded, oldest first; what does not fit into one answer comes after the offset
    moved. 404 `feed_unknown`, also for somebody else's."""
    return await _page(call, feed_id, again=False)


@routes.put("/v2/delivery/feed/{feed_id}", responses=described(FeedOffset), openapi_extra=offset_described())
async def move_pod_offset(feed_id: str, request: Request, call: Fetcher) -> dict[str, Any]:
    """Everything up to and with the entry is done. The same again, or an earlier one, changes nothing."""
    return await _move(call, feed_id, request, again=False)


@routes.get("/v2/delivery/redownload-feed/{feed_id}", responses=described(PodFeedView))
async def read_pod_redownload_feed(feed_id: str, call: Fetcher) -> dict[str, Any]:
    """The same for what somebody asked to have delivered again, with an offset of its own."""
    return await _page(call, feed_id, again=True)


@routes.put("/v2/delivery/redownload-feed/{feed_id}", responses=described(FeedOffset), openapi_extra=offset_described())
async def move_pod_redownload_offset(feed_id: str, request: Request, call: Fetcher) -> dict[str, Any]:
    """Everything up to and with the entry was delivered again."""
    return await _move(call, feed_id, request, again=True)


def entry_unknown() -> Problem:
    """For another's entry, and for one that does not exist."""
    return Problem(404, "feed_entry_unknown", "There is no such entry in the caller's feeds.")


def entry_name(text: str) -> str:
    """The name of an entry as it is stored. Raises `Problem` 404 for what cannot be one."""
    try:
        return str(UUID(text))
    except ValueError:
        raise entry_unknown() from None


async def _page(call: Call, feed_id: str, *, again: bool) -> dict[str, Any]:
    may_fetch(call)
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        feed = await _found(store, feed_id)
        models = taken(call, await settings_of(call, store))
        entries = await store.pod_page(feed.feed_id, again, models, PAGE_ENTRIES)
    kind = "redownload" if again else "download"
    return {"id": feed.feed_id, "type": kind, "feed_entries": [_listed(entry) for entry in entries]}


async def _move(call: Call, feed_id: str, request: Request, *, again: bool) -> dict[str, Any]:
    may_fetch(call)
    name = entry_name(_named(await request.body()))
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        feed = await _found(store, feed_id)
        entry = await store.pod_entry(name)
        if entry is None or (entry.feed_id, entry.again) != (feed.feed_id, again):
            raise entry_unknown()
        offsets = await store.lock_offsets(feed.feed_id)
        if entry.position > offsets.of(again):
            models = taken(call, await settings_of(call, store))
            passed = await store.pod_entries(feed.feed_id, again, models, offsets.of(again), entry.position)
            await note_done(tx, feed.feed_id, passed)
            await store.move_offset(feed.feed_id, again, entry.position)
    return {"id": feed.feed_id, "feed_offset": name}


def _named(body: bytes) -> str:
    """The offset in a body; other keys beside it say nothing, and neither does the content type (fact 2)."""
    try:
        found = json.loads(body) if body else None
    except ValueError:
        raise Problem(400, "json_malformed", "The body is not JSON.") from None
    offset = found.get("feed_offset") if isinstance(found, dict) else None
    if not isinstance(offset, str):
        detail = "found no feed_offset, expected the feed_index of the last entry that is done"
        told = {"pointer": "/feed_offset", "code": "request_malformed", "detail": detail}
        raise Problem(422, "request_malformed", detail, errors=[told])
    return offset


async def _found(store: ReadingStore, text: str) -> PodFeed:
    usable = _FEED_ID.fullmatch(text) is not None and int(text) <= _LARGEST_FEED_ID
    feed = await store.pod_feed(int(text)) if usable else None
    if feed is None:
        raise Problem(404, "feed_unknown", "There is no such feed for this caller.")
    return feed


def _listed(entry: PodEntry) -> dict[str, Any]:
    return {"feed_index": str(entry.feed_index), "document_model": entry.model, "metadata": entry.metadata}
