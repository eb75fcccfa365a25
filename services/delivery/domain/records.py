"""A document or a statement as a record on its office's topic: itself byte for byte, the facts in the headers.

What is told of statements is a record there too, by its CloudEvents type."""

import json

from services.delivery.domain.differences import told_differences
from services.delivery.domain.documents import Document
from services.delivery.domain.edges import INLINE_BYTES, office_topic
from services.delivery.domain.files import parcel_id
from services.delivery.domain.handovers import Going
from services.delivery.domain.office_notices import OfficeNotice
from services.delivery.domain.statements import RoutedStatement
from shared.chassis.messages import EdgeRecord
from shared.contracts.documents import Claim
from shared.contracts.event import TYPE_PREFIX

CODA_TYPE = "application/vnd.coda"
DIFFERENCES_BYTES = 4_000
"""So long is the header with the differences at most; the sidecar has them all."""


def office_record(going: Going) -> EdgeRecord | None:
    """The document as it goes onto its office's topic; None for one without bytes, which no routed one is.

    Its `ce_id` is the same whenever it is sent again for the same occasion.
    """
    document, channel = going.document, going.channel
    if isinstance(document, RoutedStatement):
        return _statement_record(going, document)
    if isinstance(document, OfficeNotice):
        return _notice_record(going, document)
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


def _statement_record(going: Going, statement: RoutedStatement) -> EdgeRecord:
    claim = statement.body.statement
    value: bytes | Claim = claim
    media_type = CODA_TYPE
    if claim.size > INLINE_BYTES:
        media_type = "application/json"
        value = _reference(
            "statement_id", statement.statement_id, claim, f"/v1/statements/{statement.statement_id}/coda"
        )
    return EdgeRecord(
        going.cause,
        office_topic(going.channel.office_id),
        statement.enterprise_number,
        value,
        f"{TYPE_PREFIX}statement.delivered.v1",
        parcel_id(going.channel.channel_id, statement, going.occasion),
        subject=statement.statement_id,
        content_type=media_type,
        headers=statement_headers(statement, going.occasion),
    )


def _notice_record(going: Going, notice: OfficeNotice) -> EdgeRecord:
    number = notice.enterprise_number
    of_company = (("relais_enterprise_number", str.__str__(number)), ("relais_client_code", notice.client_code))
    return EdgeRecord(
        going.cause,
        office_topic(going.channel.office_id),
        number or str(notice.office_id),
        notice.text.encode(),
        notice.event.event_type,
        notice.event.id,
        subject=notice.event.subject,
        headers=of_company if number is not None else (),
    )


def statement_headers(statement: RoutedStatement, occasion: str = "") -> tuple[tuple[str, str], ...]:
    """The facts beside a statement; `occasion` names the redelivery that sends it once more."""
    body = statement.body
    headers = [
        ("relais_document_model", "coda"),
        ("relais_statement_id", str(statement.statement_id)),
        ("relais_enterprise_number", str.__str__(body.enterprise_number)),
        ("relais_client_code", statement.client_code),
        ("relais_iban", str.__str__(body.iban)),
        ("relais_currency", str(body.new_balance.currency)),
        ("relais_year", str(body.year)),
        ("relais_sequence", str(body.sequence)),
        ("relais_old_balance", str(body.old_balance.amount)),
        ("relais_new_balance", str(body.new_balance.amount)),
        ("relais_new_balance_date", body.new_balance_date.isoformat()),
        ("relais_movement_count", str(body.movement_count)),
        ("relais_sha256", body.statement.sha256),
    ]
    if occasion:
        headers.append(("relais_redelivery", occasion))
    return tuple(headers)


def record_headers(document: Document, occasion: str = "") -> tuple[tuple[str, str], ...]:
    """The facts beside a document; `occasion` names the redelivery that sends it once more.

    `relais_differences` is a JSON list of `{field, before, after}`, there only where an earlier version says
    otherwise; `relais_difference_count` counts them all.
    """
    sha256 = document.document.sha256 if document.document is not None else ""
    headers = [
        ("relais_document_model", "sales_invoice"),
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
    href = f"/v1/documents/{document.document_id}/original"
    return _reference("document_id", document.document_id, claim, href), "application/json"


def _reference(name: str, subject: str, claim: Claim, href: str) -> bytes:
    """Where to fetch what is too large for a record."""
    told = {name: subject, "sha256": claim.sha256, "size": claim.size, "media_type": claim.media_type, "href": href}
    return json.dumps(told, separators=(",", ":")).encode()
