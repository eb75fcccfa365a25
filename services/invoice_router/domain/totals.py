"""Do the totals follow from each other? Differences are told, never a reason to keep a document back."""

from collections.abc import Iterator

from lxml import etree

from services.invoice_router.domain.fields import amount, elements, money, required_amount, text
from services.invoice_router.domain.invoice import TaxSubtotal
from services.invoice_router.domain.rejection import DocumentRejected, warning
from shared.contracts.invoices import Finding
from shared.values import Currency, Money

TOTALS = "cac:LegalMonetaryTotal"
_TAX_AMOUNT = "cac:TaxTotal/cbc:TaxAmount"
_SUBTOTAL = "cac:TaxTotal/cac:TaxSubtotal"


def monetary_total(root: etree._Element) -> etree._Element:
    """BG-22. Raises `DocumentRejected` UBL_TOTAL_COUNT."""
    found = elements(root, TOTALS)
    if len(found) != 1:
        raise DocumentRejected("UBL_TOTAL_COUNT", TOTALS, f"{len(found)} elements", "exactly one")
    return found[0]


def tax_subtotals(root: etree._Element, currency: Currency) -> tuple[TaxSubtotal, ...]:
    """BG-23; the tax total in the accounting currency has no breakdown."""
    subtotals = []
    for element in elements(root, _SUBTOTAL):
        percent = text(element, "cac:TaxCategory/cbc:Percent")
        subtotals.append(
            TaxSubtotal(
                category=text(element, "cac:TaxCategory/cbc:ID"),
                percent=Money.of(percent, currency).amount if percent else None,
                taxable=required_amount(element, "cbc:TaxableAmount", currency),
                tax=required_amount(element, "cbc:TaxAmount", currency),
            )
        )
    return tuple(subtotals)


def check_totals(root: etree._Element, currency: Currency, lines: str) -> list[Finding]:
    """BR-CO-10, BR-CO-13, BR-CO-14, BR-CO-15 and BR-CO-16 of EN 16931-1, with exact amounts."""
    return [
        warning(code, f"{TOTALS}/{place}", str(found), str(expected))
        for code, place, found, expected in _equations(root, currency, lines)
        if found != expected
    ]


def _equations(root: etree._Element, currency: Currency, lines: str) -> Iterator[tuple[str, str, Money, Money]]:
    totals, zero = monetary_total(root), Money.zero(currency)

    def total(name: str) -> Money:
        return amount(totals, f"cbc:{name}", currency) or zero

    line_total = total("LineExtensionAmount")
    of_lines = [money(element, lines, currency) for element in elements(root, f"{lines}/cbc:LineExtensionAmount")]
    yield "BR-CO-10", "cbc:LineExtensionAmount", line_total, sum(of_lines, zero)
    exclusive = total("TaxExclusiveAmount")
    net = line_total - total("AllowanceTotalAmount") + total("ChargeTotalAmount")
    yield "BR-CO-13", "cbc:TaxExclusiveAmount", exclusive, net
    taxes = [
        money(element, _TAX_AMOUNT, currency)
        for element in elements(root, _TAX_AMOUNT)
        if element.get("currencyID") == currency
    ]
    tax = sum(taxes, zero)
    of_subtotals = [subtotal.tax for subtotal in tax_subtotals(root, currency)]
    if of_subtotals:
        yield "BR-CO-14", "cbc:TaxAmount", tax, sum(of_subtotals, zero)
    inclusive = total("TaxInclusiveAmount")
    yield "BR-CO-15", "cbc:TaxInclusiveAmount", inclusive, exclusive + tax
    payable = inclusive - total("PrepaidAmount") + total("PayableRoundingAmount")
    yield "BR-CO-16", "cbc:PayableAmount", total("PayableAmount"), payable
