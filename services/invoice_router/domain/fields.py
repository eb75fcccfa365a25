"""Finding and typing the fields of a UBL document: one place each, one refusal each.

Reading looks at every element once: a `Part` keeps its children by name, so that a line of an invoice with forty
possible fields costs one walk over the few that are there.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from lxml import etree

from services.invoice_router.domain.places import short_name
from services.invoice_router.domain.rejection import DocumentRejected, warning
from shared.contracts.invoices import Finding
from shared.values import Currency, Money, ValueRejected

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
"""UBL 2.0 and 2.1 share them."""

LONGEST_NUMBER = 100
"""Characters of an invoice's number (BT-1)."""

MOST_NOTES = 1_000
"""Oddities that are kept while reading; far more than are told, far fewer than a document can be made to have."""

_AMOUNT = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{0,10})?")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?")
_CENT = Decimal("0.01")
_DIGITS = "digits with a decimal point, such as 760.00"


class _Tags(dict[str, str]):
    """`cbc:ID` as lxml names it; each name is worked out once."""

    def __missing__(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        tag = self[name] = f"{{{NAMESPACES[prefix]}}}{local}"
        return tag


_TAGS = _Tags()


@dataclass(slots=True)
class Notes:
    """What all parts of one document share while it is read: its currency, and what was odd so far."""

    currency: Currency
    findings: list[Finding] = field(default_factory=list)

    def add(self, code: str, location: str, found: object, expected: str) -> None:
        """Something to tell that keeps nobody from delivering the document."""
        if len(self.findings) < MOST_NOTES:
            self.findings.append(warning(code, location, found, expected))


class Part:
    """One element of the document, its children by name; a part that is not there is empty and false.

    Texts are trimmed. What cannot be read as a date, an amount or a number is noted and None.
    """

    __slots__ = ("_children", "_index", "_name", "_parent", "element", "notes")

    def __init__(
        self,
        element: etree._Element | None,
        notes: Notes,
        name: str = "",
        parent: "Part | None" = None,
        index: int | None = None,
    ) -> None:
        self.element, self.notes = element, notes
        self._name, self._parent, self._index = name, parent, index
        self._children: dict[object, list[etree._Element]] = {}
        if element is not None:
            children = self._children
            for child in element:
                if (tag := child.tag) in children:
                    children[tag].append(child)
                else:
                    children[tag] = [child]

    def __bool__(self) -> bool:
        return self.element is not None

    @classmethod
    def of(cls, root: etree._Element) -> Self:
        """The whole document. Raises `DocumentRejected` CURRENCY."""
        return cls(root, Notes(currency(root)), short_name(root.tag))

    @property
    def path(self) -> str:
        """Where it stands: `/Invoice/cac:InvoiceLine[2]/cac:Price`."""
        own = self._name if self._index is None else f"{self._name}[{self._index}]"
        return f"{self._parent.path}/{own}" if self._parent is not None else f"/{own}"

    def place(self, name: str) -> str:
        """Where a child of that name stands."""
        return f"{self.path}/{name}"

    def elements(self, name: str) -> list[etree._Element]:
        """The children of that name."""
        return self._children.get(_TAGS[name], [])

    def parts(self, name: str) -> "Iterator[Part]":
        """The children of that name, each with its place; one after the other, for there may be a great many."""
        found = self._children.get(_TAGS[name], ())
        alone = len(found) == 1
        for index, element in enumerate(found, start=1):
            yield Part(element, self.notes, name, self, None if alone else index)

    def part(self, name: str) -> "Part":
        """The first child of that name."""
        found = self._children.get(_TAGS[name])
        if not found:
            return NOTHING
        return Part(found[0], self.notes, name, self, 1 if len(found) > 1 else None)

    def texts(self, name: str) -> list[str]:
        """The texts of the children of that name, empty ones left out."""
        found = self._children.get(_TAGS[name], ())
        return [text for element in found if (text := (element.text or "").strip())]

    def text(self, name: str) -> str:
        """The first text of that name, empty where there is none."""
        for element in self._children.get(_TAGS[name], ()):
            if text := (element.text or "").strip():
                return text
        return ""

    def joined(self, name: str) -> str:
        """All the texts of that name, a line each."""
        found = self._children.get(_TAGS[name])
        if not found:
            return ""
        return (found[0].text or "").strip() if len(found) == 1 else "\n".join(self.texts(name))

    def attribute(self, name: str, attribute: str) -> str:
        """What the first child of that name has as an attribute, empty where there is none."""
        found = self._children.get(_TAGS[name])
        return found[0].get(attribute, "").strip() if found else ""

    def schemed(self, name: str) -> str:
        """An identifier with the scheme that it is of: `0208:0403170701`."""
        for element in self._children.get(_TAGS[name], ()):
            if text := (element.text or "").strip():
                scheme = element.get("schemeID", "").strip()
                return f"{scheme}:{text}" if scheme else text
        return ""

    def day(self, name: str) -> date | None:
        """A date; DATE_FORMAT is noted for one that is none."""
        try:
            return self.required_day(name) if self.text(name) else None
        except DocumentRejected as error:
            self.notes.add(error.code, error.location, error.found, error.expected)
            return None

    def required_day(self, name: str) -> date:
        """A date YYYY-MM-DD; DATE_FORMAT is noted for a time zone behind it, which no day has.

        Raises `DocumentRejected` DATE_MISSING or DATE_FORMAT.
        """
        value = self.text(name)
        if not value:
            raise DocumentRejected("DATE_MISSING", self.place(name), "", "a day, YYYY-MM-DD")
        written = _DATE.fullmatch(value)
        if written is None:
            raise DocumentRejected("DATE_FORMAT", self.place(name), value, "YYYY-MM-DD")
        try:
            day = date.fromisoformat(written[1])
        except ValueError as error:
            raise DocumentRejected("DATE_FORMAT", self.place(name), value, "a day that exists") from error
        if written[2]:
            self.notes.add("DATE_FORMAT", self.place(name), value, f"{day} without a time zone")
        return day

    def number(self, name: str, code: str) -> Decimal | None:
        """An exact number that is no amount of money; `code` is noted for one that cannot be read."""
        value = self.text(name)
        if _AMOUNT.fullmatch(value):
            return Decimal(value)
        if value:
            self.notes.add(code, self.place(name), value, _DIGITS)
        return None

    def amount(self, name: str) -> Money | None:
        """An amount in the document's currency; AMOUNT_COUNT, AMOUNT_CURRENCY, AMOUNT_DECIMALS or AMOUNT_FORMAT is
        noted."""
        found = self._children.get(_TAGS[name])
        if not found:
            return None
        try:
            return self._money(name, found)
        except DocumentRejected as error:
            self.notes.add(error.code, error.location, error.found, error.expected)
            return None

    def required_amount(self, name: str) -> Money:
        """An amount that must be there.

        Raises `DocumentRejected` AMOUNT_MISSING, AMOUNT_COUNT, AMOUNT_CURRENCY or AMOUNT_FORMAT.
        """
        found = self._children.get(_TAGS[name])
        if not found:
            raise DocumentRejected("AMOUNT_MISSING", self.place(name), "", f"an amount in {self.notes.currency}")
        return self._money(name, found)

    def _money(self, name: str, found: list[etree._Element]) -> Money:
        if len(found) > 1:
            raise DocumentRejected("AMOUNT_COUNT", self.place(name), len(found), "at most one")
        return money(found[0], self.place(name), self.notes.currency, self.notes)


NOTHING = Part(None, Notes(Currency("XXX")))
"""The part that is not there: one for all, for half of what is looked for is not there."""


def identifier(root: Part, name: str) -> str:
    """A number that goes into subjects and file names: exactly one, at most 100 characters, all of them visible.

    Raises `DocumentRejected` UBL_ID_COUNT, ID_TOO_LONG or ID_CONTROL_CHARS.
    """
    found = root.elements(name)
    value = (found[0].text or "").strip() if len(found) == 1 and not len(found[0]) else ""
    if not value:
        raise DocumentRejected("UBL_ID_COUNT", root.place(name), f"{len(found)} elements", "exactly one number")
    if len(value) > LONGEST_NUMBER:
        raise DocumentRejected("ID_TOO_LONG", root.place(name), value, f"at most {LONGEST_NUMBER} characters")
    # Cc, Cf, Cs, Co, Cn: line breaks would inject mail headers, bidirectional marks would show another number.
    if not value.isascii() or not value.isprintable():
        categories = (unicodedata.category(character) for character in value)
        if any(category.startswith("C") or category in ("Zl", "Zp") for category in categories):
            raise DocumentRejected("ID_CONTROL_CHARS", root.place(name), value, "visible characters only")
    return value


def currency(root: etree._Element) -> Currency:
    """The document's currency (BT-5). Raises `DocumentRejected` CURRENCY."""
    name = "cbc:DocumentCurrencyCode"
    try:
        return Currency((root.findtext(_TAGS[name]) or "").strip())
    except ValueRejected as error:
        raise DocumentRejected("CURRENCY", f"/{short_name(root.tag)}/{name}", error.found, error.expected) from None


def money(element: etree._Element, location: str, expected: Currency, notes: Notes) -> Money:
    """The amount that one element holds, in that currency.

    One with more decimals than money has is rounded half up to cents, and noted as AMOUNT_DECIMALS: what a program
    calculated in binary fractions keeps no invoice from the accountant. Raises `DocumentRejected` AMOUNT_CURRENCY,
    AMOUNT_FORMAT.
    """
    value = (element.text or "").strip()
    written = element.get("currencyID", "")
    if written != expected:
        raise DocumentRejected("AMOUNT_CURRENCY", location, written, expected)
    # Before Decimal sees it: that would take 1E9999999, NaN and digits of other scripts.
    if not _AMOUNT.fullmatch(value):
        raise DocumentRejected("AMOUNT_FORMAT", location, value, _DIGITS)
    try:
        return Money.of(value, expected)
    except ValueRejected:
        rounded = Money.of(Decimal(value).quantize(_CENT, ROUND_HALF_UP), expected)
        notes.add("AMOUNT_DECIMALS", location, value, f"at most two decimals; read as {rounded}")
        return rounded
