"""Finding and typing the fields of a UBL document: one place each, one refusal each."""

import re
import unicodedata
from datetime import date

from lxml import etree

from services.invoice_router.domain.rejection import DocumentRejected
from shared.values import Currency, Money, ValueRejected

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}

_AMOUNT = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{0,10})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_NUMBER = 100


def elements(parent: etree._Element, path: str) -> list[etree._Element]:
    """The elements of a path such as `cac:PaymentMeans/cbc:PaymentID`."""
    return parent.findall(path, NAMESPACES)


def texts(parent: etree._Element, path: str) -> list[str]:
    """The trimmed texts of a path, empty ones left out."""
    return [text for element in elements(parent, path) if (text := (element.text or "").strip())]


def text(parent: etree._Element, path: str) -> str:
    """The first text of a path, empty when there is none."""
    return next(iter(texts(parent, path)), "")


def identifier(root: etree._Element, path: str) -> str:
    """A number that goes into subjects and file names: exactly one, at most 100 characters, all of them visible.

    Raises `DocumentRejected` UBL_ID_COUNT, ID_TOO_LONG or ID_CONTROL_CHARS.
    """
    found = elements(root, path)
    value = (found[0].text or "").strip() if len(found) == 1 and not len(found[0]) else ""
    if not value:
        raise DocumentRejected("UBL_ID_COUNT", path, f"{len(found)} elements", "exactly one number")
    if len(value) > _LONGEST_NUMBER:
        raise DocumentRejected("ID_TOO_LONG", path, value, f"at most {_LONGEST_NUMBER} characters")
    # Cc, Cf, Cs, Co, Cn: line breaks would inject mail headers, bidirectional marks would show another number.
    if any(unicodedata.category(character).startswith(("C", "Zl", "Zp")) for character in value):
        raise DocumentRejected("ID_CONTROL_CHARS", path, value, "visible characters only")
    return value


def day(parent: etree._Element, path: str) -> date | None:
    """A date YYYY-MM-DD without time zone. Raises `DocumentRejected` DATE_FORMAT."""
    value = text(parent, path)
    if not value:
        return None
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError as error:
        raise DocumentRejected("DATE_FORMAT", path, value, "a day that exists") from error
    raise DocumentRejected("DATE_FORMAT", path, value, "YYYY-MM-DD")


def currency(root: etree._Element) -> Currency:
    """The document's currency (BT-5). Raises `DocumentRejected` CURRENCY."""
    path = "cbc:DocumentCurrencyCode"
    try:
        return Currency(text(root, path))
    except ValueRejected as error:
        raise DocumentRejected("CURRENCY", path, error.found, error.expected) from None


def amount(parent: etree._Element, path: str, expected: Currency) -> Money | None:
    """An amount in the document's currency, None when it is not there.

    Raises `DocumentRejected` AMOUNT_COUNT, AMOUNT_CURRENCY, AMOUNT_FORMAT.
    """
    found = elements(parent, path)
    if not found:
        return None
    if len(found) > 1:
        raise DocumentRejected("AMOUNT_COUNT", path, len(found), "at most one")
    return money(found[0], path, expected)


def money(element: etree._Element, path: str, expected: Currency) -> Money:
    """The amount that one element holds, in the document's currency."""
    value = (element.text or "").strip()
    written = element.get("currencyID", "")
    if written != expected:
        raise DocumentRejected("AMOUNT_CURRENCY", path, written, expected)
    # Before Decimal sees it: that would take 1E9999999, NaN and digits of other scripts.
    if not _AMOUNT.fullmatch(value):
        raise DocumentRejected("AMOUNT_FORMAT", path, value, "digits with a decimal point, such as 760.00")
    try:
        return Money.of(value, expected)
    except ValueRejected as error:
        raise DocumentRejected("AMOUNT_FORMAT", path, value, error.expected) from None


def required_amount(parent: etree._Element, path: str, expected: Currency) -> Money:
    """An amount that must be there. Raises `DocumentRejected` AMOUNT_MISSING besides."""
    found = amount(parent, path, expected)
    if found is None:
        raise DocumentRejected("AMOUNT_MISSING", path, "", f"an amount in {expected}")
    return found
