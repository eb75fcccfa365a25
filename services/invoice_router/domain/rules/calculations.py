"""Do the sums hold (BR-CO-10 to BR-CO-17), and has every amount at most two decimals (BR-DEC, UBL-DT-01)?

An amount that is not there or is no number makes the sum that needs it fail. A sum is rounded to the cent before it
is compared, the amount that is written is not, as the official rules have it: 99.999 is no total. BR-CO-17 lets VAT
differ by less than one unit, which is their choice too.
"""

from decimal import Decimal

from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.rules.facts import Document, Subtotal, summed
from services.invoice_router.domain.rules.groups import AllowanceCharge
from services.invoice_router.domain.rules.numbers import cents, decimals, number_in, whole
from services.invoice_router.domain.rules.report import Report

SLACK = Decimal(1)
"""How much VAT or a taxable amount may differ: less than this (CEN, issue 432)."""

_ZERO = Decimal(0)
_MOST_DECIMALS = 2
_OF_TOTALS = (
    ("BR-DEC-09", "cbc:LineExtensionAmount"),
    ("BR-DEC-10", "cbc:AllowanceTotalAmount"),
    ("BR-DEC-11", "cbc:ChargeTotalAmount"),
    ("BR-DEC-12", "cbc:TaxExclusiveAmount"),
    ("BR-DEC-14", "cbc:TaxInclusiveAmount"),
    ("BR-DEC-16", "cbc:PrepaidAmount"),
    ("BR-DEC-17", "cbc:PayableRoundingAmount"),
    ("BR-DEC-18", "cbc:PayableAmount"),
)
_OF_SUBTOTAL = (("BR-DEC-19", "cbc:TaxableAmount"), ("BR-DEC-20", "cbc:TaxAmount"))
_OF_ALLOWANCE = (("BR-DEC-01", "cbc:Amount"), ("BR-DEC-02", "cbc:BaseAmount"))
_OF_CHARGE = (("BR-DEC-05", "cbc:Amount"), ("BR-DEC-06", "cbc:BaseAmount"))
_OF_LINE = (("BR-DEC-23", "cbc:LineExtensionAmount"),)
_OF_LINE_ALLOWANCE = (("BR-DEC-24", "cbc:Amount"), ("BR-DEC-25", "cbc:BaseAmount"))
_OF_LINE_CHARGE = (("BR-DEC-27", "cbc:Amount"), ("BR-DEC-28", "cbc:BaseAmount"))


def check(document: Document, report: Report) -> None:
    """All of this group."""
    for totals in document.totals:
        _totals(document, totals, report)
    _total_with_vat(document, report)
    for total in document.tax_totals:
        if total.subtotals:
            _equal(report, "BR-CO-14", total.group, "cbc:TaxAmount", _sum(*(each.tax for each in total.subtotals)))
        for subtotal in total.subtotals:
            _vat(subtotal, report)
    if document.precise:
        _all_decimals(document, report)


def _all_decimals(document: Document, report: Report) -> None:
    """BR-DEC."""
    for totals in document.totals:
        _decimals(totals, _OF_TOTALS, report)
    for subtotal in document.subtotals:
        _decimals(subtotal.group, _OF_SUBTOTAL, report)
    _decimals_of_allowances(document.allowances_charges, (_OF_ALLOWANCE, _OF_CHARGE), report)
    for line in document.lines:
        _decimals(line.group, _OF_LINE, report)
        _decimals_of_allowances(line.allowances_charges, (_OF_LINE_ALLOWANCE, _OF_LINE_CHARGE), report)


def differs_by_slack(found: Decimal | None, expected: Decimal) -> bool:
    """Whether an amount, whatever its sign, is a unit or more away from another."""
    return found is None or abs(abs(found) - expected) >= SLACK


def vat_of(taxable: Decimal, percent: Decimal) -> Decimal:
    """The VAT on an amount, without its sign, to the cent."""
    return cents(abs(taxable) * percent / 100)


def _totals(document: Document, totals: Part, report: Report) -> None:
    lines = [line.net for line in document.lines]
    _equal(report, "BR-CO-10", totals, "cbc:LineExtensionAmount", cents(summed(lines)))
    for code, name, charge in (
        ("BR-CO-11", "cbc:AllowanceTotalAmount", False),
        ("BR-CO-12", "cbc:ChargeTotalAmount", True),
    ):
        of_kind = [each.amount for each in document.allowances_charges if each.charge is charge]
        if of_kind or totals.all(name):
            _equal(report, code, totals, name, cents(summed(of_kind)))
    allowances, charges = (number_in(totals, name) for name in ("cbc:AllowanceTotalAmount", "cbc:ChargeTotalAmount"))
    exclusive = _changed(number_in(totals, "cbc:LineExtensionAmount"), charges, allowances)
    _equal(report, "BR-CO-13", totals, "cbc:TaxExclusiveAmount", exclusive)
    _payable(totals, report)


def _payable(totals: Part, report: Report) -> None:
    """BR-CO-16. What the rounding leaves of the amount to pay is rounded as well."""
    rounding = number_in(totals, "cbc:PayableRoundingAmount")
    due = _changed(number_in(totals, "cbc:TaxInclusiveAmount"), None, number_in(totals, "cbc:PrepaidAmount"))
    found = number_in(totals, "cbc:PayableAmount")
    if found is not None and rounding is not None and cents(found - rounding) == due:
        return
    _equal(report, "BR-CO-16", totals, "cbc:PayableAmount", due if rounding is None else _sum(due, rounding))


def _changed(amount: Decimal | None, more: Decimal | None, less: Decimal | None) -> Decimal | None:
    """An amount with what is added and taken off, to the cent; as it stands where there is neither."""
    return amount if more is None and less is None else _sum(amount, more or _ZERO, -(less or _ZERO))


def _total_with_vat(document: Document, report: Report) -> None:
    """BR-CO-15: one VAT total in the currency of the invoice, and the total with VAT is the one without plus that."""
    if not document.root.all("cbc:DocumentCurrencyCode"):
        return
    taxes = [total.tax for total in document.tax_totals if total.currency == document.currency and total.currency]
    totals = document.totals[0] if document.totals else None
    if len(taxes) != 1 or totals is None:
        where = document.root if totals is None else totals
        expected = f"one VAT total in {document.currency} (BT-110)"
        report.add("BR-CO-15", where, f"{len(taxes)} VAT totals", expected, "cbc:TaxInclusiveAmount")
        return
    inclusive = _sum(number_in(totals, "cbc:TaxExclusiveAmount"), taxes[0])
    _equal(report, "BR-CO-15", totals, "cbc:TaxInclusiveAmount", inclusive)


def _vat(subtotal: Subtotal, report: Report) -> None:
    """BR-CO-17: VAT is the taxable amount times the rate."""
    rates = [category for category in subtotal.categories if category.is_vat and category.has_percent]
    percent = rates[0].percent if rates else None
    tax = subtotal.tax
    if percent is None or whole(percent) == 0:
        holds, expected = tax is not None and whole(tax) == 0, _ZERO
    elif subtotal.taxable is None:
        holds, expected = False, _ZERO
    else:
        expected = vat_of(subtotal.taxable, percent)
        holds = not differs_by_slack(tax, expected)
        expected = expected.copy_sign(subtotal.taxable)
    if not holds:
        report.add("BR-CO-17", subtotal.group, subtotal.group.part("cbc:TaxAmount").trimmed, expected, "cbc:TaxAmount")


def _sum(*amounts: Decimal | None) -> Decimal | None:
    """The sum to the cent, None where one of them is not there."""
    total = _ZERO
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return cents(total)


def _equal(report: Report, code: str, group: Part, name: str, expected: Decimal | None) -> None:
    found = number_in(group, name)
    if found is None or expected is None or found != expected:
        report.add(code, group, group.part(name).trimmed, "" if expected is None else expected, name)


def _decimals(group: Part, names: tuple[tuple[str, str], ...], report: Report) -> None:
    for code, name in names:
        for element in group.all(name):
            text = element.written.strip()
            if decimals(text) > _MOST_DECIMALS:
                report.add(code, element, text, "at most two decimals")


def _decimals_of_allowances(
    found: tuple[AllowanceCharge, ...],
    names: tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]],
    report: Report,
) -> None:
    for each in found:
        if each.charge is not None:
            _decimals(each.group, names[each.charge], report)
