"""What a billing software is told of the documents it handed in. Terms follow EN 16931-1 (the BT numbers)."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from shared.contracts.event import Facts
from shared.contracts.findings import ToldFinding
from shared.contracts.invoices import Customer, Difference, Family
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Iban, Money, Sha256, StructuredReference


class _OfDocument(Facts):
    document_id: DocumentId
    enterprise_number: EnterpriseNumber


class AcceptedFacts(_OfDocument):
    """The document was read and proven to be the company's own."""

    connection_id: ConnectionId
    family: Family
    number: str = Field(description="BT-1")
    issue_date: date = Field(description="BT-2")
    due_date: date | None = Field(None, description="BT-9")
    tax_inclusive: Money = Field(description="BT-112")
    payable: Money = Field(description="BT-115")
    reference: StructuredReference | None = Field(None, description="BT-83 where it is an OGM or RF reference")
    ibans: tuple[Iban, ...] = Field((), description="BT-84")
    customer: Customer = Customer()
    version: int = Field(1, ge=1)
    supersedes: DocumentId | None = None
    differences: tuple[Difference, ...] = Field((), description="to the version that it supersedes")
    self_billed: bool = False
    findings: tuple[ToldFinding, ...] = Field((), description="the first 20; the document itself shows all of them")
    other_findings: int = Field(0, ge=0, description="how many more there are")


class RepeatedFacts(_OfDocument):
    """The same content was accepted before; it is not delivered a second time."""

    connection_id: ConnectionId
    repeats: DocumentId = Field(description="the document that was accepted")
    family: Family
    number: str
    received_at: datetime


class RoutedFacts(_OfDocument):
    """The accounting office that receives the document is known to us; its name is not told."""

    connection_id: ConnectionId
    family: Family
    number: str
    issue_date: date
    version: int = Field(1, ge=1)
    received_at: datetime


class HeldFacts(_OfDocument):
    """No office serves the company on that day; the document goes on by itself when one does."""

    connection_id: ConnectionId
    reason: str = Field(description="a code of the catalogue of reasons")
    received_at: datetime


class QuarantinedFacts(_OfDocument):
    """The document is not delivered; `findings` say where it is wrong."""

    connection_id: ConnectionId
    reason: str = Field(description="a code of the catalogue of reasons")
    findings: tuple[ToldFinding, ...] = Field((), description="the first 20; the document itself shows all of them")
    other_findings: int = Field(0, ge=0, description="how many more there are")
    number: str = Field("", description="BT-1 where it could be read")


class DeliveredFacts(_OfDocument):
    """The document stands at the accountant's disposal on a channel."""

    channel: Literal["feed", "kafka", "folder", "mail", "webhook", "v2"]
    delivered_at: datetime


class FetchedFacts(_OfDocument):
    """The accountant read the document."""

    fetched_at: datetime


class DocumentBookedFacts(_OfDocument):
    """The accountant processed the document."""

    booked_at: datetime


class DocumentRefusedFacts(_OfDocument):
    """The accountant could not or would not process the document."""

    reason: str = Field(description="in the accountant's own words")


class ReceivedFacts(_OfDocument):
    """The document's bytes are stored; nothing was read of them yet."""

    connection_id: ConnectionId
    received_at: datetime
    sha256: Sha256 = Field(description="of the bytes as they were handed in")
    size: int = Field(ge=0, description="bytes")


class SupersededFacts(_OfDocument):
    """A newer version of the document was accepted, from whatever software; it is delivered as such."""

    connection_id: ConnectionId
    superseded_by: DocumentId = Field(description="the document that holds the newer version")
    version: int = Field(ge=1, description="of the newer one")
