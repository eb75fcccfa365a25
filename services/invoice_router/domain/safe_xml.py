"""Bytes to an XML tree, or a refusal: no document type, no entity, no other encoding, no bomb.

Comments and processing instructions are dropped: `REAL-<!--x-->9999` is one number to every parser only without.
"""

import re

from lxml import etree

from services.invoice_router.domain.rejection import DocumentRejected

LARGEST_DOCUMENT = 25_000_000
"""Bytes; the door takes no more either."""

LARGEST_TEXT = 100_000
"""Characters of one text; an attachment may be as long as the parser allows (10,000,000)."""

LARGEST_ATTRIBUTE = 10_000
DEEPEST = 64
MOST_ELEMENTS = 150_000
MOST_ATTRIBUTES = 20
MOST_NAMESPACES = 50

ATTACHMENT = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}EmbeddedDocumentBinaryObject"

_ENCODINGS = ("utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252")
_DECLARATION = re.compile(rb"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"'][^>]{0,100}\?>")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_xml(data: bytes) -> etree._Element:
    """The root of a safe document. Raises `DocumentRejected` with an XML_* code, nothing else."""
    if len(data) > LARGEST_DOCUMENT:
        raise DocumentRejected("XML_TOO_LARGE", "", len(data), f"at most {LARGEST_DOCUMENT} bytes")
    if not data.strip():
        raise DocumentRejected("XML_EMPTY", "", "an empty document", "an XML document")
    if b"\x00" in data:
        expected = f"no NUL; one of the encodings {', '.join(_ENCODINGS)}"
        raise DocumentRejected("XML_ENCODING", f"byte {data.index(0)}", "NUL", expected)
    encoding = encoding_of(data)
    try:
        root = etree.fromstring(data, _parser(encoding))
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise _refused_by_parser(data, error) from None
    info = root.getroottree().docinfo
    # libxml2 makes an internal subset for every DOCTYPE, also one without content.
    if info.internalDTD is not None or info.public_id or info.system_url:
        raise DocumentRejected("XML_DOCTYPE", "/", info.root_name, "a document without DOCTYPE")
    check_limits(root)
    return root


def encoding_of(data: bytes) -> str:
    """The declared encoding, UTF-8 without one. Raises `DocumentRejected` XML_ENCODING for any that is not listed.

    All that are listed write `<` and `&` as ASCII does, so nothing hides from a look at the bytes.
    """
    declared = _DECLARATION.match(data.removeprefix(_BYTE_ORDER_MARK))
    encoding = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    if encoding not in _ENCODINGS or (data.startswith(_BYTE_ORDER_MARK) and encoding != "utf-8"):
        raise DocumentRejected("XML_ENCODING", "byte 0", encoding, f"one of {', '.join(_ENCODINGS)}")
    return encoding


def check_limits(root: etree._Element) -> None:
    """Refuse what is legal XML and still no invoice: too deep, too many, too long."""
    elements = 0
    pending = [(root, 1)]
    while pending:
        element, depth = pending.pop()
        elements += 1
        _check("XML_TOO_DEEP", element, depth, DEEPEST)
        _check("XML_TOO_MANY_ELEMENTS", element, elements, MOST_ELEMENTS)
        _check("XML_TOO_MANY_ATTRIBUTES", element, len(element.attrib), MOST_ATTRIBUTES)
        _check("XML_TOO_MANY_NAMESPACES", element, len(element.nsmap), MOST_NAMESPACES)
        if element.tag != ATTACHMENT:
            _check("XML_TEXT_TOO_LONG", element, len(element.text or ""), LARGEST_TEXT)
        for value in element.attrib.values():
            _check("XML_TEXT_TOO_LONG", element, len(value), LARGEST_ATTRIBUTE)
        pending.extend((child, depth + 1) for child in element)


def _parser(encoding: str) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=False,
        collect_ids=False,
    )


def _refused_by_parser(data: bytes, error: Exception) -> DocumentRejected:
    if b"<!DOCTYPE" in data:
        return DocumentRejected("XML_DOCTYPE", "/", "<!DOCTYPE", "a document without DOCTYPE")
    place = f"line {error.lineno}" if isinstance(error, etree.XMLSyntaxError) else ""
    return DocumentRejected("XML_SYNTAX", place, str(error), "well-formed XML")


def _check(code: str, element: etree._Element, found: int, limit: int) -> None:
    if found > limit:
        raise DocumentRejected(code, f"line {element.sourceline}", found, f"at most {limit}")
