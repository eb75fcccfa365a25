"""Typing the fields of a UBL document: one place each, one refusal each."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from services.invoice_router.domain.parts import Part
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
_SHORT = 24
"""Characters of a number that is remembered; a document may be full of longer ones."""

_CENT = Decimal("0.01")
_DIGITS = "digits with a decimal point, such as 760.00"
_CURRENCY = "cbc:DocumentCurrencyCode"


@dataclass(slots=True)
class Notes:
    """Types the fields of one document: its currency, and what was odd so far.

    What cannot be read as a date, an amount or a number is noted and None.
    """

    currency: Currency
    findings: list[Finding] = field(default_factory=list)

    def add(self, code: str, location: str, found: object, expected: str) -> None:
        """Something to tell that keeps nobody from delivering the document."""
        if len(self.findings) < MOST_NOTES:
            self.findings.append(warning(code, location, found, expected))

    def day(self, parent: Part, name: str) -> date | None:
        """A date; DATE_FORMAT is noted for one that is none."""
        try:
            return self.required_day(parent, name) if parent.text(name) else None
        except DocumentRejected as error:
            self.add(error.code, error.location, error.found, error.expected)
            return None

    def required_day(self, parent: Part, name: str) -> date:
        """A date YYYY-MM-DD; DATE_FORMAT is noted for a time zone behind it, which no day has.

        Raises `DocumentRejected` DATE_MISSING or DATE_FORMAT.
        """
        value = parent.text(name)
        if not value:
            raise DocumentRejected("DATE_MISSING", parent.place(name), "", "a day, YYYY-MM-DD")
        written = _DATE.fullmatch(value)
        if written is None:
            raise DocumentRejected("DATE_FORMAT", parent.place(name), value, "YYYY-MM-DD")
        try:
            day = date.fromisoformat(written[1])
        except ValueError as error:
            raise DocumentRejected("DATE_FORMAT", parent.place(name), value, "a day that exists") from error
        if written[2]:
            self.add("DATE_FORMAT", parent.place(name), value, f"{day} without a time zone")
        return day

    def number(self, parent: Part, name: str, code: str) -> Decimal | None:
        """An exact number that is no amount of money; `code` is noted for one that cannot be read."""
        value = parent.text(name)
        if not value:
            return None
        if (found := exact(value)) is not None:
            return found
        self.add(code, parent.place(name), value, _DIGITS)
        return None

    def amount(self, parent: Part, name: str) -> Money | None:
        """An amount in the document's currency; AMOUNT_COUNT, AMOUNT_CURRENCY, AMOUNT_DECIMALS or AMOUNT_FORMAT is
        noted."""
        found = parent.all(name)
        if not found:
            return None
        try:
            return self._only(parent, name, found)
        except DocumentRejected as error:
            self.add(error.code, error.location, error.found, error.expected)
            return None

    def required_amount(self, parent: Part, name: str) -> Money:
        """An amount that must be there.

        Raises `DocumentRejected` AMOUNT_MISSING, AMOUNT_COUNT, AMOUNT_CURRENCY or AMOUNT_FORMAT.
        """
        found = parent.all(name)
        if not found:
            raise DocumentRejected("AMOUNT_MISSING", parent.place(name), "", f"an amount in {self.currency}")
        return self._only(parent, name, found)

    def money(self, parent: Part, part: Part, expected: Currency) -> Money:
        """The amount that a child holds, in that currency.

        One with more decimals than money has is rounded half up to cents, and noted as AMOUNT_DECIMALS: what a program
        calculated in binary fractions keeps no invoice from the accountant. Raises `DocumentRejected`
        AMOUNT_CURRENCY, AMOUNT_FORMAT.
        """
        value, written = part.written.strip(), part.attributes.get("currencyID", "")
        if written != expected:
            raise DocumentRejected("AMOUNT_CURRENCY", parent.place(part.name), written, expected)
        # Before Decimal sees it: that would take 1E9999999, NaN and digits of other scripts.
        if not _AMOUNT.fullmatch(value):
            raise DocumentRejected("AMOUNT_FORMAT", parent.place(part.name), value, _DIGITS)
        try:
            return Money.of(value, expected)
        except ValueRejected:
            rounded = Money.of(Decimal(value).quantize(_CENT, ROUND_HALF_UP), expected)
            self.add("AMOUNT_DECIMALS", parent.place(part.name), value, f"at most two decimals; read as {rounded}")
            return rounded

    def _only(self, parent: Part, name: str, found: Sequence[Part]) -> Money:
        if len(found) > 1:
            raise DocumentRejected("AMOUNT_COUNT", parent.place(name), len(found), "at most one")
        return self.money(parent, found[0], self.currency)


def exact(text: str) -> Decimal | None:
    """The number that a text is, None where it is none."""
    if len(text) <= _SHORT:
        return _short_number(text)
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


@lru_cache(maxsize=4_096)
def _short_number(text: str) -> Decimal | None:
    """Rates, quantities and prices come again and again."""
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


def identifier(root: Part, name: str) -> str:
    """A number that goes into subjects and file names: exactly one, at most 100 characters, all of them visible.

    Raises `DocumentRejected` UBL_ID_COUNT, ID_TOO_LONG or ID_CONTROL_CHARS.
    """
    found = root.all(name)
    value = found[0].written.strip() if len(found) == 1 and not found[0].size else ""
    if not value:
        said = "an element without a number" if len(found) == 1 else f"{len(found)} elements"
        raise DocumentRejected("UBL_ID_COUNT", root.place(name), said, "exactly one number")
    if len(value) > LONGEST_NUMBER:
        raise DocumentRejected("ID_TOO_LONG", root.place(name), value, f"at most {LONGEST_NUMBER} characters")
    # Cc, Cf, Cs, Co, Cn: line breaks would inject mail headers, bidirectional marks would show another number.
    if not value.isascii() or not value.isprintable():
        categories = (unicodedata.category(character) for character in value)
        if any(category.startswith("C") or category in ("Zl", "Zp") for category in categories):
            raise DocumentRejected("ID_CONTROL_CHARS", root.place(name), value, "visible characters only")
    return value


def currency(root: Part) -> Currency:
    """The document's currency (BT-5). Raises `DocumentRejected` CURRENCY."""
    try:
        return Currency(root.part(_CURRENCY).written.strip())
    except ValueRejected as error:
        raise DocumentRejected("CURRENCY", root.place(_CURRENCY), error.found, error.expected) from None
