"""The lines, the VAT breakdown and the totals of an invoice as rows of a page."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from services.delivery.domain.rendering.forms import Forms
from services.delivery.domain.rendering.legible import legible, legible_lines
from services.delivery.domain.rendering.pages import Row, Table, Total, shortened
from shared.contracts.sales_invoices import AllowanceCharge, Line, SalesInvoice, TaxSubtotal
from shared.values import Money

_ONE = ("", "C62", "EA", "1")
"""Units that only say: so many of them."""
_UNITS = {"XPA": "XPK", "PCE": "H87", "NMP": "XPK"}
_WITH_RATE_ONLY = ("S", "")


def lines_table(invoice: SalesInvoice, words: Mapping[str, str], forms: Forms) -> Table:
    """Every line in the order of the document, then what is taken off or added to the whole document."""
    names = ("description", "quantity", "price", "tax", "net")
    rows = [_line(line, words, forms) for line in invoice.lines]
    rows += [_of_document(each, words, forms) for each in invoice.allowances_charges]
    return Table("", tuple(words[name] for name in names), shortened(rows, words, columns=len(names)))


def taxes_table(invoice: SalesInvoice, words: Mapping[str, str], forms: Forms) -> Table | None:
    """VAT by category and rate, with the reason where none is due; None where the document tells nothing."""
    names = ("tax", "base", "tax_amount")
    rows = tuple(_tax(each, words, forms) for each in invoice.taxes)
    return Table(words["taxes"], tuple(words[name] for name in names), rows) if rows else None


def totals(invoice: SalesInvoice, words: Mapping[str, str], forms: Forms) -> tuple[Total, ...]:
    """From the lines to what is to be paid. Totals that say nothing are left out."""
    told: list[tuple[str, Money | None, bool]] = [
        (words["line_total"], invoice.line_total, False),
        (words["allowance_total"], _unless_zero(invoice.allowance_total), True),
        (words["charge_total"], _unless_zero(invoice.charge_total), False),
        (words["tax_exclusive"], invoice.tax_exclusive, False),
        (words["tax"], invoice.tax, False),
        (words["tax_inclusive"], invoice.tax_inclusive, False),
        (words["prepaid"], _unless_zero(invoice.prepaid), True),
        (words["rounding"], _unless_zero(invoice.rounding), False),
    ]
    rows = [Total(label, forms.amount(money, negated=taken)) for label, money, taken in told if money is not None]
    if invoice.tax_accounting is not None:
        label = words["accounting_tax"].format(currency=invoice.tax_accounting.currency)
        rows.append(Total(label, forms.amount(invoice.tax_accounting)))
    return (*rows, Total(words[f"payable.{invoice.family}"], forms.money(invoice.payable), strong=True))


def _line(line: Line, words: Mapping[str, str], forms: Forms) -> Row:
    price = forms.number(line.price, decimals=2)
    if line.price_base_quantity not in (None, Decimal(1)):
        price = f"{price} {words['per'].format(quantity=forms.number(line.price_base_quantity))}".strip()
    quantity = " ".join(each for each in (forms.number(line.quantity), _unit(line.unit, words)) if each)
    name = legible(line.name) or legible(line.description) or legible(line.id)
    cells = (name, quantity, price, _rate(line.tax_category, line.tax_percent, forms), forms.amount(line.net))
    return Row(cells, tuple(_details(line, words, forms)))


def _details(line: Line, words: Mapping[str, str], forms: Forms) -> Iterable[str]:
    if line.name:
        yield from legible_lines(line.description)
    yield from legible_lines(line.note)
    named = ("seller_item", "buyer_item", "standard_item", "order_line", "accounting_cost")
    told = [f"{words[name]} {text}" for name in named if (text := legible(getattr(line, name)))]
    if line.period is not None and (days := forms.days(line.period.start, line.period.end)):
        told.append(days)
    if line.tax_box:
        told.append(words["box"].format(box=legible(line.tax_box)))
    if told:
        yield " · ".join(told)
    for each in line.allowances_charges:
        yield forms.labelled(_named(each, words, forms), forms.amount(each.amount, negated=not each.charge))


def _of_document(each: AllowanceCharge, words: Mapping[str, str], forms: Forms) -> Row:
    rate = _rate(each.tax_category, each.tax_percent, forms)
    return Row((_named(each, words, forms), "", "", rate, forms.amount(each.amount, negated=not each.charge)))


def _named(each: AllowanceCharge, words: Mapping[str, str], forms: Forms) -> str:
    kind = words["charge" if each.charge else "allowance"]
    share = forms.percent(each.percent)
    if share and each.base is not None:
        share = f"{share} × {forms.amount(each.base)}"
    reason = legible(each.reason)
    return " ".join(part for part in (kind, share, f"({reason})" if reason else "") if part)


def _tax(each: TaxSubtotal, words: Mapping[str, str], forms: Forms) -> Row:
    named = words.get(f"tax.{each.category}", legible(each.category))
    box = words["box"].format(box=legible(each.box)) if each.box else ""
    label = " · ".join(part for part in (forms.percent(each.percent), named, box) if part)
    reason = legible(each.exemption_reason) or legible(each.exemption_code)
    cells = (label, forms.amount(each.taxable), forms.amount(each.tax))
    return Row(cells, (reason,) if reason and reason != named else ())


def _rate(category: str, percent: Decimal | None, forms: Forms) -> str:
    shown = forms.percent(percent)
    if category in _WITH_RATE_ONLY:
        return shown
    return f"{shown} {legible(category)}".strip()


def _unit(code: str, words: Mapping[str, str]) -> str:
    if code in _ONE:
        return ""
    return words.get(f"unit.{_UNITS.get(code, code)}", legible(code))


def _unless_zero(money: Money | None) -> Money | None:
    return money if money is not None and money.amount != 0 else None
