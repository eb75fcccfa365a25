"""Does a statement follow another, and which of a day's comes first?"""

from dataclasses import replace
from datetime import date
from itertools import permutations
from uuid import UUID

import pytest

from services.coda_reconciler.domain.links import MOST_OF_A_DAY, Link, arranged, follows, with_one_more
from shared.values import StatementId

MARCH, CHRISTMAS = date(2026, 3, 2), date(2025, 12, 25)


def link(sequence: int, day: date = MARCH, old: int = 0, new: int = 0, key: int = 0) -> Link:
    return Link(StatementId.of(UUID(int=key or sequence)), day.year, sequence, day, old, new)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (link(116), link(117), True),
        (link(116), link(116), True),
        (link(116), link(118), False),
        (link(116), link(115), False),
        (link(0), link(5), True),
        (link(5), link(0), True),
        (link(1), link(5), False),
        (link(5), link(1), False),
        (link(999), link(1), True),
        (link(998), link(1), False),
        (link(999), link(2), False),
        (link(250, date(2025, 12, 31)), link(1, date(2026, 1, 2)), True),
        (link(250, date(2025, 12, 31)), link(2, date(2026, 1, 2)), False),
        (link(250, CHRISTMAS), link(1, CHRISTMAS), True),
        (link(250, date(2025, 12, 24)), link(1, date(2025, 12, 24)), False),
    ],
)
def test_the_next_number_the_same_or_none_follows_and_one_begins_a_year(
    before: Link, after: Link, expected: bool
) -> None:
    assert follows(before, after) is expected
    assert not follows(before, replace(after, old_balance=1)), "the balance has to go on"


DAY = [link(0, old=old, new=new, key=key) for key, old, new in ((1, 10, 20), (2, 20, 30), (3, 30, 10))]


@pytest.mark.parametrize(
    ("before", "keys"),
    [(link(0, new=20, key=9), [2, 3, 1]), (link(0, new=30, key=9), [3, 1, 2]), (None, [1, 2, 3])],
)
def test_a_day_goes_on_from_the_statement_before_it_else_by_numbers(before: Link | None, keys: list[int]) -> None:
    for order in permutations(DAY):
        assert [each.statement_id.uuid.int for each in arranged(order, before)] == keys


def test_what_follows_none_of_the_others_comes_first_where_nothing_is_before() -> None:
    day = [link(0, old=old, new=new, key=key) for key, old, new in ((3, 10, 20), (1, 20, 30), (2, 30, 40))]
    for order in permutations(day):
        assert [each.old_balance for each in arranged(order, None)] == [10, 20, 30]
    for at, each in enumerate(day):
        others = arranged([other for other in day if other is not each], None)
        assert with_one_more(others, each, None) == (day, at)


def test_a_crowded_day_stands_by_its_numbers() -> None:
    crowd = [link(number, old=-number, new=-number - 1) for number in range(1, MOST_OF_A_DAY + 2)]
    assert arranged(crowd[::-1], None) == crowd
    assert arranged(crowd[:-1][::-1], link(0, new=-50, key=999)) != crowd[:-1], "so many are arranged by balances"
    new = link(7, old=55, new=56, key=777)
    assert with_one_more(crowd, new, None) == ([*crowd[:7], new, *crowd[7:]], 7)
