"""Elements of the message: their texts within the lengths and characters that its schema allows."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from lxml import etree

from shared.values import Money

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"

Element = etree._Element

_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = frozenset({"Cc", "Cf"})


def add(parent: Element, path: str, text: str = "") -> Element:
    """The last of the elements that `path` names (`Acct/Id/IBAN`), new in its parents, which are new as well."""
    for name in path.split("/"):
        parent = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    parent.text = text or None
    return parent


def add_text(parent: Element, path: str, text: str, longest: int) -> None:
    """The same for a text of a stranger; nothing where it says nothing."""
    if said := plain(text)[:longest].strip():
        add(parent, path, said)


def add_amount(parent: Element, money: Money, name: str = "Amt") -> None:
    """An amount without its sign, in its currency."""
    add(parent, name, str(abs(money.amount))).set("Ccy", str(money.currency))


def add_direction(parent: Element, amount: Decimal) -> None:
    """Whether it came or went; nothing at all is a credit (the schema knows no third)."""
    add(parent, "CdtDbtInd", "DBIT" if amount < 0 else "CRDT")


def add_day(parent: Element, name: str, day: date | None) -> None:
    """A day; nothing where it is not known."""
    if day is not None:
        add(parent, f"{name}/Dt", day.isoformat())


def add_bank(parent: Element, name: str, bic: str) -> None:
    """A bank by its BIC; nothing for what is none."""
    if _BIC.fullmatch(bic):
        add(parent, f"{name}/FinInstnId/BICFI", bic)


def plain(text: str) -> str:
    """One line of characters that show and that XML 1.0 (§2.2) allows, without repeated blanks."""
    if not text.isprintable():
        shown = (" " if unicodedata.category(each) in _INVISIBLE else each for each in text)
        text = _NOT_IN_XML.sub(" ", "".join(shown))
    return " ".join(text.split())


def midnight(day: date) -> str:
    """The beginning of a day as an `ISODateTime`, in the bank's own time."""
    return f"{day.isoformat()}T00:00:00"
