"""The groups of an invoice that its rules ask about most: lines, their categories of VAT, allowances and charges."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from services.invoice_router.domain.parts import BLANKS, Part
from services.invoice_router.domain.rows import Row
from services.invoice_router.domain.rules.numbers import number, number_in
from shared.contracts.invoices import Family

LINE_NAMES: dict[Family, str] = {"invoice": "cac:InvoiceLine", "credit_note": "cac:CreditNoteLine"}
QUANTITY_NAMES: dict[Family, str] = {"invoice": "cbc:InvoicedQuantity", "credit_note": "cbc:CreditedQuantity"}
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_ONE = Decimal(1)


class Category(NamedTuple):
    """A TaxCategory or ClassifiedTaxCategory: its code (BT-118, BT-151), its rate, and whether it is of VAT.

    `has_code` and `has_percent`: the element is there, whatever it holds.
    """

    element: Part
    code: str
    percent: Decimal | None
    is_vat: bool
    has_code: bool
    has_percent: bool

    def text(self, name: str) -> str:
        """What else it says."""
        return self.element.part(name).trimmed


class AllowanceCharge(NamedTuple):
    """BG-20, BG-21, BG-27 or BG-28. `charge` is None where the indicator says neither."""

    group: Part
    charge: bool | None
    amount: Decimal | None
    categories: tuple[Category, ...]


class Line(NamedTuple):
    """BG-25. `price` is BT-146, `base` what it is the price of (BT-149); `prices` are the groups that say more.

    Of a row, `group` is the line that it is like.
    """

    group: Part
    net: Decimal | None
    quantity: Decimal | None
    price: Decimal | None
    base: Decimal
    prices: tuple[Part, ...]
    categories: tuple[Category, ...]
    allowances_charges: tuple[AllowanceCharge, ...]


Kinds = dict[tuple[int, str, str], tuple[Category, ...]]
"""Categories by the line that they are of, code and rate: a document has few, and rows have them together."""


def lines_of(entries: Sequence[Part | Row], quantity: str) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """All lines in their order, and those of them that are no rows; `quantity` is the name of theirs."""
    kinds: Kinds = {}
    found = [_line_of_row(each, kinds) if isinstance(each, Row) else _line(each, quantity) for each in entries]
    in_parts = [line for line, each in zip(found, entries, strict=True) if isinstance(each, Part)]
    return tuple(found), tuple(in_parts)


def is_vat(group: Part) -> bool:
    """Whether the tax scheme of a group is VAT."""
    for scheme in group.children.get("cac:TaxScheme", ()):
        for name in scheme.children.get("cbc:ID", ()):
            if name.written == "VAT" or name.trimmed.upper() == "VAT":
                return True
    return False


def _line(group: Part, quantity_name: str) -> Line:
    children = group.children
    items, prices = children.get("cac:Item", ()), children.get("cac:Price", ())
    categories = tuple(
        [_category(each) for item in items for each in item.children.get("cac:ClassifiedTaxCategory", ())]
    )
    net = number_in(group, "cbc:LineExtensionAmount")
    price = number_in(prices[0], "cbc:PriceAmount") if prices else None
    quantity = number_in(group, quantity_name) if quantity_name in children else _ONE
    bare = len(prices) == 1 and prices[0].size == 1 and "cbc:PriceAmount" in prices[0].children
    told = () if bare else tuple(prices)
    base = (number_in(told[-1], "cbc:BaseQuantity") if told else None) or _ONE
    return Line(group, net, quantity, price, base, told, categories, allowances_charges(group))


def _line_of_row(row: Row, kinds: Kinds) -> Line:
    plan, first = row.shape
    at, values = plan.places, row.values
    kind = id(first), values[at["tax_category"]], values[at["tax_percent"]] if "tax_percent" in at else ""
    categories = kinds.get(kind)
    if categories is None:
        # What is told of it is told of the line that it is like.
        [example] = first.part("cac:Item").all("cac:ClassifiedTaxCategory")
        categories = kinds[kind] = (Category(example, kind[1], row.percent, True, True, row.percent is not None),)
    return Line(first, row.net.amount, row.quantity, row.price, row.base or _ONE, (), categories, ())


def _category(group: Part) -> Category:
    codes, percents = group.children.get("cbc:ID"), group.children.get("cbc:Percent")
    code = codes[0].written.strip(BLANKS) if codes else ""
    percent = number(percents[0].written.strip(BLANKS)) if percents else None
    return Category(group, code, percent, is_vat(group), codes is not None, percents is not None)


def categories_of(group: Part) -> tuple[Category, ...]:
    return tuple([_category(category) for category in group.all("cac:TaxCategory")])


def allowances_charges(parent: Part) -> tuple[AllowanceCharge, ...]:
    if "cac:AllowanceCharge" not in parent.children:
        return ()
    return tuple(
        AllowanceCharge(
            group,
            _BOOLEANS.get(group.part("cbc:ChargeIndicator").trimmed),
            number_in(group, "cbc:Amount"),
            categories_of(group),
        )
        for group in parent.all("cac:AllowanceCharge")
    )
