"""Is everything told that an accountant would ask about, and nothing that is in order?"""

import ast
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from services.invoice_router.domain import accounting
from services.invoice_router.domain.accounting import OWN_CHECKS, SAME_FACT
from services.invoice_router.domain.payments import MOST_ACCOUNTS
from services.invoice_router.domain.reading import read_document, read_invoice
from tests.unit.invoice_router.documents import EN_16931, IBAN, UBL_BE, credit_note, invoice

TELLING = ("warning", "add", "number", "DocumentRejected", "_agreed", "_set_apart")
OWN = set(OWN_CHECKS)
ISSUED = date(2026, 2, 1)
DOMAIN = Path(accounting.__file__).parent
ELSEWHERE = ("safe_xml", "xml_limits", "register")
"""The gate's codes, and the register's."""


def own_codes(data: bytes, today: date | None = None) -> list[str]:
    found = read_document(data, today=today).invoice.findings
    assert {each.severity for each in found} <= {"warn"}
    return [each.code for each in found if each.code in OWN]


def paid_to(*accounts: str, reference: str = "") -> str:
    return "".join(
        f"<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>{reference}<cac:PayeeFinancialAccount>"
        f"<cbc:ID>{account}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"
        for account in accounts
    )


@pytest.mark.parametrize(
    ("written", "reference"),
    [
        ("+++090/9337/55493+++", "090933755493"),
        ("***090/9337/55493***", "090933755493"),
        ("090/9337/55493", "090933755493"),
        ("090 9337 55493", "090933755493"),
        ("090933755493", "090933755493"),
        ("090-9337-55493", "090933755493"),
        ("+++ 090 / 9337 / 55493 +++", "090933755493"),
        ("Gelieve +++090/9337/55493+++ te vermelden", "090933755493"),
        ("facture 17 ***090/9337/55493***", "090933755493"),
        ("RF18 5390 0754 7034", "RF18539007547034"),
        ("rf18539007547034", "RF18539007547034"),
    ],
)
def test_a_structured_reference_is_read_in_every_spelling(written: str, reference: str) -> None:
    found = read_invoice(invoice(reference=written))
    assert (found.reference, found.payment_text, found.payment_means[0].text) == (reference, written, written)
    assert found.findings == ()


@pytest.mark.parametrize(
    "written", ["+++090/9337/55494+++", "090933755494", "RF19 5390 0754 7034", "zie +++090/9337/55494+++ a.u.b."]
)
def test_a_structured_reference_whose_digits_do_not_hold_is_told(written: str) -> None:
    found = read_invoice(invoice(reference=written))
    assert (found.reference, found.payment_text) == (None, written)
    assert [(each.code, each.location) for each in found.findings] == [
        ("REFERENCE_CHECKSUM", "/Invoice/cac:PaymentMeans/cbc:PaymentID")
    ]


@pytest.mark.parametrize("written", ["2026-17", "factuur 17", "12345678901234", ""])
def test_a_text_that_is_no_reference_is_nothing_odd(written: str) -> None:
    found = read_invoice(invoice(reference=written))
    assert (found.reference, found.payment_text) == (None, written)
    assert not OWN & {each.code for each in found.findings}


@pytest.mark.parametrize(
    ("account", "codes", "ibans"),
    [
        (IBAN, [], (IBAN,)),
        ("BE71 0961 2345 6769", [], (IBAN,)),
        ("NL91 ABNA 0417 1643 00", [], ("NL91ABNA0417164300",)),
        ("BE71096123456760", ["IBAN"], ()),
        ("BE72096123456769", ["IBAN"], ()),
        ("BE41091811735141", ["IBAN"], ()),  # right by ISO 13616, wrong by the Belgian check
        ("BE7109612345676", ["IBAN"], ()),
        ("096-1234567-69", ["IBAN"], ()),
        ("BE83138811735115", ["IBAN_BANK_UNKNOWN"], ("BE83138811735115",)),
    ],
)
def test_an_account_is_read_as_an_iban_or_told(account: str, codes: list[str], ibans: tuple[str, ...]) -> None:
    document = invoice(iban=account)
    assert (own_codes(document), read_invoice(document).ibans) == (codes, ibans)
    assert read_invoice(document).payment_means[0].account == account


def test_each_account_is_told_once() -> None:
    found = read_invoice(invoice(payment=paid_to(IBAN, "NL91ABNA0417164300", IBAN)))
    assert found.ibans == (IBAN, "NL91ABNA0417164300")
    assert len(found.payment_means) == 3


def test_several_remittance_texts_are_told_once() -> None:
    texts = "<cbc:PaymentID>17</cbc:PaymentID>", "<cbc:PaymentID>+++090/9337/55493+++</cbc:PaymentID>"
    payment = paid_to(IBAN, reference=texts[0]) + paid_to(IBAN, reference=texts[1])
    found = read_invoice(invoice(payment=payment))
    assert (found.payment_text, found.reference) == ("17 +++090/9337/55493+++", "090933755493")
    told = [each.code for each in found.findings if each.code in ("UBL-SR-44", "REMITTANCE_TEXTS")]
    assert told == ["UBL-SR-44"]
    legacy = invoice(payment=payment, customization="1.0", profile_id="FFF.BE X")
    assert own_codes(legacy) == ["PROFILE_LEGACY", "REMITTANCE_TEXTS"]


def test_a_due_date_before_the_issue_is_told() -> None:
    assert own_codes(invoice(due="2026-01-31")) == ["DUE_BEFORE_ISSUE"]
    assert own_codes(invoice(due="2026-02-01")) == []
    assert own_codes(credit_note(due="2026-01-31")) == ["DUE_BEFORE_ISSUE", "CREDIT_NOTE_REFERENCE"]


@pytest.mark.parametrize(("days", "codes"), [(0, []), (31, []), (32, ["ISSUE_IN_FUTURE"]), (400, ["ISSUE_IN_FUTURE"])])
def test_an_issue_far_in_the_future_is_told(days: int, codes: list[str]) -> None:
    assert own_codes(invoice(), today=ISSUED - timedelta(days=days)) == codes


def test_without_a_today_no_day_is_in_the_future() -> None:
    assert own_codes(invoice(issued="2999-01-01", due="2999-02-01")) == []


def test_a_credit_note_that_names_what_it_corrects_is_in_order() -> None:
    corrected = (
        "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>2026-16</cbc:ID><cbc:IssueDate>2026-01-05"
        "</cbc:IssueDate></cac:InvoiceDocumentReference></cac:BillingReference>"
        "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>2026-15</cbc:ID>"
        "</cac:InvoiceDocumentReference></cac:BillingReference>"
    )
    found = read_invoice(credit_note(references=corrected))
    assert [(each.number, each.issue_date) for each in found.preceding] == [
        ("2026-16", date(2026, 1, 5)),
        ("2026-15", None),
    ]
    assert found.findings == ()


@pytest.mark.parametrize(
    ("tax", "codes"),
    [
        ("21.00", []),
        ("21.02", []),
        ("20.98", []),
        ("21.03", ["VAT_DIFFERENCE"]),
        ("20.97", ["VAT_DIFFERENCE"]),
        ("21.99", ["VAT_DIFFERENCE"]),
        ("22.00", ["BR-CO-17"]),
    ],
)
def test_a_cent_of_vat_more_than_rounding_makes_is_told(tax: str, codes: list[str]) -> None:
    total = str(100 + float(tax)) if "." not in tax else f"1{tax}"
    document = invoice(tax=tax, inclusive=total, payable=total)
    told = [each.code for each in read_invoice(document).findings]
    assert [code for code in told if code in ("VAT_DIFFERENCE", "BR-CO-17")] == codes
    extension = document.replace(
        f"{EN_16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0".encode(), UBL_BE.encode()
    )
    assert "VAT_DIFFERENCE" not in own_codes(extension)


def tax_in(currency: str, amount: str) -> str:
    return f'<cac:TaxTotal><cbc:TaxAmount currencyID="{currency}">{amount}</cbc:TaxAmount></cac:TaxTotal>'


def test_vat_in_another_currency_must_be_told_in_euro() -> None:
    assert own_codes(invoice(currency="USD")) == ["TAX_IN_EUR_MISSING"]
    assert own_codes(invoice(currency="USD", tax="0.00", rate="0", category="E", inclusive="100.00",
                             payable="100.00")) == []  # fmt: skip
    in_euro = invoice(
        currency="USD",
        extra="<cbc:TaxCurrencyCode>EUR</cbc:TaxCurrencyCode>",
        accounting_tax=tax_in("EUR", "19.30"),
    )
    found = read_invoice(in_euro)
    assert (str(found.tax), str(found.tax_accounting), found.tax_currency) == ("21.00 USD", "19.30 EUR", "EUR")
    assert found.findings == ()


def test_an_accounting_currency_without_its_total_is_told_by_the_official_rule() -> None:
    found = read_invoice(invoice(currency="USD", extra="<cbc:TaxCurrencyCode>EUR</cbc:TaxCurrencyCode>"))
    codes = {each.code for each in found.findings}
    assert (found.tax_accounting, "BR-53" in codes, codes & OWN) == (None, True, set())


def test_an_accounting_currency_that_is_none_is_told() -> None:
    found = read_invoice(invoice(extra="<cbc:TaxCurrencyCode>XYZ</cbc:TaxCurrencyCode>"))
    assert (found.tax_currency, "CURRENCY" in [each.code for each in found.findings]) == (None, True)


def test_a_converted_document_is_told() -> None:
    reference = (
        "<cac:AdditionalDocumentReference><cbc:ID>UBL.BE</cbc:ID><cbc:DocumentStatusCode>Converted"
        "</cbc:DocumentStatusCode><cbc:DocumentDescription>Boekje 4.2</cbc:DocumentDescription>"
        "</cac:AdditionalDocumentReference>"
    )
    found = read_invoice(invoice(attachment=reference, customization=UBL_BE))
    assert found.software == "Boekje 4.2"
    assert [each.code for each in found.findings] == ["DOCUMENT_CONVERTED", "PDF_MISSING"]


def test_the_table_lists_exactly_the_codes_that_reading_gives() -> None:
    given = {
        code
        for file in DOMAIN.glob("*.py")
        if file.stem not in ELSEWHERE
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and _name(call.func) in TELLING
        for code in _codes(call)
    }
    assert given == OWN
    assert set(SAME_FACT) <= OWN


def _codes(call: ast.Call) -> list[str]:
    texts = [argument.value for argument in call.args[:3] if isinstance(argument, ast.Constant)]
    return [text for text in texts if isinstance(text, str) and re.fullmatch("[A-Z][A-Z0-9_]+", text)]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_of_countless_accounts_the_first_are_told() -> None:
    numbers = [f"{place:018d}" for place in range(MOST_ACCOUNTS + 50)]
    ibans = [f"DE{98 - int(number + '131400') % 97:02d}{number}" for number in numbers]
    before, rest = invoice().decode().split("<cac:PaymentMeans>", 1)
    _, after = rest.split("</cac:PaymentMeans>", 1)
    read = read_invoice(f"{before}{paid_to(*ibans)}{after}".encode())
    assert list(read.ibans) == ibans[:MOST_ACCOUNTS] and len(read.payment_means) == len(ibans)
