"""Do any bytes give a verdict: an invoice or a refusal, in bounded time, and never an exception of a library?"""

import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.invoice_router.adapters.reading_pool import ReadingPool
from services.invoice_router.adapters.ubl_schemas import UblSchemas
from services.invoice_router.domain.reading import Reading, read_document
from services.invoice_router.domain.rejection import DocumentRejected
from shared.contracts.sales_invoices import SalesInvoice
from tests.unit.invoice_router.documents import credit_note, invoice, line
from tests.unit.invoice_router.rules.mutations import SEEDS, mutated

SCHEMAS = UblSchemas.installed()
TODAY = date(2026, 11, 28)
LONGEST_S = 5.0

_PIECES = st.sampled_from(
    [b"<", b">", b"<!DOCTYPE a>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml version='1.0' encoding='utf-16'?>",
     b"&#0;", b"&#x110000;", b"&lt;", b"&e;", b"\x00", b"\xff", b"\xef\xbb\xbf", b'xmlns:a=""', b"a" * 2000]
) | st.binary(max_size=8)  # fmt: skip


@st.composite
def spliced(draw: st.DrawFn) -> bytes:
    """A document of several kinds with up to three pieces of its bytes exchanged for others."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        data = data[:start] + draw(_PIECES) + data[start + draw(st.integers(0, 40)) :]
    return data


@st.composite
def trees(draw: st.DrawFn) -> bytes:
    """Elements of any name, with attributes and texts, at most four levels deep."""
    name = draw(st.from_regex(r"[A-Za-z_][A-Za-z0-9._-]{0,8}", fullmatch=True))
    text = draw(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="<&"), max_size=9)
    )
    inside = "".join(draw(st.lists(st.sampled_from(["<a/>", "<b c='d'>e</b>", "<f><g><h/></g></f>"]), max_size=3)))
    return f"<{name}>{text}{inside}</{name}>".encode()


ANYTHING = st.binary(max_size=400) | spliced() | mutated(most=6) | trees()


def check(reading: Reading) -> None:
    invoice = reading.invoice
    assert invoice.number and invoice.number.isprintable()
    assert SalesInvoice.model_validate_json(invoice.model_dump_json()) == invoice


@pytest.mark.parametrize("with_schema", [True, False])
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=ANYTHING)
def test_any_bytes_give_an_invoice_or_a_refusal_in_bounded_time(with_schema: bool, data: bytes) -> None:
    given_schema = {"schema": SCHEMAS.check} if with_schema else {}
    started = time.process_time()
    try:
        check(read_document(data, today=TODAY, **given_schema))
    except DocumentRejected as rejected:
        assert rejected.finding.severity == "refuse" and rejected.code.isupper() and rejected.expected
        assert rejected.location.isprintable() and rejected.found.isprintable()
    assert time.process_time() - started < LONGEST_S


def test_at_least_every_third_document_of_these_is_read_as_an_invoice() -> None:
    """Else all this would only ever see refusals."""
    read = refused = 0

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(data=mutated(most=6))
    def count(data: bytes) -> None:
        nonlocal read, refused
        try:
            read_document(data, today=TODAY)
            read += 1
        except DocumentRejected:
            refused += 1

    count()
    assert read * 2 >= refused > 0


async def test_what_a_process_answers_is_what_is_read_here() -> None:
    pool = ReadingPool(timeout_ms=10_000)
    documents: list[bytes] = []

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(data=ANYTHING)
    def collect(data: bytes) -> None:
        documents.append(data)

    collect()
    for document in documents:
        try:
            expected: object = read_document(document, schema=SCHEMAS.check, today=TODAY).invoice
        except DocumentRejected as rejected:
            expected = rejected.finding
        try:
            found: object = (await pool.read(document)).invoice
        except DocumentRejected as rejected:
            found = rejected.finding
        if not (isinstance(expected, SalesInvoice) and isinstance(found, SalesInvoice)):
            assert found == expected
        else:
            assert found.content_sha256 == expected.content_sha256
            assert {each.code for each in found.findings} ^ {each.code for each in expected.findings} <= {
                "ISSUE_IN_FUTURE"
            }
    await pool.close()


_PERIOD = (
    "<cac:InvoicePeriod><cbc:StartDate>2026-01-01Z</cbc:StartDate><cbc:EndDate>2026-01-31Z</cbc:EndDate>"
    "</cac:InvoicePeriod>"
)
_CONVERTED = (
    "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cbc:DocumentStatusCode>Converted</cbc:DocumentStatusCode>"
    "</cac:AdditionalDocumentReference>"
)
_CORRECTED = (
    "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>1</cbc:ID><cbc:IssueDate>2026-01-01Z</cbc:IssueDate>"
    "</cac:InvoiceDocumentReference></cac:BillingReference>"
)
_PAID = (
    "<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>+++090/9337/{:05d}+++"
    "</cbc:PaymentID></cac:PaymentMeans>"
)

_CATEGORY = (
    "<cac:ClassifiedTaxCategory><cbc:ID>S{0}</cbc:ID><cbc:Percent>{0}</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID>"
    "</cac:TaxScheme></cac:ClassifiedTaxCategory>"
)


@pytest.mark.parametrize(
    "data",
    [
        invoice(lines="".join(line(number, inside=_PERIOD) for number in range(7_500))),
        invoice(attachment=_CONVERTED * 40_000),
        credit_note(references=_CORRECTED * 34_000),
        invoice(payment="".join(map(_PAID.format, range(40_000)))),
    ],
    ids=["a zone behind each day", "converted", "a zone behind each reference", "wrong references"],
)
def test_a_document_with_something_to_tell_of_each_of_thousands_is_read_in_bounded_time(data: bytes) -> None:
    started = time.process_time()
    reading = read_document(data, schema=SCHEMAS.check, today=TODAY)
    assert time.process_time() - started < LONGEST_S
    assert reading.invoice.findings[-1].code == "FINDINGS_CAPPED"


def test_a_line_with_thousands_of_categories_of_vat_is_read_in_bounded_time() -> None:
    """Any category of it goes with any rate of it: 36 million pairs."""
    beginning = b"<cac:ClassifiedTaxCategory>"
    categories = "".join(map(_CATEGORY.format, range(6_000))).encode()
    data = invoice(lines=line(1)).replace(beginning, categories + beginning, 1)
    started = time.process_time()
    reading = read_document(data, schema=SCHEMAS.check, today=TODAY)
    assert time.process_time() - started < LONGEST_S
    assert "BR-CL-18" in {each.code for each in reading.invoice.findings}
