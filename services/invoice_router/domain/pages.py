"""An invoice as a page of text: everything that an accountant looks for, and nothing that a terminal would obey."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from services.invoice_router.domain.checked import Checked, finding_lines, party_line, printable
from services.invoice_router.domain.labels import LABELS
from shared.contracts.sales_invoices import Address, AllowanceCharge, Line, Party, SalesInvoice
from shared.values import Language, Money

WIDTH = 100
_LABEL = 24
_AMOUNT = 14
_NAME = WIDTH - 4 - 3 * _AMOUNT - 8

Words = Mapping[str, str]


def page(checked: Checked, language: Language) -> str:
    """The page of a file, at most 100 columns wide except where a single word is wider."""
    words = LABELS[language]
    head = [f"{printable(checked.file)}: {words[checked.verdict]}"]
    invoice = checked.invoice
    if invoice is not None:
        head += [
            "",
            *_heading(invoice, words),
            *_section(words["seller"], _party(invoice.supplier)),
            *_section(words["buyer"], _party(invoice.customer)),
            *_section(words["payee"], _party(invoice.payee) if invoice.payee else []),
            *_section(words["notes"], [printable(note) for note in invoice.notes]),
            *_section(words["lines"], _lines(invoice.lines, words)),
            *_section(words["tax"], _taxes(invoice, words)),
            *_section(words["totals"], _totals(invoice, words)),
            *_section(words["payment"], _payment(invoice, words)),
            *_section(words["attachments"], _attachments(invoice, words)),
        ]
    findings = finding_lines(checked, language) or [words["nothing_found"]]
    return "\n".join([*head, *_section(words["findings"], findings)])


def _heading(invoice: SalesInvoice, words: Words) -> list[str]:
    period = invoice.period
    corrected = ", ".join(
        f"{each.number} ({each.issue_date})" if each.issue_date else each.number for each in invoice.preceding
    )
    facts = {
        words[invoice.family]: f"{invoice.number} ({invoice.type_code})",
        words["issued"]: invoice.issue_date.isoformat(),
        words["due"]: invoice.due_date.isoformat() if invoice.due_date else "",
        words["delivered"]: invoice.delivery_date.isoformat() if invoice.delivery_date else "",
        words["period"]: f"{period.start or '…'} – {period.end or '…'}" if period else "",
        words["corrects"]: corrected,
        words["order"]: invoice.order,
        words["buyer_reference"]: invoice.buyer_reference,
        words["profile"]: invoice.customization_id,
    }
    return [*_facts(facts), *([f"  {words['self_billed']}"] if invoice.self_billed else [])]


def _party(party: Party) -> list[str]:
    address = party.address
    named = [party_line(party)]
    if party.vat_number and party.vat_number != party.number:
        named.append(printable(party.vat_number))
    return [*named, *_address(address), *filter(None, map(printable, (party.email, party.telephone)))]


def _address(address: Address) -> list[str]:
    street = " ".join(part for part in (address.street, address.additional_street, address.line) if part)
    place = " ".join(part for part in (address.postal_zone, address.city, address.country) if part)
    return [printable(part) for part in (street, place) if part]


def _lines(lines: Sequence[Line], words: Words) -> list[str]:
    rows = [_row("", words["quantity"], words["price"], words["net"])]
    for line in lines:
        rate = f" [{line.tax_category} {_number(line.tax_percent)} %]" if line.tax_percent is not None else ""
        quantity = f"{_number(line.quantity)} {line.unit}".strip()
        name = f"{line.id}. {line.name or line.description}{rate}"
        rows.append(_row(name, quantity, _number(line.price), _money(line.net)))
        rows += _adjustments(line.allowances_charges, words)
    return rows if lines else []


def _adjustments(adjustments: Iterable[AllowanceCharge], words: Words) -> list[str]:
    return [
        _row(f"{words['charge' if each.charge else 'allowance']} {each.reason}".strip(), "", "", _money(each.amount))
        for each in adjustments
    ]


def _taxes(invoice: SalesInvoice, words: Words) -> list[str]:
    rows = [_row("", words["taxable"], "", words["tax"])]
    for tax in invoice.taxes:
        box = f" ({tax.box})" if tax.box else ""
        rate = f" {_number(tax.percent)} %" if tax.percent is not None else ""
        reason = f" {tax.exemption_code} {tax.exemption_reason}".rstrip()
        rows.append(_row(f"{tax.category}{rate}{box}{reason}", _money(tax.taxable), "", _money(tax.tax)))
    return rows if invoice.taxes else []


def _totals(invoice: SalesInvoice, words: Words) -> list[str]:
    amounts = {
        "tax_exclusive": invoice.tax_exclusive,
        "tax": invoice.tax,
        "tax_inclusive": invoice.tax_inclusive,
        "prepaid": invoice.prepaid,
        "rounding": invoice.rounding,
        "to_pay": invoice.payable,
    }
    adjusted = _adjustments(invoice.allowances_charges, words)
    return adjusted + [_row(words[name], "", "", str(amount)) for name, amount in amounts.items() if amount is not None]


def _payment(invoice: SalesInvoice, words: Words) -> list[str]:
    facts = {words["account"]: ", ".join(iban.formatted for iban in invoice.ibans)}
    facts[words["reference"]] = invoice.reference.formatted if invoice.reference else invoice.payment_text
    facts[words["terms"]] = invoice.payment_terms
    return [line.removeprefix("  ") for line in _facts(facts)]


def _attachments(invoice: SalesInvoice, words: Words) -> list[str]:
    return [
        printable(
            f"{file.name or file.uri} ({file.media_type}, {file.size} bytes)"
            + (f", {words['set_apart']}: {file.set_apart}" if file.set_apart else "")
        )
        for file in invoice.attachments
    ]


def _facts(facts: Mapping[str, str]) -> list[str]:
    return [f"  {label:<{_LABEL}} {printable(text)}" for label, text in facts.items() if text]


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return ["", f"{title}", *(f"  {line}" for line in lines)] if lines else []


def _row(name: str, *amounts: str) -> str:
    shown = printable(name)
    cut = shown if len(shown) <= _NAME else f"{shown[: _NAME - 1]}…"
    return f"{cut:<{_NAME}} " + " ".join(f"{printable(amount):>{_AMOUNT}}" for amount in amounts)


def _money(amount: Money | None) -> str:
    return str(amount).split(" ")[0] if amount is not None else ""


def _number(number: Decimal | None) -> str:
    return f"{number:f}" if number is not None else ""
