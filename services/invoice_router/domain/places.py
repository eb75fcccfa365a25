"""Where in a document something is, as people can follow it: `/Invoice/cac:InvoiceLine[2]/cbc:ID (line 41)`."""

from collections.abc import Callable

from lxml import etree

from shared.contracts.invoices import Family

ROOTS: dict[Family, str] = {"invoice": "/Invoice", "credit_note": "/CreditNote"}
"""Where a document begins, where there is no element of it to ask."""

PREFIXES = {
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2": "cac:",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2": "cbc:",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2": "ext:",
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2": "",
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2": "",
}
"""Whatever prefixes a document declares, a place is told with these."""


def place_of(element: etree._Element) -> str:
    """The XPath of an element and its line."""
    return f"{path_of(element)} (line {element.sourceline})"


def ordinal_of(element: etree._Element) -> int:
    """Which it is among its siblings of that name, from 1; 0 where it is the only one."""
    tag = str(element.tag)
    before = sum(1 for _ in element.itersiblings(tag, preceding=True))
    return before + 1 if before or next(element.itersiblings(tag), None) is not None else 0


def path_of(element: etree._Element, ordinal: Callable[[etree._Element], int] = ordinal_of) -> str:
    """The XPath of an element; whoever asks for many of one document brings an `ordinal` that counts once."""
    return "/" + "/".join(reversed([_step(each, ordinal(each)) for each in (element, *element.iterancestors())]))


def short_name(tag: str) -> str:
    """`{namespace}ID` as `cbc:ID`; a name of a foreign namespace without it."""
    namespace, closing, name = tag.rpartition("}")
    return PREFIXES.get(namespace[1:], "") + name if closing else tag


def _step(element: etree._Element, ordinal: int) -> str:
    name = short_name(str(element.tag))
    return f"{name}[{ordinal}]" if ordinal else name
