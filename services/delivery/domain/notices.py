"""What a billing software is told: public facts, mapped from internal events, never the events themselves.

A notice never names an accounting office and never carries a full e-mail address.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.connections import MailBounced
from shared.contracts.event import TYPE_PREFIX, Event
from shared.values import EnterpriseNumber, SoftwareSlug

INLINE_MOVEMENTS = 200
"""A statement's movements are told with it up to this number; more are fetched at the door."""

SETTLEMENTS = ("invoice.settled", "invoice.partially_paid", "invoice.reopened", "payment.suggested")
"""The types that `GET /v1/payments` shows."""

_NOT_PUBLIC = frozenset(
    {"enterprise_number", "software", "mode", "document", "sidecar", "movements", "statement", "office_id"}
)
_MAIL_SERVERS_WORDS = frozenset({"detail"})
"""A mail server's answer may repeat the whole address."""

_NAMES = {
    "token.mailed": "connection.token_sent",
    "transactions.booked": "statement.booked",
    "invoice.accepted": "document.accepted",
    "invoice.routed": "document.routed",
    "invoice.held": "document.held",
    "invoice.quarantined": "document.quarantined",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One public event for one software; `id` is derived from the internal event, so a repeat is the same."""

    id: UUID
    software: SoftwareSlug
    type: str
    time: datetime
    subject: str
    enterprise_number: EnterpriseNumber | None
    data: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The public event as JSON text: on Kafka and in `GET /v1/events` alike."""
        body = {
            "id": str(self.id),
            "type": self.type,
            "time": self.time.isoformat().replace("+00:00", "Z"),
            "subject": self.subject,
            "software": self.software,
            "data": dict(self.data),
        }
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


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
    name: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Notice:
    """What `software` (by default the event's own) is told; `data` is added to the public facts."""
    receiver = software or SoftwareSlug(getattr(body, "software"))  # noqa: B009 (the union has no common base)
    told = name or public_name(type(body))
    number = getattr(body, "enterprise_number", None)
    private = _NOT_PUBLIC | (_MAIL_SERVERS_WORDS if isinstance(body, MailBounced) else frozenset())
    facts = body.model_dump(mode="json", exclude=set(private), exclude_none=True)
    if number is not None:
        facts = {"enterprise_number": str(number), **facts}
    return Notice(
        id=uuid5(event_id, f"{told}/{receiver}"),
        software=receiver,
        type=told,
        time=time,
        subject=_subject(body),
        enterprise_number=number,
        data={**facts, **(data or {})},
    )


def event_type(notice: Notice) -> str:
    """The CloudEvents `type` of a notice on the software's topic."""
    return f"{TYPE_PREFIX}{notice.type}.v1"


def may_read_statements(scopes: tuple[str, ...]) -> bool:
    """A connection that was given no scopes has them all."""
    return not scopes or "statements:read" in scopes


def _subject(body: Event) -> str:
    for name in ("document_id", "statement_id", "connection_id", "submission_id"):
        if (value := getattr(body, name, None)) is not None:
            return str(value)
    return body.key
