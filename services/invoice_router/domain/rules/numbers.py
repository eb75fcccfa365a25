"""A UBL tree as the rules look at it: names with their usual prefixes, trimmed texts, exact numbers, places.

Nothing here raises, whatever the tree is: a text that is no number is no number.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from lxml import etree

from services.invoice_router.domain import places

AGGREGATES = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
BASICS = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
BLANKS = " \t\r\n"
"""What XML calls white space (XML 1.0 §2.3); Python's strip would take more."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")
_HALF, _HUNDRED = Decimal("0.5"), Decimal(100)
_MOST_NAMES = 2_000


class Group:
    """An element that has elements: its children by name, read once."""

    __slots__ = ("_groups", "children", "element")

    def __init__(self, element: etree._Element) -> None:
        children: dict[str, list[etree._Element]] = {}
        for child in element:
            name = _NAMES[child.tag]
            if name in children:
                children[name].append(child)
            else:
                children[name] = [child]
        self.element, self.children = element, children
        self._groups: dict[str, list[Group]] | None = None

    def all(self, name: str) -> Sequence[etree._Element]:
        """The children of that name, in their order."""
        return self.children.get(name) or ()

    def groups(self, name: str) -> "Sequence[Group]":
        """The children of that name, each with its own children."""
        elements = self.children.get(name)
        if elements is None:
            return ()
        known = self._groups
        if known is None:
            known = self._groups = {}
        found = known.get(name)
        if found is None:
            found = known[name] = [Group(element) for element in elements]
        return found

    def first(self, name: str) -> etree._Element | None:
        """The first child of that name."""
        found = self.children.get(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        """The trimmed text of the first child of that name, empty without one."""
        found = self.children.get(name)
        return (found[0].text or "").strip(BLANKS) if found else ""

    def number(self, name: str) -> Decimal | None:
        """The number that the first child of that name holds; None without one, or where it is no number."""
        found = self.children.get(name)
        return number((found[0].text or "").strip(BLANKS)) if found else None

    def reached(self, path: tuple[str, ...]) -> Sequence[etree._Element]:
        """All elements at the end of a path below this one."""
        name = path[0]
        if len(path) == 1 or name not in self.children:
            return self.children.get(name) or ()
        return [element for group in self.groups(name) for element in group.reached(path[1:])]


class _Names(dict[object, str]):
    """The short name of every tag that was met; bounded, for a document may have a name for each element."""

    def __missing__(self, tag: object) -> str:
        short = places.short_name(tag) if isinstance(tag, str) else ""
        if len(self) < _MOST_NAMES:
            self[tag] = short
        return short


_NAMES = _Names()


def short_name(tag: object) -> str:
    """`cbc:ID` for an element of UBL; for all else the local name. Comments have no name."""
    return _NAMES[tag]


def text_of(element: etree._Element) -> str:
    """The trimmed text of an element."""
    return (element.text or "").strip(BLANKS)


def number(text: str) -> Decimal | None:
    """A decimal of XML Schema with at most 40 digits on each side; None for everything else."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def decimals(text: str) -> int:
    """How many digits stand behind the decimal point."""
    return len(text.partition(".")[2])


def cents(amount: Decimal) -> Decimal:
    """Rounded to two decimals as XPath rounds: a half goes up, also below zero."""
    return (amount * _HUNDRED + _HALF).to_integral_value(ROUND_FLOOR) / _HUNDRED


def whole(amount: Decimal) -> Decimal:
    """Rounded to a whole number as XPath rounds."""
    return (amount + _HALF).to_integral_value(ROUND_FLOOR)


def path_of(element: etree._Element) -> str:
    """Where an element is, from the root down: `/Invoice/cac:InvoiceLine[2]/cbc:ID`.

    A name that occurs once among its siblings has no index.
    """
    steps: list[str] = []
    current: etree._Element | None = element
    while current is not None:
        parent = current.getparent()
        steps.append(short_name(current.tag) + (_index(current) if parent is not None else ""))
        current = parent
    return "/" + "/".join(reversed(steps))


def _index(element: etree._Element) -> str:
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    alone = before == 0 and next(element.itersiblings(element.tag), None) is None
    return "" if alone else f"[{before + 1}]"
