"""Calling webhooks: one run sends one endpoint what is due."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from services.delivery.domain.signatures import secret_of, signed_headers
from services.delivery.domain.webhook_queue import (
    MOST_WAITING,
    Lane,
    Sent,
    Waiting,
    asks_whether_it_answers,
    lanes_of,
    moved_on,
    outcome_of,
    waiting_of,
)
from services.delivery.domain.webhooks import SendWebhooks, WebhookEndpoint
from services.delivery.ports import DeliveryStore, StreamPage, WebhookSender
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun

LANES_AT_ONCE = 4
RUN_SECONDS = 10.0
"""A run begins no call after so long, so that what it learnt is written while its lease lasts."""
_EVENTS_A_RUN = 64
_NOTHING_NEW = StreamPage((), 0, False)


@dataclass(frozen=True, slots=True)
class _Work:
    """What a run may send: the endpoint as it was, due lanes, new events that must wait, where it read to."""

    endpoint: WebhookEndpoint
    lanes: list[Lane]
    resting: list[Waiting]
    texts: Mapping[int, str]
    page: StreamPage
    repeated: StreamPage
    one_by_one: bool


async def send_webhooks(run: TaskRun[SendWebhooks, DeliveryStore], *, sender: WebhookSender, key: bytes) -> Settle:
    """Calls one endpoint with what is due; the run after it goes on where this one stopped."""
    started = asyncio.get_running_loop().time()
    async with run.transaction() as store:
        work = await _work(store, run.task, run.now)

    def clock() -> datetime:
        return run.now + timedelta(seconds=asyncio.get_running_loop().time() - started)

    lanes = await _send(work, sender, key, clock, started + RUN_SECONDS) if work is not None else []

    async def settle(store: Any) -> list[Consequence]:
        return await _settle(store, run.cause, work, lanes, clock()) if work is not None else []

    return settle


async def wake_webhooks(now: datetime, cause: Cause, store: DeliveryStore) -> list[Consequence]:
    """Has what is due again sent again."""
    due = await store.webhooks_due(now)
    return [cause.then_do(SendWebhooks(endpoint_id=each), each, once=True) for each in due]


async def _work(store: DeliveryStore, task: SendWebhooks, now: datetime) -> _Work | None:
    endpoint = await store.webhook(task.endpoint_id)
    if endpoint is None or not endpoint.enabled or (endpoint.slow_until is not None and endpoint.slow_until > now):
        return None
    if await store.suspended_software(endpoint.software):
        return None  # it is told nothing by any door; what waits is sent when it is let in again
    waiting = await store.waiting(endpoint.endpoint_id)
    page, repeated = replace(_NOTHING_NEW, read_to=endpoint.position), _NOTHING_NEW
    one_by_one = asks_whether_it_answers(endpoint, waiting)
    if not one_by_one and len(waiting) < MOST_WAITING:
        read = partial(store.read_stream, endpoint.software, endpoint.mode)
        page = await read(endpoint.position, endpoint.types, _EVENTS_A_RUN)
        if endpoint.replay is not None:
            repeated = await read(endpoint.replay.after, endpoint.types, _EVENTS_A_RUN)
    until = endpoint.replay.until if endpoint.replay is not None else 0
    notices = [*(each for each in repeated.notices if each.position <= until), *page.notices]
    texts = {each.position: each.text for each in notices}
    lanes, resting = lanes_of(waiting, [waiting_of(each.position, each.text) for each in notices], now)
    wanted = [event.position for lane in lanes for event in lane.events if event.position not in texts]
    texts |= await store.texts(endpoint.software, wanted[:_EVENTS_A_RUN])
    return _Work(endpoint, lanes, resting, texts, page, repeated, one_by_one)


async def _send(
    work: _Work, sender: WebhookSender, key: bytes, clock: Callable[[], datetime], deadline: float
) -> list[Lane]:
    """The lanes with what was sent of each. Companies do not wait for each other, except where one asks for all."""
    gate = asyncio.Semaphore(LANES_AT_ONCE)

    async def send_lane(lane: Lane) -> Lane:
        sent: list[Sent] = []
        async with gate:
            for event in lane.events[: 1 if work.one_by_one else None]:
                # A text that was not read comes with the next run.
                if event.position not in work.texts or asyncio.get_running_loop().time() > deadline:
                    break
                sent.append(await _call(work.endpoint, event, work.texts[event.position], sender, key, clock))
                if not sent[-1].answer.delivered:
                    break
        return Lane(lane.events, tuple(sent))

    if work.one_by_one:
        return [await send_lane(lane) for lane in work.lanes[:1]]
    return list(await asyncio.gather(*(send_lane(lane) for lane in work.lanes)))


async def _call(
    endpoint: WebhookEndpoint,
    event: Waiting,
    text: str,
    sender: WebhookSender,
    key: bytes,
    clock: Callable[[], datetime],
) -> Sent:
    at, body = clock(), text.encode()
    secrets = [secret_of(key, endpoint.endpoint_id, generation) for generation in endpoint.generations(at)]
    answer = await sender.send(endpoint.url, signed_headers(secrets, event.event_id, at, body), body)
    ended = clock()
    return Sent(event, ended, round((ended - at) / timedelta(milliseconds=1)), answer)


async def _settle(
    store: DeliveryStore, cause: Cause, work: _Work, lanes: list[Lane], now: datetime
) -> list[Consequence]:
    """Writes what the run learnt into the row as it is now: its software may have changed it meanwhile."""
    current = await store.lock_webhook(work.endpoint.endpoint_id)
    if current is None:
        return []
    replay = current.replay
    if replay == work.endpoint.replay:
        replay = moved_on(replay, work.repeated.read_to)
    outcome = outcome_of(current, lanes, work.resting, now, random.random())
    moved = replace(outcome.endpoint, position=max(current.position, work.page.read_to), replay=replay)
    await store.save_webhook(moved)
    await store.save_waiting(moved, outcome.waiting, outcome.done)
    await store.add_attempts(outcome.attempts)
    progress = bool(outcome.done) or (moved.position, replay) != (current.position, current.replay)
    if not progress or not moved.enabled or (moved.slow_until is not None and moved.slow_until > now):
        return []
    more = work.one_by_one or work.page.more or replay is not None or bool(outcome.waiting)
    return [cause.then_do(SendWebhooks(endpoint_id=moved.endpoint_id), moved.endpoint_id, once=True)] if more else []
