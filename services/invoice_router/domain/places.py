"""Where in a document something is, as people can follow it: `/Invoice/cac:InvoiceLine[2]/cbc:ID (line 41)`."""

from lxml import etree

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


def path_of(element: etree._Element) -> str:
    """The XPath of an element."""
    return "/" + "/".join(reversed([_step(each) for each in (element, *element.iterancestors())]))


def short_name(tag: str) -> str:
    """`{namespace}ID` as `cbc:ID`; a name of a foreign namespace without it."""
    namespace, closing, name = tag.rpartition("}")
    return PREFIXES.get(namespace[1:], "") + name if closing else tag


def _step(element: etree._Element) -> str:
    tag = str(element.tag)
    before = sum(1 for _ in element.itersiblings(tag, preceding=True))
    numbered = before or next(element.itersiblings(tag), None) is not None
    return f"{short_name(tag)}[{before + 1}]" if numbered else short_name(tag)
