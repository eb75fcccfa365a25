"""The items of a company by their names: what a movement asks for, it finds without looking at the others."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from services.coda_reconciler.domain.matching.debts import Debts, age_of
from services.coda_reconciler.domain.matching.facts import ItemKey, OpenItem
from services.coda_reconciler.domain.matching.keys import IndexKey, all_keys_of_item

_MOST_LOOKED_UP = 100
"""A name that only suggests and that more items have, such as a common amount, tells nothing."""


class Items:
    """Items and an index of their names. A trial of it shares the index and has balances of its own."""

    def __init__(self, items: Iterable[OpenItem] = ()) -> None:
        self._items: dict[ItemKey, OpenItem] = {}
        self._outer: dict[ItemKey, OpenItem] = {}
        self._named: dict[str, dict[str, list[ItemKey] | tuple[ItemKey]]] = {}
        self._debts: dict[str, Debts] = {}
        for item in items:
            self.add(item)

    def add(self, item: OpenItem) -> None:
        """Put an item in with its names; those of an earlier version of it go."""
        item_key = item.key
        self._debts.clear()
        for kind, text in self.keys_of(item_key):
            named = self._named[kind]
            named[text] = [other for other in named[text] if other != item_key]
        # Most names are one item's alone: those share one value, and names are not kept a second time, for a company
        # has thousands of items with nine names each.
        alone = (item_key,)
        joining, looked_up = all_keys_of_item(item)
        for kind, text in joining + looked_up:
            named = self._named.setdefault(kind, {})
            found = named.setdefault(text, alone)
            if isinstance(found, list):
                found.append(item_key)
            elif found is not alone:
                named[text] = [*found, item_key]
        self._items[item_key] = item

    def change(self, item: OpenItem) -> None:
        """Put an item's new balance in; its names stay."""
        self._items[item.key] = item
        if self._debts:
            for debtor in item.debtors:
                if debtor in self._debts:
                    self._debts[debtor].change(item)

    def get(self, key: ItemKey) -> OpenItem | None:
        """The item as it stands; None for one that is not known."""
        return self._items.get(key) or self._outer.get(key)

    def keys_of(self, key: ItemKey) -> tuple[IndexKey, ...]:
        """All names of an item, those that are only looked up included."""
        item = self.get(key)
        if item is None:
            return ()
        joining, looked_up = all_keys_of_item(item)
        return joining + looked_up

    def keys_named(self, key: IndexKey) -> Iterable[ItemKey]:
        """The items of a name, in no order that means anything."""
        return self._found(key.kind, key.text)

    def named(self, kind: str, text: str) -> list[OpenItem]:
        """The items of a name that joins, oldest first."""
        return self._sorted(self._found(kind, text))

    def count_named(self, kind: str, text: str) -> int:
        """How many items have a name."""
        return len(self._found(kind, text))

    def debts_of(self, debtor: str) -> Debts:
        """What is open of a debtor, kept as it changes from now on."""
        debts = self._debts.get(debtor)
        if debts is None:
            debts = self._debts[debtor] = Debts(self.named("debtor", debtor))
        return debts

    def looked_up(self, kind: str, text: str) -> list[OpenItem]:
        """The items of a name that only suggests, oldest first; none where it is too common to tell anything."""
        found = self._found(kind, text)
        return self._sorted(found) if len(found) <= _MOST_LOOKED_UP else []

    def trial(self, items: Iterable[OpenItem]) -> Self:
        """The same names, with these items as given and the others as they stand here."""
        trial = type(self)()
        trial._outer, trial._named = self._items, self._named
        trial._items = {item.key: item for item in items}
        return trial

    def __iter__(self) -> Iterator[OpenItem]:
        return iter(self._items.values())

    def _found(self, kind: str, text: str) -> Sequence[ItemKey]:
        named = self._named.get(kind)
        return named.get(text, ()) if named else ()

    def _sorted(self, keys: Iterable[ItemKey]) -> list[OpenItem]:
        items = [item for item in map(self.get, keys) if item is not None]
        return sorted(items, key=age_of) if len(items) > 1 else items
