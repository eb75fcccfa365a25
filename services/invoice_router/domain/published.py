"""The events about one document, as the register tells them."""

from services.invoice_router.domain.discounts import cash_discounts
from services.invoice_router.domain.entries import ReadDocument, RegisteredInvoice
from services.invoice_router.domain.heads import InvoiceHead
from shared.contracts.invoices import (
    Customer,
    Difference,
    Finding,
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRepeated,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.values import Money, OfficeId

LONGEST_PARTY = 300
"""Characters of a customer's name and number that are told on; the sidecar has them whole, and they may be 100,000."""

LONGEST_TERMS = 1_000
"""Characters of the payment terms that are told on."""

LONGEST_MANDATE = 35
"""Characters of a SEPA mandate's reference; a longer text is none."""

MOST_PRECEDING = 50
"""A credit note of more invoices than these is matched by its amount alone."""

Published = InvoiceAccepted | InvoiceRouted | InvoiceHeld | InvoiceRepeated | InvoiceQuarantined


def accepted(
    submitted: InvoiceSubmitted,
    read: ReadDocument,
    registered: RegisteredInvoice,
    differences: tuple[Difference, ...],
    remarks: tuple[Finding, ...],
) -> InvoiceAccepted:
    """The document is the company's own, and is a version of its own; `remarks` are what the register adds."""
    invoice = read.invoice
    return InvoiceAccepted(
        document_id=submitted.document_id,
        enterprise_number=submitted.enterprise_number,
        connection_id=submitted.connection_id,
        software=submitted.software,
        family=invoice.family,
        number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        tax_inclusive=invoice.tax_inclusive,
        payable=invoice.payable,
        reference=invoice.reference,
        ibans=invoice.ibans,
        customer=_customer_of(invoice),
        payment_terms=invoice.payment_terms[:LONGEST_TERMS],
        discounts=cash_discounts(invoice),
        mandate=_mandate_of(invoice),
        preceding=_preceding_of(invoice),
        version=registered.version,
        supersedes=registered.supersedes,
        differences=differences,
        self_billed=invoice.self_billed,
        received_at=submitted.received_at,
        findings=(*remarks, *invoice.findings),
        document=submitted.document,
        sidecar=read.sidecar,
        pdf=read.pdf,
    )


def _customer_of(invoice: InvoiceHead) -> Customer:
    buyer = invoice.customer
    return Customer(name=buyer.name[:LONGEST_PARTY], number=(buyer.number or buyer.vat_number)[:LONGEST_PARTY])


def _mandate_of(invoice: InvoiceHead) -> str:
    """The one mandate that the invoice names; two of them name none."""
    named = {means.mandate.strip() for means in invoice.payment_means} - {""}
    mandate = named.pop() if len(named) == 1 else ""
    return mandate if len(mandate) <= LONGEST_MANDATE else ""


def _preceding_of(invoice: InvoiceHead) -> tuple[str, ...]:
    numbers = dict.fromkeys(each.number[:LONGEST_PARTY] for each in invoice.preceding)
    return tuple(numbers) if len(numbers) <= MOST_PRECEDING else ()


def routed(invoice: RegisteredInvoice, office_id: OfficeId, client_code: str) -> InvoiceRouted:
    """The office is known, and how it calls the company."""
    return InvoiceRouted(
        document_id=invoice.document_id,
        enterprise_number=invoice.enterprise_number,
        connection_id=invoice.connection_id,
        software=invoice.software,
        office_id=office_id,
        client_code=client_code,
        family=invoice.family,
        number=invoice.number,
        issue_date=invoice.issue_date,
        version=invoice.version,
        received_at=invoice.received_at,
        document=invoice.document,
    )


def held(invoice: RegisteredInvoice, reason: str) -> InvoiceHeld:
    """There is no office yet."""
    return InvoiceHeld(
        document_id=invoice.document_id,
        enterprise_number=invoice.enterprise_number,
        connection_id=invoice.connection_id,
        software=invoice.software,
        reason=reason,
        received_at=invoice.received_at,
    )


def repeated(submitted: InvoiceSubmitted, known: RegisteredInvoice) -> InvoiceRepeated:
    """The same content was accepted before, as `known`."""
    return InvoiceRepeated(
        document_id=submitted.document_id,
        enterprise_number=submitted.enterprise_number,
        connection_id=submitted.connection_id,
        software=submitted.software,
        repeats=known.document_id,
        family=known.family,
        number=known.number,
        received_at=submitted.received_at,
    )


def quarantined(
    submitted: InvoiceSubmitted,
    reason: str,
    findings: tuple[Finding, ...],
    number: str = "",
    payable: Money | None = None,
) -> InvoiceQuarantined:
    """The document is put aside; `number` where it could be read, `payable` where the sandbox goes on with it."""
    return InvoiceQuarantined(
        document_id=submitted.document_id,
        enterprise_number=submitted.enterprise_number,
        connection_id=submitted.connection_id,
        software=submitted.software,
        mode=submitted.mode,
        reason=reason,
        findings=findings,
        number=number,
        received_at=submitted.received_at,
        payable=payable,
    )
