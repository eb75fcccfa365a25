"""An office's feed: one entry for each document that is at its disposal, oldest first, by position."""

import json
from dataclasses import dataclass
from datetime import datetime

from services.delivery.domain.documents import Document
from services.delivery.domain.edges import INLINE_BYTES
from shared.contracts.documents import Claim
from shared.values import DocumentId, OfficeId


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in an office's feed; `added_at` is UTC."""

    office_id: OfficeId
    document_id: DocumentId
    added_at: datetime


def record_headers(document: Document) -> tuple[tuple[str, str], ...]:
    """The facts beside a document on the office's topic."""
    sha256 = document.document.sha256 if document.document is not None else ""
    return (
        ("relais_document_id", document.document_id),
        ("relais_enterprise_number", document.enterprise_number),
        ("relais_number", document.number),
        ("relais_client_code", document.client_code),
        ("relais_family", document.family),
        ("relais_sha256", sha256),
    )


def record_value(document: Document, claim: Claim) -> tuple[bytes | Claim, str]:
    """The value of the office's record and its media type: the document, or where to fetch a large one."""
    if claim.size <= INLINE_BYTES:
        return claim, claim.media_type
    reference = {
        "document_id": document.document_id,
        "sha256": claim.sha256,
        "size": claim.size,
        "media_type": claim.media_type,
        "href": f"/v1/documents/{document.document_id}/original",
    }
    return json.dumps(reference, separators=(",", ":")).encode(), "application/json"
