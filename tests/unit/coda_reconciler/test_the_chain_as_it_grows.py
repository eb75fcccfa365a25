"""Does a chain that grows statement by statement stand, and tell, as one that is looked at whole?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coda_reconciler.domain import chain as chains
from services.coda_reconciler.domain import links as links_of_a_day
from services.coda_reconciler.domain.chain import Chain, Extension, FurtherThanKnown, Standing
from services.coda_reconciler.domain.links import MOST_OF_A_DAY, Link, follows
from shared.values import StatementId

DAY = date(2026, 3, 2)


def link(key: int, sequence: int, day: int, old: int, new: int) -> Link:
    return Link(StatementId.of(UUID(int=key)), 2026, sequence, DAY + timedelta(days=day), old, new)


@contextmanager
def crowded_above(most: int) -> Iterator[None]:
    """Days with more statements than that stand by their numbers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links_of_a_day, "MOST_OF_A_DAY", most)
        patch.setattr(chains, "MOST_OF_A_DAY", most)
        yield


def broken(links: list[Link]) -> dict[StatementId, StatementId]:
    """The statements that do not follow the one before them, and which one that is."""
    return {after.statement_id: before.statement_id for before, after in pairwise(links) if not follows(before, after)}


def standing(links: list[Link]) -> Standing:
    gaps = [at for at, each in enumerate(links) if each.statement_id in broken(links)]
    final, since = (links[gaps[0] - 1], links[gaps[-1]]) if gaps else (links[-1], links[0])
    return Standing(len(links), links[0], links[-1], final, since)


def check(before: list[Link], chain: Chain, new: Link, extension: Extension) -> None:
    """What is told is the difference between what was and what is."""
    after = list(chain.links)
    was, now = broken(before), broken(after)
    known = {each.statement_id: each for each in before}
    stands = {each.statement_id: each for each in after}
    assert {each.statement_id for each in after if each.gap} == set(now)
    assert {gap.link.statement_id: gap.before.statement_id for gap in extension.opened} == {
        key: now[key] for key in now.keys() - was.keys()
    }
    assert {gap.link.statement_id: gap.before.statement_id for gap in extension.moved} == {
        key: now[key] for key in now.keys() & was.keys() if now[key] != was[key]
    }
    assert {each.statement_id for each in extension.closed} == was.keys() - now.keys()
    touched = [*extension.closed, *(gap.link for gap in (*extension.opened, *extension.moved))]
    for each in touched:
        earlier = known.get(each.statement_id, new)
        assert (each, each.version) == (stands[each.statement_id], earlier.version + 1)
    assert extension.changed == {key: each for key, each in stands.items() if known.get(key) != each}
    assert extension.link == stands[new.statement_id]
    assert extension.standing == chain.standing() == standing(after)
    first = next((each for each in after if each.gap), None)
    assert extension.provisional == (first is not None and after.index(first) <= after.index(extension.link))


def statements(amounts: list[int], days: list[int], numbers: str) -> list[Link]:
    """A bank's statements in their order, three of them of the days before, so that how it numbers is seen."""
    found, balance, day = [], 0, 0
    for at, (amount, later) in enumerate(zip([1, 1, 1, *amounts], [0, 0, 0, *days], strict=False)):
        day += later
        number = {"running": 1 + at, "none": 0, "one": 7}[numbers]
        found.append(link(at, number, day, balance, balance + amount))
        balance += amount
    return found


@given(
    amounts=st.lists(st.sampled_from([-2, 1, 1, 3]), min_size=3, max_size=14),
    days=st.lists(st.sampled_from([0, 0, 0, 1, 2]), min_size=14, max_size=14),
    numbers=st.sampled_from(["running", "running", "none", "one"]),
    most=st.sampled_from([2, 4, MOST_OF_A_DAY]),
    dice=st.randoms(use_true_random=False),
)
def test_a_chain_that_grows_is_the_one_that_is_arranged_at_once_and_tells_each_difference(
    amounts: list[int], days: list[int], numbers: str, most: int, dice: Random
) -> None:
    first, rest = statements(amounts, days, numbers)[:3], statements(amounts, days, numbers)[3:]
    dice.shuffle(rest)
    with crowded_above(most):
        chain = Chain()
        for new in [*first, *rest]:
            before = list(chain.links)
            extension = chain.add(new)
            if extension is None:
                break  # a conflict, which another test is about: nothing of this chain is used then
            check(before, chain, new, extension)
            anew = [replace(each, gap=False, place=9) for each in chain.links]
            dice.shuffle(anew)
            whole = Chain(anew)
            assert [(each.statement_id, each.place) for each in whole.links] == [
                (each.statement_id, each.place) for each in chain.links
            ]
            assert (whole.booked, whole.repeating) == (chain.booked, chain.repeating)


def test_a_day_with_more_statements_than_a_bank_makes_stands_by_their_numbers() -> None:
    crowd = [link(number, number, 0, number, number + 1) for number in range(1, MOST_OF_A_DAY + 12)]
    missing = crowd.pop(MOST_OF_A_DAY + 5)
    Random(2026).shuffle(crowd)
    chain = Chain()
    for each in crowd:
        before = list(chain.links)
        extension = chain.add(each)
        assert extension is not None
        check(before, chain, each, extension)
    assert [each.sequence for each in chain.links if each.gap] == [missing.sequence + 1]
    assert {each.place for each in chain.links} == {0}
    filled = chain.add(missing)
    assert filled is not None and [each.sequence for each in filled.closed] == [missing.sequence + 1]


def test_one_statement_more_than_arranged_has_all_of_a_day_without_a_place() -> None:
    day = [link(at, 0, 0, MOST_OF_A_DAY - at, MOST_OF_A_DAY - at + 1) for at in range(MOST_OF_A_DAY)]
    chain = Chain()
    for each in day:
        assert chain.add(each) is not None
    assert [each.old_balance for each in chain.links] == list(range(1, MOST_OF_A_DAY + 1))
    assert [each.place for each in chain.links] == list(range(MOST_OF_A_DAY))
    one_more = chain.add(link(MOST_OF_A_DAY, 0, 0, MOST_OF_A_DAY + 1, MOST_OF_A_DAY + 2))
    assert one_more is not None
    assert {each.place for each in chain.links} == {0}


def test_a_day_that_ends_otherwise_needs_the_day_behind_it_unless_all_around_that_is_known() -> None:
    first, up, down = link(1, 0, 0, 0, 10), link(2, 0, 1, 10, 20), link(3, 0, 1, 20, 10)
    late = link(4, 0, 0, 10, 20)  # the day behind it then begins with the other one, and so ends with another
    whole = Chain([first, up, down])
    before = list(whole.links)
    near = {first.day}
    with pytest.raises(FurtherThanKnown):
        Chain(before, whole.booked, whole.repeating, near).add(late)
    known = Chain(before, whole.booked, whole.repeating, near | {up.day})
    assert known.add(late) == whole.add(late)
    assert [each.old_balance for each in known.links] == [0, 10, 20, 10]
    assert (known.booked, known.repeating) == (whole.booked, whole.repeating)


def test_what_is_counted_of_statements_that_are_not_known_is_told_with_those_that_are() -> None:
    known = Chain([link(9, 7, 0, 90, 100)], booked=300, repeating=40, surrounded={DAY})
    extension = known.add(link(10, 7, 0, 100, 110))
    assert extension is not None
    assert (extension.standing.booked, known.booked, known.repeating) == (301, 301, 41)
    elsewhere = Chain([link(9, 7, 0, 90, 100)], booked=300, repeating=1, surrounded={DAY})
    assert elsewhere.add(link(11, 7, 0, 55, 60)) is not None, "this bank is known to repeat its numbers"
    assert Chain([link(9, 7, 0, 90, 100)], booked=300, surrounded={DAY}).add(link(11, 7, 0, 55, 60)) is None
