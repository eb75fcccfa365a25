"""Webhook endpoints, what waits for them and their log: memory behaves like Postgres, callers see their own."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from services.delivery.domain.notices import Notice, notice_of
from services.delivery.domain.webhook_queue import Attempt, Waiting
from services.delivery.domain.webhooks import OlderSecret, Replay, WebhookEndpoint, disabled
from shared.contracts.connections import ConnectionRevoked
from shared.values import ConnectionId, EnterpriseNumber, SoftwareSlug, WebhookEndpointId

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROBAWS, BILLIT = SoftwareSlug("robaws"), SoftwareSlug("billit")
As = Callable[[str | None], AbstractAsyncContextManager[Any]]


def an_endpoint(software: SoftwareSlug = ROBAWS, **others: Any) -> WebhookEndpoint:
    endpoint = WebhookEndpoint(
        endpoint_id=WebhookEndpointId.of(uuid4()), software=software, url="https://a.example/x", created_at=NOW
    )
    return replace(endpoint, **others)


def a_notice(at: datetime = NOW) -> Notice:
    body = ConnectionRevoked(
        connection_id=ConnectionId.of(uuid4()),
        enterprise_number=EnterpriseNumber("0403170701"),
        software=ROBAWS,
        revoked_by="office",
    )
    return notice_of(uuid4(), at, body)


def waits(position: int, next_at: datetime | None, attempts: int = 0) -> Waiting:
    return Waiting(position, f"event {position}", "connection.revoked", "0403170701", attempts, next_at)


def an_attempt(endpoint: WebhookEndpoint, at: datetime = NOW, position: int | None = 1) -> Attempt:
    return Attempt(
        endpoint.endpoint_id,
        endpoint.software,
        "event",
        "connection.revoked",
        position,
        1,
        at,
        12,
        None,
        "timeout",
        NOW,
    )


async def test_an_endpoint_comes_back_as_it_was_saved_and_saved_again(acting: As) -> None:
    endpoint = an_endpoint(
        types=("connection.revoked",),
        older_secrets=(OlderSecret(1, NOW),),
        generation=2,
        slow_until=NOW,
        replay=Replay(2, 9),
    )
    async with acting("software:robaws") as store:
        await store.save_webhook(endpoint)
        assert await store.webhook(endpoint.endpoint_id) == endpoint
    changed = disabled(replace(endpoint, replay=None, position=7, failures=3), "gone", NOW)
    async with acting(None) as store:
        assert await store.lock_webhook(endpoint.endpoint_id) == endpoint
        await store.save_webhook(changed)
    async with acting("software:robaws") as store:
        assert await store.own_webhooks(ROBAWS) == [changed]


async def test_an_endpoint_its_queue_and_its_log_are_nobody_elses(acting: As) -> None:
    endpoint = an_endpoint()
    async with acting(None) as store:
        await store.append_notices([a_notice()])
        await store.save_webhook(endpoint)
        await store.save_waiting(endpoint, [waits(1, NOW)], [])
        await store.add_attempts([an_attempt(endpoint)])
    async with acting("software:billit") as store:
        assert await store.webhook(endpoint.endpoint_id) is None
        assert await store.lock_webhook(endpoint.endpoint_id) is None
        assert await store.own_webhooks(ROBAWS) == []
        assert await store.waiting_counts([endpoint.endpoint_id]) == {}
        assert await store.attempts(endpoint.endpoint_id, None, 10) == []
        assert not await store.remove_webhook(endpoint.endpoint_id)
    async with acting("software:robaws") as store:
        assert await store.waiting_counts([endpoint.endpoint_id]) == {endpoint.endpoint_id: 1}
        assert [attempt for _, attempt in await store.attempts(endpoint.endpoint_id, None, 10)] == [
            an_attempt(endpoint)
        ]
        assert await store.remove_webhook(endpoint.endpoint_id)
    async with acting(None) as store:
        assert await store.waiting(endpoint.endpoint_id) == []


async def test_only_enabled_endpoints_of_the_softwares_asked_for_hear(acting: As) -> None:
    on, off, other = an_endpoint(), disabled(an_endpoint(), "gone", NOW), an_endpoint(BILLIT)
    async with acting(None) as store:
        for each in (on, off, other):
            await store.save_webhook(each)
        assert await store.webhooks_of([ROBAWS]) == [on]
        both = sorted([on, other], key=lambda endpoint: endpoint.endpoint_id)
        assert await store.webhooks_of([ROBAWS, BILLIT]) == both


async def test_what_waits_is_written_anew_and_taken_out_when_it_is_done(acting: As) -> None:
    endpoint = an_endpoint()
    async with acting(None) as store:
        await store.append_notices([a_notice() for _ in range(3)])
        await store.save_webhook(endpoint)
        await store.save_waiting(endpoint, [waits(3, None), waits(1, NOW), waits(2, None), waits(99, NOW)], [])
        assert await store.waiting(endpoint.endpoint_id) == [waits(1, NOW), waits(2, None), waits(3, None)]
        await store.save_waiting(endpoint, [waits(2, NOW, 1)], [1])
        assert await store.waiting(endpoint.endpoint_id) == [waits(2, NOW, 1), waits(3, None)]
        assert sorted(await store.texts(ROBAWS, [2, 3, 99])) == [2, 3]
    async with acting("software:robaws") as store:
        await store.try_waiting_now(endpoint.endpoint_id, NOW + timedelta(hours=1))
    async with acting(None) as store:
        assert await store.waiting(endpoint.endpoint_id) == [waits(2, NOW + timedelta(hours=1)), waits(3, None)]


async def test_an_endpoint_is_due_when_an_event_is_and_it_asked_for_no_longer_pause(acting: As) -> None:
    later = NOW + timedelta(minutes=5)
    due, slow, off, early = (
        an_endpoint(),
        an_endpoint(slow_until=later),
        disabled(an_endpoint(), "gone", NOW),
        an_endpoint(),
    )
    async with acting(None) as store:
        await store.append_notices([a_notice(), a_notice()])
        for each in (due, slow, off, early):
            await store.save_webhook(each)
            await store.save_waiting(each, [waits(1, later if each is early else NOW), waits(2, None)], [])
        assert await store.webhooks_due(NOW) == [due.endpoint_id]
        assert await store.webhooks_due(later) == sorted([due.endpoint_id, slow.endpoint_id, early.endpoint_id])


async def test_an_endpoint_behind_its_stream_is_found_where_nothing_waits_unless_its_software_is_suspended(
    acting: As,
) -> None:
    behind, through, other = an_endpoint(), an_endpoint(position=1), an_endpoint(BILLIT)
    async with acting(None) as store:
        await store.append_notices([a_notice()])
        for each in (behind, through, other):
            await store.save_webhook(each)
        assert await store.webhooks_due(NOW) == [behind.endpoint_id]
        await store.note_software_states([(ROBAWS, True, 1)])
        assert await store.webhooks_due(NOW) == []


async def test_what_the_stream_forgot_is_no_longer_sent_and_the_log_is_kept_as_long(acting: As) -> None:
    endpoint, old = an_endpoint(), NOW - timedelta(days=31)
    async with acting(None) as store:
        await store.append_notices([a_notice(old), a_notice()])
        await store.save_webhook(endpoint)
        await store.save_waiting(endpoint, [waits(1, NOW), waits(2, NOW)], [])
        await store.add_attempts([an_attempt(endpoint, old), an_attempt(endpoint, NOW, None)])
        await store.forget_notices(NOW - timedelta(days=30))
        await store.forget_attempts(NOW - timedelta(days=30))
        assert await store.waiting(endpoint.endpoint_id) == [waits(2, NOW)]
    async with acting("software:robaws") as store:
        assert [each.position for _, each in await store.attempts(endpoint.endpoint_id, None, 10)] == [None]
        assert await store.forgotten_to(ROBAWS) == 1


async def test_the_log_is_read_from_the_newest_line_backwards(acting: As) -> None:
    endpoint = an_endpoint()
    async with acting(None) as store:
        await store.save_webhook(endpoint)
        await store.add_attempts([an_attempt(endpoint, position=position) for position in (1, 2, 3)])
    async with acting("software:robaws") as store:
        first = await store.attempts(endpoint.endpoint_id, None, 2)
        rest = await store.attempts(endpoint.endpoint_id, first[-1][0], 2)
    assert [attempt.position for _, attempt in (*first, *rest)] == [3, 2, 1]


async def test_a_range_of_the_stream_is_found_by_time_and_counted(acting: As) -> None:
    async with acting(None) as store:
        await store.append_notices([a_notice(NOW + timedelta(hours=n)) for n in range(4)])
    async with acting("software:robaws") as store:
        assert await store.position_before(ROBAWS, NOW + timedelta(hours=2)) == 2
        assert await store.position_before(ROBAWS, NOW + timedelta(days=1)) == 4
        assert await store.count_events(ROBAWS, 1, 3, ()) == 2
        assert await store.count_events(ROBAWS, 0, 4, ("invoice.settled",)) == 0
    async with acting("software:billit") as store:
        assert await store.position_before(ROBAWS, NOW) == 0
        assert await store.count_events(ROBAWS, 0, 4, ()) == 0
        assert await store.forgotten_to(ROBAWS) == 0
