"""Rules of EN 16931 one by one: where, what was found and what was expected.

That each fires where it must and nowhere else is the matter of CEN's own tests (test_accuracy).
"""

import pytest
from lxml import etree

from services.invoice_router.domain import rules
from services.invoice_router.domain.trees import tree_of
from tests.unit.invoice_router.documents import EN_16931, invoice, line
from tests.unit.invoice_router.rules.mutations import part, taxes

_TOTALS = "/Invoice/cac:LegalMonetaryTotal"
_SUBTOTAL = "/Invoice/cac:TaxTotal/cac:TaxSubtotal"
_LINE = "/Invoice/cac:InvoiceLine"
_PREPAID = '<cbc:PrepaidAmount currencyID="EUR">21.00</cbc:PrepaidAmount>'
_CHARGED = '<cbc:ChargeTotalAmount currencyID="EUR">10.00</cbc:ChargeTotalAmount>'
_PAYEE = "<cac:PayeeParty><cac:PartyIdentification><cbc:ID>7</cbc:ID></cac:PartyIdentification></cac:PayeeParty>"
_BUYER = "/Invoice/cac:AccountingCustomerParty/cac:Party"
_LINES = line(net="60.00") + line(2, net="40.00")


def _untaxed(category: str) -> dict[str, str]:
    told = taxes((category, "0", "99.00", "1.00"), total="1.00")
    return {"category": category, "rate": "0", "taxes": told, "inclusive": "101.00", "payable": "101.00"}


CASES: list[tuple[str, dict[str, str], str, str, str]] = [
    ("BR-16", {"lines": " "}, f"{_LINE}", "", "at least one line (BG-25)"),
    ("BR-25", {"lines": line(name=" ")}, f"{_LINE}/cac:Item/cbc:Name", "", "an item name (BT-153)"),
    (
        "BR-27",
        {"lines": line(price="-1")},
        f"{_LINE}/cac:Price/cbc:PriceAmount",
        "-1",
        "a price of zero or more (BT-146)",
    ),
    (
        "BR-CO-04",
        {"lines": _LINES.replace("VAT", "GST", 1)},
        f"{_LINE}[1]/cac:Item/cac:ClassifiedTaxCategory/cbc:ID",
        "",
        "a VAT category (BT-151)",
    ),
    ("BR-CO-10", {"lines": _LINES.replace("60.00", "60.01")}, f"{_TOTALS}/cbc:LineExtensionAmount", "100.00", "100.01"),
    (
        "BR-CO-13",
        {"allowances": part(charge=True), "more_totals": _CHARGED},
        f"{_TOTALS}/cbc:TaxExclusiveAmount",
        "100.00",
        "110.00",
    ),
    (
        "BR-CO-14",
        {"taxes": taxes(("S", "21", "100.00", "21.00"), total="20.99")},
        "/Invoice/cac:TaxTotal/cbc:TaxAmount",
        "20.99",
        "21.00",
    ),
    ("BR-CO-15", {"inclusive": "120.99"}, f"{_TOTALS}/cbc:TaxInclusiveAmount", "120.99", "121.00"),
    ("BR-CO-16", {"more_totals": _PREPAID}, f"{_TOTALS}/cbc:PayableAmount", "121.00", "100.00"),
    (
        "BR-CO-17",
        {"taxes": taxes(("S", "21", "-100.00", "21.00"), total="21.00").replace(">21.00<", ">23.00<")},
        f"{_SUBTOTAL}/cbc:TaxAmount",
        "23.00",
        "-21.00",
    ),
    (
        "BR-CO-09",
        {"vat": "0403170701"},
        "/Invoice/cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID",
        "0403170701",
        "a country code first",
    ),
    ("BR-S-08", {"lines": line(rate="6")}, f"{_SUBTOTAL}/cbc:TaxableAmount", "100.00", "0.00"),
    ("BR-E-08", _untaxed("E"), f"{_SUBTOTAL}/cbc:TaxableAmount", "99.00", "100.00"),
    ("BR-E-09", _untaxed("E"), f"{_SUBTOTAL}/cbc:TaxAmount", "1.00", "0.00"),
    (
        "BR-AE-02",
        _untaxed("AE"),
        f"{_LINE}/cac:Item/cac:ClassifiedTaxCategory",
        "AE",
        "a VAT number of the seller and a number of the buyer",
    ),
    (
        "BR-S-05",
        {"lines": line(rate="0")},
        f"{_LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
        "0",
        "a rate that is positive",
    ),
    (
        "BR-DEC-23",
        {"lines": line(net="100.001")},
        f"{_LINE}/cbc:LineExtensionAmount",
        "100.001",
        "at most two decimals",
    ),
    (
        "BR-CL-14",
        {"buyer_country": "Belgium"},
        f"{_BUYER}/cac:PostalAddress/cac:Country/cbc:IdentificationCode",
        "Belgium",
        "a country of ISO 3166-1, such as BE",
    ),
    (
        "BR-CL-23",
        {"lines": _LINES.replace("C62", "piece", 1)},
        f"{_LINE}[1]/cbc:InvoicedQuantity",
        "piece",
        "a unit of UN/ECE Recommendation 20, such as C62",
    ),
    (
        "BR-17",
        {"parties": _PAYEE},
        "/Invoice/cac:PayeeParty",
        "",
        "the name of another than the seller (BT-59)",
    ),
    (
        "UBL-SR-48",
        {"lines": _LINES.replace("ClassifiedTaxCategory", "Other")},
        f"{_LINE}[1]/cac:Item/cac:ClassifiedTaxCategory",
        "0 categories",
        "exactly one VAT category",
    ),
]


@pytest.mark.parametrize(("code", "changes", "location", "found", "expected"), CASES, ids=[case[0] for case in CASES])
def test_each_rule_tells_where_what_was_found_and_what_was_expected(
    code: str, changes: dict[str, str], location: str, found: str, expected: str
) -> None:
    findings = rules.check(tree_of(etree.fromstring(invoice(customization=EN_16931, **changes))), "invoice")
    told = [(each.location, each.found, each.expected) for each in findings if each.code == code]
    assert told[:1] == [(location, found, expected)], findings


def test_lines_that_are_made_alike_are_all_told() -> None:
    lines = "".join(line(number).replace("<cbc:Name>Desembrood</cbc:Name>", "") for number in (1, 2, 3))
    findings = rules.check(tree_of(etree.fromstring(invoice(lines=lines))), "invoice")
    assert [each.location for each in findings if each.code == "BR-25"] == [
        f"{_LINE}[{number}]/cac:Item/cbc:Name" for number in (1, 2, 3)
    ]


def test_vat_may_differ_by_less_than_one_as_the_standard_allows() -> None:
    for tax, told in (("21.99", False), ("22.00", True), ("20.01", False), ("20.00", True)):
        changes = {"taxes": taxes(("S", "21", "100.00", tax), total=tax)}
        codes = {finding.code for finding in rules.check(tree_of(etree.fromstring(invoice(**changes))), "invoice")}
        assert ("BR-CO-17" in codes) == ("BR-S-09" in codes) == told


def test_a_due_date_may_be_absent_since_that_rule_was_withdrawn() -> None:
    assert rules.check(tree_of(etree.fromstring(invoice(due=""))), "invoice") == []


def test_amounts_are_exact_where_binary_fractions_are_not() -> None:
    lines = "".join(line(number, net="0.10", price="0.10") for number in range(1, 4))
    sums = {"net": "0.30", "tax": "0.06", "inclusive": "0.36", "payable": "0.36"}
    assert rules.check(tree_of(etree.fromstring(invoice(lines=lines, **sums))), "invoice") == []
