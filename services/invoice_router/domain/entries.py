"""What the register keeps of a document and of a company, and what it is given of a document that was read."""

from dataclasses import dataclass
from datetime import date, datetime

from services.invoice_router.domain.heads import InvoiceHead
from shared.contracts.directory import OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.invoices import Family, InvoiceSubmitted
from shared.values import (
    ConnectionId,
    DocumentId,
    EnterpriseNumber,
    OfficeId,
    Sha256,
    SoftwareSlug,
    ValueRejected,
)

_LONGEST_ISSUER = 100
"""Characters, as of a number: an index of Postgres takes no key of more than 2,704 bytes."""

DocumentKey = tuple[EnterpriseNumber, Family, str, int, str]
"""Supplier, family, number, year of issue, and who numbered it (`issuer_of`)."""
Content = tuple[DocumentKey, Sha256]
"""What a document says, and under which key."""


@dataclass(frozen=True, slots=True)
class Company:
    """What the router knows of a company.

    `releasing`: more was held for it than one transaction takes up, and the rest goes on piece by piece; what comes in
    meanwhile waits behind it.
    """

    enterprise_number: EnterpriseNumber
    offices: tuple[OfficePeriod, ...]
    client_code: str
    sequence: int
    releasing: bool = False

    def code_of(self, office: OfficePeriod) -> str:
        """The office's own code for the company; a snapshot of before has one code for all of them."""
        return self.client_code if office.client_code is None else office.client_code


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document that was read: its sidecar (`json`) and the PDF that goes with it are stored."""

    invoice: InvoiceHead
    json: bytes
    sidecar: Claim
    facts: bytes
    """`facts_of` the sidecar: made before the company is locked."""
    pdf: Claim | None = None


@dataclass(frozen=True, slots=True)
class RegisteredInvoice:
    """An accepted document. `version` is the invoice's, `sequence` counts the events of this document.

    `facts` is what a newer version is compared with; empty where nothing is going to be compared with it.
    """

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
    issuer: str = ""
    supersedes: DocumentId | None = None
    facts: bytes = b""
    office_id: OfficeId | None = None
    sequence: int = 1

    @property
    def key(self) -> DocumentKey:
        """What stays the same over the versions of an invoice."""
        return self.enterprise_number, self.family, self.number, self.issue_date.year, self.issuer

    @property
    def in_turn(self) -> bool:
        """Whether it replaced what was there before it; one that came late stands beside the versions."""
        return self.version == 1 or self.supersedes is not None


def content_of(submitted: InvoiceSubmitted, invoice: InvoiceHead) -> Content:
    """What a document says, under the key of the company that handed it in."""
    key = (
        submitted.enterprise_number,
        invoice.family,
        invoice.number,
        invoice.issue_date.year,
        issuer_of(invoice),
    )
    return key, invoice.content_sha256


def issuer_of(invoice: InvoiceHead) -> str:
    """Empty where the supplier numbered the document; of a self-billed one it is the customer's number or name.

    Two customers that make out invoices in one supplier's name each count from 1. A text that is too long for a key
    stands there as its digest.
    """
    if not invoice.self_billed:
        return ""
    customer = invoice.customer
    for text in (customer.vat_number, customer.number, customer.endpoint.partition(":")[2]):
        try:
            return str(EnterpriseNumber(text))
        except ValueRejected:
            continue
    named = customer.vat_number or customer.number or customer.endpoint or customer.name
    written = "".join(named.split()).casefold()
    return written if len(written) <= _LONGEST_ISSUER else f"sha-256:{Sha256.of(written.encode())}"


def registered(submitted: InvoiceSubmitted, read: ReadDocument) -> RegisteredInvoice:
    """The entry of a document that is the first of its key."""
    invoice = read.invoice
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
        issuer=issuer_of(invoice),
        facts=read.facts,
    )
