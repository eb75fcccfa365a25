"""Is what an invoice says read exactly, and is everything unsafe or ambiguous refused?"""

import base64
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.invoice_router.domain.reading import read_invoice
from services.invoice_router.domain.rejection import DocumentRejected
from tests.unit.invoice_router.documents import COMPANY, IBAN, REFERENCE, attachment, credit_note, invoice

PDF = base64.b64encode(b"%PDF-1.7 small").decode()
DOCTYPE = "<!DOCTYPE Invoice>"
ENTITY = '<!DOCTYPE Invoice [<!ENTITY e "FAKE-1">]>'
EXTERNAL = '<!DOCTYPE Invoice [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
LAUGHS = (
    '<!DOCTYPE Invoice [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n > 1 else str()};" * 10}">' for n in range(1, 12))
    + "]>"
)


def code_of(data: bytes) -> str:
    with pytest.raises(DocumentRejected) as caught:
        read_invoice(data)
    assert caught.value.expected
    return caught.value.code


def warnings_of(data: bytes) -> list[str]:
    return [finding.code for finding in read_invoice(data).findings]


def test_an_invoice_gives_its_facts() -> None:
    found = read_invoice(invoice())
    assert (found.family, found.number, found.issue_date, found.due_date) == (
        "invoice", "2026-17", date(2026, 2, 1), date(2026, 3, 3),
    )  # fmt: skip
    assert (str(found.payable), str(found.tax_inclusive), found.currency) == ("121.00 EUR", "121.00 EUR", "EUR")
    assert (found.reference, found.ibans, found.supplier_number) == (REFERENCE, (IBAN,), COMPANY)
    assert (found.customer.name, found.line_count, found.findings) == ("Garage Peeters", 1, ())


def test_a_credit_note_has_its_due_date_elsewhere() -> None:
    found = read_invoice(credit_note())
    assert (found.family, found.due_date, found.type_code) == ("credit_note", date(2026, 3, 3), "381")
    assert [finding.code for finding in found.findings] == ["CREDIT_NOTE_REFERENCE"]


def test_the_sidecar_reads_back_as_the_same_invoice() -> None:
    found = read_invoice(invoice(attachment=attachment(PDF)))
    assert SalesInvoice.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize("written", ["0403.170.701", "BE0403170701", "BE 0403.170.701"])
def test_the_spelling_of_the_supplier_does_not_matter(written: str) -> None:
    assert read_invoice(invoice(legal=written)).supplier_number == COMPANY


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [
        ("an external entity", {"prologue": EXTERNAL, "number": "&e;"}, "XML_DOCTYPE"),
        ("an internal entity", {"prologue": ENTITY, "number": "&e;"}, "XML_DOCTYPE"),
        ("a bare document type", {"prologue": DOCTYPE}, "XML_DOCTYPE"),
        ("an external document type", {"prologue": '<!DOCTYPE Invoice SYSTEM "a.dtd">'}, "XML_DOCTYPE"),
        ("a billion laughs", {"prologue": LAUGHS, "number": "&a11;"}, "XML_DOCTYPE"),
        ("UTF-7", {"declaration": '<?xml version="1.0" encoding="UTF-7"?>'}, "XML_ENCODING"),
        ("a declared UTF-16", {"declaration": '<?xml version="1.0" encoding="UTF-16"?>'}, "XML_ENCODING"),
        ("a line break in the number", {"number": "2026&#13;&#10;Bcc: x"}, "ID_CONTROL_CHARS"),
        ("a bidirectional mark in the number", {"number": "2026\u202e71"}, "ID_CONTROL_CHARS"),
        ("a number of 101 characters", {"number": "1" * 101}, "ID_TOO_LONG"),
        ("two numbers", {"extra": "<cbc:ID>2</cbc:ID>"}, "UBL_ID_COUNT"),
        ("an exponent", {"payable": "1E9999999"}, "AMOUNT_FORMAT"),
        ("no number at all", {"payable": "NaN"}, "AMOUNT_FORMAT"),
        ("a decimal comma", {"payable": "121,00"}, "AMOUNT_FORMAT"),
        ("a million digits", {"payable": "1" * 1_000_000}, "XML_TEXT_TOO_LONG"),
        ("a day that does not exist", {"issued": "2026-02-30"}, "DATE_FORMAT"),
        ("a time zone", {"issued": "2026-02-01Z"}, "DATE_FORMAT"),
        ("a currency of dreams", {"currency": "XYZ"}, "CURRENCY"),
        ("a wrong check digit of the supplier", {"legal": "0403170702"}, "SUPPLIER_NUMBER"),
        ("two suppliers", {"vat": "BE0202239951"}, "SUPPLIER_NUMBERS_DIFFER"),
        ("a supplier of another identification", {"identification":
            '<cac:PartyIdentification><cbc:ID schemeID="0208">0202239951</cbc:ID></cac:PartyIdentification>'},
         "SUPPLIER_NUMBERS_DIFFER"),
        ("a foreign supplier", {"endpoint_scheme": "0106", "legal_scheme": "0106", "vat": "NL1"},
         "SUPPLIER_NUMBER_MISSING"),
    ],
)  # fmt: skip
def test_what_is_unsafe_or_unreadable_is_refused(name: str, changes: dict[str, str], code: str) -> None:
    assert code_of(invoice(**changes)) == code, name


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("nothing", b"  ", "XML_EMPTY"),
        ("UTF-16 with a document type", invoice(prologue=DOCTYPE).decode().encode("utf-16"), "XML_ENCODING"),
        ("half a document", invoice()[:900], "XML_SYNTAX"),
        ("something after the end", invoice() + b"<more/>", "XML_SYNTAX"),
        ("a NUL", invoice().replace(b"Garage", b"Gar\x00ge"), "XML_ENCODING"),
        ("bytes that are no UTF-8", invoice().replace(b"Garage", b"Gar\xffge"), "XML_SYNTAX"),
        ("another root", b"<html/>", "UBL_ROOT"),
        ("300 levels", b"<a>" * 300 + b"</a>" * 300, "XML_SYNTAX"),
        ("100 levels", b"<a>" * 100 + b"</a>" * 100, "XML_TOO_DEEP"),
        ("100 attributes", b"<a " + b" ".join(b'a%d="1"' % n for n in range(100)) + b"/>", "XML_TOO_MANY_ATTRIBUTES"),
        ("100 namespaces", b"<a " + b" ".join(b'xmlns:n%d="u:%d"' % (n, n) for n in range(100)) + b"/>",
         "XML_TOO_MANY_NAMESPACES"),
        ("too many elements", b"<a>" + b"<b/>" * 150_001 + b"</a>", "XML_TOO_MANY_ELEMENTS"),
        ("eleven million characters", b"<a>" + b"x" * 11_000_000 + b"</a>", "XML_SYNTAX"),
    ],
)  # fmt: skip
def test_a_document_that_attacks_the_parser_is_refused(name: str, data: bytes, code: str) -> None:
    assert code_of(data) == code, name


@pytest.mark.parametrize("inside", ["<!--x-->", "<?x y?>"])
def test_a_comment_inside_the_number_does_not_shorten_it(inside: str) -> None:
    assert read_invoice(invoice(number=f"REAL-{inside}9999")).number == "REAL-9999"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payable": "120.00"}, "BR-CO-16"),
        ({"inclusive": "120.99", "payable": "120.99"}, "BR-CO-15"),
        ({"due": "2026-01-31"}, "DUE_BEFORE_ISSUE"),
        ({"reference": "+++090/9337/55494+++"}, "REFERENCE_CHECKSUM"),
        ({"iban": "BE71096123456760"}, "IBAN"),
        ({"type_code": "381"}, "BR-CL-01"),
        ({"attachment": attachment(base64.b64encode(b"MZ\x90").decode())}, "ATTACHMENT_MAGIC"),
        ({"attachment": attachment("%%%")}, "ATTACHMENT_BASE64"),
        ({"attachment": attachment(PDF, media_type="text/html")}, "ATTACHMENT_MIME"),
    ],
)
def test_what_is_odd_is_told_and_delivered_all_the_same(changes: dict[str, str], code: str) -> None:
    assert warnings_of(invoice(**changes)) == [code]


def test_the_name_of_an_attachment_leads_nowhere() -> None:
    [found] = read_invoice(invoice(attachment=attachment(PDF, name="../../etc/pass wd\u202e.pdf"))).attachments
    assert found.name == "pass wd_.pdf"


def test_latin_1_is_read() -> None:
    data = invoice(declaration='<?xml version="1.0" encoding="ISO-8859-1"?>', buyer="Café Zoë")
    assert read_invoice(data.decode().encode("latin-1")).customer.name == "Café Zoë"


def test_the_content_is_the_same_however_the_document_is_written_down() -> None:
    plain = read_invoice(invoice()).content_sha256
    rewritten = invoice().replace(b'schemeID="0208"', b"schemeID='0208'").replace(b"<cbc:ID>1<", b"<!--n--><cbc:ID>1<")
    assert read_invoice(rewritten).content_sha256 == plain
    assert read_invoice(invoice(buyer="Garage Janssens")).content_sha256 != plain
    assert read_invoice(invoice(attachment=attachment(PDF))).content_sha256 != plain


@given(st.binary(max_size=300) | st.tuples(st.integers(0, 3000), st.binary(min_size=1, max_size=8)).map(
    lambda change: invoice()[: change[0]] + change[1] + invoice()[change[0] + len(change[1]) :]
))  # fmt: skip
def test_any_bytes_give_an_invoice_or_a_rejection(data: bytes) -> None:
    try:
        assert read_invoice(data).number
    except DocumentRejected as rejected:
        assert rejected.finding.severity == "refuse"


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        (b"<cbc:Percent>21<", b"<cbc:Percent>twenty-one<", "PERCENT_FORMAT"),
        (b"100.00</cbc:TaxableAmount>", b"1E9</cbc:TaxableAmount>", "AMOUNT_FORMAT"),
        (b"<cbc:TaxableAmount currencyID=\"EUR\">", b"<cbc:TaxableAmount currencyID=\"USD\">", "AMOUNT_CURRENCY"),
        (b"100.00</cbc:LineExtensionAmount></cac:InvoiceLine>", b"x</cbc:LineExtensionAmount></cac:InvoiceLine>",
         "AMOUNT_FORMAT"),
    ],
)  # fmt: skip
def test_an_odd_line_subtotal_or_rate_is_told_and_keeps_no_document_back(right: bytes, wrong: bytes, code: str) -> None:
    assert right in invoice()
    found = read_invoice(invoice().replace(right, wrong))
    assert code in [finding.code for finding in found.findings]
    assert {finding.severity for finding in found.findings} == {"warn"}


def test_a_rate_is_a_number_and_no_amount() -> None:
    found = read_invoice(invoice().replace(b"<cbc:Percent>21<", b"<cbc:Percent>5.1234<"))
    assert (found.taxes[0].percent, found.findings) == (Decimal("5.1234"), ())


def test_a_document_with_a_thousand_oddities_tells_a_hundred() -> None:
    account = "<cac:PayeeFinancialAccount><cbc:ID>BE00</cbc:ID></cac:PayeeFinancialAccount>"
    found = read_invoice(invoice(extra=f"<cac:PaymentMeans>{account}</cac:PaymentMeans>" * 1_000))
    assert (len(found.findings), found.findings[-1].code) == (100, "FINDINGS_CAPPED")
