"""What a billing software is told: the public facts of an internal event, never the event itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from services.delivery.domain.documents import Document
from services.delivery.domain.put_aside import ToldOfFile
from shared.contracts.access import Mode
from shared.contracts.connections import ConnectionBlocked, ConnectionRefused
from shared.contracts.event import Event
from shared.contracts.evidence_words import evidence_sentences
from shared.contracts.findings import told_findings
from shared.contracts.invoices import InvoiceAccepted, InvoiceQuarantined
from shared.contracts.public import PublicEvent
from shared.contracts.public_connections import Explained
from shared.values import EnterpriseNumber, SoftwareSlug

_NAMES = {
    "token.mailed": "connection.token_sent",
    "token.expired": "connection.token_expired",
    "transactions.booked": "statement.booked",
    "invoice.submitted": "document.received",
    "invoice.accepted": "document.accepted",
    "invoice.routed": "document.routed",
    "invoice.held": "document.held",
    "invoice.repeated": "document.repeated",
    "invoice.quarantined": "document.quarantined",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One public event for one software, the company that it concerns, and whether that is a simulated one."""

    event: PublicEvent
    enterprise_number: EnterpriseNumber | None
    mode: Mode = "live"
    text: str = field(init=False)
    """The public event as JSON text: on Kafka and in `GET /v1/events` alike, so it is written once."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.event.as_json())


def public_name(event: type[Event]) -> str:
    """The public type of an internal event: `invoice.routed.v1` is told as `document.routed`."""
    name = event.topic.rsplit(".v", 1)[0]
    return _NAMES.get(name, name)


def notice_of(
    event_id: UUID,
    time: datetime,
    body: Event,
    *,
    software: SoftwareSlug | None = None,
    data: Mapping[str, Any] | None = None,
    mode: Mode | None = None,
) -> Notice:
    """What `software` (by default the event's own) is told; `data` is added to the public facts. Without `mode` it
    is the event's own, and `live` where an event has none.

    The id is derived from the internal event, so that a repeat is the same. The contract of the public type
    chooses among the event's facts: what it does not name is not told. Raises pydantic's ValidationError
    where the event lacks what the public type needs.
    """
    receiver = software or SoftwareSlug(str(getattr(body, "software", "")))
    facts = {**body.model_dump(mode="json"), **_explained(body), **_findings(body), **(data or {})}
    if (allocation := facts.get("allocation")) is not None:
        facts["allocation"] = {**allocation, "i18n": evidence_sentences(allocation["evidence"])}
    event = _event(event_id, time, public_name(type(body)), _subject(body), receiver, facts)
    mode_of_event: Mode = facts.get("mode", "live")
    return Notice(event, getattr(body, "enterprise_number", None), mode or mode_of_event)


def superseded_notice(older: Document, newer: Document, event_id: UUID, time: datetime) -> Notice:
    """What the software that sent the older version is told; `event_id` is the acceptance of the newer one."""
    facts = {
        "document_id": older.document_id,
        "enterprise_number": older.enterprise_number,
        "connection_id": older.connection_id,
        "superseded_by": newer.document_id,
        "version": newer.invoice_version,
    }
    event = _event(event_id, time, "document.superseded", older.document_id, older.software, facts)
    return Notice(event, older.enterprise_number, older.mode)


def bank_file_notice(told: ToldOfFile, software: SoftwareSlug) -> Notice:
    """What the software that handed in a bank's file is told of a statement in it; whose that is it is not told."""
    facts = told.facts.model_dump(mode="json")
    return Notice(_event(told.event_id, told.at, told.name, told.facts.file_sha256, software, facts), None)


def may_read_statements(scopes: tuple[str, ...]) -> bool:
    """A connection that was given no scopes has them all."""
    return not scopes or "statements:read" in scopes


def _event(
    event_id: UUID, time: datetime, told: str, subject: str, receiver: SoftwareSlug, facts: Mapping[str, Any]
) -> PublicEvent:
    return PublicEvent.model_validate(
        {
            "id": uuid5(event_id, f"{told}/{receiver}"),
            "type": told,
            "time": time,
            "subject": subject,
            "software": receiver,
            "data": facts,
        }
    )


def _explained(body: Event) -> dict[str, Any]:
    if not isinstance(body, ConnectionBlocked | ConnectionRefused):
        return {}
    return Explained.of(body.reason, body.contact, body.language).model_dump(mode="json")


def _findings(body: Event) -> dict[str, Any]:
    """What was found in a document, in words that people in the company understand."""
    if not isinstance(body, InvoiceAccepted | InvoiceQuarantined):
        return {}
    told, others = told_findings(body.findings)
    return {"findings": [each.model_dump(mode="json") for each in told], "other_findings": others}


def _subject(body: Event) -> str:
    for name in ("document_id", "statement_id", "connection_id", "submission_id"):
        if (value := getattr(body, name, None)) is not None:
            return str(value)
    return body.key
