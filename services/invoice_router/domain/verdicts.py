"""What becomes of a document that could be read: delivered with what was found in it, or kept back."""

from typing import Literal

from services.invoice_router.domain.heads import InvoiceHead
from services.invoice_router.domain.places import ROOTS
from shared.contracts.invoices import Finding
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import EnterpriseNumber

Verdict = Literal["accepted", "quarantined", "refused"]
"""`refused` is what could not be read at all: a `DocumentRejected` instead of an invoice."""

OF_A_FILE = "ATTACHMENT_"
"""Findings with such a code set one file apart; what the invoice says is delivered all the same."""


def keeping_back(invoice: SalesInvoice | InvoiceHead) -> tuple[Finding, ...]:
    """The findings for which the whole document is quarantined; empty for one that is delivered."""
    return tuple(
        finding
        for finding in invoice.findings
        if finding.severity == "quarantine" and not finding.code.startswith(OF_A_FILE)
    )


def verdict_of(invoice: SalesInvoice) -> Verdict:
    """Of the document by itself: whether its supplier is the connected company is asked elsewhere."""
    return "quarantined" if keeping_back(invoice) else "accepted"


def supplier_mismatch(invoice: SalesInvoice | InvoiceHead, company: EnterpriseNumber) -> Finding | None:
    """SUPPLIER_MISMATCH when the seller is another company than the one that this connection belongs to."""
    if invoice.supplier_number == company:
        return None
    return Finding(
        code="SUPPLIER_MISMATCH",
        severity="quarantine",
        location=f"{ROOTS[invoice.family]}/cac:AccountingSupplierParty/cac:Party",
        found=invoice.supplier_number or "",
        expected=company,
        message="the supplier is not the company that this connection belongs to",
    )


def judged(invoice: SalesInvoice, company: EnterpriseNumber | None) -> tuple[Verdict, tuple[Finding, ...]]:
    """The verdict and all findings, as for a document that comes in over a connection of this company.

    Without a company nobody asks whose document it is; a supplier that no number proves keeps it back all the same.
    """
    mismatch = supplier_mismatch(invoice, company) if company and not keeping_back(invoice) else None
    findings = (*invoice.findings, mismatch) if mismatch else invoice.findings
    return "quarantined" if mismatch else verdict_of(invoice), findings
