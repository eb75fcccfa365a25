"""An office's channels: making, reading, changing and removing them. Secrets go in and never come out."""

from dataclasses import replace
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Response

from services.delivery.domain.channels import (
    MOST_CHANNELS,
    Channel,
    in_order,
    kafka_channel_id,
    paused,
    resumed,
)
from services.delivery.domain.edges import OpenEdge, edge_of
from services.delivery.domain.handovers import HandOver
from services.delivery.endpoints.answers import described
from services.delivery.endpoints.channel_answers import ChannelView, channel_view
from services.delivery.endpoints.channel_forms import (
    ChannelChange,
    NewChannel,
    Placing,
    files_of,
    kinds_in_order,
    statement_files_of,
)
from services.delivery.ports import ReadingStore
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.values import ChannelId, OfficeId, ValueRejected

routes = APIRouter()
Office = Annotated[Call, Depends(caller("office"))]


@routes.post("/v1/channels", status_code=201, responses=described(ChannelView, 201))
async def create_channel(asked: NewChannel, call: Office, response: Response) -> dict[str, Any]:
    """A new channel, which carries every document and statement that is routed from now on; `documents` narrows that
    to sales invoices or to statements (`coda`). Secrets are kept and never shown. What comes for a mailbox waits until
    it is confirmed with the code that a sample brings (`test`, then `confirm`).

    422 where its place is not taken: `channel_host_malformed`, `channel_host_address`, `channel_port`,
    `channel_folder_malformed`, `channel_secret_malformed`, `channel_secret_missing`, `webhook_url_…`. 409
    `channels_exhausted`: beyond 25, or a second one on Kafka; `channel_not_offered`: the operator has none of this
    kind. 403 `live_key_needed`. With the same `Idempotency-Key` the same answer, but Kafka's, of which there is one,
    is asked for again by `PUT /v1/channels/kafka`.
    """
    _with_live_key(call)
    office = OfficeId(call.principal.id)
    kafka = asked.kind == "kafka"
    if not kafka and asked.kind not in call.resources["couriers"]:
        raise Problem(409, "channel_not_offered", f"This house has no channels of the kind {asked.kind}.")
    channel_id = kafka_channel_id(office) if kafka else ChannelId.of(call.cause.derived_id("channel"))
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        await store.lock_own_channels(office)
        channel = await store.channel(channel_id)
        channel = None if channel is not None and channel.removed else channel
        if channel is not None and kafka:
            raise Problem(
                409, "channels_exhausted", "There is a channel on Kafka already: PUT /v1/channels/kafka shows it."
            )
        if channel is None:
            if len(await store.own_channels(office)) >= MOST_CHANNELS:
                raise Problem(409, "channels_exhausted", f"There are {MOST_CHANNELS} channels already.")
            channel = _new(call, tx, asked, channel_id)
            await store.save_channel(channel)
        if kafka:
            tx.do(OpenEdge(edge_kind="office", owner=office), edge_of("office", office).principal, once=True)
    response.headers["Location"] = f"/v1/channels/{channel_id}"
    return channel_view(channel, {})


@routes.get("/v1/channels/{channel_id}", responses=described(ChannelView))
async def read_channel(channel_id: str, call: Office) -> dict[str, Any]:
    """A channel and how it is doing. 404 `channel_unknown`, also for somebody else's."""
    async with call.transaction() as tx:
        return await seen(tx, await found_channel(tx, channel_id))


@routes.patch("/v1/channels/{channel_id}", responses=described(ChannelView))
async def change_channel(channel_id: str, change: ChannelChange, call: Office) -> dict[str, Any]:
    """Another place, other companies or files, off or on. What is routed while it is off waits, in order.

    422 as for a new one. A secret that is not named stays, but for another server or user it is asked for again.
    """
    async with call.transaction() as tx:
        channel = await found_channel(tx, channel_id, lock=True)
        placing = Placing(call.resources["webhook_reach"], call.resources["channel_secrets"], tx.now)
        changed = placing.placed(channel, change)
        changed = replace(
            changed,
            name=channel.name if change.name is None else change.name,
            companies=channel.companies if change.companies is None else change.companies,
            client_codes=channel.client_codes if change.client_codes is None else change.client_codes,
            documents=channel.documents if change.documents is None else kinds_in_order(change.documents),
            files=channel.files if change.files is None else files_of(channel.kind, in_order(change.files)),
            # A channel of the time before there were statements has none chosen.
            statement_files=statement_files_of(channel.kind, change.statement_files or channel.statement_files),
            language=change.language if "language" in change.model_fields_set else channel.language,
        )
        if change.enabled is False:
            changed = paused(changed)
        elif change.enabled:
            # Also while it is on: whoever mended it need not wait for the next try.
            changed = resumed(changed)
            await try_now(tx, changed, with_failed=False)
        await cast(ReadingStore, tx.store).save_channel(changed)
        return await seen(tx, changed)


@routes.delete("/v1/channels/{channel_id}", status_code=204)
async def remove_channel(channel_id: str, call: Office) -> None:
    """It carries nothing more, and what waited for it is not handed over by it; the feed has it all."""
    async with call.transaction() as tx:
        channel = await found_channel(tx, channel_id, lock=True)
        if not await cast(ReadingStore, tx.store).remove_channel(channel.channel_id):
            # Its last successes are told first, by the run that then takes it away.
            tx.do(HandOver(channel_id=channel.channel_id), channel.channel_id, once=True)


async def found_channel(tx: CallTransaction, text: str, *, lock: bool = False) -> Channel:
    """Raises `Problem` 404 `channel_unknown`: there is none for this caller."""
    store = cast(ReadingStore, tx.store)
    try:
        channel_id = ChannelId(text)
    except ValueRejected:
        raise _unknown() from None
    channel = await (store.lock_channel(channel_id) if lock else store.channel(channel_id))
    if channel is None or channel.removed:
        raise _unknown()
    return channel


async def try_now(tx: CallTransaction, channel: Channel, *, with_failed: bool) -> int:
    """What waits, and what failed where it is asked for, is tried at once; how many."""
    count = await cast(ReadingStore, tx.store).try_handovers_now(channel.channel_id, tx.now, with_failed=with_failed)
    tx.do(HandOver(channel_id=channel.channel_id), channel.channel_id, once=True)
    return count


async def seen(tx: CallTransaction, channel: Channel) -> dict[str, Any]:
    """A channel as its office sees it."""
    counts = await cast(ReadingStore, tx.store).handover_counts([channel.channel_id])
    return channel_view(channel, counts.get(channel.channel_id, {}))


def _new(call: Call, tx: CallTransaction, asked: NewChannel, channel_id: ChannelId) -> Channel:
    channel = Channel(
        channel_id=channel_id,
        office_id=OfficeId(call.principal.id),
        kind=asked.kind,
        created_at=tx.now,
        name=asked.name,
        companies=asked.companies,
        client_codes=asked.client_codes,
        documents=kinds_in_order(asked.documents),
        files=files_of(asked.kind, asked.files),
        statement_files=statement_files_of(asked.kind, asked.statement_files),
        language=asked.language,
    )
    placing = Placing(call.resources["webhook_reach"], call.resources["channel_secrets"], tx.now)
    placed = placing.placed(channel, asked)
    return placed if asked.enabled else paused(placed)


def _with_live_key(call: Call) -> None:
    if call.principal.mode != "live":
        raise Problem(403, "live_key_needed", "found a test key, expected a live key: channels carry real documents")


def _unknown() -> Problem:
    return Problem(404, "channel_unknown", "There is no such channel for this caller.")
