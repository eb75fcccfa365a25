"""The chain of an account's statements: each begins with the balance that the one before ended with.

Where a statement stands is a function of the set of statements, never of the order in which they came. Of a long chain
only what new statements can touch need be known: what stands around them and around the gaps.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise, starmap

from services.coda_reconciler.domain.links import (
    MOST_OF_A_DAY,
    Link,
    are_both_real,
    arranged,
    follows,
    is_numbered_next,
    with_one_more,
)
from services.coda_reconciler.domain.numbers_taken import NumbersTaken
from shared.values import StatementId


class FurtherThanKnown(Exception):
    """What a statement changes reaches beyond what is known of the chain: all of it is needed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A gap before `link`: `before` is the statement that it does not follow."""

    link: Link
    before: Link


@dataclass(frozen=True, slots=True)
class Standing:
    """An account as its booked statements tell of it: the first and the last, of which the new balance is the
    account's, the last one up to which nothing is missing, and the one since which nothing is.

    `booked` counts its statements: whoever hears of two standings believes the one of more.
    """

    booked: int
    first: Link
    last: Link
    final_through: Link
    unbroken_since: Link


@dataclass(frozen=True, slots=True)
class Extension:
    """What a new statement did: itself as it stands in the chain, and the gaps that it opened, moved and closed.

    A gap that `moved` is still open, but between other statements. `changed` are all links that are not as they were,
    with the new one, by their statements. `renumbered`: its number is another statement's, but the balance proves that
    both exist.
    """

    link: Link
    opened: tuple[Opened, ...]
    moved: tuple[Opened, ...]
    closed: tuple[Link, ...]
    changed: dict[StatementId, Link]
    provisional: bool
    standing: Standing
    renumbered: bool = False


class Chain:
    """What is known of one account's chain.

    `booked` and `repeating` count its statements and those among them that follow one with their own number. Of the
    `surrounded` days all is known that their statements touch: the statements of the day, the last one before it and
    all of the next day. None for `surrounded` means that every statement is known, in whatever order.
    """

    def __init__(
        self,
        links: Iterable[Link] = (),
        booked: int = 0,
        repeating: int = 0,
        surrounded: Collection[date] | None = None,
    ) -> None:
        self._surrounded = surrounded
        self._of_day: dict[date, list[Link]] = {}
        for link in sorted(links, key=lambda link: link.order):
            self._of_day.setdefault(link.day, []).append(link)
        self._days = list(self._of_day)
        self._taken = NumbersTaken(self.links)
        self._gaps = Counter(link.day for link in self.links if link.gap)
        self._gap_days = sorted(self._gaps)
        self.booked, self.repeating = booked, repeating
        self.unwritten: dict[StatementId, Link] = {}
        if surrounded is None:
            self._arrange()

    @property
    def links(self) -> Iterator[Link]:
        """All that are known, in their order."""
        return (link for day in self._days for link in self._of_day[day])

    def add(self, new: Link) -> Extension | None:
        """Put a statement in its place. None when its number is taken by other content: a conflict.

        Raises `FurtherThanKnown`, after which nothing of this chain is to be used.
        """
        before = self._end_before(new.day)
        day, at = with_one_more(self._of_day.get(new.day, ()), new, before)
        after = day[at + 1] if at + 1 < len(day) else self._start_behind(new)
        near = [link for link in (day[at - 1] if at else before, new, after) if link is not None]
        is_next = any(starmap(is_numbered_next, pairwise(near)))
        renumbered = self._taken.refuses(new, goes_on=is_next, repeats=self.repeating > 0)
        if renumbered:
            is_proven = any(starmap(are_both_real, pairwise(near)))
            if self._taken.refuses(new, goes_on=is_proven, repeats=False):
                return None
        was, becomes = self._stretch(new, day, at, before)
        self._put(new, day)
        self._taken.add(new)
        self.booked += 1
        self.repeating += _repeating(becomes) - _repeating(was)
        return replace(self._judged(new, was, becomes), renumbered=renumbered)

    def standing(self) -> Standing:
        """The account as it stands. There is at least one statement."""
        first, last = self._of_day[self._days[0]][0], self._of_day[self._days[-1]][-1]
        if not self._gap_days:
            return Standing(self.booked, first, last, last, first)
        gaps = [link for link in self._of_day[self._gap_days[-1]] if link.gap]
        day, at = self._first_gap()
        final = self._of_day[day][at - 1] if at else self._end_before(day)
        return Standing(self.booked, first, last, final or first, gaps[-1])

    def _judged(self, new: Link, was: Sequence[Link | None], becomes: Sequence[Link | None]) -> Extension:
        """Which gaps there are in the changed stretch, and which there were."""
        predecessors = {link.statement_id: before for before, link in pairwise(was) if link}
        opened: list[Opened] = []
        moved: list[Opened] = []
        closed: list[Link] = []
        for before, link in pairwise(becomes):
            if link is None:
                continue
            if link.statement_id in predecessors and _same(predecessors[link.statement_id], before):
                continue
            gap = before is not None and not follows(before, link)
            is_moved = gap and link.gap
            if gap == link.gap and not is_moved:
                continue
            # What is published of a new statement itself is its first version.
            link = self._replace(replace(self._known(link), gap=gap, version=link.version + 1))
            if before is None or not gap:
                closed.append(link)
            else:
                (moved if is_moved else opened).append(Opened(link, before))
        changed = self.unwritten
        self.unwritten = {}
        link = changed[new.statement_id]
        return Extension(
            link, tuple(opened), tuple(moved), tuple(closed), changed, self._is_provisional(link), self.standing()
        )

    def _stretch(
        self, new: Link, day: list[Link], at: int, before: Link | None
    ) -> tuple[list[Link | None], list[Link | None]]:
        """The links from the last to the first that a new one leaves where they were: as they stood, as they stand.

        Where another statement ends its day than before, the next day may be arranged otherwise, and so on.
        """
        known = self._of_day.get(new.day, [])
        was: list[Link | None] = [before, *known]
        becomes: list[Link | None] = [before, *day]
        if len(known) > MOST_OF_A_DAY:
            first = [day[at - 1]] if at else [before]
            was, becomes = [*first, *day[at + 1 : at + 2]], [*first, *day[at : at + 2]]
        end, place = day[-1], bisect_right(self._days, new.day)
        while (not known or end is not known[-1]) and place < len(self._days):
            known = self._of_day[self._days[place]]
            again = arranged(known, end) if len(known) <= MOST_OF_A_DAY else known
            if again == known:
                break
            was, becomes, end = [*was, *known], [*becomes, *again], again[-1]
            self._of_day[self._days[place]] = again
            self._number(again)
            if end is not known[-1] and self._surrounded is not None and self._days[place] not in self._surrounded:
                raise FurtherThanKnown
            place += 1
        after = self._of_day[self._days[place]][0] if place < len(self._days) else None
        return [*was, after], [*becomes, after]

    def _put(self, new: Link, day: list[Link]) -> None:
        if new.day not in self._of_day:
            insort(self._days, new.day)
        self._of_day[new.day] = day
        self.unwritten[new.statement_id] = new
        # In a crowded day no statement has a place: only one that is new among them may have had one.
        if len(day) <= MOST_OF_A_DAY + 1:
            self._number(day)

    def _number(self, day: list[Link]) -> None:
        """Give each its place; those of a crowded day stand by their numbers."""
        for at, link in enumerate(day):
            place = at if len(day) <= MOST_OF_A_DAY else 0
            if link.place != place:
                day[at] = self.unwritten[link.statement_id] = replace(link, place=place)

    def _known(self, link: Link) -> Link:
        return self.unwritten.get(link.statement_id, link)

    def _replace(self, link: Link) -> Link:
        """The same statement with other facts, in the place where it stands."""
        day = self._of_day[link.day]
        if len(day) > MOST_OF_A_DAY:
            at = bisect_left(day, link.by_number, key=lambda each: each.by_number)
        else:
            at = next(at for at, each in enumerate(day) if each.statement_id == link.statement_id)
        if day[at].gap != link.gap:
            self._count_gap(link)
        day[at] = self.unwritten[link.statement_id] = link
        return link

    def _count_gap(self, link: Link) -> None:
        if link.gap:
            self._gaps[link.day] += 1
            if self._gaps[link.day] == 1:
                insort(self._gap_days, link.day)
        else:
            self._gaps[link.day] -= 1
            if not self._gaps[link.day]:
                del self._gap_days[bisect_left(self._gap_days, link.day)]

    def _is_provisional(self, link: Link) -> bool:
        """Whether something is missing before it, or before one that stands before it."""
        if not self._gap_days or self._gap_days[0] > link.day:
            return False
        day, at = self._first_gap()
        return day < link.day or self._of_day[day][at].order <= link.order

    def _first_gap(self) -> tuple[date, int]:
        day = self._gap_days[0]
        return day, next(at for at, link in enumerate(self._of_day[day]) if link.gap)

    def _end_before(self, day: date) -> Link | None:
        place = bisect_left(self._days, day)
        return self._of_day[self._days[place - 1]][-1] if place else None

    def _start_behind(self, new: Link) -> Link | None:
        """What would come on the next day after a statement that ends its own."""
        place = bisect_right(self._days, new.day)
        links = self._of_day[self._days[place]] if place < len(self._days) else []
        if len(links) > MOST_OF_A_DAY:
            return links[0]
        return arranged(links, new)[0] if links else None

    def _arrange(self) -> None:
        """Every statement is known: give each its place, whatever was known of it."""
        before: Link | None = None
        for day in self._days:
            self._of_day[day] = links = arranged(self._of_day[day], before)
            self._number(links)
            before = links[-1]
        self.booked, self.repeating = sum(map(len, self._of_day.values())), _repeating(list(self.links))


def _same(one: Link | None, other: Link | None) -> bool:
    return one is other or (one is not None and other is not None and one.statement_id == other.statement_id)


def _repeating(links: Sequence[Link | None]) -> int:
    """How many follow one with their own number."""
    pairs = pairwise(links)
    return sum(
        1 for before, link in pairs if before and link and before.number == link.number and follows(before, link)
    )
