"""The register of a company's documents: new, the same again, or a newer version; and to which office they go."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.invoice_router.domain.routing import (
    COMPANY_UNKNOWN,
    NO_OFFICE,
    SANDBOX_DOCUMENT,
    office_on,
)
from shared.contracts.directory import OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.invoices import (
    Customer,
    Family,
    Finding,
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, Sha256, SoftwareSlug
from shared.values.days import belgian_day

SELLER_MISMATCH = "seller_mismatch"
DOCUMENT_INVALID = "document_invalid"
ALREADY_ACCEPTED = "already_accepted"

DocumentKey = tuple[EnterpriseNumber, Family, str, int]
"""Supplier, family, number and year of issue."""


@dataclass(frozen=True, slots=True)
class Company:
    """What the router knows of a company."""

    enterprise_number: EnterpriseNumber
    offices: tuple[OfficePeriod, ...]
    client_code: str
    sequence: int


@dataclass(frozen=True, slots=True)
class RegisteredInvoice:
    """An accepted document. `version` is the invoice's, `sequence` counts the events of this document."""

    document_id: DocumentId
    enterprise_number: EnterpriseNumber
    connection_id: ConnectionId
    software: SoftwareSlug
    family: Family
    number: str
    issue_date: date
    version: int
    content_sha256: Sha256
    received_at: datetime
    document: Claim
    office_id: OfficeId | None = None
    sequence: int = 1

    @property
    def key(self) -> DocumentKey:
        """What stays the same over the versions of an invoice."""
        return self.enterprise_number, self.family, self.number, self.issue_date.year


Published = InvoiceAccepted | InvoiceRouted | InvoiceHeld | InvoiceQuarantined


class Register:
    """The documents and companies that one batch touches; what it changed is written by whoever loaded it."""

    def __init__(self, invoices: Iterable[RegisteredInvoice], companies: Iterable[Company]) -> None:
        self.invoices = {invoice.document_id: invoice for invoice in invoices}
        self.companies = {company.enterprise_number: company for company in companies}
        self.changed: set[DocumentId] = set()
        self.quarantined: list[InvoiceQuarantined] = []

    def refuse(self, submitted: InvoiceSubmitted, finding: Finding) -> list[tuple[Published, int]]:
        """The document cannot be read."""
        return [(self._quarantine(submitted, DOCUMENT_INVALID, (finding,)), 1)]

    def submit(self, submitted: InvoiceSubmitted, invoice: SalesInvoice, sidecar: Claim) -> list[tuple[Published, int]]:
        """A document was read: the events that follow, each with the document's own sequence.

        The same content is accepted once: the second document is told which one it repeats. Other content under
        the same key is the next version, and is delivered as such. A document of mode `test` is read and put aside.
        """
        if invoice.supplier_number != submitted.enterprise_number:
            return [(self._quarantine(submitted, SELLER_MISMATCH, (_mismatch(submitted, invoice),)), 1)]
        if submitted.mode == "test":
            # It is told what was found, and that is all: its number may be a real company's, whose documents,
            # versions, office and payments it must never touch.
            return [(self._quarantine(submitted, SANDBOX_DOCUMENT, invoice.findings), 1)]
        registered = _registered(submitted, invoice)
        versions = sorted(
            (known for known in self.invoices.values() if known.key == registered.key),
            key=lambda known: known.version,
        )
        for known in versions:
            if known.content_sha256 == invoice.content_sha256:
                finding = _repeated(known)
                return [(self._quarantine(submitted, ALREADY_ACCEPTED, (finding,)), 1)]
        if versions:
            registered = replace(registered, version=versions[-1].version + 1)
        self._keep(registered)
        supersedes = versions[-1].document_id if versions else None
        return [
            (_accepted(submitted, invoice, registered, supersedes, sidecar), 1),
            self._route(registered, first=True),
        ]

    def release(self, company: Company) -> list[tuple[Published, int]]:
        """A company changed: route what was held for it, oldest first."""
        self.companies[company.enterprise_number] = company
        held = [
            invoice
            for invoice in self.invoices.values()
            if invoice.enterprise_number == company.enterprise_number and invoice.office_id is None
        ]
        held.sort(key=lambda invoice: (invoice.received_at, invoice.version, invoice.document_id))
        day_offices = ((invoice, office_on(company.offices, belgian_day(invoice.received_at))) for invoice in held)
        return [self._route(invoice, first=False) for invoice, office in day_offices if office is not None]

    def _route(self, invoice: RegisteredInvoice, *, first: bool) -> tuple[Published, int]:
        company = self.companies.get(invoice.enterprise_number)
        office = office_on(company.offices, belgian_day(invoice.received_at)) if company else None
        sequence = invoice.sequence + 1
        self._keep(replace(invoice, office_id=office.office_id if office else None, sequence=sequence))
        if company is None or office is None:
            return _held(invoice, COMPANY_UNKNOWN if company is None else NO_OFFICE), sequence
        return _routed(invoice, office.office_id, company.client_code), sequence

    def _keep(self, invoice: RegisteredInvoice) -> None:
        self.invoices[invoice.document_id] = invoice
        self.changed.add(invoice.document_id)

    def _quarantine(
        self, submitted: InvoiceSubmitted, reason: str, findings: tuple[Finding, ...]
    ) -> InvoiceQuarantined:
        quarantined = InvoiceQuarantined(
            document_id=submitted.document_id,
            enterprise_number=submitted.enterprise_number,
            connection_id=submitted.connection_id,
            software=submitted.software,
            mode=submitted.mode,
            reason=reason,
            findings=findings,
        )
        self.quarantined.append(quarantined)
        return quarantined


def _registered(submitted: InvoiceSubmitted, invoice: SalesInvoice) -> RegisteredInvoice:
    return RegisteredInvoice(
        document_id=submitted.document_id,
        enterprise_number=submitted.enterprise_number,
        connection_id=submitted.connection_id,
        software=submitted.software,
        family=invoice.family,
        number=invoice.number,
        issue_date=invoice.issue_date,
        version=1,
        content_sha256=invoice.content_sha256,
        received_at=submitted.received_at,
        document=submitted.document,
    )


def _accepted(
    submitted: InvoiceSubmitted,
    invoice: SalesInvoice,
    registered: RegisteredInvoice,
    supersedes: DocumentId | None,
    sidecar: Claim,
) -> InvoiceAccepted:
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
        customer=Customer(name=invoice.customer.name, number=invoice.customer.number),
        version=registered.version,
        supersedes=supersedes,
        findings=invoice.findings,
        document=submitted.document,
        sidecar=sidecar,
    )


def _routed(invoice: RegisteredInvoice, office_id: OfficeId, client_code: str) -> InvoiceRouted:
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


def _held(invoice: RegisteredInvoice, reason: str) -> InvoiceHeld:
    return InvoiceHeld(
        document_id=invoice.document_id,
        enterprise_number=invoice.enterprise_number,
        connection_id=invoice.connection_id,
        software=invoice.software,
        reason=reason,
        received_at=invoice.received_at,
    )


def _mismatch(submitted: InvoiceSubmitted, invoice: SalesInvoice) -> Finding:
    return Finding(
        code="SUPPLIER_MISMATCH",
        severity="quarantine",
        location="cac:AccountingSupplierParty",
        found=invoice.supplier_number,
        expected=submitted.enterprise_number,
        message="the supplier is not the company that this connection belongs to",
    )


def _repeated(known: RegisteredInvoice) -> Finding:
    return Finding(
        code="ALREADY_ACCEPTED",
        severity="warn",
        location="cbc:ID",
        found=known.document_id,
        expected="a document that was not accepted yet",
        message="the same content was accepted before; nothing is delivered twice",
    )
