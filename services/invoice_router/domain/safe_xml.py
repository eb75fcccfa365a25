"""The gate: bytes to an XML tree, or a refusal. No document type, no entity, no other encoding, no bomb.

In this order, the cheapest look first: size, encoding, how many nodes there can be at most, document type; only then
the parser; then what the parser allows and no invoice has. Comments and processing instructions are dropped:
`REAL-<!--x-->9999` is one number to every parser only without them.
"""

import re

from lxml import etree

from services.invoice_router.domain import xml_limits
from services.invoice_router.domain.rejection import DocumentRejected

LARGEST_DOCUMENT = 30_000_000
"""Bytes: room for a PDF of 20 MB in base64, with its line ends and the invoice around it."""

LARGEST_UNAIDED = 10_000_000
"""Bytes. Up to here the parser keeps its own limits; longer texts (attachments) it reads only without them."""

ATTACHMENT = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}EmbeddedDocumentBinaryObject"

_ENCODINGS = ("utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252")
_DECLARATION = re.compile(rb"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"'][^>]{0,100}\?>")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SPACE = b" \t\r\n"
_POSITION = re.compile(r"[,\s]*line \d+, column \d+.*", re.DOTALL)
_UNREADABLE_BYTES = 81
"""libxml2, XML_ERR_INVALID_ENCODING"""


def read_xml(data: bytes) -> etree._Element:
    """The root of a safe document. Raises `DocumentRejected` with an XML_* code, nothing else."""
    if len(data) > LARGEST_DOCUMENT:
        raise DocumentRejected("XML_TOO_LARGE", "", f"{len(data)} bytes", f"at most {LARGEST_DOCUMENT} bytes")
    encoding = encoding_of(data)
    xml_limits.check_bytes(data)
    _check_prolog(data)
    try:
        root = etree.fromstring(data, _parser(encoding, long_texts=len(data) > LARGEST_UNAIDED))
    except etree.XMLSyntaxError as error:
        raise _refused_by_parser(error, encoding) from None
    info = root.getroottree().docinfo
    # Seen before the parser saw it; if that look was ever beaten, libxml2 has an internal subset for any DOCTYPE.
    if info.internalDTD is not None or info.public_id or info.system_url:
        raise _document_type()
    xml_limits.check_tree(root, data)
    return root


def encoding_of(data: bytes) -> str:
    """The declared encoding, UTF-8 without one.

    All that are listed write `<` and `&` as ASCII does, so nothing hides from a look at the bytes. Raises
    `DocumentRejected` XML_EMPTY for no document, XML_ENCODING for any other encoding, XML_SYNTAX for no XML at all.
    """
    start = data[:400].removeprefix(_BYTE_ORDER_MARK)
    if not start.strip(_SPACE) and not data.strip(_SPACE):
        raise DocumentRejected("XML_EMPTY", "", "an empty document", "an XML document")
    if b"\x00" in data:
        expected = f"no NUL; one of the encodings {', '.join(_ENCODINGS)}"
        raise DocumentRejected("XML_ENCODING", f"byte {data.index(0)}", "NUL", expected)
    if not start.lstrip(_SPACE).startswith(b"<"):
        raise DocumentRejected("XML_SYNTAX", "byte 0", repr(data[:16])[2:-1], "a document that begins with '<'")
    declared = _DECLARATION.match(start)
    encoding = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    if encoding not in _ENCODINGS or (data.startswith(_BYTE_ORDER_MARK) and encoding != "utf-8"):
        raise DocumentRejected("XML_ENCODING", "byte 0", encoding, f"one of {', '.join(_ENCODINGS)}")
    return encoding


def _check_prolog(data: bytes) -> None:
    """Refuse a document type before the parser sees it: it stands before the first element, or nowhere."""
    place = data.find(b"<")
    while data.startswith((b"<?", b"<!--"), place):
        end = b"?>" if data.startswith(b"<?", place) else b"-->"
        closed = data.find(end, place + len(end) + 1)
        place = data.find(b"<", closed) if closed >= 0 else -1
    if data.startswith(b"<!", max(place, 0)):
        raise _document_type()


def _parser(encoding: str, *, long_texts: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=long_texts,
        remove_comments=True,
        remove_pis=True,
        recover=False,
        collect_ids=False,
    )


def _document_type() -> DocumentRejected:
    return DocumentRejected("XML_DOCTYPE", "/", "<!DOCTYPE", "a document without DOCTYPE")


def _refused_by_parser(error: etree.XMLSyntaxError, encoding: str) -> DocumentRejected:
    code = getattr(error, "code", 0)  # libxml2's; the stubs of lxml do not know it
    if code == etree.ErrorTypes.ERR_NO_MEMORY:
        raise MemoryError from None
    line, column = error.position
    place, said = f"line {line}, column {column}", _POSITION.sub("", str(error))
    if code == _UNREADABLE_BYTES:
        return DocumentRejected("XML_ENCODING", place, "bytes of another encoding", encoding)
    if "Excessive depth" in said:
        return xml_limits.too_deep(place)
    return DocumentRejected("XML_SYNTAX", place, said, "well-formed XML")
