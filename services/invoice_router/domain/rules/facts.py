"""What several rules ask of one document, worked out once: lines, categories of VAT, sums, who has a number."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from services.invoice_router.domain.parts import BLANKS, Part
from services.invoice_router.domain.rules.groups import (
    LINE_NAMES,
    QUANTITY_NAMES,
    AllowanceCharge,
    Category,
    Line,
    allowances_charges,
    categories_of,
    is_vat,
    lines_of,
)
from services.invoice_router.domain.rules.numbers import decimals, number_in
from services.invoice_router.domain.trees import Tree
from shared.contracts.invoices import Family

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
_ZERO = Decimal(0)


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

    `in_parts` are the lines that are no rows, `alike` these by what they are made of: what is there in one is there in
    all. `examples` are the places of those that rows are like. `currencies` are those that amounts name, `precise`
    says whether any of the amounts has more than two decimals.
    """

    tree: Tree
    family: Family
    currency: str
    lines: tuple[Line, ...]
    in_parts: tuple[Line, ...]
    alike: tuple[list[Line], ...]
    examples: tuple[range, ...]
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
    def line_categories(self) -> list[Category]:
        """The categories of the lines; rows of one category and rate have it together."""
        together = {id(line.categories): line.categories for line in self.lines}
        return [category for categories in together.values() for category in categories]

    @property
    def subtotals(self) -> list[Subtotal]:
        """All of BG-23."""
        return [subtotal for total in self.tax_totals for subtotal in total.subtotals]


def document_of(tree: Tree, family: Family) -> Document:
    """The facts of a tree."""
    root, named = tree.root, tree.named
    amounts = [part for name in AMOUNTS for part in named.get(name, ())]
    lines, in_parts = lines_of(tree.lines(LINE_NAMES[family]), QUANTITY_NAMES[family])
    return Document(
        tree=tree,
        family=family,
        currency=root.part("cbc:DocumentCurrencyCode").trimmed,
        lines=lines,
        in_parts=in_parts,
        alike=_by_shape(in_parts),
        examples=tuple([shape.positions for shape in tree.shapes]) if len(lines) > len(in_parts) else (),
        allowances_charges=allowances_charges(root),
        tax_totals=tuple([_tax_total(total) for total in root.all("cac:TaxTotal")]),
        registrations=_registrations(root),
        totals=tuple(root.all("cac:LegalMonetaryTotal")),
        currencies=frozenset([part.attributes.get("currencyID", "") for part in amounts]),
        # The point most often is where it should be: before the last two digits.
        precise=any(decimals(text.strip(BLANKS)) > _CENTS for part in amounts if (text := part.written)[-3:-2] != "."),
    )


def summed(amounts: list[Decimal | None]) -> Decimal:
    """The sum of those that are numbers."""
    return sum((amount for amount in amounts if amount is not None), _ZERO)


def _by_shape(lines: Sequence[Line]) -> tuple[list[Line], ...]:
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


def _tax_total(group: Part) -> TaxTotal:
    amount = group.part("cbc:TaxAmount")
    subtotals = tuple(
        Subtotal(
            subtotal,
            number_in(subtotal, "cbc:TaxableAmount"),
            number_in(subtotal, "cbc:TaxAmount"),
            categories_of(subtotal),
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
