"""What is legal XML and still no invoice: too deep, too many, too long.

A node costs the parser a hundred bytes and more, so the bytes are counted before anything is parsed. What the counts
rule out is not looked for in the tree; what is left is asked of libxml2 in one expression each.
"""

from lxml import etree

from services.invoice_router.domain.places import place_of
from services.invoice_router.domain.rejection import DocumentRejected

DEEPEST = 64
MOST_ELEMENTS = 150_000
MOST_ATTRIBUTES = 20
MOST_ATTRIBUTES_IN_ALL = 300_000
MOST_NAMESPACES = 50
LARGEST_TEXT = 100_000
"""Characters of one text; an attachment may be as long as the document."""

LARGEST_ATTRIBUTE = 10_000

_FEW_BYTES = min(2 * MOST_ELEMENTS, MOST_ATTRIBUTES_IN_ALL)
"""So many bytes hold no more signs than are allowed, whatever they are."""

_too_deep = etree.XPath(f"({'/*' * (DEEPEST + 1)})[1]")
_count = etree.XPath("count(//*)")
# A step of its own for the attributes: as a condition on each element it takes longer than reading the document.
_too_many_attributes = etree.XPath(f"(/descendant::*/@*[{MOST_ATTRIBUTES + 1}])[1]/..")
_long_attribute = etree.XPath(f"(/descendant::*/@*[string-length() > {LARGEST_ATTRIBUTE}])[1]/..")
_long_text = etree.XPath(
    f"(//text()[not(parent::cbc:EmbeddedDocumentBinaryObject)][string-length() > {LARGEST_TEXT}]/..)[1]",
    namespaces={"cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"},
)


def check_bytes(data: bytes) -> None:
    """Refuse what would be more nodes than an invoice has: each element has a `<` or two, each attribute a `=`.

    Raises `DocumentRejected` XML_TOO_MANY_ELEMENTS, XML_TOO_MANY_ATTRIBUTES.
    """
    if len(data) <= _FEW_BYTES:
        return
    tags = data.count(b"<")
    if tags > 2 * MOST_ELEMENTS:
        raise DocumentRejected("XML_TOO_MANY_ELEMENTS", "/", f"{tags} tags", f"at most {MOST_ELEMENTS} elements")
    attributes = data.count(b"=")
    if attributes > MOST_ATTRIBUTES_IN_ALL:
        expected = f"at most {MOST_ATTRIBUTES_IN_ALL} attributes"
        raise DocumentRejected("XML_TOO_MANY_ATTRIBUTES", "/", f"{attributes} times '='", expected)


def check_tree(root: etree._Element, data: bytes) -> None:
    """Refuse the first place beyond a limit; `data` is what the tree was made of.

    Raises `DocumentRejected` XML_TOO_DEEP, XML_TOO_MANY_ELEMENTS, XML_TOO_MANY_ATTRIBUTES, XML_TOO_MANY_NAMESPACES,
    XML_TEXT_TOO_LONG.
    """
    if (deep := _first(_too_deep, root)) is not None:
        raise too_deep(place_of(deep))
    if (crowded := _first(_too_many_attributes, root)) is not None:
        raise _beyond("XML_TOO_MANY_ATTRIBUTES", crowded, len(crowded.attrib), MOST_ATTRIBUTES, "attributes")
    # Redundant declarations on every element are usual; only what is in scope at one place is counted.
    if data.count(b"xmlns") > MOST_NAMESPACES:
        _check_namespaces(root)
    # No value of an attribute holds a `<`.
    if _has_long_piece(data) and (found := _first(_long_attribute, root)) is not None:
        longest = max(len(str(value)) for value in found.attrib.values())
        raise _beyond("XML_TEXT_TOO_LONG", found, longest, LARGEST_ATTRIBUTE, "characters in an attribute")
    # No text has more characters than the document has bytes.
    if len(data) > LARGEST_TEXT:
        _check_size(root)


def too_deep(place: str) -> DocumentRejected:
    """The refusal of elements inside each other beyond the limit."""
    return DocumentRejected("XML_TOO_DEEP", place, f"more than {DEEPEST} levels", f"at most {DEEPEST} levels")


def _has_long_piece(data: bytes) -> bool:
    """Whether so many bytes as an attribute may have stand somewhere without a `<`.

    In each piece that is as long as that lies a half of it that begins at a multiple of the half.
    """
    half = LARGEST_ATTRIBUTE // 2
    return any(data.find(b"<", start, start + half) < 0 for start in range(0, len(data) - half, half))


def _check_namespaces(root: etree._Element) -> None:
    for element in root.iter():
        if (found := len(element.nsmap)) > MOST_NAMESPACES:
            raise _beyond("XML_TOO_MANY_NAMESPACES", element, found, MOST_NAMESPACES, "namespaces")


def _check_size(root: etree._Element) -> None:
    elements = int(float(str(_count(root))))
    if elements > MOST_ELEMENTS:
        raise _beyond("XML_TOO_MANY_ELEMENTS", root, elements, MOST_ELEMENTS, "elements")
    if (element := _first(_long_text, root)) is not None:
        longest = max(len(text) for text in (element.text or "", *(child.tail or "" for child in element)))
        raise _beyond("XML_TEXT_TOO_LONG", element, longest, LARGEST_TEXT, "characters in a text")


def _first(expression: etree.XPath, root: etree._Element) -> etree._Element | None:
    found = expression(root)
    return found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else None


def _beyond(code: str, element: etree._Element, found: int, limit: int, of: str) -> DocumentRejected:
    return DocumentRejected(code, place_of(element), f"{found} {of}", f"at most {limit} {of}")
