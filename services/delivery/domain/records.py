"""A document as a record on its office's topic: the document itself byte for byte, the facts in the headers."""

import json

from services.delivery.domain.differences import told_differences
from services.delivery.domain.documents import Document
from services.delivery.domain.edges import INLINE_BYTES, office_topic
from services.delivery.domain.files import parcel_id
from services.delivery.domain.handovers import Going
from shared.chassis.messages import EdgeRecord
from shared.contracts.documents import Claim
from shared.contracts.event import TYPE_PREFIX

DIFFERENCES_BYTES = 4_000
"""So long is the header with the differences at most; the sidecar has them all."""


def office_record(going: Going) -> EdgeRecord | None:
    """The document as it goes onto its office's topic; None for one without bytes, which no routed one is.

    Its `ce_id` is the same whenever it is sent again for the same occasion.
    """
    document, channel = going.document, going.channel
    if document.document is None:
        return None
    value, media_type = record_value(document, document.document)
    return EdgeRecord(
        going.cause,
        office_topic(channel.office_id),
        document.enterprise_number,
        value,
        f"{TYPE_PREFIX}document.delivered.v1",
        parcel_id(channel.channel_id, document, going.occasion),
        subject=document.document_id,
        content_type=media_type,
        headers=record_headers(document, going.occasion),
    )


def record_headers(document: Document, occasion: str = "") -> tuple[tuple[str, str], ...]:
    """The facts beside a document; `occasion` names the redelivery that sends it once more.

    `relais_differences` is a JSON list of `{field, before, after}`, there only where an earlier version says
    otherwise; `relais_difference_count` counts them all.
    """
    sha256 = document.document.sha256 if document.document is not None else ""
    headers = [
        ("relais_document_id", document.document_id),
        ("relais_enterprise_number", document.enterprise_number),
        ("relais_number", document.number),
        ("relais_client_code", document.client_code),
        ("relais_family", document.family),
        ("relais_sha256", sha256),
        ("relais_version", str(document.invoice_version)),
        ("relais_supersedes", document.supersedes or ""),
        ("relais_difference_count", str(len(document.differences))),
    ]
    if document.differences:
        told = json.dumps(told_differences(document.differences, DIFFERENCES_BYTES), separators=(",", ":"))
        headers.append(("relais_differences", told))
    if occasion:
        headers.append(("relais_redelivery", occasion))
    return tuple(headers)


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
