"""A booked statement as a link of its account's chain, what follows what, and the order of the links of one day."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.values import StatementId

NUMBERS = 1000
"""Record 1, columns 126-128: three digits, 001 again every year; 000 is no number at all."""

UNNUMBERED = 0
_TURN_OF_THE_YEAR = timedelta(days=7)
"""A bank may give the first number of a year to the statement of the old year's last days."""

MOST_OF_A_DAY = 50
"""Above it the statements of one day stand by their numbers: no bank makes so many, and to arrange them is square."""


@dataclass(frozen=True, slots=True)
class Link:
    """A booked statement in its account's chain; `gap` while what stood before it is missing.

    Balances are thousandths; `version` counts what was published about this statement; `place` is the one among the
    statements of its day, from 0, where these are arranged by their balances, see `arranged`.
    """

    statement_id: StatementId
    year: int
    sequence: int
    day: date
    old_balance: int
    new_balance: int
    gap: bool = False
    version: int = 1
    place: int = 0

    @property
    def order(self) -> tuple[date, int, int, str]:
        """Where it stands in its account's chain: by its day first, for numbers begin again, every year and after
        999."""
        return self.day, self.place, self.sequence, self.statement_id

    @property
    def by_number(self) -> tuple[int, str]:
        """Where it stands among those of its day while nothing better is known."""
        return self.sequence, self.statement_id

    @property
    def number(self) -> tuple[int, int]:
        """The number that the bank gave it, which some banks give to several."""
        return self.year, self.sequence


def follows(before: Link, after: Link) -> bool:
    """Whether nothing is missing between two statements.

    Some banks give one number to all statements of a week or month, some begin again in the middle of a year, and some
    give none at all, so the balance alone decides where the number is not a higher one, or 000.
    """
    return is_numbered_next(before, after) or _begins_anew(before, after)


def is_numbered_next(before: Link, after: Link) -> bool:
    """Whether the balance goes on, and the number as well."""
    return _goes_on(before, after) and _is_next_number(before, after)


def are_both_real(before: Link, after: Link) -> bool:
    """Whether the balance proves that two statements of two days exist, whatever their numbers: it goes on from the
    one to the other, and both move it."""
    moved = before.old_balance != before.new_balance and after.old_balance != after.new_balance
    return moved and before.day < after.day and _goes_on(before, after)


def _goes_on(before: Link, after: Link) -> bool:
    return before.new_balance == after.old_balance


def _begins_anew(before: Link, after: Link) -> bool:
    """Whether the bank numbers anew: no number lies between the two, and the balance proves that nothing else does."""
    return after.year == before.year and after.sequence < before.sequence and are_both_real(before, after)


def _is_next_number(before: Link, after: Link) -> bool:
    if UNNUMBERED in (before.sequence, after.sequence):
        return True
    if after.sequence == 1 and (after.day + _TURN_OF_THE_YEAR).year > before.day.year:
        return True
    numbers = {before.sequence, before.sequence + 1}
    return after.sequence in numbers or (before.sequence == NUMBERS - 1 and after.sequence == 1)


def arranged(of_day: Sequence[Link], before: Link | None) -> list[Link]:
    """All statements of one day, so that the balance goes on where it can: from the one `before` the day, then on."""
    left = sorted(of_day, key=lambda link: link.by_number)
    if len(left) > MOST_OF_A_DAY:
        return left
    chain: list[Link] = []
    while left:
        chain.append(left.pop(_next_place(before, left)))
        before = chain[-1]
    return chain


def with_one_more(of_day: Sequence[Link], new: Link, before: Link | None) -> tuple[list[Link], int]:
    """`arranged` for a day that is arranged already and gets one more statement; its index comes with the day."""
    if len(of_day) > MOST_OF_A_DAY:
        at = bisect(of_day, new.by_number, key=lambda link: link.by_number)
        return [*of_day[:at], new, *of_day[at:]], at
    day = arranged([*of_day, new], before)
    return day, next(at for at, link in enumerate(day) if link is new)


def _next_place(before: Link | None, left: Sequence[Link]) -> int:
    """Which of a day's statements comes next: what follows the chain, else what follows none of the others."""
    if len(left) == 1:
        return 0
    if before is not None:
        for place, link in enumerate(left):
            if follows(before, link):
                return place
    for place, link in enumerate(left):
        if not any(follows(other, link) for other in left if other is not link):
            return place
    return 0
