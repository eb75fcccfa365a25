"""Peppol's rules one by one: what is wrong, the id that says so, where, what was found and what was expected."""

import pytest
from lxml import etree

from services.invoice_router.domain import rules
from services.invoice_router.domain.trees import tree_of
from shared.contracts.invoices import Finding
from tests.unit.invoice_router.documents import BUYER, attachment, credit_note, invoice, line
from tests.unit.invoice_router.rules.mutations import part, taxes

_MANDATE = "<cac:PaymentMeans><cbc:PaymentMeansCode>59</cbc:PaymentMeansCode></cac:PaymentMeans>"
_BARE_TAX = '<cac:TaxTotal><cbc:TaxAmount currencyID="{}">{}</cbc:TaxAmount></cac:TaxTotal>'
_PERIOD = "<cac:InvoicePeriod><cbc:StartDate>{}</cbc:StartDate><cbc:EndDate>{}</cbc:EndDate></cac:InvoicePeriod>"
_EXEMPT = "<cbc:TaxExemptionReasonCode>{}</cbc:TaxExemptionReasonCode>"
_DOCUMENT = (
    "<cac:{0}DocumentReference><cbc:ID>7</cbc:ID><cbc:DocumentTypeCode>{1}</cbc:DocumentTypeCode>"
    "</cac:{0}DocumentReference>"
)
_FACTOR = "<cbc:MultiplierFactorNumeric>5</cbc:MultiplierFactorNumeric>"
_BASE = '</cbc:Amount><cbc:BaseAmount currencyID="EUR">100.00</cbc:BaseAmount>'
_CODE = "<cbc:AllowanceChargeReasonCode>999</cbc:AllowanceChargeReasonCode>"
_USD = "<cbc:TaxCurrencyCode>USD</cbc:TaxCurrencyCode>"


def _priced(inside: str) -> str:
    return line().replace("</cbc:PriceAmount>", f"</cbc:PriceAmount>{inside}")


def _inserted(piece: str) -> str:
    return line().replace("<cac:Item>", f"{piece}<cac:Item>")


def _allowance(base: str, amount: str, indicator: str = "false") -> str:
    return (
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>{indicator}</cbc:ChargeIndicator>"
        f'<cbc:Amount currencyID="EUR">{amount}</cbc:Amount><cbc:BaseAmount currencyID="EUR">{base}</cbc:BaseAmount>'
        "</cac:AllowanceCharge>"
    )


def _exempted(code: str, category: str = "E") -> bytes:
    told = taxes((category, "0", "100.00", "0.00"), total="0.00").replace(
        "<cbc:TaxExemptionReason>because</cbc:TaxExemptionReason>", _EXEMPT.format(code)
    )
    sums = {"tax": "0.00", "inclusive": "100.00", "payable": "100.00"}
    return invoice(category=category, rate="0", taxes=told, **sums)


_PERIODS = {"references": _PERIOD.format("2026-01-01", "2026-01-31")}
_CATEGORY = "/Invoice/cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID"
_NO_ENDPOINT = f'<cbc:EndpointID schemeID="0208">{BUYER}</cbc:EndpointID>'.encode()
ROOT, LINE = "/Invoice", "/Invoice/cac:InvoiceLine"
SELLER, BUYER_PARTY = (f"/Invoice/cac:Accounting{holder}Party/cac:Party" for holder in ("Supplier", "Customer"))
CASES: dict[str, tuple[bytes, str, str, str]] = {
    "R001": (
        invoice(profile_id="").replace(b"<cbc:ProfileID></cbc:ProfileID>", b""),
        f"{ROOT}/cbc:ProfileID",
        "",
        "a business process (BT-23)",
    ),
    "R002": (
        invoice(extra="<cbc:Note>a</cbc:Note><cbc:Note>b</cbc:Note>"),
        f"{ROOT}/cbc:Note[2]",
        "2 notes",
        "one note",
    ),
    "R003": (
        invoice(buyer_reference=""),
        f"{ROOT}/cbc:BuyerReference",
        "",
        "a buyer reference (BT-10) or an order number (BT-13)",
    ),
    "R005": (
        invoice(
            extra="<cbc:TaxCurrencyCode>EUR</cbc:TaxCurrencyCode>", accounting_tax=_BARE_TAX.format("EUR", "21.00")
        ),
        f"{ROOT}/cbc:TaxCurrencyCode",
        "EUR",
        "another currency than BT-5",
    ),
    "R008": (
        invoice(buyer_reference="<cbc:BuyerReference> </cbc:BuyerReference>"),
        f"{ROOT}/cbc:BuyerReference",
        "",
        "no empty element",
    ),
    "R010": (
        invoice().replace(_NO_ENDPOINT, b""),
        f"{BUYER_PARTY}/cbc:EndpointID",
        "",
        "the buyer's electronic address (BT-49)",
    ),
    "R040": (
        invoice(allowances=part(charge=False, more=_FACTOR).replace("</cbc:Amount>", _BASE)),
        f"{ROOT}/cac:AllowanceCharge/cbc:Amount",
        "10.00",
        "5.00",
    ),
    "R041": (
        invoice(allowances=part(charge=False, more=_FACTOR)),
        f"{ROOT}/cac:AllowanceCharge/cbc:BaseAmount",
        "",
        "the base amount of the percentage",
    ),
    "R042": (
        invoice(allowances=part(charge=True).replace("</cbc:Amount>", _BASE)),
        f"{ROOT}/cac:AllowanceCharge/cbc:MultiplierFactorNumeric",
        "",
        "the percentage of the base",
    ),
    "R043": (
        invoice(allowances=part(charge=True).replace(">true<", ">1<")),
        f"{ROOT}/cac:AllowanceCharge/cbc:ChargeIndicator",
        "1",
        "true or false",
    ),
    "R044": (
        invoice(lines=_priced(_allowance("110.00", "10.00", "true"))),
        f"{LINE}/cac:Price/cac:AllowanceCharge/cbc:ChargeIndicator",
        "true",
        "false",
    ),
    "R046": (
        invoice(lines=_priced(_allowance("110.00", "5.00"))),
        f"{LINE}/cac:Price/cbc:PriceAmount",
        "100.00",
        "105.00",
    ),
    "R051": (invoice(lines=line(currency="USD")), f"{LINE}/cbc:LineExtensionAmount", "USD", "EUR"),
    "R053": (
        invoice(accounting_tax=taxes(("S", "21", "100.00", "21.00"), total="21.00")),
        f"{ROOT}/cac:TaxTotal",
        "2 VAT totals",
        "one VAT total with a breakdown",
    ),
    "R054": (
        invoice(accounting_tax=_BARE_TAX.format("USD", "21.00")),
        f"{ROOT}/cac:TaxTotal",
        "1 VAT totals",
        "0 without a breakdown",
    ),
    "R055": (
        invoice(extra=_USD, accounting_tax=_BARE_TAX.format("USD", "-21.00")),
        f"{ROOT}/cac:TaxTotal",
        "",
        "VAT of the same sign in both currencies",
    ),
    "R061": (
        invoice(payment=_MANDATE),
        f"{ROOT}/cac:PaymentMeans/cac:PaymentMandate/cbc:ID",
        "",
        "the mandate (BT-89)",
    ),
    "R080": (
        credit_note(references=_DOCUMENT.format("Additional", 50) * 2),
        "/CreditNote/cac:AdditionalDocumentReference[2]",
        "2 projects",
        "one project reference",
    ),
    "R100": (
        invoice(lines=_inserted(_DOCUMENT.format("", 130) * 2)),
        f"{LINE}/cac:DocumentReference[2]",
        "2 objects",
        "one invoiced object",
    ),
    "R101": (
        invoice(lines=_inserted(_DOCUMENT.format("", 50))),
        f"{LINE}/cac:DocumentReference/cbc:DocumentTypeCode",
        "50",
        "130",
    ),
    "R110": (
        invoice(**_PERIODS, lines=_inserted(_PERIOD.format("2025-12-01", "2026-01-31"))),
        f"{LINE}/cac:InvoicePeriod/cbc:StartDate",
        "2025-12-01",
        "2026-01-01",
    ),
    "R111": (
        invoice(**_PERIODS, lines=_inserted(_PERIOD.format("2026-01-01", "2026-02-01"))),
        f"{LINE}/cac:InvoicePeriod/cbc:EndDate",
        "2026-02-01",
        "2026-01-31",
    ),
    "R120": (invoice(lines=line(quantity="3", price="33.32")), f"{LINE}/cbc:LineExtensionAmount", "100.00", "99.96"),
    "R121": (
        invoice(lines=_priced('<cbc:BaseQuantity unitCode="C62">0</cbc:BaseQuantity>')),
        f"{LINE}/cac:Price/cbc:BaseQuantity",
        "0",
        "more than zero",
    ),
    "R130": (
        invoice(lines=_priced('<cbc:BaseQuantity unitCode="HUR">1</cbc:BaseQuantity>')),
        f"{LINE}/cac:Price/cbc:BaseQuantity",
        "HUR",
        "C62",
    ),
    "F001": (invoice(due="2026-03-03Z"), f"{ROOT}/cbc:DueDate", "2026-03-03Z", "YYYY-MM-DD"),
    "P0101": (credit_note(type_code="261"), "/CreditNote/cbc:CreditNoteTypeCode", "261", "381 396 532 81 83"),
    "P0112": (invoice(type_code="384"), f"{ROOT}/cbc:InvoiceTypeCode", "384", "380 between companies outside Germany"),
    "P0104": (_exempted("VATEX-EU-G"), _CATEGORY, "E", "G"),
    "P0106": (_exempted("vatex-eu-ic"), _CATEGORY, "E", "K"),
    "P0110": (_exempted("VATEX-EU-I", "AE"), _CATEGORY, "AE", "E"),
    "CL001": (
        invoice(attachment=attachment("AA==", media_type="text/html")),
        f"{ROOT}/cac:AdditionalDocumentReference/cac:Attachment/cbc:EmbeddedDocumentBinaryObject",
        "text/html",
        "a PDF, PNG, JPEG, CSV, XLSX or ODS file",
    ),
    "CL002": (
        invoice(
            allowances=part(charge=False).replace("<cbc:AllowanceChargeReason>", f"{_CODE}<cbc:AllowanceChargeReason>")
        ),
        f"{ROOT}/cac:AllowanceCharge/cbc:AllowanceChargeReasonCode",
        "999",
        "a code of the list of reasons",
    ),
    "CL006": (
        invoice(references="<cac:InvoicePeriod><cbc:DescriptionCode>9</cbc:DescriptionCode></cac:InvoicePeriod>"),
        f"{ROOT}/cac:InvoicePeriod/cbc:DescriptionCode",
        "9",
        "3, 35 or 432",
    ),
    "CL007": (
        invoice(lines=line(currency="EURO")),
        f"{LINE}/cbc:LineExtensionAmount",
        "EURO",
        "a currency of ISO 4217",
    ),
    "CL008": (
        invoice(endpoint_scheme="0193"),
        f"{SELLER}/cbc:EndpointID",
        "0193",
        "a scheme of the EAS list, such as 0208",
    ),
}


def _found(data: bytes, code: str) -> list[Finding]:
    root = etree.fromstring(data)
    family = "credit_note" if b"<CreditNote " in data else "invoice"
    return [finding for finding in rules.check(tree_of(root), family) if finding.code == code]


@pytest.mark.parametrize("rule", sorted(CASES))
def test_each_rule_tells_where_what_was_found_and_what_was_expected(rule: str) -> None:
    data, location, found, expected = CASES[rule]
    findings = _found(data, f"PEPPOL-EN16931-{rule}")
    assert (findings[0].location, findings[0].found, findings[0].expected) == (location, found, expected)


@pytest.mark.parametrize(
    ("scheme", "rule", "right", "wrong"),
    [
        ("0208", "R043", "0202239951", "0202239950"),
        ("0208", "R043", "0202239951", "BE0202239951"),
        ("0208", "R043", "0202239951", "0202.239.951"),
        ("0208", "R043", "0202239951", "0400008598"),  # leaves the same rest as the right check digits
        ("0088", "R040", "4012345000009", "4012345000008"),
        ("0192", "R041", "974760673", "974760674"),
        ("0184", "R042", "DK12345678", "12345678"),
        ("0007", "R049", "5560360793", "5560360794"),
        ("0151", "R050", "51824753556", "51824753557"),
    ],
)
def test_numbers_are_held_against_the_making_of_their_scheme(scheme: str, rule: str, right: str, wrong: str) -> None:
    assert _found(invoice(buyer_scheme=scheme, buyer_endpoint=right), f"PEPPOL-COMMON-{rule}") == []
    [finding] = _found(invoice(buyer_scheme=scheme, buyer_endpoint=wrong), f"PEPPOL-COMMON-{rule}")
    assert (finding.location, finding.found) == (f"{BUYER_PARTY}/cbc:EndpointID", wrong)


def test_a_line_may_differ_from_its_price_by_two_cents() -> None:
    assert _found(invoice(lines=line(quantity="3", price="33.34")), "PEPPOL-EN16931-R120") == []
    assert _found(invoice(lines=line(quantity="3", price="33.341")), "PEPPOL-EN16931-R120")


def test_german_companies_may_write_more_notes_and_types() -> None:
    german = {"supplier_country": "DE", "buyer_country": "DE"}
    assert _found(invoice(type_code="384", **german), "PEPPOL-EN16931-P0112") == []


def test_the_vat_in_the_accounting_currency_is_in_no_other() -> None:
    both = {"extra": _USD}
    data = invoice(**both, accounting_tax=_BARE_TAX.format("USD", "24.00"))
    assert rules.check(tree_of(etree.fromstring(data)), "invoice") == []
