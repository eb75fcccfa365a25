"""The chain of an account's statements: each begins with the balance that the one before ended with."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from shared.values import StatementId

_SEQUENCES = 1000
"""Record 1, columns 126-128: three digits, 001 again every year."""


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
    def order(self) -> tuple[int, int, date]:
        """Where it stands among the statements of its account."""
        return self.year, self.sequence, self.day


@dataclass(frozen=True, slots=True)
class Opened:
    """A gap before `link`: `before` is the statement that it does not follow."""

    link: Link
    before: Link


@dataclass(frozen=True, slots=True)
class Extension:
    """The chain with a new statement in its place, and the gaps that this opened and closed."""

    chain: tuple[Link, ...]
    opened: tuple[Opened, ...]
    closed: tuple[Link, ...]
    provisional: bool


def follows(before: Link, after: Link) -> bool:
    """Whether nothing is missing between two statements.

    Some banks give one number to all statements of a week or month, so the same number is no gap when the
    balance goes on.
    """
    numbers = {before.sequence, (before.sequence + 1) % _SEQUENCES}
    if after.year > before.year:
        numbers |= {0, 1}
    return before.new_balance == after.old_balance and after.sequence in numbers


def extend(chain: Sequence[Link], new: Link) -> Extension | None:
    """Put a statement in its place. None when its number is taken and its balances fit neither neighbour."""
    at = bisect_right([link.order for link in chain], new.order)
    links = [*chain[:at], new, *chain[at:]]
    before = links[at - 1] if at else None
    after = links[at + 1] if at + 1 < len(links) else None
    taken = any((link.year, link.sequence) == (new.year, new.sequence) for link in chain)
    fits = (before is not None and follows(before, new)) or (after is not None and follows(new, after))
    if taken and not fits:
        return None
    opened: list[Opened] = []
    closed: list[Link] = []
    for place in (at, at + 1):
        if place >= len(links):
            continue
        gap = place > 0 and not follows(links[place - 1], links[place])
        if gap != links[place].gap:
            links[place] = replace(links[place], gap=gap, version=links[place].version + 1)
            if gap:
                opened.append(Opened(links[place], links[place - 1]))
            else:
                closed.append(links[place])
    provisional = any(link.gap for link in links[: at + 1])
    return Extension(tuple(links), tuple(opened), tuple(closed), provisional)
