"""What is said of a file that was checked: for machines one object, for people a few lines."""

from dataclasses import dataclass
from typing import Any

from services.invoice_router.domain.labels import LABELS
from services.invoice_router.domain.verdicts import OF_A_FILE, Verdict
from shared.contracts.findings import finding_texts
from shared.contracts.invoices import Finding
from shared.contracts.sales_invoices import Party, SalesInvoice
from shared.values import EnterpriseNumber, Language, ValueRejected

_GRAVEST_FIRST = ("refuse", "quarantine", "warn")
_FACTS = {"code", "severity", "location", "found", "expected", "message"}


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict on a file; `invoice` is None when it was refused.

    `official` is what the official rules find beyond that, in their own words.
    """

    file: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    invoice: SalesInvoice | None = None
    official: tuple[Finding, ...] = ()

    def told(self, language: Language) -> list[Finding]:
        """All findings, the gravest first, each with its sentence in a language as its message."""
        worded = [finding.model_copy(update={"message": _sentence(finding, language)}) for finding in self.findings]
        return sorted([*worded, *self.official], key=lambda finding: _GRAVEST_FIRST.index(finding.severity))


def as_object(checked: Checked, language: Language) -> dict[str, Any]:
    """The verdict as an object for JSON. Amounts are decimal strings in `currency`, days are ISO 8601."""
    return {
        "file": checked.file,
        "verdict": checked.verdict,
        "document": _document(checked.invoice) if checked.invoice else None,
        "findings": [finding.model_dump(include=_FACTS) for finding in checked.told(language)],
    }


def as_text(checked: Checked, language: Language) -> str:
    """The verdict in lines for people."""
    words = LABELS[language]
    lines = [f"{printable(checked.file)}: {words[checked.verdict]}"]
    if checked.invoice is not None:
        invoice = checked.invoice
        due = f" · {words['due']} {invoice.due_date}" if invoice.due_date else ""
        lines.append(f"  {words[invoice.family]} {printable(invoice.number)} · {invoice.issue_date}{due}")
        lines.append(f"  {party_line(invoice.supplier)} → {party_line(invoice.customer)}")
        lines.append(f"  {words['tax_inclusive']} {invoice.tax_inclusive} · {words['to_pay']} {invoice.payable}")
    return "\n".join([*lines, *(f"  {line}" for line in finding_lines(checked, language))])


def finding_lines(checked: Checked, language: Language) -> list[str]:
    """Two or three lines a finding: code and place, what to do, what was found and expected."""
    words = LABELS[language]
    lines = []
    for finding in checked.told(language):
        kind = "set_apart" if finding.code.startswith(OF_A_FILE) else finding.severity
        lines.append(f"[{words[kind]}] {finding.code} {printable(finding.location)}".rstrip())
        lines.append(f"    {printable(finding.message)}")
        if finding.found or finding.expected:
            found, expected = printable(finding.found), printable(finding.expected)
            lines.append(f"    {words['found']}: {found or '–'} · {words['expected']}: {expected or '–'}")
    return lines


def party_line(party: Party) -> str:
    """A party by its name and number, as far as it has them."""
    number = party.number or party.vat_number
    name = party.name or party.trading_name or "–"
    return printable(f"{name} ({number})" if number else name)


def printable(text: str) -> str:
    """On one line, and without what a terminal would obey: documents come from others."""
    return "".join(each if each.isprintable() else " " if each.isspace() else "�" for each in text)


def _sentence(finding: Finding, language: Language) -> str:
    return finding_texts(finding.code, finding.found, finding.expected)[language]


def _document(invoice: SalesInvoice) -> dict[str, str | None]:
    return {
        "number": invoice.number,
        "supplier": invoice.supplier_number or _identity(invoice.supplier),
        "customer": _identity(invoice.customer),
        "issue_date": invoice.issue_date.isoformat(),
        "due_date": invoice.due_date.isoformat() if invoice.due_date else None,
        "currency": invoice.currency,
        "tax_inclusive": str(invoice.tax_inclusive).split(" ")[0],
        "payable": str(invoice.payable).split(" ")[0],
        "iban": next(iter(invoice.ibans), None),
        "reference": invoice.reference,
    }


def _identity(party: Party) -> str | None:
    """Ten digits for a Belgian company, else its number as written, else its name."""
    for written in (party.number, party.vat_number, party.endpoint.partition(":")[2]):
        try:
            return EnterpriseNumber(written)
        except ValueRejected:
            continue
    return party.number or party.vat_number or party.name or None
