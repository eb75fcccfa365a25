"""Are the files inside a document handed on when they are what they say, and set apart when they are not?"""

import base64
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.invoice_router.adapters.ubl_schemas import UblSchemas
from services.invoice_router.domain.attachments import safe_name
from services.invoice_router.domain.reading import read_document, read_invoice
from services.invoice_router.domain.safe_xml import read_xml
from services.invoice_router.domain.verdicts import verdict_of
from shared.values import Sha256
from tests.unit.invoice_router.documents import attachment, invoice

PDF_BYTES = b"%PDF-1.7 small"
PDF = base64.b64encode(PDF_BYTES).decode()
SCHEMAS = UblSchemas.installed()
PLACE = "/Invoice/cac:AdditionalDocumentReference{}/cac:Attachment/cbc:EmbeddedDocumentBinaryObject"


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_the_first_sound_pdf_is_handed_on() -> None:
    files = (
        attachment("%%%", name="broken.pdf")
        + attachment(encoded(b"MZ\x90"), name="program.pdf")
        + attachment(PDF, name="first.pdf")
        + attachment(encoded(b"%PDF-1.4 second"), name="second.pdf")
    )
    reading = read_document(invoice(attachment=files), schema=SCHEMAS.check)
    assert reading.pdf == PDF_BYTES
    assert [(file.name, file.set_apart, file.size) for file in reading.invoice.attachments] == [
        ("broken.pdf", "ATTACHMENT_BASE64", 0),
        ("program.pdf", "ATTACHMENT_MAGIC", 3),
        ("first.pdf", "", len(PDF_BYTES)),
        ("second.pdf", "", 15),
    ]
    assert [file.sha256 for file in reading.invoice.attachments][::2] == [None, Sha256.of(PDF_BYTES)]
    assert [(each.code, each.location) for each in reading.invoice.findings] == [
        ("ATTACHMENT_BASE64", PLACE.format("[1]")),
        ("ATTACHMENT_MAGIC", PLACE.format("[2]")),
    ]


@pytest.mark.parametrize(
    ("content", "media_type", "code"),
    [
        (PDF, "text/html", "ATTACHMENT_MIME"),
        (PDF, "application/x-msdownload", "ATTACHMENT_MIME"),
        (PDF, "image/png", "ATTACHMENT_MAGIC"),
        ("", "application/pdf", "ATTACHMENT_MAGIC"),
        (encoded(b"PK\x03\x04"), "application/pdf", "ATTACHMENT_MAGIC"),
        (encoded(b"MZ\x90\x00"), "text/csv", "ATTACHMENT_MAGIC"),
        (encoded(b"<script>"), "text/csv", "ATTACHMENT_MAGIC"),
        ("%%%", "application/pdf", "ATTACHMENT_BASE64"),
        (PDF[:-1], "application/pdf", "ATTACHMENT_BASE64"),
        (f"={PDF}", "application/pdf", "ATTACHMENT_BASE64"),
        (f"{PDF}AAAA", "application/pdf", "ATTACHMENT_BASE64"),
        (PDF.replace("J", "-", 1), "application/pdf", "ATTACHMENT_BASE64"),
        ("\u00e9" + PDF, "application/pdf", "ATTACHMENT_BASE64"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_set_apart_and_the_document_delivered(
    content: str, media_type: str, code: str
) -> None:
    reading = read_document(invoice(attachment=attachment(content, media_type=media_type)), schema=SCHEMAS.check)
    [file] = reading.invoice.attachments
    [finding] = [each for each in reading.invoice.findings if each.code.startswith("ATTACHMENT_")]
    assert (file.set_apart, finding.code, finding.severity, finding.location) == (
        code, code, "quarantine", PLACE.format(""),
    )  # fmt: skip
    assert (reading.pdf, verdict_of(reading.invoice)) == (None, "accepted")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"a;b\n1;2\n", "text/csv"),
        (b"PK\x03\x04....", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"PK\x03\x04....", "application/vnd.oasis.opendocument.spreadsheet"),
    ],
)
def test_the_other_media_types_of_peppol_are_taken_as_well(data: bytes, media_type: str) -> None:
    found = read_document(invoice(attachment=attachment(encoded(data), media_type=media_type, name="x")))
    [file] = found.invoice.attachments
    assert (file.set_apart, file.size, file.sha256, found.pdf) == ("", len(data), Sha256.of(data), None)
    assert found.invoice.findings == ()


def test_base64_may_be_broken_into_lines() -> None:
    lines = "\n".join(PDF[at : at + 4] for at in range(0, len(PDF), 4))
    assert read_document(invoice(attachment=attachment(f"\n  {lines}\n"))).pdf == PDF_BYTES


def test_where_a_file_lies_elsewhere_is_told_and_never_followed() -> None:
    elsewhere = (
        "<cac:AdditionalDocumentReference><cbc:ID>timesheet</cbc:ID><cbc:DocumentDescription>Hours</cbc:DocumentDescription>"
        "<cac:Attachment><cac:ExternalReference><cbc:URI>https://files.example/hours</cbc:URI></cac:ExternalReference>"
        "</cac:Attachment></cac:AdditionalDocumentReference>"
    )
    [file] = read_invoice(invoice(attachment=elsewhere)).attachments
    assert (file.name, file.description, file.uri, file.sha256) == (
        "timesheet", "Hours", "https://files.example/hours", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("../../etc/pass wd\u202e.pdf", "pass wd_.pdf"),
        ("..\\..\\windows\\x", "x"),
        ("factuur café n°7.pdf", "factuur café n_7.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("счёт.pdf", "счёт.pdf"),
        ("invoice.pdf.exe", "invoice.pdf.exe.pdf"),
        ("gpj.exe", "gpj.exe.pdf"),
        ("INVOICE.PDF", "INVOICE.PDF"),
        ("con", "_con"),
        ("NUL.pdf", "_NUL.pdf"),
        ("...", "attachment-1"),
        ("", "attachment-1"),
        (".htaccess", "htaccess"),
        ("a&#10;b&#9;c.pdf", "a_b_c.pdf"),
        ("a:b*c?.pdf", "a_b_c_.pdf"),
    ],
)
def test_the_name_of_a_file_leads_nowhere(written: str, name: str) -> None:
    [found] = read_invoice(invoice(attachment=attachment(PDF, name=written))).attachments
    assert found.name == name


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_name_has_a_path_or_anything_invisible_in_it(written: str) -> None:
    name = safe_name(written)
    assert len(name) <= 101
    assert not set(name) & set('/\\:*?"<>|\r\n\0\u202e')
    assert name.isprintable()
    assert name.strip(". ") == name
    assert safe_name(name) == name


def test_a_file_of_two_megabytes_is_decoded_once() -> None:
    data = PDF_BYTES + bytes(range(256)) * 8_000
    document = invoice(attachment=attachment(encoded(data)))
    read_document(invoice(attachment=attachment(PDF)))
    tracemalloc.start()
    reading = read_document(document)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reading.pdf == data
    # The base64 text as Python's, 4/3 of the file, and the file; the tree itself is libxml2's.
    assert most < len(data) * 7 / 3 * 1.1


def test_what_comes_after_carries_no_file_along() -> None:
    seen: list[int] = []
    document = invoice(attachment=attachment(encoded(PDF_BYTES * 10_000)))
    read_document(document, schema=lambda root, _: seen.append(max(len(each.text or "") for each in root.iter())))
    assert seen and seen[0] < 200
    assert max(len(each.text or "") for each in read_xml(document).iter()) > 100_000
