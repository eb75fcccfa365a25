"""The 43 inputs of ubl.md §4, made anew, and more of our own: what each is, and what must become of it.

Each is a document that a billing software could hand in. None may reach a file or a network, and none may be read as
something else than what a second reader would read.
"""

import base64
import gzip
from collections.abc import Callable
from dataclasses import dataclass

from tests.unit.invoice_router.documents import attachment, invoice


@dataclass(frozen=True, slots=True)
class Canary:
    """What no document may reach: a file, and an address where somebody counts the calls."""

    file: str
    address: str
    content: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The document is not read. In `location`, the numbers of lines, columns and bytes are left out.

    `by_schema`: with the schema of UBL it is refused before that, as XSD_INVALID.
    """

    code: str
    location: str
    found: str
    expected: str
    by_schema: bool = False


@dataclass(frozen=True, slots=True)
class Neutralised:
    """The document is read as if the attack were not in it: with this number, and these findings on attachments."""

    number: str = "2026-17"
    set_apart: tuple[str, ...] = ()
    attachment_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attack:
    """One input: its number in ubl.md §4 (from 44 on our own), its bytes, and what becomes of it."""

    number: int
    name: str
    document: Callable[[Canary], bytes]
    outcome: Refused | Neutralised

    def __str__(self) -> str:
        return f"{self.number:02d} {self.name}"


DOCTYPE = Refused("XML_DOCTYPE", "/", "<!DOCTYPE", "a document without DOCTYPE")
ENCODINGS = "utf-8, us-ascii, iso-8859-1, iso-8859-15, windows-1252"
PDF = base64.b64encode(b"%PDF-1.7 small").decode()


def _doctype(inside: str, **changes: str) -> bytes:
    return invoice(prologue=f"<!DOCTYPE Invoice {inside}>", **changes)


def with_note(note: str) -> bytes:
    """An invoice with this element where a note stands."""
    data = invoice()
    assert data.count(b"<cbc:DocumentCurrencyCode>") == 1
    return data.replace(b"<cbc:DocumentCurrencyCode>", note.encode() + b"<cbc:DocumentCurrencyCode>")


def _laughs(*, in_attribute: bool) -> bytes:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY a{level} "{f"&a{level - 1 if level > 1 else str()};" * 10}">' for level in range(1, 12)
    )
    if not in_attribute:
        return _doctype(f"[{entities}]", number="&a11;")
    return _doctype(f"[{entities}]").replace(b'currencyID="EUR"', b'currencyID="&a11;"', 1)


def _in_tag(repeated: Callable[[int], str], count: int) -> bytes:
    attributes = "".join(map(repeated, range(count)))
    return with_note(f"<cbc:Note{attributes}>x</cbc:Note>")


def _replaced(old: bytes, new: bytes) -> bytes:
    data = invoice()
    assert old in data
    return data.replace(old, new)


def _two_numbers() -> bytes:
    return _replaced(b"<cbc:ID>2026-17</cbc:ID>", b"<cbc:ID>2026-17</cbc:ID><cbc:ID>2026-18</cbc:ID>")


def _xinclude(canary: Canary) -> str:
    return f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="file://{canary.file}"/>'


def _schema_location(canary: Canary) -> bytes:
    instance = "http://www.w3.org/2001/XMLSchema-instance"
    hint = f'xmlns:xsi="{instance}" xsi:schemaLocation="urn:x {canary.address}/x.xsd" '
    return invoice().replace(b"<Invoice xmlns=", b"<Invoice " + hint.encode() + b"xmlns=", 1)


TABLE: tuple[Attack, ...] = (
    Attack(1, "an external entity: a file", lambda canary: _doctype(
        f'[<!ENTITY e SYSTEM "file://{canary.file}">]', number="&e;"), DOCTYPE),
    Attack(2, "an external entity: an address", lambda canary: _doctype(
        f'[<!ENTITY e SYSTEM "{canary.address}/e">]', number="&e;"), DOCTYPE),
    Attack(3, "a parameter entity", lambda canary: _doctype(
        f'[<!ENTITY % p SYSTEM "{canary.address}/p.dtd"> %p;]'), DOCTYPE),
    Attack(4, "an external document type", lambda canary: _doctype(f'SYSTEM "{canary.address}/d.dtd"'), DOCTYPE),
    Attack(5, "a billion laughs in a text", lambda canary: _laughs(in_attribute=False), DOCTYPE),
    Attack(6, "a billion laughs in an attribute", lambda canary: _laughs(in_attribute=True), DOCTYPE),
    Attack(7, "quadratic growth", lambda canary: _doctype(
        f'[<!ENTITY a "{"x" * 50_000}">]', number="&a;" * 50_000), DOCTYPE),
    Attack(8, "an internal entity", lambda canary: _doctype('[<!ENTITY e "FAKE-1">]', number="&e;"), DOCTYPE),
    Attack(9, "a bare document type", lambda canary: _doctype(""), DOCTYPE),
    Attack(10, "a text of 11 MB", lambda canary: with_note(f"<cbc:Note>{'x' * 11_000_000}</cbc:Note>"),
        Refused("XML_TEXT_TOO_LONG", "/Invoice/cbc:Note (line …)", "11000000 characters in a text",
            "at most 100000 characters in a text")),
    Attack(11, "an attribute of 11 MB", lambda canary: _in_tag(lambda _: f' languageID="{"x" * 11_000_000}"', 1),
        Refused("XML_TEXT_TOO_LONG", "/Invoice/cbc:Note (line …)", "11000000 characters in an attribute",
            "at most 10000 characters in an attribute")),
    Attack(12, "300 levels", lambda canary: b"<a>" * 300 + b"</a>" * 300,
        Refused("XML_TOO_DEEP", "line …, column …", "more than 64 levels", "at most 64 levels")),
    Attack(13, "100,000 levels", lambda canary: b"<a>" * 100_000 + b"</a>" * 100_000,
        Refused("XML_TOO_DEEP", "line …, column …", "more than 64 levels", "at most 64 levels")),
    Attack(14, "200,000 attributes", lambda canary: _in_tag(lambda n: f' a{n}="1"', 200_000),
        Refused("XML_TOO_MANY_ATTRIBUTES", "/Invoice/cbc:Note (line …)", "200000 attributes",
            "at most 20 attributes")),
    Attack(15, "50,000 namespaces", lambda canary: _in_tag(lambda n: f' xmlns:n{n}="u:{n}"', 50_000),
        Refused("XML_TOO_MANY_NAMESPACES", "/Invoice/cbc:Note (line …)", "50003 namespaces",
            "at most 50 namespaces")),
    Attack(16, "a million elements", lambda canary: b"<a>" + b"<b/>" * 1_000_000 + b"</a>",
        Refused("XML_TOO_MANY_ELEMENTS", "/", "1000002 tags", "at most 150000 elements")),
    Attack(17, "XInclude in the number", lambda canary: invoice(number=_xinclude(canary)),
        Refused("UBL_ID_COUNT", "/Invoice/cbc:ID", "an element without a number", "exactly one number",
            by_schema=True)),
    Attack(18, "a stylesheet instruction", lambda canary: invoice(
        prologue=f'<?xml-stylesheet type="text/xsl" href="{canary.address}/s.xsl"?>'), Neutralised()),
    Attack(19, "a schema location", _schema_location, Neutralised()),
    Attack(20, "a comment in the number", lambda canary: invoice(number="REAL-<!--x-->9999"),
        Neutralised("REAL-9999")),
    Attack(21, "an instruction in the number", lambda canary: invoice(number="REAL-<?x y?>9999"),
        Neutralised("REAL-9999")),
    Attack(22, "CDATA in the number", lambda canary: invoice(number="REAL-<![CDATA[9999]]>"),
        Neutralised("REAL-9999")),
    Attack(23, "something after the end", lambda canary: invoice() + b"<more/>",
        Refused("XML_SYNTAX", "line …, column …", "Extra content at the end of the document", "well-formed XML")),
    Attack(24, "a NUL", lambda canary: _replaced(b"2026-17", b"2026\x0017"),
        Refused("XML_ENCODING", "byte …", "NUL", f"no NUL; one of the encodings {ENCODINGS}")),
    Attack(25, "a line break in the number", lambda canary: invoice(number="2026&#13;&#10;Bcc: x@example.com"),
        Refused("ID_CONTROL_CHARS", "/Invoice/cbc:ID", r"2026\r\nBcc: x@example.com", "visible characters only")),
    Attack(26, "a bidirectional mark in the number", lambda canary: invoice(number="2026\u202e71"),
        Refused("ID_CONTROL_CHARS", "/Invoice/cbc:ID", r"2026\u202e71", "visible characters only")),
    Attack(27, "another root", lambda canary: b"<html/>",
        Refused("UBL_ROOT", "/", "html", "a UBL 2.1 Invoice or CreditNote")),
    Attack(28, "nothing", lambda canary: b"", Refused("XML_EMPTY", "", "an empty document", "an XML document")),
    Attack(29, "half a document", lambda canary: invoice()[:900],
        Refused("XML_SYNTAX", "line …, column …", "", "well-formed XML")),
    Attack(30, "an exponent", lambda canary: invoice(payable="1E9999999"),
        Refused("AMOUNT_FORMAT", "", "1E9999999", "", by_schema=True)),
    Attack(31, "no number", lambda canary: invoice(payable="NaN"),
        Refused("AMOUNT_FORMAT", "", "NaN", "", by_schema=True)),
    Attack(32, "a million digits", lambda canary: invoice(payable="1" * 1_000_000),
        Refused("XML_TEXT_TOO_LONG", "/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount (line …)",
            "1000000 characters in a text", "at most 100000 characters in a text")),
    Attack(33, "a comment of 9 MB", lambda canary: invoice(prologue=f"<!--{'x' * 9_000_000}-->"), Neutralised()),
    Attack(34, "a file name that leads elsewhere", lambda canary: invoice(
        attachment=attachment(PDF, name="../../../etc/cron.d/x")), Neutralised(attachment_names=("x",))),
    Attack(35, "a program as a PDF", lambda canary: invoice(
        attachment=attachment(base64.b64encode(b"MZ\x90\x00").decode())),
        Neutralised(set_apart=("ATTACHMENT_MAGIC",))),
    Attack(36, "no base64", lambda canary: invoice(attachment=attachment("%%%")),
        Neutralised(set_apart=("ATTACHMENT_BASE64",))),
    Attack(37, "a web page", lambda canary: invoice(attachment=attachment(PDF, media_type="text/html")),
        Neutralised(set_apart=("ATTACHMENT_MIME",))),
    Attack(38, "two numbers", lambda canary: _two_numbers(),
        Refused("UBL_ID_COUNT", "/Invoice/cbc:ID", "2 elements", "exactly one number", by_schema=True)),
    Attack(39, "UTF-7", lambda canary: invoice(declaration='<?xml version="1.0" encoding="UTF-7"?>'),
        Refused("XML_ENCODING", "byte …", "utf-7", f"one of {ENCODINGS}")),
    Attack(40, "UTF-16 with a document type", lambda canary: _doctype("").decode().encode("utf-16"),
        Refused("XML_ENCODING", "byte …", "NUL", f"no NUL; one of the encodings {ENCODINGS}")),
    Attack(41, "bytes that are no UTF-8", lambda canary: _replaced(b"Garage", b"Gar\xffage"),
        Refused("XML_ENCODING", "line …, column …", "bytes of another encoding", "utf-8")),
    Attack(42, "a gzip bomb", lambda canary: gzip.compress(b"<a>" + b" " * 20_000_000 + b"</a>", mtime=0),
        Refused("XML_ENCODING", "byte …", "NUL", f"no NUL; one of the encodings {ENCODINGS}")),
    Attack(43, "ISO-8859-1", lambda canary: invoice(
        declaration='<?xml version="1.0" encoding="ISO-8859-1"?>', buyer="Café Zoë").decode().encode("latin-1"),
        Neutralised()),
)  # fmt: skip
