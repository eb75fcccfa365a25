"""What a webhook endpoint was sent, a test of it, and sending a range of events once more."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, Field

from services.delivery.domain.cursors import CursorRejected, position_of
from services.delivery.domain.signatures import secret_of, signed_headers
from services.delivery.domain.webhook_queue import Attempt
from services.delivery.domain.webhooks import Answer, Replay, SendWebhooks, WebhookEndpoint
from services.delivery.endpoints.answers import ReplayCount, WebhookAttempt, WebhookAttempts, described
from services.delivery.endpoints.webhooks import found_endpoint
from services.delivery.ports import ReadingStore, WebhookSender
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.contracts.public import PublicEvent

TEST_PAUSE = timedelta(seconds=2)
routes = APIRouter()
Software = Annotated[Call, Depends(caller("software"))]
Cursor = Annotated[str, Field(max_length=200)]


class ReplayRange(BaseModel):
    """Which events: behind `cursor` and not before `since`, up to `until_cursor` and before `until`."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    cursor: Cursor = ""
    until_cursor: Cursor = ""
    dry_run: bool = Field(True, description="only count; say false to have them sent")


@routes.get("/v1/webhook_endpoints/{endpoint_id}/attempts", responses=described(WebhookAttempts))
async def read_webhook_attempts(
    endpoint_id: str,
    call: Software,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """What was tried in the last 30 days, newest first. Go on with `before=next_before` until that is null."""
    async with call.transaction() as tx:
        endpoint = await found_endpoint(tx, endpoint_id)
        found = await cast(ReadingStore, tx.store).attempts(endpoint.endpoint_id, before, limit)
    return {
        "attempts": [_told(attempt) for _, attempt in found],
        "next_before": found[-1][0] if len(found) == limit else None,
    }


@routes.post("/v1/webhook_endpoints/{endpoint_id}/test", responses=described(WebhookAttempt))
async def test_webhook_endpoint(endpoint_id: str, call: Software) -> dict[str, Any]:
    """Sends a `webhook.test` at once, also to an endpoint that is off, and answers with what came of it.

    429 `rate_limited` within 2 seconds after another test.
    """
    async with call.transaction() as tx:
        endpoint = await found_endpoint(tx, endpoint_id)
        await _not_too_soon(tx, endpoint)
        event, at = _test_event(call, endpoint, tx.now), tx.now
    started = asyncio.get_running_loop().time()
    answer = await _call(call, endpoint, event, at)
    took = timedelta(seconds=asyncio.get_running_loop().time() - started)
    attempt = Attempt(
        endpoint.endpoint_id,
        endpoint.software,
        str(event.id),
        event.type,
        None,
        1,
        at + took,
        round(took / timedelta(milliseconds=1)),
        answer.status,
        answer.reason,
    )
    async with call.transaction() as tx:
        # Its software may have removed the endpoint while it was called.
        if await cast(ReadingStore, tx.store).lock_webhook(endpoint.endpoint_id) is not None:
            await cast(ReadingStore, tx.store).add_attempts([attempt])
    return _told(attempt)


@routes.post("/v1/webhook_endpoints/{endpoint_id}/replay", responses=described(ReplayCount))
async def replay_webhook_events(endpoint_id: str, asked: ReplayRange, call: Software) -> dict[str, Any]:
    """Counts the events of a range, and with `dry_run: false` sends them once more, under the same ids.

    400 `cursor_invalid`; 409 `webhook_endpoint_disabled`, `replay_running`.
    """
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        endpoint = await found_endpoint(tx, endpoint_id, lock=True)
        after, until = await _range(store, endpoint, asked)
        count = await store.count_events(endpoint.software, after, until, endpoint.types)
        if not asked.dry_run:
            if not endpoint.enabled:
                raise Problem(409, "webhook_endpoint_disabled", "The endpoint is off; switch it on first.")
            if endpoint.replay is not None:
                raise Problem(409, "replay_running", "An earlier replay is still being sent; wait for its end.")
            if count:
                await store.save_webhook(replace(endpoint, replay=Replay(after, until)))
                tx.do(SendWebhooks(endpoint_id=endpoint.endpoint_id), endpoint.endpoint_id, once=True)
    return {"events": count, "dry_run": asked.dry_run}


async def _range(store: ReadingStore, endpoint: WebhookEndpoint, asked: ReplayRange) -> tuple[int, int]:
    """Positions; what the endpoint has not come to yet is sent anyway."""
    after, until = _position(asked.cursor, endpoint, "/cursor"), endpoint.position
    if asked.until_cursor:
        until = min(until, _position(asked.until_cursor, endpoint, "/until_cursor"))
    if asked.since is not None:
        after = max(after, await store.position_before(endpoint.software, asked.since))
    if asked.until is not None:
        until = min(until, await store.position_before(endpoint.software, asked.until))
    return after, until


def _position(cursor: str, endpoint: WebhookEndpoint, pointer: str) -> int:
    try:
        return position_of(cursor, endpoint.software)
    except CursorRejected as error:
        told = {"pointer": pointer, "code": error.code, "detail": str(error)}
        raise Problem(400, error.code, str(error), errors=[told]) from None


async def _not_too_soon(tx: CallTransaction, endpoint: WebhookEndpoint) -> None:
    last = await cast(ReadingStore, tx.store).attempts(endpoint.endpoint_id, None, 1)
    if last and last[0][1].position is None and last[0][1].at > tx.now - TEST_PAUSE:
        raise Problem(429, "rate_limited", "The endpoint was tested just now.", headers={"Retry-After": "2"})


def _test_event(call: Call, endpoint: WebhookEndpoint, at: datetime) -> PublicEvent:
    return PublicEvent.model_validate(
        {
            "id": call.cause.derived_id(f"webhook.test/{endpoint.endpoint_id}"),
            "type": "webhook.test",
            "time": at.astimezone(UTC),
            "subject": endpoint.endpoint_id,
            "software": endpoint.software,
            "data": {"endpoint_id": endpoint.endpoint_id},
        }
    )


async def _call(call: Call, endpoint: WebhookEndpoint, event: PublicEvent, at: datetime) -> Answer:
    sender: WebhookSender = call.resources["webhooks"]
    body = event.as_json().encode()
    key: bytes = call.resources["webhook_key"]
    secrets = [secret_of(key, endpoint.endpoint_id, generation) for generation in endpoint.generations(at)]
    return await sender.send(endpoint.url, signed_headers(secrets, str(event.id), at, body), body)


def _told(attempt: Attempt) -> dict[str, Any]:
    return {
        "event_id": attempt.event_id,
        "type": attempt.event_type,
        "attempt": attempt.number,
        "at": attempt.at,
        "duration_ms": attempt.duration_ms,
        "delivered": attempt.reason == "",
        "status": attempt.status,
        "reason": attempt.reason or None,
        "next_try_at": attempt.next_at,
    }
