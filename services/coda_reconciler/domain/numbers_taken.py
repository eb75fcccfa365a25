"""Which numbers the statements of an account have, as far as a new one with the same number may contradict them."""

from collections.abc import Iterable
from datetime import date

from services.coda_reconciler.domain.links import UNNUMBERED, Link

_Number = tuple[int, int]


class NumbersTaken:
    """Only what is asked is kept, so that an account with thousands of statements of one number is asked as fast."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._numbers = set[_Number]()
        self._days = set[tuple[_Number, date]]()
        self._beginnings = set[tuple[_Number, int]]()
        self._endings = set[tuple[_Number, int]]()
        self._on_days = set[tuple[_Number, date, int]]()
        for link in links:
            self.add(link)

    def add(self, link: Link) -> None:
        """A statement has its number."""
        number = link.number
        self._numbers.add(number)
        self._days.add((number, link.day))
        self._beginnings.add((number, link.old_balance))
        self._endings.add((number, link.new_balance))
        self._on_days.add((number, link.day, link.old_balance))

    def refuses(self, new: Link, *, goes_on: bool, repeats: bool) -> bool:
        """Whether another statement has the number of a new one, without a sign that this bank repeats its numbers.

        A sign is a balance that goes on: from one of that number, or over to another day (`goes_on`); or that the bank
        gave one number to statements that follow each other before (`repeats`): of such a bank nothing is refused but
        a statement in the very place of another, for what belongs in between may still come.
        """
        number = new.number
        if (number, new.day, new.old_balance) in self._on_days:
            return True  # the same place in the chain, told in other words
        if number not in self._numbers or new.sequence == UNNUMBERED:
            return False
        if (number, new.old_balance) in self._endings or (number, new.new_balance) in self._beginnings:
            return False
        if repeats:
            return False
        return (number, new.day) in self._days or not goes_on
