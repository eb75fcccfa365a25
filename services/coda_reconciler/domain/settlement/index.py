"""Which movements and items hang together: a component is resolved as a whole, and only the ones that were touched."""

from collections.abc import Callable, Iterable, Iterator

from services.coda_reconciler.domain.matching.facts import ItemKey, Knowledge, LedgerMovement, MovementKey
from services.coda_reconciler.domain.matching.items import Items
from services.coda_reconciler.domain.matching.keys import (
    RETURN_KINDS,
    IndexKey,
    keys_of_movement,
    lookup_keys_of_movement,
)
from services.coda_reconciler.domain.matching.originals import issued_key
from services.coda_reconciler.domain.matching.reversals import is_return
from shared.values import EnterpriseNumber

_Company = EnterpriseNumber
_MOST_LOOKED_UP = 100

Component = tuple[frozenset[MovementKey], frozenset[ItemKey]]


class MovementIndex:
    """Movements by their names, one company's apart from another's."""

    def __init__(self) -> None:
        self._keys: dict[MovementKey, tuple[tuple[IndexKey, ...], tuple[IndexKey, ...]]] = {}
        self._payments: dict[tuple[_Company, IndexKey], dict[MovementKey, None]] = {}
        self._returns: dict[tuple[_Company, IndexKey], dict[MovementKey, None]] = {}
        self._looked_up: dict[tuple[_Company, IndexKey], dict[MovementKey, None]] = {}
        self._of_id: dict[tuple[_Company, IndexKey], dict[MovementKey, None]] = {}

    def add(self, movement: LedgerMovement, knowledge: Knowledge) -> None:
        """Put a movement in, or in again when more is known of its account."""
        names, lookups = keys_of_movement(movement, knowledge), lookup_keys_of_movement(movement)
        named = self._returns if is_return(movement) else self._payments
        issued = issued_key(movement)
        if issued is not None:
            self._of_id.setdefault((movement.enterprise_number, issued), {})[movement.key] = None
            if named is self._payments:
                names = (*names, issued)
        self._keys[movement.key] = names, lookups
        for key in names:
            named.setdefault((movement.enterprise_number, key), {})[movement.key] = None
        for key in lookups:
            self._looked_up.setdefault((movement.enterprise_number, key), {})[movement.key] = None

    def names_of(self, key: MovementKey) -> tuple[IndexKey, ...]:
        """What joins the movement with others."""
        return self._keys[key][0] if key in self._keys else ()

    def named(self, company: _Company, key: IndexKey) -> Iterator[MovementKey]:
        """All movements of a name."""
        yield from self._payments.get((company, key), ())
        yield from self._returns.get((company, key), ())

    def having_id_of(self, movement: LedgerMovement) -> int:
        """How many movements have its end-to-end id."""
        issued = issued_key(movement)
        return len(self._of_id.get((movement.enterprise_number, issued), ())) if issued is not None else 0

    def counterparts(self, movement: LedgerMovement, key: IndexKey) -> Iterable[MovementKey]:
        """The returns of a payment's name, the payments of a return's."""
        if key.kind not in RETURN_KINDS:
            return ()
        named = self._payments if is_return(movement) else self._returns
        return named.get((movement.enterprise_number, key), ())

    def looked_up(self, company: _Company, key: IndexKey) -> Iterable[MovementKey]:
        """The movements that may be suggested by a name; none where it is too common to tell anything."""
        found = self._looked_up.get((company, key), {})
        return found if len(found) <= _MOST_LOOKED_UP or key.kind == "account" else ()


class Links:
    """Movements and items that an entry or a person's decision ties together, beside their names."""

    def __init__(self) -> None:
        self.items: dict[MovementKey, set[ItemKey]] = {}
        self.movements: dict[ItemKey, set[MovementKey]] = {}

    def tie(self, movement: MovementKey, item: ItemKey) -> None:
        """From now on they are resolved together."""
        self.items.setdefault(movement, set()).add(item)
        self.movements.setdefault(item, set()).add(movement)


def component_of(
    seeds: tuple[Iterable[MovementKey], Iterable[ItemKey]],
    movements: dict[MovementKey, LedgerMovement],
    index: MovementIndex,
    items: Callable[[_Company], Items],
    links: Links,
) -> Component:
    """Everything that names or ties connect with the seeds."""
    seen_movements, seen_items = set(seeds[0]), set(seeds[1])
    asked: _Asked = set()
    waiting: list[tuple[MovementKey | None, ItemKey | None]] = [(key, None) for key in seen_movements]
    waiting += [(None, key) for key in seen_items]
    while waiting:
        movement_key, item_key = waiting.pop()
        near_items: Iterable[ItemKey] = ()
        near_movements: Iterable[MovementKey] = ()
        if movement_key is not None:
            near_movements, near_items = _beside_movement(movements[movement_key], index, items, links, asked)
        elif item_key is not None:
            near_movements = _beside_item(item_key, index, items(item_key[0]), links, asked)
        for movement in near_movements:
            if movement not in seen_movements and movement in movements:
                seen_movements.add(movement)
                waiting.append((movement, None))
        for item in near_items:
            if item not in seen_items:
                seen_items.add(item)
                waiting.append((None, item))
    return frozenset(seen_movements), frozenset(seen_items)


_Asked = set[tuple[_Company, IndexKey, str]]
"""Names, and of what they were asked: once each, for thousands of a customer's invoices and payments have one."""


def _beside_movement(
    movement: LedgerMovement, index: MovementIndex, items: Callable[[_Company], Items], links: Links, asked: _Asked
) -> tuple[list[MovementKey], list[ItemKey]]:
    named = items(movement.enterprise_number)
    near_items = list(links.items.get(movement.key, ()))
    near_movements: list[MovementKey] = []
    of_what = "payments" if is_return(movement) else "returns"
    for key in index.names_of(movement.key):
        if _is_new(asked, (movement.enterprise_number, key, "items")):
            near_items += named.keys_named(key)
        if key.kind in RETURN_KINDS and _is_new(asked, (movement.enterprise_number, key, of_what)):
            near_movements += index.counterparts(movement, key)
    return near_movements, near_items


def _beside_item(item: ItemKey, index: MovementIndex, items: Items, links: Links, asked: _Asked) -> list[MovementKey]:
    near = list(links.movements.get(item, ()))
    for key in items.keys_of(item):
        if _is_new(asked, (item[0], key, "movements")):
            near += index.named(item[0], key)
    return near


def _is_new(asked: _Asked, name: tuple[_Company, IndexKey, str]) -> bool:
    if name in asked:
        return False
    asked.add(name)
    return True
