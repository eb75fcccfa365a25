"""Is what an invoice says read exactly, and is everything refused that cannot be read as one?"""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.invoice_router.adapters.ubl_schemas import UblSchemas
from services.invoice_router.domain.reading import read_document, read_invoice
from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.domain.verdicts import verdict_of
from shared.contracts.sales_invoices import SalesInvoice
from tests.unit.invoice_router.documents import (
    BIS_SELF_BILLING,
    COMPANY,
    EN_16931,
    IBAN,
    REFERENCE,
    UBL_BE,
    attachment,
    credit_note,
    invoice,
    line,
)

SCHEMAS = UblSchemas.installed()
PDF = "JVBERi0xLjcgc21hbGw="


def rejection_of(data: bytes) -> DocumentRejected:
    with pytest.raises(DocumentRejected) as caught:
        read_invoice(data)
    assert caught.value.expected
    return caught.value


def codes_of(data: bytes) -> list[str]:
    return [finding.code for finding in read_invoice(data).findings]


def test_an_invoice_gives_its_facts() -> None:
    found = read_invoice(invoice())
    assert (found.family, found.number, found.issue_date, found.due_date) == (
        "invoice", "2026-17", date(2026, 2, 1), date(2026, 3, 3),
    )  # fmt: skip
    assert (str(found.payable), str(found.tax_inclusive), found.currency) == ("121.00 EUR", "121.00 EUR", "EUR")
    assert (found.reference, found.payment_text) == (REFERENCE, "+++090/9337/55493+++")
    assert (found.ibans, found.supplier_number) == ((IBAN,), COMPANY)
    assert (found.customer.name, len(found.lines), found.findings) == ("Garage Peeters", 1, ())


@pytest.mark.parametrize(
    "data", [invoice(), credit_note(), invoice(attachment=attachment(PDF))], ids=["invoice", "credit note", "with PDF"]
)
def test_what_the_builder_makes_passes_the_schema_and_every_rule(data: bytes) -> None:
    found = read_document(data, schema=SCHEMAS.check).invoice
    assert [finding.code for finding in found.findings if finding.code != "CREDIT_NOTE_REFERENCE"] == []
    assert verdict_of(found) == "accepted"


def test_a_credit_note_has_its_due_date_elsewhere() -> None:
    found = read_invoice(credit_note())
    assert (found.family, found.due_date, found.type_code) == ("credit_note", date(2026, 3, 3), "381")
    assert [finding.code for finding in found.findings] == ["CREDIT_NOTE_REFERENCE"]


def test_an_invoice_may_have_its_due_date_with_the_means_of_payment() -> None:
    means = "<cac:PaymentMeans><cbc:PaymentMeansCode>10</cbc:PaymentMeansCode>{}</cac:PaymentMeans>"
    payment = means.format("") + means.format("<cbc:PaymentDueDate>2026-05-01</cbc:PaymentDueDate>")
    assert read_invoice(invoice(due="", payment=payment)).due_date == date(2026, 5, 1)


def test_no_due_date_is_no_finding() -> None:
    found = read_invoice(invoice(due=""))
    assert (found.due_date, found.findings) == (None, ())


def test_the_sidecar_reads_back_as_the_same_invoice() -> None:
    found = read_invoice(invoice(attachment=attachment(PDF)))
    assert SalesInvoice.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize(
    ("changes", "code", "location"),
    [
        ({"number": "2026&#13;&#10;Bcc: x"}, "ID_CONTROL_CHARS", "cbc:ID"),
        ({"number": "2026\u202e71"}, "ID_CONTROL_CHARS", "cbc:ID"),
        ({"number": "2026\u2028x"}, "ID_CONTROL_CHARS", "cbc:ID"),
        ({"number": "1" * 101}, "ID_TOO_LONG", "cbc:ID"),
        ({"number": " "}, "UBL_ID_COUNT", "cbc:ID"),
        ({"extra": "<cbc:ID>2</cbc:ID>"}, "UBL_ID_COUNT", "cbc:ID"),
        ({"payable": "1E9999999"}, "AMOUNT_FORMAT", "cac:LegalMonetaryTotal/cbc:PayableAmount"),
        ({"payable": "NaN"}, "AMOUNT_FORMAT", "cac:LegalMonetaryTotal/cbc:PayableAmount"),
        ({"payable": "121,00"}, "AMOUNT_FORMAT", "cac:LegalMonetaryTotal/cbc:PayableAmount"),
        ({"payable": "\u0661\u0662\u0661"}, "AMOUNT_FORMAT", "cac:LegalMonetaryTotal/cbc:PayableAmount"),
        ({"inclusive": ""}, "AMOUNT_FORMAT", "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount"),
        ({"more_totals": '<cbc:PayableAmount currencyID="EUR">1</cbc:PayableAmount>'}, "AMOUNT_COUNT",
         "cac:LegalMonetaryTotal/cbc:PayableAmount"),
        ({"totals": "<cac:LegalMonetaryTotal/>"}, "AMOUNT_MISSING", "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount"),
        ({"totals": "<cac:LegalMonetaryTotal/><cac:LegalMonetaryTotal/>"}, "UBL_TOTAL_COUNT", "cac:LegalMonetaryTotal"),
        ({"issued": ""}, "DATE_MISSING", "cbc:IssueDate"),
        ({"issued": "2026-02-30"}, "DATE_FORMAT", "cbc:IssueDate"),
        ({"issued": "20260201"}, "DATE_FORMAT", "cbc:IssueDate"),
        ({"currency": "XYZ"}, "CURRENCY", "cbc:DocumentCurrencyCode"),
    ],
)  # fmt: skip
def test_what_must_be_there_and_cannot_be_read_refuses_the_document(
    changes: dict[str, str], code: str, location: str
) -> None:
    rejected = rejection_of(invoice(**changes))
    assert (rejected.code, rejected.location) == (code, f"/Invoice/{location}")
    assert rejected.finding.severity == "refuse"


def test_another_kind_of_document_is_refused() -> None:
    assert rejection_of(b"<html/>").code == "UBL_ROOT"
    order = invoice().replace(b":xsd:Invoice-2", b":xsd:Order-2")
    assert rejection_of(order).code == "UBL_ROOT"


@pytest.mark.parametrize("inside", ["<!--x-->", "<?x y?>", "<![CDATA[]]>"])
def test_a_comment_inside_the_number_does_not_shorten_it(inside: str) -> None:
    assert read_invoice(invoice(number=f"REAL-{inside}9999")).number == "REAL-9999"


def test_latin_1_is_read() -> None:
    data = invoice(declaration='<?xml version="1.0" encoding="ISO-8859-1"?>', buyer="Café Zoë")
    assert read_invoice(data.decode().encode("latin-1")).customer.name == "Café Zoë"


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        (b"<cbc:Percent>21<", b"<cbc:Percent>twenty-one<", "PERCENT_FORMAT"),
        (b"100.00</cbc:TaxableAmount>", b"1E9</cbc:TaxableAmount>", "AMOUNT_FORMAT"),
        (b"100.00</cbc:LineExtensionAmount><cac:Item>", b"x</cbc:LineExtensionAmount><cac:Item>", "AMOUNT_FORMAT"),
        (b'C62">1<', b'C62">one<', "QUANTITY_FORMAT"),
        (b"<cbc:DueDate>2026-03-03<", b"<cbc:DueDate>March<", "DATE_FORMAT"),
    ],
)
def test_an_odd_line_subtotal_or_rate_is_told_and_keeps_no_document_back(right: bytes, wrong: bytes, code: str) -> None:
    # The plain standard: Peppol's own rule of dates (F001) would speak instead of ours.
    plain = invoice(customization=EN_16931)
    assert right in plain
    found = read_invoice(plain.replace(right, wrong))
    assert code in [finding.code for finding in found.findings]
    assert {finding.severity for finding in found.findings} == {"warn"}


def test_a_time_zone_behind_a_day_is_told_and_the_day_read() -> None:
    found = read_invoice(invoice(customization=EN_16931, issued="2026-02-01Z", due="2026-03-03+01:00"))
    assert (found.issue_date, found.due_date) == (date(2026, 2, 1), date(2026, 3, 3))
    assert [(each.code, each.location) for each in found.findings] == [
        ("DATE_FORMAT", "/Invoice/cbc:IssueDate"),
        ("DATE_FORMAT", "/Invoice/cbc:DueDate"),
    ]


def test_an_amount_with_too_many_decimals_is_told_and_rounded_to_cents() -> None:
    document = invoice(customization="1.0", profile_id="FFF.BE X", payable="121.0000000001", inclusive="120.9949999999")
    found = read_invoice(document)
    assert (str(found.payable), str(found.tax_inclusive)) == ("121.00 EUR", "120.99 EUR")
    told = [each for each in found.findings if each.code == "AMOUNT_DECIMALS"]
    assert [(each.found, each.expected) for each in told] == [
        ("120.9949999999", "at most two decimals; read as 120.99 EUR"),
        ("121.0000000001", "at most two decimals; read as 121.00 EUR"),
    ]


def test_where_an_official_rule_says_the_same_it_is_told_once() -> None:
    wrong_date = invoice(due="2026-03-03Z")
    assert [code for code in codes_of(wrong_date) if "DATE" in code or "F001" in code] == ["PEPPOL-EN16931-F001"]
    dollars = invoice().replace(b'<cbc:TaxableAmount currencyID="EUR">', b'<cbc:TaxableAmount currencyID="USD">')
    told = codes_of(dollars)
    assert ("PEPPOL-EN16931-R051" in told, "AMOUNT_CURRENCY" in told) == (True, False)
    assert "AMOUNT_CURRENCY" in codes_of(dollars.replace(b"#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", b""))


def test_a_rate_is_a_number_and_no_amount() -> None:
    found = read_invoice(invoice().replace(b"<cbc:Percent>21<", b"<cbc:Percent>5.1234<"))
    assert found.taxes[0].percent == Decimal("5.1234")


def test_an_older_document_has_its_rate_beside_the_category() -> None:
    inside, beside = b"<cbc:Percent>21</cbc:Percent>", b"</cbc:TaxAmount>\n    <cac:TaxCategory>"
    document = invoice(customization="1.0", profile_id="FFF.BE X").replace(inside, b"", 1)
    assert beside in document
    moved = document.replace(beside, b"</cbc:TaxAmount><cbc:Percent>21</cbc:Percent><cac:TaxCategory>")
    assert read_document(moved, schema=SCHEMAS.check).invoice.taxes[0].percent == Decimal(21)


def test_of_a_card_only_the_last_digits_are_kept() -> None:
    card = (
        "<cac:PaymentMeans><cbc:PaymentMeansCode>48</cbc:PaymentMeansCode><cac:CardAccount><cbc:PrimaryAccountNumberID>"
        "5555 4444 3333 1111</cbc:PrimaryAccountNumberID><cbc:NetworkID>x</cbc:NetworkID></cac:CardAccount>"
        "</cac:PaymentMeans>"
    )
    found = read_invoice(invoice(payment=card))
    assert found.payment_means[0].card == "1111"
    assert "5555" not in found.model_dump_json()


def test_prices_and_quantities_keep_all_their_decimals() -> None:
    [found] = read_invoice(invoice(lines=line(price="0.0333333333", quantity="3003.003"))).lines
    assert (found.price, found.quantity) == (Decimal("0.0333333333"), Decimal("3003.003"))


def test_the_residual_the_prepaid_and_the_rounding_stay_apart_from_the_total() -> None:
    more = (
        '<cbc:PrepaidAmount currencyID="EUR">21.02</cbc:PrepaidAmount>'
        '<cbc:PayableRoundingAmount currencyID="EUR">0.02</cbc:PayableRoundingAmount>'
    )
    found = read_invoice(invoice(more_totals=more, payable="100.00"))
    amounts = (found.tax_inclusive, found.prepaid, found.rounding, found.payable)
    assert [str(amount) for amount in amounts] == ["121.00 EUR", "21.02 EUR", "0.02 EUR", "100.00 EUR"]
    assert found.findings == ()


def test_a_negative_invoice_is_an_invoice() -> None:
    lines = line(net="-100.00", price="100.00", quantity="-1")
    found = read_invoice(invoice(net="-100.00", tax="-21.00", inclusive="-121.00", payable="-121.00", lines=lines))
    assert (found.family, str(found.payable), str(found.lines[0].net)) == ("invoice", "-121.00 EUR", "-100.00 EUR")
    assert found.findings == ()


@pytest.mark.parametrize(
    ("changes", "profile", "self_billed", "codes"),
    [
        ({}, "bis_billing", False, []),
        ({"type_code": "389", "customization": BIS_SELF_BILLING,
          "profile_id": "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0"}, "bis_self_billing", True, []),
        ({"customization": UBL_BE, "attachment": attachment(PDF)}, "ubl_be", False, []),
        ({"customization": UBL_BE, "attachment": attachment(PDF), "profile_id": "E-FFF.BE X"}, "ubl_be", False, []),
        ({"customization": UBL_BE}, "ubl_be", False, ["PDF_MISSING"]),
        ({"customization": "1.0", "profile_id": "FFF.BE X 1.0"}, "e_fff", False, ["PROFILE_LEGACY"]),
        ({"customization": EN_16931}, "en_16931", False, []),
        ({"customization": f"{EN_16931}#compliant#urn:example:cius"}, "en_16931", False, []),
        ({"customization": "urn:example:other"}, "other", False, ["PROFILE_UNKNOWN"]),
        ({"customization": f"{EN_16931}#conformant#urn:example"}, "other", False, ["PROFILE_UNKNOWN"]),
    ],
)  # fmt: skip
def test_the_profile_of_a_document_is_recognised(
    changes: dict[str, str], profile: str, self_billed: bool, codes: list[str]
) -> None:
    found = read_document(invoice(**changes), schema=SCHEMAS.check).invoice
    assert (found.profile, found.self_billed) == (profile, self_billed)
    assert [finding.code for finding in found.findings] == codes
    assert found.supplier_number == COMPANY


def test_a_document_with_a_thousand_oddities_tells_a_hundred_and_first_what_keeps_it_back() -> None:
    account = "<cac:PayeeFinancialAccount><cbc:ID>BE{:02}</cbc:ID></cac:PayeeFinancialAccount>"
    means = "".join(f"<cac:PaymentMeans>{account.format(n)}</cac:PaymentMeans>" for n in range(1_500))
    found = read_invoice(invoice(extra=means, vat="BE0403170702"))
    assert (len(found.findings), found.findings[-1].code) == (100, "FINDINGS_CAPPED")
    assert (found.findings[0].code, verdict_of(found)) == ("SUPPLIER_NUMBER", "quarantined")


@settings(deadline=None)
@given(st.binary(max_size=300) | st.tuples(st.integers(0, 3000), st.binary(min_size=1, max_size=8)).map(
    lambda change: invoice()[: change[0]] + change[1] + invoice()[change[0] + len(change[1]) :]
))  # fmt: skip
def test_any_bytes_give_an_invoice_or_a_rejection(data: bytes) -> None:
    try:
        assert read_invoice(data).number
    except DocumentRejected as rejected:
        assert rejected.finding.severity == "refuse"
