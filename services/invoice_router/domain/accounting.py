"""Our own questions, where no official rule asks them: what an accountant would ask who looks at the invoice.

`OWN_CHECKS` lists every code of our own that reading can give, beside the gate's (XML_*) and the schema's.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple

from services.invoice_router.domain.attachments import PDF
from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.places import ROOTS
from services.invoice_router.domain.references import due_place
from services.invoice_router.domain.rejection import warning
from shared.contracts.invoices import Finding
from shared.contracts.sales_invoices import SalesInvoice

Severity = Literal["refuse", "quarantine", "warn"]


class Check(NamedTuple):
    """What becomes of a document with such a finding, and which module looks for it.

    An amount or a date that must be there refuses the document; any other that cannot be read is told and left out.
    `quarantine` of an ATTACHMENT_ finding is the file's, not the document's.
    """

    severities: tuple[Severity, ...]
    module: str


OWN_CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "UBL_ROOT": Check(("refuse",), "reading"),
        "UBL_ID_COUNT": Check(("refuse",), "fields"),
        "UBL_TOTAL_COUNT": Check(("refuse",), "totals"),
        "ID_TOO_LONG": Check(("refuse",), "fields"),
        "ID_CONTROL_CHARS": Check(("refuse",), "fields"),
        "DATE_MISSING": Check(("refuse",), "fields"),
        "DATE_FORMAT": Check(("refuse", "warn"), "fields"),
        "CURRENCY": Check(("refuse", "warn"), "fields, totals"),
        "AMOUNT_MISSING": Check(("refuse",), "fields"),
        "AMOUNT_COUNT": Check(("refuse", "warn"), "fields"),
        "AMOUNT_CURRENCY": Check(("refuse", "warn"), "fields"),
        "AMOUNT_DECIMALS": Check(("warn",), "fields"),
        "AMOUNT_FORMAT": Check(("refuse", "warn"), "fields"),
        "SUPPLIER_NUMBER": Check(("quarantine",), "identity"),
        "SUPPLIER_NUMBERS_DIFFER": Check(("quarantine",), "identity"),
        "SUPPLIER_NUMBER_MISSING": Check(("quarantine",), "identity"),
        "ATTACHMENT_BASE64": Check(("quarantine",), "attachments"),
        "ATTACHMENT_MAGIC": Check(("quarantine",), "attachments"),
        "ATTACHMENT_MIME": Check(("quarantine",), "attachments"),
        "CREDIT_NOTE_REFERENCE": Check(("warn",), "accounting"),
        "CUSTOMER_NUMBER": Check(("warn",), "identity"),
        "CUSTOMER_NUMBERS_DIFFER": Check(("warn",), "identity"),
        "DOCUMENT_CONVERTED": Check(("warn",), "references"),
        "DUE_BEFORE_ISSUE": Check(("warn",), "accounting"),
        "FINDINGS_CAPPED": Check(("warn",), "rejection"),
        "IBAN": Check(("warn",), "payments"),
        "IBAN_BANK_UNKNOWN": Check(("warn",), "payments"),
        "ISSUE_IN_FUTURE": Check(("warn",), "accounting"),
        "PDF_MISSING": Check(("warn",), "accounting"),
        "PERCENT_FORMAT": Check(("warn",), "totals, lines"),
        "PROFILE_LEGACY": Check(("warn",), "profiles"),
        "PROFILE_UNKNOWN": Check(("warn",), "profiles"),
        "QUANTITY_FORMAT": Check(("warn",), "lines"),
        "REFERENCE_CHECKSUM": Check(("warn",), "payments"),
        "REMITTANCE_TEXTS": Check(("warn",), "accounting"),
        "TAX_IN_EUR_MISSING": Check(("warn",), "accounting"),
        "VAT_DIFFERENCE": Check(("warn",), "accounting"),
    }
)

SAME_FACT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "AMOUNT_CURRENCY": ("PEPPOL-EN16931-R051",),
        "AMOUNT_DECIMALS": ("BR-DEC-", "UBL-DT-01"),
        "AMOUNT_FORMAT": ("BR-DEC-", "UBL-DT-01"),
        "CUSTOMER_NUMBER": ("PEPPOL-COMMON-R043",),
        "DATE_FORMAT": ("PEPPOL-EN16931-F001",),
        "REMITTANCE_TEXTS": ("UBL-SR-44",),
    }
)
"""Where an official rule says the same of the same place, it is told once, under the official id."""

_MOST_DAYS_AHEAD = 31
"""Next month's rent is invoiced this month; a date beyond is a slip of the pen."""

_MOST_ROUNDING = Decimal("0.02")
_OFFICIAL_SLACK = Decimal("1.00")
"""BR-CO-17 speaks from there on (CEN TC 434 means it so); an accountant must explain every cent of VAT."""

_CENT, _HUNDRED = Decimal("0.01"), Decimal(100)


def accounting_findings(
    invoice: SalesInvoice, document: Part, texts: Mapping[str, Part], today: date | None
) -> list[Finding]:
    """What is odd about an invoice that could be read from this document.

    `texts` are its distinct remittance texts, each with where it stands first; `today` is the day in Belgium, without
    which no date lies ahead.
    """
    root = ROOTS[invoice.family]
    findings = [*_of_dates(invoice, document, today), *_of_taxes(invoice, root)]
    if invoice.family == "credit_note" and not invoice.preceding:
        place = f"{root}/cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"
        findings.append(warning("CREDIT_NOTE_REFERENCE", place, "", "the number of the invoice that it corrects"))
    if len(texts) > 1:
        _, second, *_ = texts.values()
        findings.append(warning("REMITTANCE_TEXTS", second.place(), f"{len(texts)} texts", "one remittance text"))
    if invoice.profile == "ubl_be" and not any(
        file.media_type == PDF and not file.set_apart and not file.uri for file in invoice.attachments
    ):
        place = f"{root}/cac:AdditionalDocumentReference/cac:Attachment"
        findings.append(warning("PDF_MISSING", place, "", "the PDF that UBL.BE asks for"))
    return findings


def told_once(own: Sequence[Finding], official: Sequence[Finding]) -> list[Finding]:
    """Our own warnings without those that an official rule tells as well."""
    if not official:
        return list(own)
    return [finding for finding in own if not any(_same_fact(finding, each) for each in official)]


def _same_fact(own: Finding, official: Finding) -> bool:
    if own.severity != "warn" or not official.code.startswith(SAME_FACT.get(own.code, ())):
        return False
    return own.location == official.location or own.code == "REMITTANCE_TEXTS"


def _of_dates(invoice: SalesInvoice, document: Part, today: date | None) -> list[Finding]:
    findings: list[Finding] = []
    issued, due = invoice.issue_date, invoice.due_date
    if due is not None and due < issued:
        place = due_place(document, due)
        findings.append(warning("DUE_BEFORE_ISSUE", place, due.isoformat(), f"{issued} or later"))
    if today is not None and issued > today + timedelta(days=_MOST_DAYS_AHEAD):
        expected = f"at most {_MOST_DAYS_AHEAD} days after {today}"
        findings.append(warning("ISSUE_IN_FUTURE", document.place("cbc:IssueDate"), issued.isoformat(), expected))
    return findings


def _of_taxes(invoice: SalesInvoice, root: str) -> list[Finding]:
    findings: list[Finding] = []
    # UBL.BE lets VAT be that of the price after a discount which may not be taken.
    if invoice.profile != "ubl_be":
        for index, subtotal in enumerate(invoice.taxes, start=1):
            if subtotal.percent is None:
                continue
            expected = (subtotal.taxable.amount * subtotal.percent / _HUNDRED).quantize(_CENT, ROUND_HALF_UP)
            if _MOST_ROUNDING < abs(subtotal.tax.amount - expected) < _OFFICIAL_SLACK:
                number = f"[{index}]" if len(invoice.taxes) > 1 else ""
                place = f"{root}/cac:TaxTotal/cac:TaxSubtotal{number}/cbc:TaxAmount"
                findings.append(warning("VAT_DIFFERENCE", place, str(subtotal.tax), f"{expected} {invoice.currency}"))
    # Where the accounting currency is named and its total is not there, BR-53 says so.
    charged = invoice.tax is not None and invoice.tax.amount != 0
    if invoice.currency != "EUR" and charged and invoice.tax_currency != "EUR":
        place = f"{root}/cac:TaxTotal/cbc:TaxAmount"
        findings.append(warning("TAX_IN_EUR_MISSING", place, str(invoice.tax), "the total of VAT in EUR as well"))
    return findings
