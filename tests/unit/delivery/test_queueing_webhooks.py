"""What waits for an endpoint and for how long, with a clock that only the test turns."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.delivery.domain.webhook_queue import (
    Lane,
    Outcome,
    Sent,
    Waiting,
    asks_whether_it_answers,
    lanes_of,
    moved_on,
    outcome_of,
)
from services.delivery.domain.webhooks import (
    JITTER,
    SCHEDULE,
    TOLERATED_FAILURES,
    Answer,
    Replay,
    WebhookEndpoint,
    answer_of,
    next_try,
)
from shared.values import SoftwareSlug, WebhookEndpointId

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ENDPOINT = WebhookEndpoint(
    endpoint_id=WebhookEndpointId.of(uuid4()), software=SoftwareSlug("robaws"), url="https://a.example", created_at=NOW
)
TAKEN, REFUSED, GONE = Answer(200, ""), answer_of(500), answer_of(410)


def an_event(position: int, company: str = "a", **others: object) -> Waiting:
    return replace(Waiting(position, f"event {position}", "connection.activated", company), **others)  # type: ignore[arg-type]


def after(lanes: Sequence[Lane], endpoint: WebhookEndpoint = ENDPOINT, now: datetime = NOW) -> Outcome:
    return outcome_of(endpoint, lanes, [], now, 0.0)


def sent(event: Waiting, answer: Answer, at: datetime = NOW) -> Sent:
    return Sent(event, at, 5, answer)


def test_ten_tries_are_spread_over_three_days_and_then_the_endpoint_is_off() -> None:
    event, endpoint, now, tries = an_event(1), ENDPOINT, NOW, 0
    pauses = []
    while endpoint.enabled:
        outcome = after([Lane((event,), (sent(event, REFUSED, now),))], endpoint, now)
        (event,), endpoint, tries = outcome.waiting, outcome.endpoint, tries + 1
        assert event.next_at is not None
        pauses.append(event.next_at - now)
        now = event.next_at
    assert tries == 10
    assert [pause.total_seconds() for pause in pauses[:-1]] == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert sum(pauses, timedelta()) == sum(SCHEDULE, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert (endpoint.disabled_reason, endpoint.disabled_at) == ("retries_exhausted", now)
    assert event.attempts == 0, "whoever switches it on again has the whole schedule before them"


@pytest.mark.parametrize("dice", [0.0, 0.5, 1.0])
def test_jitter_makes_a_pause_longer_by_a_tenth_at_most(dice: float) -> None:
    again = next_try(2, NOW, dice)
    assert again is not None
    assert again - NOW == timedelta(seconds=300) * (1 + JITTER * dice)


@pytest.mark.parametrize(("wish", "pause_s"), [(1, 5), (60, 60), (10**6, 86_400)])
def test_the_endpoints_own_wish_makes_it_later_and_never_earlier(wish: int, pause_s: int) -> None:
    assert next_try(1, NOW, 0.0, timedelta(seconds=wish)) == NOW + timedelta(seconds=pause_s)


def test_behind_an_event_that_was_not_taken_only_its_own_company_waits() -> None:
    first, second, other = an_event(1), an_event(2), an_event(3, "b")
    lanes, resting = lanes_of([], [first, second, other], NOW)
    assert ([lane.events for lane in lanes], resting) == ([(first, second), (other,)], [])
    outcome = after([Lane((first, second), (sent(first, REFUSED),)), Lane((other,), (sent(other, TAKEN),))])
    assert outcome.done == (3,)
    assert [(each.position, each.attempts, each.next_at) for each in outcome.waiting] == [
        (1, 1, NOW + timedelta(seconds=5)),
        (2, 0, None),
    ]
    lanes, resting = lanes_of(outcome.waiting, [an_event(4), an_event(5, "b")], NOW)
    assert [[each.position for each in lane.events] for lane in lanes] == [[5]]
    assert [each.position for each in resting] == [4]
    lanes, _ = lanes_of(outcome.waiting, [], NOW + timedelta(seconds=5))
    assert [[each.position for each in lane.events] for lane in lanes] == [[1, 2]]


def test_a_lane_that_was_left_in_the_middle_goes_on_at_once() -> None:
    first, second, third = an_event(1), an_event(2), an_event(3)
    outcome = after([Lane((first, second, third), (sent(first, TAKEN),))])
    assert [(each.position, each.next_at) for each in outcome.waiting] == [(2, NOW), (3, None)]


def test_an_event_that_is_replayed_while_it_waits_keeps_its_place_in_the_schedule() -> None:
    waiting = an_event(2, attempts=3, next_at=NOW + timedelta(hours=1))
    lanes, resting = lanes_of([waiting], [an_event(1), an_event(2)], NOW)
    assert (lanes, [each.position for each in resting]) == ([], [1])


def test_an_endpoint_that_is_gone_is_off_at_once() -> None:
    outcome = after([Lane((an_event(1),), (sent(an_event(1), GONE),))])
    assert (outcome.endpoint.enabled, outcome.endpoint.disabled_reason) == (False, "gone")


@pytest.mark.parametrize("status", [429, 502, 504])
def test_an_endpoint_that_asks_for_less_is_given_a_pause_as_a_whole(status: int) -> None:
    answer = answer_of(status, timedelta(seconds=90))
    outcome = after([Lane((an_event(1),), (sent(an_event(1), answer),))])
    assert outcome.endpoint.slow_until == NOW + timedelta(seconds=90)
    assert asks_whether_it_answers(outcome.endpoint, outcome.waiting)


def test_after_five_failures_in_a_row_one_event_alone_asks_whether_it_answers() -> None:
    lanes = [Lane((an_event(n, str(n)),), (sent(an_event(n, str(n)), REFUSED),)) for n in range(TOLERATED_FAILURES)]
    before, outcome = after(lanes[1:]), after(lanes)
    assert not asks_whether_it_answers(before.endpoint, before.waiting)
    assert asks_whether_it_answers(outcome.endpoint, outcome.waiting)
    assert outcome.endpoint.slow_until == NOW + timedelta(seconds=5)
    probe = outcome.waiting[0]
    healed = after([Lane((probe,), (sent(probe, TAKEN),))], outcome.endpoint)
    assert (healed.endpoint.failures, healed.endpoint.slow_until) == (0, None)
    assert not asks_whether_it_answers(replace(outcome.endpoint), []), "without anything that waits nothing can ask"


def test_every_try_stands_in_the_log_with_what_comes_next() -> None:
    event = an_event(1, attempts=2)
    outcome = after([Lane((event,), (sent(event, REFUSED),))])
    (attempt,) = outcome.attempts
    assert (attempt.number, attempt.status, attempt.reason) == (3, 500, "status_not_success")
    assert attempt.next_at == NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(200, ""), (204, ""), (301, "redirect_refused"), (410, "endpoint_gone"), (404, "status_not_success")],
)
def test_a_status_says_whether_the_event_was_taken(status: int, reason: str) -> None:
    assert answer_of(status).reason == reason


def test_a_replay_moves_on_and_never_back() -> None:
    assert moved_on(Replay(5, 10), 0) == Replay(5, 10)
    assert moved_on(Replay(5, 10), 7) == Replay(7, 10)
    assert moved_on(Replay(5, 10), 10) is None
    assert moved_on(None, 3) is None
