"""Trying a channel with a sample, having it try again, and looking up what went through it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Query

from services.delivery.domain import confirmations
from services.delivery.domain.channels import Channel, resumed
from services.delivery.domain.deliverables import filed
from services.delivery.domain.edges import edge_of
from services.delivery.domain.files import Parcel
from services.delivery.domain.handovers import Outcome
from services.delivery.domain.samples import sample_parcel, sample_record
from services.delivery.endpoints.answers import described
from services.delivery.endpoints.channel_answers import (
    ChannelView,
    Confirmation,
    HandoverPage,
    RetryCount,
    SampleResult,
    handover_view,
    sample_view,
)
from services.delivery.endpoints.channel_settings import found_channel, seen, try_now
from services.delivery.ports import Courier, ReadingStore
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import InvalidMessage, Problem
from shared.chassis.http import Call, caller
from shared.values import Language

routes = APIRouter()
Office = Annotated[Call, Depends(caller("office"))]

TEST_PAUSE = timedelta(seconds=2)
"""Between two samples for one channel."""


@routes.post("/v1/channels/{channel_id}/test", responses=described(SampleResult))
async def test_channel(channel_id: str, call: Office) -> dict[str, Any]:
    """Delivers a sample, marked as a test, at once and by the channel as it is, on or off; answers with what came of
    it in the receiver's words. Where it is taken, what waits for the channel is tried as well.

    A mailbox that is not confirmed gets a code with it, which `POST /v1/channels/{channel_id}/confirm` takes. 429
    `rate_limited` within 2 seconds after another test, for such a mailbox within 60.
    """
    code = ""
    async with call.transaction() as tx:
        channel = await _not_too_soon(tx, channel_id)
        test_id = call.cause.derived_id(f"channel.test/{channel_id}")
        if channel.awaited_code:
            code = confirmations.code_of(call.resources["webhook_key"], channel, test_id)
            channel = confirmations.awaiting(call.resources["webhook_key"], channel, code)
            await cast(ReadingStore, tx.store).save_channel(channel)
        offices = await cast(ReadingStore, tx.store).offices([channel.office_id])
        language = offices[channel.office_id].language if channel.office_id in offices else Language.NL
        parcel = replace(sample_parcel(channel, language, test_id, tx.now), code=code)
        number = filed(parcel.document).number
        if channel.kind == "kafka":
            return sample_view(await _on_kafka(tx, channel, parcel), number, ("record",), 0)
    started = asyncio.get_running_loop().time()
    outcome = await _try(call, channel, parcel)
    took = timedelta(seconds=asyncio.get_running_loop().time() - started)
    if outcome.verdict == "done":
        async with call.transaction() as tx:
            # Its office may have removed the channel while it was tried.
            current = await cast(ReadingStore, tx.store).lock_channel(channel.channel_id)
            if current is not None and current.works:
                await cast(ReadingStore, tx.store).save_channel(replace(current, failing_since=None))
                await try_now(tx, current, with_failed=False)
    names = tuple(file.name for file in parcel.files)
    return sample_view(outcome, number, names, round(took / timedelta(milliseconds=1)))


@routes.post("/v1/channels/{channel_id}/confirm", responses=described(ChannelView))
async def confirm_channel(channel_id: str, given: Confirmation, call: Office) -> dict[str, Any]:
    """Proves with the code that a sample brought that a mailbox is the office's own; what waited for it goes there from
    then on. One that is confirmed stays so.

    422 `channel_code_wrong`; after five wrong ones none is taken, and `POST /v1/channels/{channel_id}/test` sends
    another.
    """
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        channel = await found_channel(tx, channel_id, lock=True)
        if channel.awaited_code:
            channel = confirmations.told(call.resources["webhook_key"], channel, given.code)
            await store.save_channel(channel)
            if channel.works:
                await try_now(tx, channel, with_failed=False)
        shown = await seen(tx, channel)
    # What was wrong is counted: the transaction is over.
    if channel.awaited_code:
        raise Problem(422, "channel_code_wrong", "found another code, expected the one of the last sample")
    return shown


@routes.post("/v1/channels/{channel_id}/retry", responses=described(RetryCount))
async def retry_channel(channel_id: str, call: Office) -> dict[str, Any]:
    """What failed is tried again in its place, and what waits at once. A channel that was stopped because it failed
    for a week is on again; one that its office switched off stays off."""
    async with call.transaction() as tx:
        channel = await found_channel(tx, channel_id, lock=True)
        if channel.stopped_reason != "by_office":
            await cast(ReadingStore, tx.store).save_channel(resumed(channel))
        return {"documents": await try_now(tx, channel, with_failed=True)}


@routes.get("/v1/channels/{channel_id}/handovers", responses=described(HandoverPage))
async def list_handovers(
    channel_id: str,
    call: Office,
    state: Literal["waiting", "done", "failed"] | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """What went, goes and could not go through the channel, newest first; what is done for 90 days. Go on with
    `before=next_before` until that is null."""
    async with call.transaction() as tx:
        channel = await found_channel(tx, channel_id)
        found = await cast(ReadingStore, tx.store).handovers(channel.channel_id, state, before, limit)
    return {
        "handovers": [handover_view(each) for each in found],
        "next_before": found[-1].position if len(found) == limit else None,
    }


async def _not_too_soon(tx: CallTransaction, channel_id: str) -> Channel:
    channel = await found_channel(tx, channel_id, lock=True)
    pause = confirmations.CODE_PAUSE if channel.awaited_code else TEST_PAUSE
    if channel.tested_at is not None and channel.tested_at > tx.now - pause:
        wait = {"Retry-After": f"{pause.total_seconds():.0f}"}
        raise Problem(429, "rate_limited", "The channel was tested just now.", headers=wait)
    channel = replace(channel, tested_at=tx.now)
    await cast(ReadingStore, tx.store).save_channel(channel)
    return channel


async def _on_kafka(tx: CallTransaction, channel: Channel, parcel: Parcel) -> Outcome:
    edge = edge_of("office", channel.office_id)
    if not await cast(ReadingStore, tx.store).edge_is_open(edge.principal):
        return Outcome("retry", "edge_not_ready", "the topic is being made")
    tx.consequences.append(sample_record(tx.cause, channel, parcel))
    return Outcome("done", words=f"on its way to {edge.topics[0]}")


async def _try(call: Call, channel: Channel, parcel: Parcel) -> Outcome:
    courier: Courier | None = call.resources["couriers"].get(channel.kind)
    if courier is None:
        return Outcome("retry", "channel_not_offered", "the operator has no such channels any more")
    try:
        secret = call.resources["channel_secrets"].open(channel.sealed_secret) if channel.sealed_secret else ""
    except InvalidMessage as error:
        return Outcome("retry", error.code, "enter the secret anew")
    return await courier.deliver(channel, secret, parcel)
