"""The chain of an account's statements: each begins with the balance that the one before ended with.

Where a statement stands is a function of the set of statements, never of the order in which they came.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, pairwise, starmap

from shared.values import StatementId

NUMBERS = 1000
"""Record 1, columns 126-128: three digits, 001 again every year; 000 is no number at all."""

_UNNUMBERED = 0
_TURN_OF_THE_YEAR = timedelta(days=7)
"""A bank may give the first number of a year to the statement of the old year's last days."""

_MOST_OF_A_DAY = 50
"""Above it the statements of one day stand by their numbers: no bank makes so many, and to arrange them is square."""


@dataclass(frozen=True, slots=True)
class Link:
    """A booked statement in its account's chain; `gap` while what stood before it is missing.

    Balances are thousandths; `version` counts what was published about this statement.
    """

    statement_id: StatementId
    year: int
    sequence: int
    day: date
    old_balance: int
    new_balance: int
    gap: bool = False
    version: int = 1

    @property
    def order(self) -> tuple[date, int, str]:
        """Where it stands among the statements of its account, but for those of one day: see `arranged`.

        By its day first: numbers begin again, every year and after 999.
        """
        return self.day, self.sequence, self.statement_id

    @property
    def number(self) -> tuple[int, int]:
        """The number that the bank gave it, which some banks give to several."""
        return self.year, self.sequence


@dataclass(frozen=True, slots=True)
class Opened:
    """A gap before `link`: `before` is the statement that it does not follow."""

    link: Link
    before: Link


@dataclass(frozen=True, slots=True)
class Extension:
    """The chain with a new statement in its place, and the gaps that this opened, moved and closed.

    A gap that `moved` is still open, but between other statements. `final_through` is the last statement up to which
    nothing is missing.
    """

    chain: tuple[Link, ...]
    opened: tuple[Opened, ...]
    moved: tuple[Opened, ...]
    closed: tuple[Link, ...]
    provisional: bool
    final_through: Link


def follows(before: Link, after: Link) -> bool:
    """Whether nothing is missing between two statements.

    Some banks give one number to all statements of a week or month, and some none at all, so the balance alone
    decides where the number is the same or 000.
    """
    return before.new_balance == after.old_balance and _is_next_number(before, after)


def _is_next_number(before: Link, after: Link) -> bool:
    if _UNNUMBERED in (before.sequence, after.sequence):
        return True
    if after.sequence == 1 and (after.day + _TURN_OF_THE_YEAR).year > before.day.year:
        return True
    numbers = {before.sequence, before.sequence + 1}
    return after.sequence in numbers or (before.sequence == NUMBERS - 1 and after.sequence == 1)


def extend(chain: Sequence[Link], new: Link) -> Extension | None:
    """Put a statement in its place of an arranged chain. None when its number is taken by other content: a conflict."""
    is_latest = not chain or new.day > chain[-1].day
    links = [*chain, new] if is_latest else arranged([*chain, new])
    if _conflicts(links, new):
        return None
    # Nothing moves before a statement that comes last.
    predecessors = {} if is_latest else {after.statement_id: before.statement_id for before, after in pairwise(chain)}
    opened: list[Opened] = []
    moved: list[Opened] = []
    closed: list[Link] = []
    for place in range(max(len(links) - 1, 1) if is_latest else 1, len(links)):
        before, link = links[place - 1], links[place]
        gap = not follows(before, link)
        is_moved = gap and link.gap and predecessors.get(link.statement_id) != before.statement_id
        if gap == link.gap and not is_moved:
            continue
        # What is published of a new statement itself is its first version.
        links[place] = link = replace(link, gap=gap, version=link.version + 1)
        if not gap:
            closed.append(link)
        else:
            (moved if is_moved else opened).append(Opened(link, before))
    place = next(place for place in reversed(range(len(links))) if links[place].statement_id == new.statement_id)
    provisional = any(link.gap for link in links[: place + 1])
    last_final = next((place for place, link in enumerate(links) if link.gap), len(links)) - 1
    return Extension(tuple(links), tuple(opened), tuple(moved), tuple(closed), provisional, links[last_final])


def arranged(links: Iterable[Link]) -> list[Link]:
    """Statements in the order of their chain: by day, those of one day so that the balance goes on where it can."""
    chain: list[Link] = []
    for _, of_day in groupby(sorted(links, key=lambda link: link.order), key=lambda link: link.day):
        left = list(of_day)
        if len(left) > _MOST_OF_A_DAY:
            chain += left
            continue
        while left:
            chain.append(left.pop(_next_place(chain, left)))
    return chain


def _next_place(chain: Sequence[Link], left: Sequence[Link]) -> int:
    """Which of a day's statements comes next: what follows the chain, else what follows none of the others."""
    if len(left) == 1:
        return 0
    if chain:
        for place, link in enumerate(left):
            if follows(chain[-1], link):
                return place
    for place, link in enumerate(left):
        if not any(follows(other, link) for other in left if other is not link):
            return place
    return 0


def _conflicts(links: Sequence[Link], new: Link) -> bool:
    """Whether another statement has the number of a new one, without a sign that this bank repeats its numbers.

    A sign is a balance that goes on: from one of that number, or over to another day.
    """
    year, sequence = new.year, new.sequence
    same = [link for link in links if link.sequence == sequence and link.year == year and link is not new]
    if any(link.day == new.day and link.old_balance == new.old_balance for link in same):
        return True  # the same place in the chain, told in other words
    if not same or new.sequence == _UNNUMBERED:
        return False
    if any(new.old_balance == link.new_balance or new.new_balance == link.old_balance for link in same):
        return False
    if any(link.day == new.day for link in same):
        return True
    place = links.index(new)
    neighbours = pairwise(links[max(place - 1, 0) : place + 2])
    return not any(starmap(follows, neighbours)) and not _repeats_numbers(links, new)


def _repeats_numbers(links: Sequence[Link], new: Link) -> bool:
    """Whether this bank gave one number to statements that follow each other."""
    known = [link for link in links if link is not new]
    return any(before.number == after.number and follows(before, after) for before, after in pairwise(known))
