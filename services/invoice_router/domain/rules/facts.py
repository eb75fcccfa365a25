"""What several rules ask of one document, worked out once: lines, categories of VAT, sums, who has a number."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from services.invoice_router.domain.parts import BLANKS, Part, Tree
from services.invoice_router.domain.rules.numbers import decimals, number, number_in
from shared.contracts.invoices import Family

LINE_NAMES: dict[Family, str] = {"invoice": "cac:InvoiceLine", "credit_note": "cac:CreditNoteLine"}
QUANTITY_NAMES: dict[Family, str] = {"invoice": "cbc:InvoicedQuantity", "credit_note": "cbc:CreditedQuantity"}
AMOUNTS = (
    "cbc:Amount",
    "cbc:BaseAmount",
    "cbc:PriceAmount",
    "cbc:TaxAmount",
    "cbc:TaxableAmount",
    "cbc:LineExtensionAmount",
    "cbc:TaxExclusiveAmount",
    "cbc:TaxInclusiveAmount",
    "cbc:AllowanceTotalAmount",
    "cbc:ChargeTotalAmount",
    "cbc:PrepaidAmount",
    "cbc:PayableRoundingAmount",
    "cbc:PayableAmount",
)
"""The names of all amounts of the core invoice."""

_KNOWN_GROUPS = frozenset(["cac:Item", "cac:Price", "cac:ClassifiedTaxCategory"])
_CENTS = 2
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_ZERO = Decimal(0)


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
    """BG-25. `price` is BT-146; `prices` are the groups that say more than that."""

    group: Part
    net: Decimal | None
    price: Decimal | None
    prices: tuple[Part, ...]
    categories: tuple[Category, ...]
    allowances_charges: tuple[AllowanceCharge, ...]


Shape = tuple[str | int, ...]


class Subtotal(NamedTuple):
    """BG-23."""

    group: Part
    taxable: Decimal | None
    tax: Decimal | None
    categories: tuple[Category, ...]


class TaxTotal(NamedTuple):
    """BG-22: BT-110 with its breakdown, or BT-111."""

    group: Part
    tax: Decimal | None
    currency: str
    subtotals: tuple[Subtotal, ...]


class Registrations(NamedTuple):
    """Which numbers seller, buyer and tax representative give, as the rules of the categories ask for them."""

    seller_tax: bool
    seller_vat: bool
    representative_vat: bool
    buyer_vat: bool
    buyer_legal: bool


class Document(NamedTuple):
    """One invoice or credit note.

    `alike` are the lines by what they are made of: what is there in one is there in all. `currencies` are those that
    amounts name, `precise` says whether any of the amounts has more than two decimals.
    """

    tree: Tree
    family: Family
    currency: str
    lines: tuple[Line, ...]
    alike: tuple[list[Line], ...]
    allowances_charges: tuple[AllowanceCharge, ...]
    tax_totals: tuple[TaxTotal, ...]
    registrations: Registrations
    totals: tuple[Part, ...]
    currencies: frozenset[str]
    precise: bool

    @property
    def root(self) -> Part:
        """The invoice or credit note itself."""
        return self.tree.root

    @property
    def amounts(self) -> Sequence[Part]:
        """All amounts of the core invoice."""
        return self.tree.all(*AMOUNTS)

    @property
    def subtotals(self) -> list[Subtotal]:
        """All of BG-23."""
        return [subtotal for total in self.tax_totals for subtotal in total.subtotals]


def document_of(tree: Tree, family: Family) -> Document:
    """The facts of a tree."""
    root, named = tree.root, tree.named
    amounts = [part for name in AMOUNTS for part in named.get(name, ())]
    lines = tuple([_line(line) for line in root.all(LINE_NAMES[family])])
    return Document(
        tree=tree,
        family=family,
        currency=root.part("cbc:DocumentCurrencyCode").trimmed,
        lines=lines,
        alike=_by_shape(lines),
        allowances_charges=_allowances_charges(root),
        tax_totals=tuple([_tax_total(total) for total in root.all("cac:TaxTotal")]),
        registrations=_registrations(root),
        totals=tuple(root.all("cac:LegalMonetaryTotal")),
        currencies=frozenset([part.attributes.get("currencyID", "") for part in amounts]),
        # The point most often is where it should be: before the last two digits.
        precise=any(decimals(text.strip(BLANKS)) > _CENTS for part in amounts if (text := part.written)[-3:-2] != "."),
    )


def is_vat(group: Part) -> bool:
    """Whether the tax scheme of a group is VAT."""
    for scheme in group.children.get("cac:TaxScheme", ()):
        for name in scheme.children.get("cbc:ID", ()):
            if name.written == "VAT" or name.trimmed.upper() == "VAT":
                return True
    return False


def summed(amounts: list[Decimal | None]) -> Decimal:
    """The sum of those that are numbers."""
    return sum((amount for amount in amounts if amount is not None), _ZERO)


def _by_shape(lines: tuple[Line, ...]) -> tuple[list[Line], ...]:
    """Invoices have many lines that differ in words and numbers only: what is asked of one is asked of all.

    Lines that hold more groups than an item, its VAT category and a price stay alone.
    """
    shapes: dict[Shape, list[Line]] = {}
    for line in lines:
        shapes.setdefault(_shape(line), []).append(line)
    alike: list[list[Line]] = []
    for shape, found in shapes.items():
        if _KNOWN_GROUPS.issuperset([name for name in shape if isinstance(name, str) and name.startswith("cac:")]):
            alike.append(found)
        else:
            alike += [[line] for line in found]
    return tuple(alike)


def _shape(line: Line) -> Shape:
    """The names of what is in a line, its item and its price, each group after how many elements it has."""
    group = line.group
    shape: list[str | int] = [len(line.categories), group.size, *group.children]
    for item in group.all("cac:Item"):
        shape += (item.size, *item.children)
    for price in group.all("cac:Price"):
        shape += (price.size, *price.children)
    return tuple(shape)


def _line(group: Part) -> Line:
    children = group.children
    items, prices = children.get("cac:Item", ()), children.get("cac:Price", ())
    categories = tuple(
        [_category(each) for item in items for each in item.children.get("cac:ClassifiedTaxCategory", ())]
    )
    net = number_in(group, "cbc:LineExtensionAmount")
    price = number_in(prices[0], "cbc:PriceAmount") if prices else None
    bare = len(prices) == 1 and prices[0].size == 1 and "cbc:PriceAmount" in prices[0].children
    return Line(group, net, price, () if bare else tuple(prices), categories, _allowances_charges(group))


def _category(group: Part) -> Category:
    codes, percents = group.children.get("cbc:ID"), group.children.get("cbc:Percent")
    code = codes[0].written.strip(BLANKS) if codes else ""
    percent = number(percents[0].written.strip(BLANKS)) if percents else None
    return Category(group, code, percent, is_vat(group), codes is not None, percents is not None)


def _categories(group: Part) -> tuple[Category, ...]:
    return tuple([_category(category) for category in group.all("cac:TaxCategory")])


def _allowances_charges(parent: Part) -> tuple[AllowanceCharge, ...]:
    if "cac:AllowanceCharge" not in parent.children:
        return ()
    return tuple(
        AllowanceCharge(
            group,
            _BOOLEANS.get(group.part("cbc:ChargeIndicator").trimmed),
            number_in(group, "cbc:Amount"),
            _categories(group),
        )
        for group in parent.all("cac:AllowanceCharge")
    )


def _tax_total(group: Part) -> TaxTotal:
    amount = group.part("cbc:TaxAmount")
    subtotals = tuple(
        Subtotal(
            subtotal,
            number_in(subtotal, "cbc:TaxableAmount"),
            number_in(subtotal, "cbc:TaxAmount"),
            _categories(subtotal),
        )
        for subtotal in group.all("cac:TaxSubtotal")
    )
    currency = amount.attributes.get("currencyID", "")
    return TaxTotal(group, number_in(group, "cbc:TaxAmount"), currency, subtotals)


def _registrations(root: Part) -> Registrations:
    seller, buyer = _parties(root, "cac:AccountingSupplierParty"), _parties(root, "cac:AccountingCustomerParty")
    return Registrations(
        seller_tax=any(scheme.all("cbc:CompanyID") for party in seller for scheme in party.all("cac:PartyTaxScheme")),
        seller_vat=_has_vat_number(seller),
        representative_vat=_has_vat_number(root.all("cac:TaxRepresentativeParty")),
        buyer_vat=_has_vat_number(buyer),
        buyer_legal=any(party.reached(("cac:PartyLegalEntity", "cbc:CompanyID")) for party in buyer),
    )


def _parties(root: Part, name: str) -> list[Part]:
    return [party for holder in root.all(name) for party in holder.all("cac:Party")]


def _has_vat_number(parties: Sequence[Part]) -> bool:
    return any(
        scheme.all("cbc:CompanyID") and is_vat(scheme)
        for party in parties
        for scheme in party.all("cac:PartyTaxScheme")
    )
