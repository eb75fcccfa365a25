"""What became of a document at its receiver, and what people decided there."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from shared.contracts.event import Event, Facts
from shared.values import DocumentId, EnterpriseNumber, OfficeId, SoftwareSlug


class _AtOffice(Facts):
    document_id: DocumentId
    enterprise_number: EnterpriseNumber
    office_id: OfficeId
    software: SoftwareSlug


class DocumentDelivered(Event, _AtOffice, topic="document.delivered.v1", owner="delivery", key="enterprise_number"):
    """The document stands at the office's disposal on a channel."""

    channel: Literal["feed", "kafka", "folder", "mail", "webhook", "v2"]
    delivered_at: datetime


class DocumentFetched(Event, _AtOffice, topic="document.fetched.v1", owner="delivery", key="enterprise_number"):
    """The office read the document's bytes."""

    fetched_at: datetime


class DocumentBooked(Event, _AtOffice, topic="document.booked.v1", owner="delivery", key="enterprise_number"):
    """The office processed the document."""

    booked_at: datetime


class DocumentRefused(Event, _AtOffice, topic="document.refused.v1", owner="delivery", key="enterprise_number"):
    """The office could not or would not process the document."""

    reason: str = Field(description="in the office's own words")


class PaymentDecided(Event, topic="payment.decided.v1", owner="delivery", key="enterprise_number"):
    """A person accepted, refused or undid a settlement."""

    enterprise_number: EnterpriseNumber
    document_id: DocumentId
    allocation_id: str = Field(description="the settlement: account, year, statement, movement and detail")
    decision: Literal["accept", "refuse", "undo"]
    decided_by: str = Field(description="the principal, never a person's name")
