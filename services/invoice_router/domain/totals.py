"""Do the totals follow from each other? Differences are told, never a reason to keep a document back."""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import TypeVar

from lxml import etree

from services.invoice_router.domain.fields import amount, elements, money, required_amount, text
from services.invoice_router.domain.rejection import DocumentRejected, warning
from shared.contracts.invoices import Finding
from shared.contracts.sales_invoices import TaxSubtotal
from shared.values import Currency, Money, ValueRejected

TOTALS = "cac:LegalMonetaryTotal"
_TAX_AMOUNT = "cac:TaxTotal/cbc:TaxAmount"
_SUBTOTAL = "cac:TaxTotal/cac:TaxSubtotal"
_PERCENT = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{0,10})?")
Result = TypeVar("Result")


def monetary_total(root: etree._Element) -> etree._Element:
    """BG-22. Raises `DocumentRejected` UBL_TOTAL_COUNT."""
    found = elements(root, TOTALS)
    if len(found) != 1:
        raise DocumentRejected("UBL_TOTAL_COUNT", TOTALS, f"{len(found)} elements", "exactly one")
    return found[0]


def tax_subtotals(root: etree._Element, currency: Currency) -> tuple[tuple[TaxSubtotal, ...], list[Finding]]:
    """BG-23, and what is odd about it; the tax total in the accounting currency has no breakdown.

    A subtotal whose amounts cannot be read is told and left out.
    """
    subtotals: list[TaxSubtotal] = []
    findings: list[Finding] = []
    for element in elements(root, _SUBTOTAL):
        taxable = _tolerated(findings, partial(required_amount, element, "cbc:TaxableAmount", currency))
        tax = _tolerated(findings, partial(required_amount, element, "cbc:TaxAmount", currency))
        percent = _percent(element, findings)
        if taxable is not None and tax is not None:
            category = text(element, "cac:TaxCategory/cbc:ID")
            subtotals.append(TaxSubtotal(category=category, percent=percent, taxable=taxable, tax=tax))
    return tuple(subtotals), findings


def check_totals(root: etree._Element, currency: Currency, lines: str, taxes: Sequence[TaxSubtotal]) -> list[Finding]:
    """BR-CO-10, BR-CO-13, BR-CO-14, BR-CO-15 and BR-CO-16 of EN 16931-1, with exact amounts.

    An amount that cannot be read is told and counts as nothing.
    """
    findings: list[Finding] = []
    totals, zero = monetary_total(root), Money.zero(currency)

    def total(name: str) -> Money:
        return _tolerated(findings, partial(amount, totals, f"cbc:{name}", currency)) or zero

    def amounts(path: str, found: Iterable[etree._Element]) -> list[Money]:
        read = (_tolerated(findings, partial(money, element, path, currency)) for element in found)
        return [each for each in read if each is not None]

    of_lines = amounts(lines, elements(root, f"{lines}/cbc:LineExtensionAmount"))
    written = (element for element in elements(root, _TAX_AMOUNT) if element.get("currencyID") == currency)
    of_taxes = amounts(_TAX_AMOUNT, written)
    line_total, exclusive, inclusive = (
        total(f"{name}Amount") for name in ("LineExtension", "TaxExclusive", "TaxInclusive")
    )
    allowances, charges = total("AllowanceTotalAmount"), total("ChargeTotalAmount")
    prepaid, rounding, payable = total("PrepaidAmount"), total("PayableRoundingAmount"), total("PayableAmount")
    equations: list[tuple[str, str, Callable[[], tuple[Money, Money]]]] = [
        ("BR-CO-10", "cbc:LineExtensionAmount", lambda: (line_total, sum(of_lines, zero))),
        ("BR-CO-13", "cbc:TaxExclusiveAmount", lambda: (exclusive, line_total - allowances + charges)),
        ("BR-CO-15", "cbc:TaxInclusiveAmount", lambda: (inclusive, exclusive + sum(of_taxes, zero))),
        ("BR-CO-16", "cbc:PayableAmount", lambda: (payable, inclusive - prepaid + rounding)),
    ]
    if taxes:
        of_subtotals = [subtotal.tax for subtotal in taxes]
        equations.append(("BR-CO-14", "cbc:TaxAmount", lambda: (sum(of_taxes, zero), sum(of_subtotals, zero))))
    for code, place, sides in equations:
        compared = _tolerated(findings, sides)
        if compared is not None and compared[0] != compared[1]:
            findings.append(warning(code, f"{TOTALS}/{place}", str(compared[0]), str(compared[1])))
    return findings


def _percent(subtotal: etree._Element, findings: list[Finding]) -> Decimal | None:
    path = "cac:TaxCategory/cbc:Percent"
    written = text(subtotal, path)
    if _PERCENT.fullmatch(written):
        return Decimal(written)
    if written:
        findings.append(warning("PERCENT_FORMAT", path, written, "digits with a decimal point, such as 21.00"))
    return None


def _tolerated(findings: list[Finding], read: Callable[[], Result]) -> Result | None:
    """What was read; None where that would refuse the document: then it is a finding."""
    try:
        return read()
    except DocumentRejected as error:
        findings.append(warning(error.code, error.location, error.found, error.expected))
    except ValueRejected as error:
        findings.append(warning(error.code.upper(), TOTALS, error.found, error.expected))
    return None
