"""What the taxable amount of a VAT category must be: worked out once for all of them."""

from decimal import Decimal

from services.invoice_router.domain.rules.facts import Document
from services.invoice_router.domain.rules.groups import Category

_ZERO = Decimal(0)
_ONLY_THE_CODE = frozenset((None,))


class Sums:
    """The taxable amounts that lines, charges and allowances add up to, by category, and by category and rate.

    Of the categories and rates of the breakdown, and of others where that costs nothing.
    """

    def __init__(self, document: Document) -> None:
        self._amounts: dict[tuple[str, Decimal | None], Decimal] = {}
        self._any_line = bool(document.lines)
        self._asked: dict[str, set[Decimal | None]] = {}
        for subtotal in document.subtotals:
            for category in subtotal.categories:
                self._asked.setdefault(category.code, {None}).add(category.percent)
        together: dict[int, tuple[tuple[Category, ...], Decimal]] = {}
        for line in document.lines:
            categories = line.categories
            _, sum_so_far = together.get(id(categories), (categories, _ZERO))
            together[id(categories)] = categories, sum_so_far + (line.net or _ZERO)
        for categories, amount in together.values():
            self._add(categories, amount)
        for line in document.in_parts:
            for part in line.allowances_charges:
                self._add(part.categories, _ZERO)
        for part in document.allowances_charges:
            amount = part.amount or _ZERO
            self._add(part.categories, amount if part.charge else -amount if part.charge is False else _ZERO)

    def of(self, code: str, percent: Decimal | None) -> Decimal | None:
        """None where nothing of this category and rate is there to be summed: only S minds that, others the lines."""
        known = self._amounts.get((code, percent))
        if known is None and (code == "S" or not self._any_line):
            return None
        return known or _ZERO

    def _add(self, categories: tuple[Category, ...], amount: Decimal) -> None:
        sums = self._amounts
        if len(categories) == 1:
            code, rate = categories[0].code, categories[0].percent
            sums[code, None] = sums.get((code, None), _ZERO) + amount
            if rate is not None:
                sums[code, rate] = sums.get((code, rate), _ZERO) + amount
            return
        # As the official rules have it: any category of the line, with any rate of the line. Of the thousands of pairs
        # that a line can have, only those that the breakdown has are ever asked for.
        rates: set[Decimal | None] = {each.percent for each in categories}
        rates.add(None)
        for code in {each.code for each in categories}:
            for percent in rates & self._asked.get(code, _ONLY_THE_CODE):
                sums[code, percent] = sums.get((code, percent), _ZERO) + amount
