"""A sales invoice on its way to the accountant. Terms follow EN 16931-1 (the BT numbers)."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from shared.contracts.access import Mode
from shared.contracts.documents import Claim
from shared.contracts.event import Event, Facts
from shared.values import (
    ConnectionId,
    DocumentId,
    EnterpriseNumber,
    Iban,
    Money,
    OfficeId,
    SoftwareSlug,
    StructuredReference,
)

Family = Literal["invoice", "credit_note"]


class Finding(Facts):
    """One thing that a check found in a document."""

    code: str
    severity: Literal["refuse", "quarantine", "warn"]
    location: str = Field("", description="XPath or line")
    found: str = ""
    expected: str = ""
    message: str = ""


class Difference(Facts):
    """One thing that a newer version of an invoice says otherwise than the one before it."""

    field: str = Field(description="where in the sidecar: `payable`, `lines[2].net`")
    before: str = Field(description="empty where it was not there")
    after: str = Field(description="empty where it is no longer there")


class Customer(Facts):
    """The buyer (BG-7) as the invoice names it."""

    name: str = Field("", description="BT-44")
    number: str = Field("", description="BT-47 or BT-48, as written")


class CashDiscount(Facts):
    """What may be taken off by whoever pays until that day, as the payment terms (BT-20) say."""

    amount: Money
    until: date


class _OfDocument(Facts):
    document_id: DocumentId
    enterprise_number: EnterpriseNumber
    connection_id: ConnectionId
    software: SoftwareSlug


class InvoiceSubmitted(Event, _OfDocument, topic="invoice.submitted.v1", owner="intake", key="enterprise_number"):
    """A billing software handed in a document; its bytes are stored."""

    mode: Mode = "live"
    received_at: datetime
    document: Claim
    pdf: Claim | None = None


class InvoiceAccepted(Event, _OfDocument, topic="invoice.accepted.v1", owner="invoice_router", key="enterprise_number"):
    """The document was read and proven to be the company's own."""

    family: Family
    number: str = Field(description="BT-1")
    issue_date: date = Field(description="BT-2")
    due_date: date | None = Field(None, description="BT-9")
    tax_inclusive: Money = Field(description="BT-112")
    payable: Money = Field(description="BT-115")
    reference: StructuredReference | None = Field(None, description="BT-83 where it is an OGM or RF reference")
    ibans: tuple[Iban, ...] = Field((), description="BT-84")
    customer: Customer = Customer()
    payment_terms: str = Field("", description="BT-20, its first 1,000 characters")
    discounts: tuple[CashDiscount, ...] = Field((), description="the cash discounts that BT-20 grants for certain")
    mandate: str = Field("", description="BT-89: of the direct debit that collects it")
    preceding: tuple[str, ...] = Field((), description="BT-25: the numbers of the invoices that it corrects")
    version: int = Field(1, ge=1)
    supersedes: DocumentId | None = Field(
        None, description="the version that it replaces; null for the first, and for one that came late"
    )
    differences: tuple[Difference, ...] = Field((), description="to the version that it supersedes")
    self_billed: bool = False
    received_at: datetime | None = None
    findings: tuple[Finding, ...] = ()
    document: Claim
    sidecar: Claim = Field(description="a `SalesInvoice` as JSON")
    pdf: Claim | None = Field(None, description="the PDF inside the document, else the one that came beside it")


class InvoiceRepeated(Event, _OfDocument, topic="invoice.repeated.v1", owner="invoice_router", key="enterprise_number"):
    """The same content was accepted before, from whatever channel: nothing is delivered twice."""

    repeats: DocumentId = Field(description="the document that was accepted")
    family: Family
    number: str
    received_at: datetime


class InvoiceRouted(Event, _OfDocument, topic="invoice.routed.v1", owner="invoice_router", key="enterprise_number"):
    """The accounting office that receives the document is known."""

    office_id: OfficeId
    client_code: str = ""
    family: Family
    number: str
    issue_date: date
    version: int = Field(1, ge=1)
    received_at: datetime
    document: Claim


class InvoiceHeld(Event, _OfDocument, topic="invoice.held.v1", owner="invoice_router", key="enterprise_number"):
    """No office serves the company on that day; the document goes on by itself when one does."""

    reason: str
    received_at: datetime


class InvoiceQuarantined(
    Event, _OfDocument, topic="invoice.quarantined.v1", owner="invoice_router", key="enterprise_number"
):
    """The document is not delivered; the software is told why."""

    mode: Mode = "live"
    reason: str
    findings: tuple[Finding, ...] = ()
    number: str = Field("", description="BT-1 where it could be read")
    received_at: datetime | None = None
    payable: Money | None = Field(None, description="BT-115 of a document of the sandbox that is right")
