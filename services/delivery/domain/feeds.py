"""An office's feed: one entry for each document that is at its disposal, oldest first, by position."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.delivery.domain.documents import Document
from shared.values import DocumentId, OfficeId

Outcome = Literal["", "processed", "failed"]
"""What an office's package said of an entry; empty while it said nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in an office's feed; `added_at` is UTC. `redelivery` is the one that it comes again by."""

    office_id: OfficeId
    document_id: DocumentId
    added_at: datetime
    redelivery: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The office's package took an entry in, or could not and says why; `at` is UTC, None where it said nothing."""

    outcome: Outcome = ""
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedRow:
    """An entry as its office reads it, with what is known of its document."""

    position: int
    added_at: datetime
    document: Document
    redelivery: str = ""
    acknowledgement: Acknowledgement = Acknowledgement()
