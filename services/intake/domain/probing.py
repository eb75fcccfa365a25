"""Against probing: how many different companies a software may ask for, and what happens when most are unknown.

Why a company cannot be connected is what a software pays for, so it is answered, but only so often: whoever reads
the directory out of the answers asks for many companies, and for many that nobody knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from shared.values import EnterpriseNumber, SoftwareSlug


@dataclass(frozen=True, slots=True)
class Asking:
    """One software asks for one company."""

    software: SoftwareSlug
    enterprise_number: EnterpriseNumber


@dataclass(frozen=True, slots=True)
class Limits:
    """What one software may ask. `daily_companies` holds where the software has no quota of its own.

    Of its latest `sample` answers at most `unknown_percent` may be `company_unknown`; with more it may ask for
    one new company every `throttled_pause`, until the share is low enough again.
    """

    daily_companies: int = 10_000
    sample: int = 50
    unknown_percent: int = 30
    throttled_pause: timedelta = timedelta(seconds=60)


USUAL_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Asker:
    """A software's askings: `companies` counts the different ones of `day` (UTC)."""

    software: SoftwareSlug
    day: date
    companies: int = 0
    newest_at: datetime | None = None
    throttled_since: datetime | None = None
    quota: int | None = None


@dataclass(frozen=True, slots=True)
class TooMuch:
    """The software has to wait: `why` it asked too much, and until when."""

    why: Literal["quota", "unknown"]
    until: datetime


def asks(asker: Asker, asking: Asking, asked: set[Asking], now: datetime, limits: Limits) -> Asker | TooMuch:
    """The asker after asking for a company, or why it must wait. `asked` is what was asked on this day so far.

    A company that was asked for on the same day already is always answered: asking again tells nothing new.
    """
    if asking in asked:
        return asker
    today = asker if asker.day == day_of(now) else replace(asker, day=day_of(now), companies=0)
    if today.companies >= (today.quota or limits.daily_companies):
        return TooMuch("quota", datetime.combine(today.day + timedelta(days=1), time(), UTC))
    free_at = (today.newest_at or now - limits.throttled_pause) + limits.throttled_pause
    if today.throttled_since is not None and now < free_at:
        return TooMuch("unknown", free_at)
    return replace(today, companies=today.companies + 1, newest_at=now)


def judged(asker: Asker, unknown: Sequence[bool], now: datetime, limits: Limits) -> Asker:
    """The asker with the alarm raised or taken back, from its latest answers: True for each unknown company."""
    share = 100 * sum(unknown)
    too_many = len(unknown) >= limits.sample and share > limits.unknown_percent * len(unknown)
    if not too_many:
        return replace(asker, throttled_since=None)
    return asker if asker.throttled_since is not None else replace(asker, throttled_since=now)


def day_of(now: datetime) -> date:
    """The day that a quota is for."""
    return now.astimezone(UTC).date()
