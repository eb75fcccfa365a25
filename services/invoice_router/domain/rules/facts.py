"""What several rules ask of one document, worked out once: lines, categories of VAT, sums, who has a number."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from lxml import etree

from services.invoice_router.domain.rules.tree import BASICS, BLANKS, Group, decimals, number, short_name, text_of
from shared.contracts.invoices import Family

LINE_NAMES: dict[Family, str] = {"invoice": "cac:InvoiceLine", "credit_note": "cac:CreditNoteLine"}
QUANTITY_NAMES: dict[Family, str] = {"invoice": "cbc:InvoicedQuantity", "credit_note": "cbc:CreditedQuantity"}
AMOUNTS = tuple(
    f"{{{BASICS}}}{name}"
    for name in (
        "Amount",
        "BaseAmount",
        "PriceAmount",
        "TaxAmount",
        "TaxableAmount",
        "LineExtensionAmount",
        "TaxExclusiveAmount",
        "TaxInclusiveAmount",
        "AllowanceTotalAmount",
        "ChargeTotalAmount",
        "PrepaidAmount",
        "PayableRoundingAmount",
        "PayableAmount",
    )
)
"""The tags of all amounts of the core invoice."""

_KNOWN_GROUPS = frozenset(["cac:Item", "cac:Price", "cac:ClassifiedTaxCategory"])
_CENTS = 2
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_ZERO = Decimal(0)


class Category(NamedTuple):
    """A TaxCategory or ClassifiedTaxCategory: its code (BT-118, BT-151), its rate, and whether it is of VAT.

    `has_code` and `has_percent`: the element is there, whatever it holds.
    """

    element: etree._Element
    code: str
    percent: Decimal | None
    is_vat: bool
    has_code: bool
    has_percent: bool

    def text(self, name: str) -> str:
        """What else it says."""
        return Group(self.element).text(name)


class AllowanceCharge(NamedTuple):
    """BG-20, BG-21, BG-27 or BG-28. `charge` is None where the indicator says neither."""

    group: Group
    charge: bool | None
    amount: Decimal | None
    categories: tuple[Category, ...]


class Line(NamedTuple):
    """BG-25. `price` is BT-146; `prices` are the groups that say more than that."""

    group: Group
    net: Decimal | None
    price: Decimal | None
    prices: tuple[Group, ...]
    categories: tuple[Category, ...]
    allowances_charges: tuple[AllowanceCharge, ...]


Shape = tuple[str | int, ...]


class Subtotal(NamedTuple):
    """BG-23."""

    group: Group
    taxable: Decimal | None
    tax: Decimal | None
    categories: tuple[Category, ...]


class TaxTotal(NamedTuple):
    """BG-22: BT-110 with its breakdown, or BT-111."""

    group: Group
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

    root: Group
    family: Family
    currency: str
    lines: tuple[Line, ...]
    alike: tuple[list[Line], ...]
    allowances_charges: tuple[AllowanceCharge, ...]
    tax_totals: tuple[TaxTotal, ...]
    registrations: Registrations
    totals: tuple[Group, ...]
    amounts: tuple[etree._Element, ...]
    currencies: frozenset[str]
    precise: bool

    @property
    def subtotals(self) -> list[Subtotal]:
        """All of BG-23."""
        return [subtotal for total in self.tax_totals for subtotal in total.subtotals]


def document_of(root: etree._Element, family: Family) -> Document:
    """The facts of a tree."""
    group, amounts = Group(root), tuple(root.iter(*AMOUNTS))
    lines = tuple([_line(line) for line in group.groups(LINE_NAMES[family])])
    return Document(
        root=group,
        family=family,
        currency=group.text("cbc:DocumentCurrencyCode"),
        lines=lines,
        alike=_by_shape(lines),
        allowances_charges=_allowances_charges(group),
        tax_totals=tuple(_tax_total(total) for total in group.groups("cac:TaxTotal")),
        registrations=_registrations(group),
        totals=tuple(group.groups("cac:LegalMonetaryTotal")),
        amounts=amounts,
        currencies=frozenset([element.get("currencyID") or "" for element in amounts]),
        # The point most often is where it should be: before the last two digits.
        precise=any(
            decimals(text.strip(BLANKS)) > _CENTS for element in amounts if (text := element.text or "")[-3:-2] != "."
        ),
    )


def is_vat(group: Group) -> bool:
    """Whether the tax scheme of a group is VAT."""
    return any(_is_scheme_of_vat(scheme) for scheme in group.all("cac:TaxScheme"))


def _is_scheme_of_vat(scheme: etree._Element) -> bool:
    # Not as a group: there is one of them on every line.
    return any(short_name(child.tag) == "cbc:ID" and text_of(child).upper() == "VAT" for child in scheme)


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
    shape: list[str | int] = [len(line.categories), len(group.element), *group.children]
    for item in group.groups("cac:Item"):
        shape += (len(item.element), *item.children)
    for price in group.all("cac:Price"):
        shape += (len(price), *[short_name(child.tag) for child in price])
    return tuple(shape)


def _line(group: Group) -> Line:
    categories = tuple(
        [_category(each) for item in group.groups("cac:Item") for each in item.all("cac:ClassifiedTaxCategory")]
    )
    net, written = group.number("cbc:LineExtensionAmount"), group.all("cac:Price")
    if len(written) == 1 and len(written[0]) == 1 and short_name(written[0][0].tag) == "cbc:PriceAmount":
        return Line(group, net, number(text_of(written[0][0])), (), categories, _allowances_charges(group))
    prices = tuple(group.groups("cac:Price"))
    price = next((each.number("cbc:PriceAmount") for each in prices), None)
    return Line(group, net, price, prices, categories, _allowances_charges(group))


def _category(element: etree._Element) -> Category:
    code, percent = None, None
    vat = has_percent = False
    for child in element:
        name = short_name(child.tag)
        if name == "cbc:ID" and code is None:
            code = text_of(child)
        elif name == "cbc:Percent" and not has_percent:
            percent, has_percent = number(text_of(child)), True
        elif name == "cac:TaxScheme":
            vat = vat or _is_scheme_of_vat(child)
    return Category(element, code or "", percent, vat, code is not None, has_percent)


def _categories(group: Group) -> tuple[Category, ...]:
    return tuple([_category(category) for category in group.all("cac:TaxCategory")])


def _allowances_charges(parent: Group) -> tuple[AllowanceCharge, ...]:
    if "cac:AllowanceCharge" not in parent.children:
        return ()
    return tuple(
        AllowanceCharge(
            group, _BOOLEANS.get(group.text("cbc:ChargeIndicator")), group.number("cbc:Amount"), _categories(group)
        )
        for group in parent.groups("cac:AllowanceCharge")
    )


def _tax_total(group: Group) -> TaxTotal:
    amount = group.first("cbc:TaxAmount")
    subtotals = tuple(
        Subtotal(
            subtotal, subtotal.number("cbc:TaxableAmount"), subtotal.number("cbc:TaxAmount"), _categories(subtotal)
        )
        for subtotal in group.groups("cac:TaxSubtotal")
    )
    currency = amount.get("currencyID", "") if amount is not None else ""
    return TaxTotal(group, group.number("cbc:TaxAmount"), currency, subtotals)


def _registrations(root: Group) -> Registrations:
    seller, buyer = _parties(root, "cac:AccountingSupplierParty"), _parties(root, "cac:AccountingCustomerParty")
    return Registrations(
        seller_tax=any(
            scheme.all("cbc:CompanyID") for party in seller for scheme in party.groups("cac:PartyTaxScheme")
        ),
        seller_vat=_has_vat_number(seller),
        representative_vat=_has_vat_number(root.groups("cac:TaxRepresentativeParty")),
        buyer_vat=_has_vat_number(buyer),
        buyer_legal=any(party.reached(("cac:PartyLegalEntity", "cbc:CompanyID")) for party in buyer),
    )


def _parties(root: Group, name: str) -> list[Group]:
    return [party for holder in root.groups(name) for party in holder.groups("cac:Party")]


def _has_vat_number(parties: Sequence[Group]) -> bool:
    return any(
        scheme.all("cbc:CompanyID") and is_vat(scheme)
        for party in parties
        for scheme in party.groups("cac:PartyTaxScheme")
    )
