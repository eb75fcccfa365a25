"""The amounts of the whole document: BG-20 to BG-23. Whether they follow from each other is asked by the rules."""

from dataclasses import dataclass
from decimal import Decimal

from services.invoice_router.domain.fields import Notes
from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.rejection import DocumentRejected
from shared.contracts.sales_invoices import AllowanceCharge, TaxSubtotal
from shared.values import Currency, Money, ValueRejected

TOTALS = "cac:LegalMonetaryTotal"
TAX_TOTAL = "cac:TaxTotal"


@dataclass(frozen=True, slots=True)
class Taxes:
    """VAT: BT-110, BT-111 and the breakdown."""

    total: Money | None
    accounting: Money | None
    subtotals: tuple[TaxSubtotal, ...]


def monetary_total(root: Part) -> Part:
    """BG-22. Raises `DocumentRejected` UBL_TOTAL_COUNT."""
    found = root.all(TOTALS)
    if len(found) != 1:
        raise DocumentRejected("UBL_TOTAL_COUNT", root.place(TOTALS), f"{len(found)} elements", "exactly one")
    return found[0]


def tax_currency(root: Part, notes: Notes) -> Currency | None:
    """BT-6; CURRENCY is noted for a code that is none."""
    written = root.text("cbc:TaxCurrencyCode")
    if not written:
        return None
    try:
        return Currency(written)
    except ValueRejected as error:
        notes.add("CURRENCY", root.place("cbc:TaxCurrencyCode"), error.found, error.expected)
        return None


def taxes(root: Part, accounting: Currency | None, notes: Notes) -> Taxes:
    """The VAT of the document; a subtotal whose amounts cannot be read is noted and left out.

    A second total in the accounting currency has no breakdown (PEPPOL-EN16931-R054).
    """
    total: Money | None = None
    in_accounting: Money | None = None
    subtotals: list[TaxSubtotal] = []
    for part in root.all(TAX_TOTAL):
        if (
            accounting is not None
            and accounting != notes.currency
            and part.attribute("cbc:TaxAmount", "currencyID") == accounting
        ):
            in_accounting = in_accounting or _accounting_amount(part, accounting, notes)
            continue
        amount = notes.amount(part, "cbc:TaxAmount")
        total = amount if total is None else total
        subtotals += (subtotal for each in part.all("cac:TaxSubtotal") if (subtotal := _subtotal(each, notes)))
    return Taxes(total, in_accounting, tuple(subtotals))


def allowances_charges(parent: Part, notes: Notes) -> tuple[AllowanceCharge, ...]:
    """BG-20 and BG-21 of the document, BG-27 and BG-28 of a line; one without a legible amount is left out."""
    found = parent.all("cac:AllowanceCharge")
    return tuple([read for part in found if (read := _allowance_charge(part, notes))]) if found else ()


def percent(part: Part, notes: Notes) -> Decimal | None:
    """A rate; PERCENT_FORMAT is noted for one that is no number."""
    return notes.number(part, "cbc:Percent", "PERCENT_FORMAT")


def _accounting_amount(tax_total: Part, accounting: Currency, notes: Notes) -> Money | None:
    try:
        return notes.money(tax_total, tax_total.part("cbc:TaxAmount"), accounting)
    except DocumentRejected as error:
        notes.add(error.code, error.location, error.found, error.expected)
        return None


def _subtotal(part: Part, notes: Notes) -> TaxSubtotal | None:
    category = part.part("cac:TaxCategory")
    taxable, tax = notes.amount(part, "cbc:TaxableAmount"), notes.amount(part, "cbc:TaxAmount")
    rate = percent(category, notes)
    if taxable is None or tax is None:
        return None
    return TaxSubtotal(
        category=category.text("cbc:ID"),
        # UBL 2.0 documents have the rate beside the category.
        percent=percent(part, notes) if rate is None else rate,
        taxable=taxable,
        tax=tax,
        exemption_code=category.text("cbc:TaxExemptionReasonCode"),
        exemption_reason=category.joined("cbc:TaxExemptionReason"),
        box=category.text("cbc:Name"),
    )


def _allowance_charge(part: Part, notes: Notes) -> AllowanceCharge | None:
    amount = notes.amount(part, "cbc:Amount")
    if amount is None:
        return None
    category = part.part("cac:TaxCategory")
    return AllowanceCharge(
        charge=part.text("cbc:ChargeIndicator").lower() in ("true", "1"),
        amount=amount,
        base=notes.amount(part, "cbc:BaseAmount"),
        percent=notes.number(part, "cbc:MultiplierFactorNumeric", "PERCENT_FORMAT"),
        reason_code=part.text("cbc:AllowanceChargeReasonCode"),
        reason=part.joined("cbc:AllowanceChargeReason"),
        tax_category=category.text("cbc:ID"),
        tax_percent=percent(category, notes),
    )
