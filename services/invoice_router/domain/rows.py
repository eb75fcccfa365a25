"""Lines that differ in words and numbers only: the first of them is parts, every other is a row of texts.

Most invoices are a table: line after line the same elements with the same attributes. What is asked of those is asked
of the first line; of the others only what depends on a text. A row is made where nothing but texts of the known
places differs, each of them is there, and no rule looks at a place except by these texts.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

from services.invoice_router.domain.content import CHILDREN, END
from services.invoice_router.domain.fields import exact
from services.invoice_router.domain.parts import BLANKS, Part
from services.invoice_router.domain.tokens import Meaning, Namespaces, Scope, Tokens, scope_of
from shared.values import Currency, Money
from shared.values.currencies import ACTIVE

LINE_OF_ROOT = {
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": "cac:InvoiceLine",
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": "cac:CreditNoteLine",
}
_MOST_SHAPES = 8
"""Shapes that a document's lines are compared with; whatever has more is not a table."""

QUANTITIES = {"cac:InvoiceLine": "cbc:InvoicedQuantity", "cac:CreditNoteLine": "cbc:CreditedQuantity"}
_NET, _PRICE, _BASE = "cbc:LineExtensionAmount", "cac:Price/cbc:PriceAmount", "cac:Price/cbc:BaseQuantity"
_CATEGORY = "cac:Item/cac:ClassifiedTaxCategory"
_CODE, _PERCENT, _SCHEME = f"{_CATEGORY}/cbc:ID", f"{_CATEGORY}/cbc:Percent", f"{_CATEGORY}/cac:TaxScheme/cbc:ID"
_STANDARD_ITEM = "cac:Item/cac:StandardItemIdentification/cbc:ID"
GTIN = "0160"
"""ISO 6523: of items the one scheme that no rule about digits looks at."""


class Place(NamedTuple):
    """Where a text of a row may stand: the field of a line that it is, and the attributes that it may have."""

    field: str
    attributes: frozenset[str] = frozenset()


_UNIT, _CURRENCY = frozenset(["unitCode"]), frozenset(["currencyID"])
_PLACES: Mapping[str, Place] = {
    "cbc:ID": Place("id"),
    "cbc:Note": Place("note"),
    **{name: Place("quantity", _UNIT) for name in QUANTITIES.values()},
    _NET: Place("net", _CURRENCY),
    "cbc:AccountingCost": Place("accounting_cost"),
    "cac:OrderLineReference/cbc:LineID": Place("order_line"),
    "cac:Item/cbc:Description": Place("description"),
    "cac:Item/cbc:Name": Place("name"),
    "cac:Item/cac:BuyersItemIdentification/cbc:ID": Place("buyer_item"),
    "cac:Item/cac:SellersItemIdentification/cbc:ID": Place("seller_item"),
    _STANDARD_ITEM: Place("standard_item", frozenset(["schemeID"])),
    _CODE: Place("tax_category"),
    _PERCENT: Place("tax_percent"),
    _SCHEME: Place("tax_scheme"),
    _PRICE: Place("price", _CURRENCY),
    _BASE: Place("price_base_quantity", _UNIT),
}
"""Of no other place a row has a text; what rules ask of the texts of these is asked when a row is made."""

_MUST = frozenset(["id", "quantity", "net", "name", "tax_category", "tax_scheme", "price"])
_WITH_CENTS = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{0,2})?")
_NOT_NEGATIVE = re.compile(r"\+?[0-9]{1,15}(\.[0-9]{0,10})?")
_MOST_AT_ONCE = 16
"""Lines that become rows together; where one of them does not, the looks at the others were in vain."""

_MOST_PLANS, _MOST_HEADS, _LONGEST_HEADS = 256, 100, 4_000
"""What is remembered from one document to the next."""


class RowsDiffer(Exception):
    """The line that stands for rows is not as it should be: each of them is to be looked at by itself."""


class Plan(NamedTuple):
    """What all lines with the same tags have in common.

    `fields` are those that differ, in their order, `places` where each is among them, `words` where their texts are
    among all. `form` is the canonical form (`content`) with gaps for the texts, `size` how many elements there are,
    `unit` that of the quantity, as written.
    """

    heads: list[str]
    fields: tuple[str, ...]
    places: Mapping[str, int]
    words: tuple[int, ...]
    form: str
    size: int
    currency: Currency
    unit: str


class Shape(NamedTuple):
    """A plan, and the line of this document that is made so and is parts."""

    plan: Plan
    first: Part

    @property
    def positions(self) -> range:
        """The places of its elements among all."""
        return range(self.first.position, self.first.position + self.plan.size)


class Row(NamedTuple):
    """One line of VAT, with a quantity, a price that is not below zero and a net amount in cents.

    `values` are its texts, trimmed, in the order of the fields of its plan, `base` and `percent` are None where it
    has none.
    """

    shape: Shape
    values: tuple[str, ...]
    net: Money
    quantity: Decimal
    price: Decimal
    base: Decimal | None
    percent: Decimal | None


def rows_of(shapes: Sequence[Shape], tokens: Tokens, at: int) -> list[Row]:
    """The rows that begin there, of one shape, some at a time.

    None where the line has a shape of its own or words between its elements, or where one of its texts is blank or not
    as that of a row.
    """
    for shape in shapes:
        heads = shape.plan.heads
        length = len(heads)
        if tokens.heads[at : at + length] == heads:
            end = at + length
            while tokens.heads[end : end + length] == heads and end - at < _MOST_AT_ONCE * length:
                end += length
            return _rows(shape, tokens, at, end) or _rows(shape, tokens, at, at + length)
    return []


def shapes_with(shapes: list[Shape], first: Part, heads: list[str], scope: Scope) -> list[Shape]:
    """The shapes of lines and that of one more: of a line that was made into parts, where any line with the same tags
    could be a row.

    `heads` are all tags of the line, `scope` is that which it stands in.
    """
    known = len(shapes) == _MOST_SHAPES or any(shape.plan.heads == heads for shape in shapes)
    if known or len(heads) > _MOST_HEADS or sum(map(len, heads)) > _LONGEST_HEADS:
        return shapes
    plan = _plan(tuple(heads), scope.namespaces)
    return shapes if plan is None else [*shapes, Shape(plan, first)]


def _rows(shape: Shape, tokens: Tokens, at: int, end: int) -> list[Row]:
    """The lines that stand there; none where one of them is no row."""
    fields, words, length = shape.plan.fields, shape.plan.words, len(shape.plan.heads)
    trimmed = list(map(str.strip, tokens.texts[at:end]))
    columns = [trimmed[word::length] for word in words]
    blank = len(trimmed) // length * (length - len(words))
    if trimmed.count("") != blank or any("" in column for column in columns):
        return []
    # Python takes more for white space than XML does, but nothing that is ASCII in a document.
    if not tokens.ascii and [each.strip(BLANKS) for each in tokens.texts[at:end]] != trimmed:
        return []
    numbers = _numbers(dict(zip(fields, columns, strict=True)), shape.plan.currency)
    return list(map(Row, repeat(shape), zip(*columns, strict=True), *numbers)) if numbers else []


def _numbers(columns: Mapping[str, list[str]], currency: Currency) -> Sequence[Iterable[Any]]:
    """The amounts and numbers of lines, as their rows have them; nothing where one of them is not as that of a row."""
    nets, prices = columns["net"], columns["price"]
    quantities = list(map(exact, columns["quantity"]))
    bases = list(map(exact, columns.get("price_base_quantity", ())))
    percents = list(map(exact, columns.get("tax_percent", ())))
    if None in quantities or None in percents or not all(base is not None and base > 0 for base in bases):
        return ()
    if not (all(map(_WITH_CENTS.fullmatch, nets)) and all(map(_NOT_NEGATIVE.fullmatch, prices))):
        return ()
    if any(scheme.upper() != "VAT" for scheme in columns["tax_scheme"]):
        return ()
    money = [Money.of(net, currency) for net in nets]
    return money, quantities, map(Decimal, prices), bases or repeat(None), percents or repeat(None)


class Element(NamedTuple):
    """One element of a line: what its tag says, its path below the line, where its tag stands, how many are in it."""

    meaning: Meaning
    path: str
    at: int
    size: int


@lru_cache(maxsize=_MOST_PLANS)
def _plan(heads: tuple[str, ...], namespaces: Namespaces) -> Plan | None:
    elements = _elements(heads, scope_of(namespaces))
    words = {each.path: each for each in elements if not each.size}
    if not all(_may_be_there(each) for each in words.values()):
        return None
    fields = tuple([_PLACES[path].field for path in words])
    repeated = len(words) < sum(not each.size for each in elements) or len(set(fields)) < len(fields)
    quantity = words.get(QUANTITIES[elements[0].meaning.name]) if elements else None
    if repeated or quantity is None or not _MUST.issubset(fields):
        return None
    currency = words[_NET].meaning.attributes.get("currencyID", "")
    if currency not in ACTIVE:
        return None
    return Plan(
        heads=list(heads),
        fields=fields,
        places={field: at for at, field in enumerate(fields)},
        words=tuple([each.at for each in words.values()]),
        form=END.join(map(_form, elements)),
        size=len(elements),
        currency=Currency(currency),
        unit=quantity.meaning.attributes.get("unitCode", "").strip(),
    )


def _elements(heads: Sequence[str], scope: Scope) -> list[Element]:
    """The elements of a line, none where one of them declares a namespace or is empty."""
    found: list[tuple[Meaning, str, int]] = []
    sizes: list[int] = []
    above: list[int] = []
    for at, head in enumerate(heads):
        meaning = scope[head]
        if meaning is None:
            above.pop()
            continue
        if meaning.alone or meaning.inside is not scope:
            return []
        if above:
            sizes[above[-1]] += 1
        above.append(len(found))
        found.append((meaning, "/".join([found[each][0].name for each in above[1:-1]] + [meaning.name]), at))
        sizes.append(0)
    return [Element(*each, size) for each, size in zip(found, sizes, strict=True)]


def _may_be_there(element: Element) -> bool:
    place, said = _PLACES.get(element.path), element.meaning.attributes
    if place is None or not place.attributes.issuperset(said):
        return False
    return element.path != _STANDARD_ITEM or said.get("schemeID") == GTIN


def _form(element: Element) -> str:
    """As the walk over parts makes it (`trees`), with a gap for the text of an element that has one."""
    meaning, size = element.meaning, element.size
    children = (f"{CHILDREN}{size}",) if size else ()
    pieces = [each.replace("%", "%%") for each in (meaning.tag, *children, *meaning.told)]
    return END.join((pieces[0], "" if size else "%s", *pieces[1:]))
