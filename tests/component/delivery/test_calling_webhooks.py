"""Delivery calls a real server: what it sends, what it makes of the answers, what waits for what."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from services.delivery.domain.signatures import secret_of, secret_text
from services.delivery.domain.webhooks import Replay, enabled, rotated
from services.delivery.tasks import webhooks
from shared.chassis.messages import Do
from tests.component.delivery.receiving import KEY, ROBAWS, House, Receiver, calling, receiving
from tests.waiting import let_time_pass, until

LIMIT_S = 60.0


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as running:
        yield running


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with calling(timeout_seconds=LIMIT_S) as made:
        yield made


async def test_an_event_is_sent_as_it_stands_in_the_stream_with_a_signature_that_fits(
    house: House, receiver: Receiver
) -> None:
    endpoint_id = await house.listen(receiver.url)
    follows = await house.tell(0, 1)
    assert [each.key for each in follows if isinstance(each, Do)] == [endpoint_id]
    await house.send(endpoint_id)
    told = {each["id"]: each["text"] for each in house.told()}
    verifier = Webhook(secret_text(secret_of(KEY, endpoint_id, 1)))
    for headers, body in receiver.got:
        assert verifier.verify(body, headers)["id"] == headers["webhook-id"]
        assert told.pop(headers["webhook-id"]) == body.decode()
        assert headers["content-type"] == "application/json"
    assert told == {}


async def test_only_the_types_asked_for_are_sent(house: House, receiver: Receiver) -> None:
    endpoint_id = await house.listen(receiver.url, types=("invoice.settled",))
    assert not any(isinstance(each, Do) for each in await house.tell(0))
    await house.send(endpoint_id)
    assert receiver.got == []
    assert (await house.endpoint(endpoint_id)).position == 1


async def test_an_event_that_is_not_taken_holds_up_its_own_company_only_and_comes_again_in_order(
    house: House, receiver: Receiver
) -> None:
    endpoint_id = await house.listen(receiver.url)
    await house.tell(0)
    receiver.will_answer(500)
    await house.send(endpoint_id)
    await house.tell(0, 1, 0)
    await house.send(endpoint_id)
    first, second, other, third = (each["id"] for each in house.told())
    assert receiver.ids == [first, other]
    await house.later(endpoint_id, timedelta(seconds=4))
    assert receiver.ids == [first, other]
    await house.later(endpoint_id, timedelta(seconds=2))
    assert receiver.ids == [first, other, first, second, third]
    assert await house.store.waiting(endpoint_id) == []


async def test_an_endpoint_that_is_gone_is_off_and_hears_all_it_missed_once_it_is_on_again(
    house: House, receiver: Receiver
) -> None:
    endpoint_id = await house.listen(receiver.url)
    await house.tell(0)
    receiver.will_answer(410)
    await house.send(endpoint_id)
    off = await house.endpoint(endpoint_id)
    assert (off.enabled, off.disabled_reason) == (False, "gone")
    assert not any(isinstance(each, Do) for each in await house.tell(1))
    await house.send(endpoint_id)
    assert len(receiver.got) == 1
    await house.store.save_webhook(enabled(off))
    await house.store.try_waiting_now(endpoint_id, house.now)
    await house.send(endpoint_id)
    assert sorted(receiver.ids[1:]) == sorted(each["id"] for each in house.told())


async def test_an_endpoint_that_asks_for_a_pause_gets_it_for_all_companies(house: House, receiver: Receiver) -> None:
    endpoint_id = await house.listen(receiver.url)
    await house.tell(0)
    receiver.will_answer(429, Retry_After="60")
    await house.send(endpoint_id)
    await house.tell(1)
    await house.send(endpoint_id)
    await house.later(endpoint_id, timedelta(seconds=55))
    assert len(receiver.got) == 1
    await house.later(endpoint_id, timedelta(seconds=10))
    assert len(set(receiver.ids)) == 2 and len(receiver.got) == 3


async def test_a_redirect_is_not_followed_and_is_a_failure(house: House, receiver: Receiver) -> None:
    endpoint_id = await house.listen(receiver.url)
    await house.tell(0)
    receiver.will_answer(302, Location=receiver.url)
    await house.send(endpoint_id)
    ((_, attempt),) = await house.store.attempts(endpoint_id, None, 10)
    assert (len(receiver.got), attempt.status, attempt.reason) == (1, 302, "redirect_refused")


async def test_a_server_that_is_silent_is_given_up_in_time_and_asked_one_event_at_a_time(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "RUN_SECONDS", 3600.0)
    endpoint_id, receiver.silent_s = await house.listen(receiver.url), 3600.0
    await house.tell(*range(8))
    sending = asyncio.create_task(house.send(endpoint_id))
    for tried in (webhooks.LANES_AT_ONCE, 8):
        await until(lambda tried=tried: len(receiver.got) == tried)  # type: ignore[misc]
        let_time_pass(LIMIT_S + 1)
    await sending
    asking = asyncio.create_task(house.later(endpoint_id, timedelta(minutes=3)))
    await until(lambda: len(receiver.got) > 8)
    let_time_pass(LIMIT_S + 1)
    await asking
    assert len(receiver.got) == 9
    attempts = await house.store.attempts(endpoint_id, None, 100)
    assert {attempt.reason for _, attempt in attempts} == {"timeout"}
    receiver.silent_s = 0.0
    await house.later(endpoint_id, timedelta(minutes=8))
    assert await house.store.waiting(endpoint_id) == []
    assert set(receiver.ids) == {each["id"] for each in house.told()}


async def test_a_range_that_is_replayed_comes_once_more_under_the_same_ids(house: House, receiver: Receiver) -> None:
    endpoint_id = await house.listen(receiver.url)
    await house.tell(0, 0, 0, 0)
    await house.send(endpoint_id)
    before = list(receiver.ids)
    await house.store.save_webhook(replace(await house.endpoint(endpoint_id), replay=Replay(1, 3)))
    await house.send(endpoint_id)
    assert receiver.ids == before + before[1:3]
    assert (await house.endpoint(endpoint_id)).replay is None


async def test_after_a_rotation_a_receiver_with_either_secret_understands(house: House, receiver: Receiver) -> None:
    endpoint_id = await house.listen(receiver.url)
    await house.store.save_webhook(rotated(await house.endpoint(endpoint_id), house.now))
    await house.tell(0)
    await house.send(endpoint_id)
    ((headers, body),) = receiver.got
    for generation in (1, 2):
        assert Webhook(secret_text(secret_of(KEY, endpoint_id, generation))).verify(body, headers)


async def test_a_long_stream_is_sent_in_several_runs_and_nothing_twice(house: House, receiver: Receiver) -> None:
    endpoint_id = await house.listen(receiver.url)
    for _ in range(4):
        await house.tell(*[company % 10 for company in range(50)])
    assert await house.send(endpoint_id) > 2
    assert sorted(receiver.ids) == sorted(each["id"] for each in house.told())


async def test_an_endpoint_that_was_removed_while_it_was_called_leaves_nothing(
    house: House, receiver: Receiver
) -> None:
    endpoint_id = await house.listen(receiver.url)
    await house.tell(0)
    del house.tables.webhooks.endpoints[endpoint_id]
    assert await house.send(endpoint_id) == 1
    assert receiver.got == []


async def test_a_suspended_software_is_not_called_until_it_is_let_in_again(house: House, receiver: Receiver) -> None:
    endpoint_id = await house.listen(receiver.url)
    await house.tell(0)
    house.tables.software_states[ROBAWS] = (True, 1)
    await house.send(endpoint_id)
    assert receiver.got == []
    house.tables.software_states[ROBAWS] = (False, 2)
    await house.later(endpoint_id, timedelta(seconds=2))
    assert len(receiver.got) == 1
