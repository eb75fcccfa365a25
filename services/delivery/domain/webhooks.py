"""A webhook endpoint: where a software hears, what it wants to hear, how it is doing; and when it is tried again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from shared.chassis.messages import Task
from shared.contracts.access import Mode
from shared.values import SoftwareSlug, WebhookEndpointId

MOST_ENDPOINTS = 5
"""For one software in one mode; together they are fewer than the places for sending, so that none waits for a slow
one of another."""
TIMEOUT_SECONDS = 15.0
SCHEDULE = tuple(
    timedelta(seconds=seconds) for seconds in (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Pause before each try: 0 s, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h."""
JITTER = 0.1
"""A pause is longer by at most this share, so that what failed together is not tried together."""
SECRET_OVERLAP = timedelta(hours=24)
TOLERATED_FAILURES = 5
"""So many failures in a row, and only one event at a time asks whether the endpoint answers again."""
_MOST_OLDER_SECRETS = 2
_LONGEST_WISH = SCHEDULE[-1]

DisabledReason = Literal["", "by_software", "gone", "retries_exhausted"]


class SendWebhooks(Task, kind="send_webhooks"):
    """Send an endpoint what is due: one of these at a time for each endpoint."""

    endpoint_id: WebhookEndpointId


@dataclass(frozen=True, slots=True)
class OlderSecret:
    """A secret that was rotated away and still signs until `ends_at` (UTC)."""

    generation: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Replay:
    """Events that are sent once more: those behind position `after` up to and with `until`."""

    after: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """`types` empty means all; of another mode than its own it hears nothing. Everything up to `position` of the
    stream was sent, or waits in the endpoint's queue."""

    endpoint_id: WebhookEndpointId
    software: SoftwareSlug
    url: str
    created_at: datetime
    mode: Mode = "live"
    description: str = ""
    types: tuple[str, ...] = ()
    enabled: bool = True
    disabled_reason: DisabledReason = ""
    disabled_at: datetime | None = None
    generation: int = 1
    older_secrets: tuple[OlderSecret, ...] = ()
    position: int = 0
    failures: int = 0
    slow_until: datetime | None = None
    replay: Replay | None = None

    def hears(self, event_type: str, mode: Mode) -> bool:
        """Whether the endpoint wants events of this type, and they are of its mode."""
        return mode == self.mode and (not self.types or event_type in self.types)

    def generations(self, at: datetime) -> tuple[int, ...]:
        """Which secrets sign at a moment, the newest first."""
        older = [each.generation for each in self.older_secrets if each.ends_at > at]
        return (self.generation, *sorted(older, reverse=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answered. `status` is None where there was no answer; `reason` is a stable code, "" if taken."""

    status: int | None
    reason: str
    retry_after: timedelta | None = None

    @property
    def delivered(self) -> bool:
        return self.reason == ""

    @property
    def gone(self) -> bool:
        """RFC 9110 §15.5.11: it will not come back; Standard Webhooks asks to stop."""
        return self.status == 410

    @property
    def throttled(self) -> bool:
        """The endpoint asks for less, or what stands before it is overloaded."""
        return self.status in (429, 502, 504) or (self.status == 503 and self.retry_after is not None)


def answer_of(status: int, retry_after: timedelta | None = None) -> Answer:
    """What a status says: 2xx is taken; a redirect is not followed and is a failure."""
    if 200 <= status < 300:
        return Answer(status, "")
    if 300 <= status < 400:
        return Answer(status, "redirect_refused")
    return Answer(status, "endpoint_gone" if status == 410 else "status_not_success", retry_after)


def next_try(attempts: int, at: datetime, dice: float, wish: timedelta | None = None) -> datetime | None:
    """When to try again after `attempts` tries, the last at `at`; None when the schedule is exhausted.

    `dice` is from 0 to 1. The endpoint's own wish (`Retry-After`) makes it later, never earlier.
    """
    if attempts >= len(SCHEDULE):
        return None
    pause = SCHEDULE[attempts] * (1 + JITTER * dice)
    return at + max(pause, min(wish or timedelta(), _LONGEST_WISH))


def rotated(endpoint: WebhookEndpoint, at: datetime) -> WebhookEndpoint:
    """With a new secret; the one before it signs for another 24 hours, and of those before the newest."""
    older = [each for each in endpoint.older_secrets if each.ends_at > at]
    older.append(OlderSecret(endpoint.generation, at + SECRET_OVERLAP))
    return replace(endpoint, generation=endpoint.generation + 1, older_secrets=tuple(older[-_MOST_OLDER_SECRETS:]))


def disabled(endpoint: WebhookEndpoint, reason: DisabledReason, at: datetime) -> WebhookEndpoint:
    """It hears nothing more until its software enables it; what it missed waits for that."""
    if not endpoint.enabled:
        return endpoint
    return replace(endpoint, enabled=False, disabled_reason=reason, disabled_at=at)


def enabled(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """It hears again, from where it stopped."""
    return replace(endpoint, enabled=True, disabled_reason="", disabled_at=None, failures=0, slow_until=None)


def told(endpoint: WebhookEndpoint, answers: Sequence[Answer]) -> WebhookEndpoint:
    """The endpoint after these answers, in the order in which they came: how many failures there are in a row."""
    failures = endpoint.failures
    for answer in answers:
        failures = 0 if answer.delivered else failures + 1
    return replace(endpoint, failures=failures)
