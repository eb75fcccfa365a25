"""What waits for one endpoint, and what of it may be sent now: in order for each company, and no company for another.

An event that was not taken waits, and behind it all later ones of its company; other companies go on. A row whose
`next_at` is None stands behind another one of its company.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.delivery.domain.webhooks import (
    TOLERATED_FAILURES,
    Answer,
    Replay,
    WebhookEndpoint,
    disabled,
    next_try,
    told,
)
from shared.values import SoftwareSlug, WebhookEndpointId

MOST_WAITING = 1_000
"""With so many waiting, the stream is not read on: it keeps everything for 30 days."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event of the stream on its way to one endpoint; `attempts` were made, the next is due at `next_at`."""

    position: int
    event_id: str
    event_type: str
    company: str
    attempts: int = 0
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, as the software sees it in the endpoint's log; `position` is None for a test."""

    endpoint_id: WebhookEndpointId
    software: SoftwareSlug
    event_id: str
    event_type: str
    position: int | None
    number: int
    at: datetime
    duration_ms: int
    status: int | None
    reason: str
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """An event that was sent, when the answer came (UTC), and the answer."""

    waiting: Waiting
    at: datetime
    duration_ms: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class Lane:
    """The events of one company, in order; those of `sent` are its first, and only the last of them may have failed."""

    events: tuple[Waiting, ...]
    sent: tuple[Sent, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a run: the endpoint, what waits from now on, which positions are done, the log."""

    endpoint: WebhookEndpoint
    waiting: tuple[Waiting, ...]
    done: tuple[int, ...]
    attempts: tuple[Attempt, ...]


def waiting_of(position: int, text: str) -> Waiting:
    """An event of the stream, which is due at once. What concerns no company has a lane of its own."""
    event = json.loads(text)
    company = str(event["data"].get("enterprise_number", ""))
    return Waiting(position, event["id"], event["type"], company)


def asks_whether_it_answers(endpoint: WebhookEndpoint, waiting: Collection[Waiting]) -> bool:
    """Whether the endpoint failed so often, or asked for less, that one event alone is tried before the others."""
    return bool(waiting) and (endpoint.failures >= TOLERATED_FAILURES or endpoint.slow_until is not None)


def lanes_of(waiting: Iterable[Waiting], fresh: Iterable[Waiting], now: datetime) -> tuple[list[Lane], list[Waiting]]:
    """The lanes that are due, the one with the oldest event first; and of the new ones those that must wait.

    An event that is both waiting and new (it is replayed) stays as it waits.
    """
    known = {each.position: each for each in waiting}
    events = {each.position: each for each in fresh} | known
    companies: dict[str, list[Waiting]] = {}
    for position in sorted(events):
        companies.setdefault(events[position].company, []).append(events[position])
    due, resting = [], []
    for lane in companies.values():
        if max((each.next_at for each in lane if each.next_at is not None), default=now) <= now:
            due.append(Lane(tuple(lane)))
        else:
            resting += [each for each in lane if each.position not in known]
    return due, resting


def outcome_of(
    endpoint: WebhookEndpoint, lanes: Sequence[Lane], resting: Sequence[Waiting], now: datetime, dice: float
) -> Outcome:
    """What follows from what was sent. `endpoint` is the row as it is now; `now` is when the run ends."""
    kept, done, attempts, failed = list(resting), [], [], []
    for lane in lanes:
        remaining, delivered, failure = _after(lane, now, dice)
        kept += remaining
        done += delivered
        if failure is not None:
            failed.append((lane.sent[-1], failure))
        attempts += [_attempt(endpoint, sent, None if sent.answer.delivered else failure) for sent in lane.sent]
    sent = sorted((sent for lane in lanes for sent in lane.sent), key=lambda each: each.at)
    moved = told(endpoint, [each.answer for each in sent])
    return Outcome(_judged(moved, failed, now), tuple(kept), tuple(done), tuple(attempts))


def moved_on(replay: Replay | None, read_to: int) -> Replay | None:
    """The replay after the stream was read up to a position; None when it is through."""
    if replay is None or read_to >= replay.until:
        return None
    return Replay(max(replay.after, read_to), replay.until)


def _after(lane: Lane, now: datetime, dice: float) -> tuple[list[Waiting], list[int], Waiting | None]:
    """What of a lane waits, which positions were delivered, and the event that failed."""
    delivered = [each.waiting.position for each in lane.sent if each.answer.delivered]
    rest = lane.events[len(delivered) :]
    behind = [replace(each, next_at=None) for each in rest[1:]]
    if not rest:
        return [], delivered, None
    last = lane.sent[-1] if lane.sent else None
    if last is None or last.answer.delivered:
        return [replace(rest[0], next_at=now), *behind], delivered, None
    number = rest[0].attempts + 1
    again = next_try(number, last.at, dice, last.answer.retry_after)
    # An exhausted one stands ready for the day on which its software enables the endpoint again.
    failure = replace(rest[0], attempts=number if again else 0, next_at=again or now)
    return [failure, *behind], delivered, failure


def _judged(endpoint: WebhookEndpoint, failed: Sequence[tuple[Sent, Waiting]], now: datetime) -> WebhookEndpoint:
    if any(sent.answer.gone for sent, _ in failed):
        return disabled(endpoint, "gone", now)
    if any(waiting.attempts == 0 for _, waiting in failed):
        return disabled(endpoint, "retries_exhausted", now)
    throttled = [waiting.next_at for sent, waiting in failed if sent.answer.throttled and waiting.next_at]
    if throttled:
        return replace(endpoint, slow_until=max(throttled))
    again = [waiting.next_at for _, waiting in failed if waiting.next_at]
    if again and endpoint.failures >= TOLERATED_FAILURES:
        return replace(endpoint, slow_until=min(again))
    return replace(endpoint, slow_until=None) if endpoint.failures == 0 else endpoint


def _attempt(endpoint: WebhookEndpoint, sent: Sent, failure: Waiting | None) -> Attempt:
    return Attempt(
        endpoint.endpoint_id,
        endpoint.software,
        sent.waiting.event_id,
        sent.waiting.event_type,
        sent.waiting.position,
        sent.waiting.attempts + 1,
        sent.at,
        sent.duration_ms,
        sent.answer.status,
        sent.answer.reason,
        failure.next_at if failure is not None and failure.attempts else None,
    )
