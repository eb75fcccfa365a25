"""Channels: how an office receives documents besides its feed, and how both reach Kafka."""

from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Response

from services.delivery.domain.channels import DEFAULT_FILES, DEFAULT_STATEMENT_FILES, Channel, kafka_channel_id
from services.delivery.domain.edges import Edge, OpenEdge, edge_of
from services.delivery.endpoints.answers import Channels, KafkaAccess, described
from services.delivery.endpoints.channel_answers import channel_view
from services.delivery.ports import ReadingStore
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.values import OfficeId

routes = APIRouter()
Either = Annotated[Call, Depends(caller("office", "software"))]


@routes.get("/v1/channels", responses=described(Channels))
async def read_channels(call: Either) -> dict[str, Any]:
    """The channels in use. Everybody has the feed or the stream; `kafka` is null until it is chosen, and for a
    test key. `channels` are those that an office made, Kafka's too, with how each is doing."""
    edge, live = _edge(call), call.principal.mode == "live"
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        own = await store.own_channels(OfficeId(edge.owner)) if edge.kind == "office" else []
        counts = await store.handover_counts([each.channel_id for each in own]) if own else {}
        chosen = live and (edge.kind == "software" or any(each.kind == "kafka" for each in own))
        ready = await store.edge_is_open(edge.principal)
    return {
        "feed": {"href": "/v1/documents" if edge.kind == "office" else "/v1/events"},
        "kafka": _kafka(call, edge, ready and chosen) if chosen else None,
        "channels": [channel_view(each, counts.get(each.channel_id, {})) for each in own],
    }


@routes.put("/v1/channels/kafka", responses=described(KafkaAccess))
async def choose_kafka(call: Either, response: Response) -> dict[str, Any]:
    """Choose Kafka; asked again it answers the same. `ready` tells whether topic and user exist already.

    The password is derived and shown here only; a software always has this channel. 403 `live_key_needed`: its
    topics are those of real companies.
    """
    if call.principal.mode != "live":
        raise Problem(403, "live_key_needed", "found a test key, expected a live key: Kafka carries live events only")
    edge = _edge(call)
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        fresh = edge.kind == "office" and await _choose(store, OfficeId(edge.owner), tx.now)
        ready = await store.edge_is_open(edge.principal)
        if fresh or not ready:
            tx.do(OpenEdge(edge_kind=edge.kind, owner=edge.owner), edge.principal, once=True)
    response.headers["Cache-Control"] = "no-store"
    password: str = call.resources["kafka_password"](edge.principal)
    return {**_kafka(call, edge, ready), "password": password}


async def _choose(store: ReadingStore, office: OfficeId, at: datetime) -> bool:
    """True where the office had not chosen it before; then for all its companies."""
    await store.lock_own_channels(office)
    channel_id = kafka_channel_id(office)
    known = await store.channel(channel_id)
    if known is not None and not known.removed:
        return False
    chosen = Channel(
        channel_id=channel_id,
        office_id=office,
        kind="kafka",
        created_at=at,
        files=DEFAULT_FILES["kafka"],
        statement_files=DEFAULT_STATEMENT_FILES["kafka"],
    )
    await store.save_channel(chosen)
    return True


def _edge(call: Call) -> Edge:
    return edge_of("office" if call.principal.kind == "office" else "software", call.principal.id)


def _kafka(call: Call, edge: Edge, ready: bool) -> dict[str, Any]:
    return {
        "topic": edge.topics[0],
        "submissions_topic": edge.submissions,
        "bootstrap": call.resources["kafka_bootstrap"],
        "security_protocol": "SASL_PLAINTEXT",
        "mechanism": "SCRAM-SHA-512",
        "username": edge.principal,
        "group_prefix": f"{edge.principal}.",
        "ready": ready,
    }
