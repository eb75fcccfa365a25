"""Is every gap found when it opens and closed when it is filled, in whatever order statements come?"""

import random
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.coda_reconciler.domain.chain import Extension, Link, extend
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


def extended(chain: tuple[Link, ...], new: Link) -> Extension:
    extension = extend(chain, new)
    assert extension is not None
    return extension


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


def test_a_number_used_twice_for_other_content_is_a_conflict() -> None:
    assert extend((link(1), link(2)), link(2, old=170, new=990, key=5000)) is None


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
