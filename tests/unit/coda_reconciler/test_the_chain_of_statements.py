"""Is every gap found when it opens and closed when it is filled, in whatever order statements come?"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coda_reconciler.domain.chain import Chain, Extension
from services.coda_reconciler.domain.links import Link
from shared.values import StatementId


def link(sequence: int, *, old: int | None = None, new: int | None = None, year: int = 2026, key: int = 0) -> Link:
    return Link(
        StatementId.of(UUID(int=year * 10_000 + sequence + key)),
        year,
        sequence,
        date(year, 1, 1) + timedelta(days=sequence),
        sequence * 100 if old is None else old,
        (sequence + 1) * 100 if new is None else new,
    )


Links = tuple[Link, ...]


@dataclass(frozen=True)
class Grown:
    """A chain with one statement more, and what that did."""

    chain: Links
    extension: Extension

    def __getattr__(self, name: str) -> Any:
        return getattr(self.extension, name)


def extend(links: Links, new: Link) -> Extension | None:
    return Chain(links).add(new)


def extended(links: Links, new: Link) -> Grown:
    chain = Chain(links)
    extension = chain.add(new)
    assert extension is not None
    return Grown(tuple(chain.links), extension)


def test_a_missing_statement_opens_a_gap_and_closes_it_when_it_comes() -> None:
    late = extended((link(1),), link(3))
    assert [gap.link.sequence for gap in late.opened] == [3]
    assert late.provisional
    filled = extended(late.chain, link(2))
    assert [closed.sequence for closed in filled.closed] == [3]
    assert (filled.opened, filled.provisional) == ((), False)


def test_the_number_starts_again_every_year() -> None:
    assert extended((link(250, new=900),), link(1, year=2027, old=900)).opened == ()


def test_a_balance_that_does_not_go_on_is_a_gap_although_the_numbers_do() -> None:
    assert len(extended((link(1),), link(2, old=150)).opened) == 1


def test_one_number_for_a_whole_week_is_no_gap_while_the_balance_goes_on() -> None:
    again = link(1, old=200, new=300, key=5000)
    assert extended((link(1),), again).opened == ()


def on(day: int, sequence: int, old: int, new: int, *, month: int = 3) -> Link:
    """A statement of a day in 2026."""
    key = StatementId.of(UUID(int=month * 10**12 + day * 10**9 + sequence * 10**6 + old * 1000 + new))
    return Link(key, 2026, sequence, date(2026, month, day), old, new)


def chained(*links: Link) -> tuple[Link, ...]:
    chain: tuple[Link, ...] = ()
    for each in links:
        chain = extended(chain, each).chain
    return chain


def gaps_of(chain: tuple[Link, ...]) -> list[tuple[int, int]]:
    return [(each.day.day, each.sequence) for each in chain if each.gap]


def test_a_number_used_twice_for_other_content_is_a_conflict() -> None:
    assert extend((link(1), link(2)), link(2, old=170, new=990, key=5000)) is None


def test_a_repaired_statement_is_a_conflict_although_its_balances_fit_as_the_first_did() -> None:
    assert extend(chained(on(2, 117, 0, 100), on(3, 118, 100, 150)), on(2, 117, 0, 101)) is None
    repaired = Link(StatementId.of(UUID(int=7)), 2026, 117, date(2026, 3, 2), 0, 100)
    assert extend(chained(on(2, 117, 0, 100), on(3, 118, 100, 150)), repaired) is None


def test_a_repaired_statement_whose_first_form_did_not_fit_is_a_conflict_too() -> None:
    wrong = on(3, 117, 70, 150)
    assert extend(chained(on(2, 116, 0, 100), wrong), on(3, 117, 100, 150)) is None


def test_a_bank_that_numbers_anew_within_the_year_is_followed_by_its_balance() -> None:
    chain = chained(on(2, 1, 0, 10), on(3, 2, 10, 20), on(4, 3, 20, 30))
    for again in (on(5, 1, 30, 40), on(6, 2, 40, 50), on(9, 3, 50, 60)):
        grown = extended(chain, again)
        assert (grown.renumbered, grown.opened, grown.provisional) == (again.sequence == 1, (), False)
        chain = grown.chain
    assert [each.sequence for each in chain] == [1, 2, 3, 1, 2, 3]


def test_what_comes_between_two_days_by_its_balance_is_real_whatever_its_number() -> None:
    chain = chained(on(2, 1, 0, 10), on(3, 2, 10, 20), on(9, 7, 30, 40))
    between = extended(chain, on(5, 1, 20, 30))
    assert between.renumbered and gaps_of(between.chain) == [(9, 7)], "2 to 6 are missing yet"


def test_a_number_that_a_bank_gives_late_is_no_gap_where_the_balance_goes_on() -> None:
    assert gaps_of(chained(on(2, 1, 0, 10), on(3, 3, 10, 20), on(4, 2, 20, 30))) == [(3, 3)]


@pytest.mark.parametrize(
    "again",
    [on(5, 1, 31, 40), on(4, 3, 31, 40), on(5, 1, 30, 30), on(5, 3, 20, 45)],
    ids=["the balance does not go on", "on its own day", "a balance that does not move", "in the place of the first"],
)
def test_without_that_proof_a_number_that_comes_again_is_a_conflict(again: Link) -> None:
    assert extend(chained(on(2, 1, 0, 10), on(3, 2, 10, 20), on(4, 3, 20, 30)), again) is None


def test_the_numbers_go_on_at_1_after_999() -> None:
    assert gaps_of(chained(on(2, 998, 0, 10), on(3, 999, 10, 20), on(4, 1, 20, 30), on(5, 2, 30, 40))) == []
    assert gaps_of(chained(on(2, 998, 0, 10), on(3, 999, 10, 20), on(5, 2, 30, 40))) == [(5, 2)]


def test_a_number_that_comes_again_after_999_is_no_conflict() -> None:
    first_round = (on(2, 1, 0, 10), on(3, 2, 10, 20))
    chain = chained(*first_round, on(20, 999, 20, 30), on(21, 1, 30, 40))
    assert gaps_of(chain) == [(20, 999)]


def test_a_bank_that_numbers_nothing_is_followed_by_its_balance() -> None:
    assert gaps_of(chained(on(2, 0, 0, 10), on(3, 0, 10, 20), on(5, 0, 30, 40))) == [(5, 0)]


def test_the_first_number_of_a_year_on_the_old_years_last_day_is_no_gap() -> None:
    assert gaps_of(chained(on(30, 252, 0, 10, month=12), on(31, 1, 10, 20, month=12))) == []


def test_what_comes_out_of_order_from_a_bank_that_repeats_numbers_opens_a_gap_and_closes_it() -> None:
    monday, tuesday, wednesday, thursday = (on(2 + day, 12, day * 10, day * 10 + 10) for day in range(4))
    chain = chained(monday, tuesday, thursday)
    assert gaps_of(chain) == [(5, 12)]
    assert gaps_of(extended(chain, wednesday).chain) == []


def test_statements_of_one_day_stand_as_their_balances_go_on_whatever_their_numbers() -> None:
    one, two, three = on(2, 12, 0, 10), on(2, 12, 10, 20), on(2, 12, 20, 5)
    for order in ((one, two, three), (two, one, three), (two, three, one), (three, two, one)):
        chain = chained(*order)
        assert [each.old_balance for each in chain] == [0, 10, 20]
        assert gaps_of(chain) == []
    assert extend((one,), three) is None, "nothing tells yet that this bank repeats its numbers"


def test_a_gap_moves_when_a_part_of_what_is_missing_comes() -> None:
    wide = extended(chained(on(2, 116, 0, 10)), on(6, 120, 40, 50))
    assert [(gap.before.sequence, gap.link.sequence) for gap in wide.opened] == [(116, 120)]
    part = extended(wide.chain, on(4, 118, 20, 30))
    assert [(gap.before.sequence, gap.link.sequence) for gap in part.opened] == [(116, 118)]
    assert [(gap.before.sequence, gap.link.sequence) for gap in part.moved] == [(118, 120)]
    assert part.moved[0].link.version > wide.opened[0].link.version
    assert part.standing.final_through.sequence == 116


def test_statements_are_final_up_to_the_first_gap() -> None:
    chain = chained(on(2, 1, 0, 10), on(3, 2, 10, 20), on(5, 4, 30, 40), on(9, 8, 70, 80))
    filled = extended(chain, on(4, 3, 20, 30))
    assert [link.sequence for link in filled.closed] == [4]
    assert filled.standing.final_through.sequence == 4
    assert not filled.provisional


@given(st.integers(min_value=2, max_value=12), st.randoms(use_true_random=False))
def test_in_any_order_the_chain_is_whole_once_all_have_come(count: int, dice: random.Random) -> None:
    links = [link(sequence) for sequence in range(1, count + 1)]
    dice.shuffle(links)
    chain: tuple[Link, ...] = ()
    opened = closed = 0
    for new in links:
        extension = extended(chain, new)
        chain, opened, closed = extension.chain, opened + len(extension.opened), closed + len(extension.closed)
    assert opened == closed
    assert not any(each.gap for each in chain)
    assert [each.sequence for each in chain] == list(range(1, count + 1))


@given(st.lists(st.integers(1, 40), min_size=2, max_size=12, unique=True), st.randoms(use_true_random=False))
def test_what_is_missing_is_the_same_in_whatever_order_statements_came(
    sequences: list[int], dice: random.Random
) -> None:
    links = [link(sequence) for sequence in sequences]
    in_order = chained(*sorted(links, key=lambda each: each.sequence))
    dice.shuffle(links)
    shuffled = chained(*links)
    assert [(each.sequence, each.gap) for each in shuffled] == [(each.sequence, each.gap) for each in in_order]
    expected = {after for before, after in pairwise(sorted(sequences)) if after != before + 1}
    assert {each.sequence for each in shuffled if each.gap} == expected
