"""What is allocated now, by the entries so far, and the entries that bring it to what was resolved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.coda_reconciler.domain.matching.facts import ItemKey, MovementKey, OpenItem, Part
from services.coda_reconciler.domain.matching.tolerance import effect_of
from services.coda_reconciler.domain.settlement.values import LedgerEntry

Pair = tuple[MovementKey, ItemKey]


@dataclass(slots=True)
class Standing:
    """What of a movement is allocated to an item; `made` is the entry that did so, `count` how often one did."""

    amount: int
    difference: int
    made: LedgerEntry
    count: int

    @property
    def is_active(self) -> bool:
        """Whether anything of it stands: what was taken back does not."""
        return bool(self.amount or self.difference)


class Standings:
    """The allocations of all pairs, by movement."""

    def __init__(self, entries: Iterable[LedgerEntry] = ()) -> None:
        self._by_movement: dict[MovementKey, dict[ItemKey, Standing]] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: LedgerEntry) -> None:
        """Take one more entry into account."""
        pairs = self._by_movement.setdefault(entry.movement, {})
        standing = pairs.get(entry.item)
        if standing is None:
            pairs[entry.item] = Standing(entry.amount, entry.difference, entry, 1)
            return
        if not standing.is_active:
            standing.made, standing.count = entry, standing.count + 1
        standing.amount += entry.amount
        standing.difference += entry.difference

    def of(self, movement: MovementKey) -> Mapping[ItemKey, Standing]:
        """The items that a movement was ever allocated to."""
        return self._by_movement.get(movement, {})

    def active(self, movement: MovementKey) -> dict[ItemKey, Standing]:
        """The items that a movement is allocated to."""
        return {item: standing for item, standing in self.of(movement).items() if standing.is_active}


@dataclass(frozen=True, slots=True)
class Step:
    """One entry to write: a part of a movement given to its item, or (`takes_back`) taken back from it."""

    movement: MovementKey
    part: Part
    takes_back: Standing | None = None


def steps_between(
    standings: Standings, in_turn: Sequence[MovementKey], wanted: Mapping[Pair, Part], items: Mapping[ItemKey, OpenItem]
) -> list[Step]:
    """The entries from what stands to what is wanted: what changed is taken back, then given anew; equal ones stay.

    `in_turn` are the movements in the order in which they take effect. An item's balance stays between nothing and
    all of it while entries are given; where the equal ones would be in the way of that, they are given anew as well.
    """
    standing = {
        (movement, item): each
        for movement in in_turn
        for item, each in standings.active(movement).items()
        if item in items
    }
    if not standing and len(wanted) < 2:
        # As nearly always: nothing is in the way of a single one.
        return [Step(movement, part) for (movement, _), part in wanted.items()]
    kept = {pair for pair, each in standing.items() if pair in wanted and _is_equal(each, wanted[pair])}
    while True:
        steps, stuck = _steps(standing, kept, in_turn, wanted, items)
        if not stuck:
            return steps
        kept = {pair for pair in kept if pair[1] not in stuck}


def _is_equal(standing: Standing, part: Part) -> bool:
    return (standing.amount, standing.difference) == (part.amount, part.difference)


def _steps(
    standing: Mapping[Pair, Standing],
    kept: set[Pair],
    in_turn: Sequence[MovementKey],
    wanted: Mapping[Pair, Part],
    items: Mapping[ItemKey, OpenItem],
) -> tuple[list[Step], set[ItemKey]]:
    """The steps in order, and the items for which they have none that keeps the balance where it belongs."""
    back = [Step(pair[0], _opposite(pair[1], each), each) for pair, each in standing.items() if pair not in kept]
    back.reverse()
    allocated = dict.fromkeys(items, 0)
    for pair in kept:
        allocated[pair[1]] += effect_of(items[pair[1]], wanted[pair])
    turn = {movement: at for at, movement in enumerate(in_turn)}
    left = [Step(pair[0], part) for pair, part in wanted.items() if pair not in kept]
    left.sort(key=lambda step: turn[step.movement])
    given: list[Step] = []
    while left:
        fitting = next((step for step in left if _fits(step, items, allocated)), None)
        if fitting is None:
            blocking = {step.part.item for step in left} & {pair[1] for pair in kept}
            return [*back, *given, *left], blocking
        left.remove(fitting)
        given.append(fitting)
        allocated[fitting.part.item] += effect_of(items[fitting.part.item], fitting.part)
    return [*back, *given], set()


def _opposite(item: ItemKey, standing: Standing) -> Part:
    return Part(item, -standing.amount, -standing.difference, standing.made.difference_kind)


def _fits(step: Step, items: Mapping[ItemKey, OpenItem], allocated: Mapping[ItemKey, int]) -> bool:
    item = items[step.part.item]
    return 0 <= allocated[item.key] + effect_of(item, step.part) <= item.payable
