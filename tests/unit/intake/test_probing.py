"""How much a software may ask, and when it is slowed down."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.probing import USUAL_LIMITS, Asker, Asking, Limits, TooMuch, asks, judged
from shared.values import EnterpriseNumber, SoftwareSlug

NOW = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
ROBAWS = SoftwareSlug("robaws")
LIMITS = Limits(daily_companies=2, sample=10, unknown_percent=30, throttled_pause=timedelta(seconds=60))
FRESH = Asker(ROBAWS, NOW.date())
FIRST = Asking(ROBAWS, EnterpriseNumber("0010.080.080"))
OTHER = Asking(ROBAWS, EnterpriseNumber("0010.080.179"))


def test_different_companies_are_counted_and_the_same_one_again_is_not():
    once = asks(FRESH, FIRST, set(), NOW, LIMITS)
    assert isinstance(once, Asker)
    assert (once.companies, once.newest_at) == (1, NOW)
    assert asks(once, FIRST, {FIRST}, NOW, LIMITS) == once


def test_over_the_quota_the_software_waits_until_the_next_day():
    full = replace(FRESH, companies=2)
    assert asks(full, OTHER, set(), NOW, LIMITS) == TooMuch("quota", datetime(2026, 11, 3, tzinfo=UTC))
    assert asks(full, FIRST, {FIRST}, NOW, LIMITS) == full
    tomorrow = asks(full, OTHER, set(), NOW + timedelta(minutes=30), LIMITS)
    assert isinstance(tomorrow, Asker)
    assert (tomorrow.day, tomorrow.companies) == (date(2026, 11, 3), 1)


def test_a_quota_of_its_own_holds_instead_of_the_usual_one():
    assert isinstance(asks(replace(FRESH, companies=2, quota=3), OTHER, set(), NOW, LIMITS), Asker)
    assert isinstance(asks(replace(FRESH, companies=1, quota=1), OTHER, set(), NOW, LIMITS), TooMuch)


def test_a_software_that_is_slowed_down_asks_for_one_new_company_a_minute():
    slow = replace(FRESH, throttled_since=NOW, newest_at=NOW - timedelta(seconds=20))
    assert asks(slow, OTHER, set(), NOW, LIMITS) == TooMuch("unknown", NOW + timedelta(seconds=40))
    assert isinstance(asks(slow, OTHER, set(), NOW + timedelta(seconds=40), LIMITS), Asker)
    assert isinstance(asks(replace(slow, newest_at=None), OTHER, set(), NOW, LIMITS), Asker)


@pytest.mark.parametrize(
    ("unknown", "answers", "alarmed"), [(3, 10, False), (4, 10, True), (9, 9, False), (0, 0, False)]
)
def test_the_alarm_is_raised_over_the_share_and_only_with_enough_answers(unknown, answers, alarmed):
    latest = [n < unknown for n in range(answers)]
    assert (judged(FRESH, latest, NOW, LIMITS).throttled_since == NOW) is alarmed


def test_the_alarm_keeps_its_beginning_and_is_taken_back_by_better_answers():
    raised = judged(FRESH, [True] * 10, NOW, LIMITS)
    assert judged(raised, [True] * 10, NOW + timedelta(hours=1), LIMITS) == raised
    assert judged(raised, [True] * 3 + [False] * 7, NOW, LIMITS) == FRESH


def test_thousands_of_companies_a_day_are_ordinary():
    assert USUAL_LIMITS.daily_companies >= 5000
    assert (USUAL_LIMITS.sample, USUAL_LIMITS.unknown_percent) == (50, 30)


@given(st.lists(st.integers(0, 400), max_size=60))
def test_no_day_ever_holds_more_companies_than_the_quota(minutes):
    asker, asked, now = FRESH, {}, NOW
    for number, minute in enumerate(minutes):
        now += timedelta(minutes=minute)
        asking = Asking(ROBAWS, number)
        after = asks(asker, asking, asked.setdefault(now.date(), set()), now, LIMITS)
        if isinstance(after, Asker):
            asker = after
            asked[now.date()].add(asking)
    assert all(len(each) <= LIMITS.daily_companies for each in asked.values())
