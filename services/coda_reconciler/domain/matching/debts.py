"""What is open of one debtor, so that a payment finds what has its amount without looking at the thousands of others.

A large customer has an invoice a day for years, and pays them one by one: each payment asks for few of them.
"""

from collections.abc import Iterable, Iterator

from services.coda_reconciler.domain.matching.facts import ItemKey, OpenItem
from services.coda_reconciler.domain.matching.tolerance import ROUNDING


class Debts:
    """The open items of a debtor by what is open of them, and by what a cash discount leaves to be paid."""

    def __init__(self, items: Iterable[OpenItem]) -> None:
        self._by_balance: dict[int, dict[ItemKey, None]] = {}
        self._discounted: dict[int, dict[ItemKey, None]] = {}
        self._open: dict[ItemKey, OpenItem] = {}
        self._is_in_order = True
        for item in items:
            self._keep(item)
            for discount in item.discounts:
                self._discounted.setdefault(item.payable - discount.amount, {})[item.key] = None

    def change(self, item: OpenItem) -> None:
        """Its balance is another one."""
        old = self._open.get(item.key)
        if old is not None:
            self._by_balance[old.balance].pop(item.key, None)
        if item.balance == 0:
            self._open.pop(item.key, None)
        else:
            self._is_in_order = self._is_in_order and old is not None
            self._keep(item)

    def near(self, amounts: Iterable[int]) -> list[ItemKey]:
        """Every item that one of these amounts may close (thousandths, unsigned): whole, discounted, or rounded."""
        found: dict[ItemKey, None] = {}
        for amount in amounts:
            found |= self._discounted.get(amount, {})
            for balance in range(amount - ROUNDING, amount + ROUNDING + 1):
                found |= self._by_balance.get(balance, {})
        return list(found)

    def oldest(self) -> Iterator[OpenItem]:
        """What is open, in the order in which it is paid where nothing else says."""
        if not self._is_in_order:
            self._open = {item.key: item for item in sorted(self._open.values(), key=age_of)}
            self._is_in_order = True
        return iter(self._open.values())

    def _keep(self, item: OpenItem) -> None:
        if item.balance:
            self._open[item.key] = item
            self._by_balance.setdefault(item.balance, {})[item.key] = None


def age_of(item: OpenItem) -> tuple[object, ...]:
    """The order in which items are paid where nothing else says: due first, then issued first."""
    return item.due_date or item.issue_date, item.issue_date, item.number, item.family
