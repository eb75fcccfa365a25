"""Attacks beyond ubl.md §4: on the gate's own shortcuts, on the schema, on memory and on time."""

import base64
from itertools import count

from tests.unit.invoice_router.attacks import (
    DOCTYPE,
    ENCODINGS,
    Attack,
    Neutralised,
    Refused,
    with_note,
)
from tests.unit.invoice_router.documents import attachment, invoice, line

_numbers = count(44)
_LINE = "<cac:InvoiceLine/>"
_NOT_LISTED = Refused("XML_ENCODING", "byte …", "NUL", f"no NUL; one of the encodings {ENCODINGS}")
_FILE, _X = "EmbeddedDocumentBinaryObject", "xmlns:x='u:x'"
_COMMENT = f"<!-- {'<a b=c>' * 10_000} -->"


def _ours(name: str, document: bytes, outcome: Refused | Neutralised) -> Attack:
    return Attack(next(_numbers), name, lambda canary: document, outcome)


def pdf_of(size: int) -> str:
    """So many bytes that begin as a PDF does, in base64."""
    return base64.b64encode(b"%PDF-1.7 " + b"\x93\xa5\x01" * (size // 3)).decode()


def with_lines(lines: str) -> bytes:
    """An invoice with these lines after its own."""
    return invoice().replace(b"</Invoice>", lines.encode() + b"</Invoice>")


OURS: tuple[Attack, ...] = (
    _ours("a document type behind a comment of 11 MB",
        invoice(prologue=f"<!--{'x' * 11_000_000}--><!DOCTYPE Invoice>"), DOCTYPE),
    _ours("a document type behind instructions", invoice(prologue="<?a <!-- ?><?b --?><!DOCTYPE Invoice>"), DOCTYPE),
    _ours("a document type in a document beyond the parser's own limits", invoice(
        prologue=f'<!DOCTYPE Invoice [<!ENTITY a "{"x" * 11_000_000}">]>', number="&a;" * 50_000), DOCTYPE),
    _ours("the words of a document type in a text",
        with_note("<cbc:Note><![CDATA[<!DOCTYPE a>]]></cbc:Note>"), Neutralised()),
    _ours("an entity that nobody declared", invoice(number="&e;"),
        Refused("XML_SYNTAX", "line …, column …", "Entity 'e' not defined", "well-formed XML")),
    _ours("UTF-32", invoice().decode().encode("utf-32"), _NOT_LISTED),
    _ours("a mark of UTF-8 before another encoding",
        b"\xef\xbb\xbf" + invoice(declaration='<?xml version="1.0" encoding="ISO-8859-1"?>'),
        Refused("XML_ENCODING", "byte …", "iso-8859-1", f"one of {ENCODINGS}")),
    _ours("text, no XML", b"Invoice 2026-17: 121.00 EUR",
        Refused("XML_SYNTAX", "byte …", "Invoice 2026-17:", "a document that begins with '<'")),
    _ours("more bytes than there may be", b"<a>" + b" " * 30_000_000 + b"</a>",
        Refused("XML_TOO_LARGE", "", "30000007 bytes", "at most 30000000 bytes")),
    _ours("65 levels", b"<a>" * 65 + b"</a>" * 65,
        Refused("XML_TOO_DEEP", "/" + "/".join("a" * 65) + " (line …)", "more than 64 levels", "at most 64 levels")),
    _ours("2,000 levels beyond the parser's own limits",
        b"<a>" * 2_000 + b" " * 10_000_000 + b"</a>" * 2_000,
        Refused("XML_TOO_DEEP", "/" + "/".join("a" * 65) + " (line …)", "more than 64 levels", "at most 64 levels")),
    _ours("300,001 attributes on many elements", b"<a>" + b'<b c="" d=""/>' * 150_001 + b"</a>",
        Refused("XML_TOO_MANY_ATTRIBUTES", "/", "300002 times '='", "at most 300000 attributes")),
    _ours("150,001 elements", b"<a>" + b"<b/>" * 150_000 + b"</a>",
        Refused("XML_TOO_MANY_ELEMENTS", "/a (line …)", "150001 elements", "at most 150000 elements")),
    _ours("a comment full of tags", invoice(prologue=_COMMENT), Neutralised()),
    _ours("namespaces that are declared again on every element",
        with_note('<cbc:Note xmlns:a="u:a">x</cbc:Note>' * 100), Neutralised()),
    _ours("a long text behind a short one", with_note(f"<cbc:Note>x<!--y-->{'z' * 100_001}</cbc:Note>"),
        Refused("XML_TEXT_TOO_LONG", "/Invoice/cbc:Note (line …)", "100002 characters in a text",
            "at most 100000 characters in a text")),
    _ours("a long text in what is called an attachment elsewhere",
        with_note(f"<x:{_FILE} {_X}>{'z' * 100_001}</x:{_FILE}>"),
        Refused("XML_TEXT_TOO_LONG", f"/Invoice/{_FILE} (line …)", "100001 characters in a text",
            "at most 100000 characters in a text")),
)  # fmt: skip
"""What the gate alone decides."""

_XSD = "XSD_INVALID"
BY_SCHEMA: tuple[Attack, ...] = (
    _ours("100,000 lines that are wrong", with_lines(_LINE * 100_000),
        Refused(_XSD, "/Invoice/cac:InvoiceLine[2]", "no more in cac:InvoiceLine", "cbc:ID")),
    _ours("17,100 attributes that nobody knows", with_lines(
        f"<cac:InvoiceLine {' '.join(f'a{n}={chr(34)}{chr(34)}' for n in range(19))}/>" * 900),
        Refused(_XSD, "/Invoice/cac:InvoiceLine[2] (line …)", "the attribute a0", "cac:InvoiceLine without it")),
    _ours("as many attributes as there may be", with_lines(
        f"<cac:InvoiceLine {' '.join(f'a{n}={chr(34)}{chr(34)}' for n in range(19))}/>" * 15_000),
        Refused(_XSD, "/Invoice/cac:InvoiceLine[2]", "the attribute a0", "cac:InvoiceLine without it")),
    _ours("a type of one's own", with_note('<cbc:Note xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:type="cbc:IDType">x</cbc:Note>'),
        Refused(_XSD, "/Invoice/cbc:Note (line …)", "the type 'cbc:IDType' of one's own", "the type of cbc:Note")),
    _ours("149,000 names", with_lines("".join(f"<x{n}{'y' * 60}/>" for n in range(149_000))),
        Refused(_XSD, "/Invoice/x0" + "y" * 60, "x0" + "y" * 60, "cac:InvoiceLine")),
    _ours("6,000 lines with a rate that is none", with_lines("".join(
        line(number, net="1.005", category="Q", rate="x", price="-1") for number in range(2, 6_001))),
        Refused(_XSD, "/Invoice/cac:InvoiceLine[2]/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", "x",
            "a number, written as 760 or 760.00")),
)  # fmt: skip
"""What only the schema decides, and must decide quickly."""

HEAVY: tuple[Attack, ...] = (
    _ours("a PDF of 20 MB", invoice(attachment=attachment(pdf_of(20_000_000))), Neutralised()),
    _ours("five files of 4 MB", invoice(attachment=attachment(pdf_of(4_000_000)) * 5), Neutralised()),
    _ours("a file of 20 MB that is none", invoice(attachment=attachment("%" * 27_000_000)),
        Neutralised(set_apart=("ATTACHMENT_BASE64",))),
    _ours("8,000 lines", with_lines("".join(line(number) for number in range(2, 8_001))), Neutralised()),
    _ours("6,000 lines with much to tell of each, which the schema allows", with_lines("".join(
        line(number, net="1.005", currency="ABC", category="Q", rate="999", price="-1")
        for number in range(2, 6_001))), Neutralised()),
    _ours("1,000 files", invoice(attachment=attachment(pdf_of(900)) * 1_000), Neutralised()),
)  # fmt: skip
"""What costs memory."""
