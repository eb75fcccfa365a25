"""Bank days in Belgium: the days on which banks work, and on which a statement can be expected.

The calendar is that of the library `holidays`: the legal holidays and the days on which Belgian banks close besides
(Good Friday, the Friday after Ascension, 26 December). Every day on which TARGET, the payment system of the euro, is
closed is among them, so one calendar is enough.
"""

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from shared.values.days import BRUSSELS

_SATURDAY = 5
_HOLIDAYS = holidays.country_holidays("BE", categories=("public", "bank"))
"""Grows by a year when it is first asked of one."""


def is_bank_day(day: date) -> bool:
    """Whether Belgian banks work on that day."""
    days = _bank_days(day.year)
    place = bisect_left(days, day)
    return place < len(days) and days[place] == day


def after_bank_days(moment: datetime, count: int) -> datetime:
    """The moment when so many bank days have passed: the same time of the day in Belgium, UTC offset of that day.

    What happens while banks are closed counts from the beginning of the next bank day.
    """
    local = moment.astimezone(BRUSSELS)
    day, clock = local.date(), local.time()
    if count == 0:
        return local
    if not is_bank_day(day):
        day, clock = _next(day), time.min
    for _ in range(count):
        day = _next(day)
    return datetime.combine(day, clock, BRUSSELS)


def bank_days_between(first: date, last: date) -> int:
    """How many bank days lie between two days, neither of them counted; 0 where `last` is not after `first`."""
    if last <= first:
        return 0
    count = 0
    for year in range(first.year, last.year + 1):
        days = _bank_days(year)
        count += bisect_left(days, last) - bisect_right(days, first)
    return count


def _next(day: date) -> date:
    day += timedelta(days=1)
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day


@cache
def _bank_days(year: int) -> tuple[date, ...]:
    first = date(year, 1, 1)
    days = (first + timedelta(days=offset) for offset in range((date(year + 1, 1, 1) - first).days))
    return tuple(day for day in days if day.weekday() < _SATURDAY and day not in _HOLIDAYS)
