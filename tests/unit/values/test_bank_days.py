"""Which days count as bank days, and how they are counted."""

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest

from shared.values.bank_days import after_bank_days, bank_days_between, is_bank_day
from shared.values.days import BRUSSELS

CLOSED_IN_2026 = {
    *(date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14), date(2026, 5, 15)),
    *(date(2026, 5, 25), date(2026, 7, 21), date(2026, 11, 11), date(2026, 12, 25)),
}
"""The weekdays on which Belgian banks close, as their federation announces them."""


def brussels(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=BRUSSELS)


def test_banks_work_on_weekdays_that_are_no_holidays() -> None:
    days = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(365)]
    assert {day for day in days if day.weekday() < 5 and not is_bank_day(day)} == CLOSED_IN_2026
    assert not any(is_bank_day(day) for day in days if day.weekday() >= 5)


@pytest.mark.parametrize("year", range(2020, 2041))
def test_no_day_on_which_target_is_closed_is_a_bank_day(year: int) -> None:
    assert [day for day in holidays.financial_holidays("XECB", years=year) if is_bank_day(day)] == []


@pytest.mark.parametrize(
    ("moment", "count", "expected"),
    [
        (brussels(2026, 11, 24), 0, brussels(2026, 11, 24)),
        (brussels(2026, 11, 24), 1, brussels(2026, 11, 25)),
        (brussels(2026, 11, 27), 1, brussels(2026, 11, 30)),
        (brussels(2026, 11, 10), 1, brussels(2026, 11, 12)),
        (brussels(2026, 11, 28), 1, brussels(2026, 12, 1, 0)),
        (brussels(2026, 4, 2), 2, brussels(2026, 4, 8)),
        (brussels(2026, 12, 24), 1, brussels(2026, 12, 28)),
    ],
)
def test_a_bank_day_later_is_the_same_time_on_the_next_day_on_which_banks_work(
    moment: datetime, count: int, expected: datetime
) -> None:
    assert after_bank_days(moment.astimezone(UTC), count) == expected


def test_the_time_of_the_day_is_that_of_belgium_also_when_the_clocks_change() -> None:
    friday = datetime(2026, 3, 27, 8, tzinfo=UTC)
    assert after_bank_days(friday, 1).astimezone(UTC) == datetime(2026, 3, 30, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 11, 26), date(2026, 11, 27), 0),
        (date(2026, 11, 26), date(2026, 11, 30), 1),
        (date(2026, 12, 31), date(2027, 1, 5), 1),
        (date(2026, 11, 30), date(2026, 11, 26), 0),
        (date(2025, 12, 31), date(2027, 1, 1), 251),
    ],
)
def test_the_days_between_are_counted_without_the_first_and_the_last(first: date, last: date, count: int) -> None:
    assert bank_days_between(first, last) == count
