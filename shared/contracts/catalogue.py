"""The catalogue of events: what exists, who owns it, who listens; its schemas and its page of documentation."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from shared.contracts.connections import (
    ConnectionActivated,
    ConnectionBlocked,
    ConnectionChanged,
    ConnectionExpired,
    ConnectionOfficeChanged,
    ConnectionRefused,
    ConnectionRequested,
    ConnectionRevoked,
    ConnectionRotated,
    ConnectionVerified,
    MailBounced,
    SubmissionRejected,
    TokenExpired,
    TokenMailed,
)
from shared.contracts.deliveries import (
    DocumentBooked,
    DocumentDelivered,
    DocumentFetched,
    DocumentRefused,
    PaymentDecided,
)
from shared.contracts.directory import CompanyChanged, OfficeChanged, SoftwareChanged
from shared.contracts.event import Event
from shared.contracts.event_pages import page, topic_map
from shared.contracts.invoices import (
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRepeated,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.contracts.operations import DeadLetter, ReplayRequested
from shared.contracts.public import PublicEvent
from shared.contracts.public_offices import OfficeEvent
from shared.contracts.schema_changes import IDENTITY, breaking_changes
from shared.contracts.statements import (
    BankFileReceived,
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
    PaymentWithdrawn,
    StatementGapAlarmed,
    StatementGapClosed,
    StatementGapOpened,
    StatementQuarantined,
    StatementReleased,
    TransactionsBooked,
)
from shared.contracts.submissions import BankFileReference, ConnectionSubmission, DocumentReference

__all__ = [
    "CATALOGUE",
    "LISTENERS",
    "SERVICES",
    "breaking_changes",
    "by_topic",
    "refusals",
    "render_markdown",
    "schemas",
]

SERVICES = (
    "intake",
    "verification",
    "token_mailer",
    "invoice_router",
    "coda_reconciler",
    "delivery",
    "console",
)
"""The services, in the order in which a company's story meets them."""

CATALOGUE: tuple[type[Event], ...] = (
    ConnectionRequested,
    ConnectionVerified,
    ConnectionBlocked,
    ConnectionRefused,
    ConnectionExpired,
    TokenMailed,
    TokenExpired,
    MailBounced,
    ConnectionActivated,
    ConnectionRotated,
    ConnectionRevoked,
    ConnectionOfficeChanged,
    SubmissionRejected,
    InvoiceSubmitted,
    InvoiceAccepted,
    InvoiceRouted,
    InvoiceHeld,
    InvoiceRepeated,
    InvoiceQuarantined,
    DocumentDelivered,
    DocumentFetched,
    DocumentBooked,
    DocumentRefused,
    BankFileReceived,
    TransactionsBooked,
    StatementGapOpened,
    StatementGapAlarmed,
    StatementGapClosed,
    StatementQuarantined,
    StatementReleased,
    InvoiceSettled,
    InvoicePartiallyPaid,
    InvoiceReopened,
    PaymentSuggested,
    PaymentDecided,
    PaymentUndone,
    PaymentWithdrawn,
    CompanyChanged,
    OfficeChanged,
    SoftwareChanged,
    ConnectionChanged,
    ReplayRequested,
)
"""Every internal event, in the order of the story it belongs to."""

_WITH_ROUTES = tuple(service for service in SERVICES if service != "coda_reconciler")
"""Who has routes authenticates its callers by itself, from the compacted topics of credentials."""

LISTENERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "connection.requested.v1": ("verification",),
        "connection.verified.v1": ("intake", "token_mailer"),
        "connection.blocked.v1": ("intake", "delivery"),
        "connection.refused.v1": ("intake", "delivery"),
        "connection.expired.v1": ("intake", "delivery"),
        "token.mailed.v1": ("intake", "delivery"),
        "token.expired.v1": ("intake", "delivery"),
        "mail.bounced.v1": ("intake", "verification", "delivery"),
        "connection.activated.v1": ("intake", "verification", "delivery"),
        "connection.rotated.v1": ("delivery",),
        "connection.revoked.v1": ("intake", "verification", "delivery"),
        "connection.office_changed.v1": ("intake", "delivery"),
        "submission.rejected.v1": ("delivery",),
        "invoice.submitted.v1": ("invoice_router", "delivery"),
        "invoice.accepted.v1": ("coda_reconciler", "delivery"),
        "invoice.routed.v1": ("delivery",),
        "invoice.held.v1": ("delivery",),
        "invoice.repeated.v1": ("delivery",),
        "invoice.quarantined.v1": ("delivery",),
        "document.delivered.v1": (),
        "document.fetched.v1": ("delivery",),
        "document.booked.v1": ("delivery",),
        "document.refused.v1": ("delivery",),
        "bank_file.received.v1": ("coda_reconciler", "delivery"),
        "transactions.booked.v1": ("delivery",),
        "statement.gap_opened.v1": ("delivery",),
        "statement.gap_alarmed.v1": ("delivery", "console"),
        "statement.gap_closed.v1": ("delivery", "console"),
        "statement.quarantined.v1": ("delivery", "console"),
        "statement.released.v1": ("delivery", "console"),
        "invoice.settled.v1": ("delivery",),
        "invoice.partially_paid.v1": ("delivery",),
        "invoice.reopened.v1": ("delivery",),
        "payment.suggested.v1": ("delivery",),
        "payment.decided.v1": ("coda_reconciler",),
        "payment.undone.v1": ("delivery",),
        "payment.withdrawn.v1": ("delivery",),
        "company.changed.v1": ("token_mailer", "invoice_router", "coda_reconciler", "delivery"),
        "office.changed.v1": _WITH_ROUTES,
        "software.changed.v1": _WITH_ROUTES,
        "connection.changed.v1": _WITH_ROUTES,
        "replay.requested.v1": SERVICES,
    }
)
"""Which services listen to each topic; a test holds it against what the services register."""

_OUTSIDE_THE_CATALOGUE: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        "dead_letters.v1": DeadLetter,
        "public.v1": PublicEvent,
        "public.office.v1": OfficeEvent,
        "submission.connection.v1": ConnectionSubmission,
        "submission.document_reference.v1": DocumentReference,
        "submission.bank_file_reference.v1": BankFileReference,
    }
)
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def by_topic(topic: str) -> type[Event]:
    """The class of the events of a topic. Raises LookupError: a topic that the catalogue does not have."""
    for event in CATALOGUE:
        if event.topic == topic:
            return event
    raise LookupError(f"topic_unknown: found {topic!r}, expected a topic of the catalogue")


def schemas() -> dict[str, str]:
    """The JSON Schema (draft 2020-12) of every contract, by its file name in `shared/contracts/schemas`."""
    internal = {f"{event.topic}.json": _schema(event, event.topic, _identity(event)) for event in CATALOGUE}
    others = {f"{name}.json": _schema(model, name, {}) for name, model in _OUTSIDE_THE_CATALOGUE.items()}
    return internal | others


def refusals(committed: Mapping[str, str]) -> list[str]:
    """Why the committed schemas may not be written anew: each breaking change, with the schema it breaks."""
    current = schemas()
    gone = [f"{name}: the contract was removed" for name in committed if name not in current]
    broken = [
        f"{name}: {change}"
        for name, text in committed.items()
        if name in current
        for change in breaking_changes(json.loads(text), json.loads(current[name]))
    ]
    return gone + broken


def render_markdown(examples: Mapping[str, str]) -> str:
    """`docs/events.md`, from the texts of `shared/contracts/examples` by their file names."""
    return page(CATALOGUE, LISTENERS, examples)


def render_map() -> str:
    """The map of topics that stands in `README.md`."""
    return topic_map(CATALOGUE, LISTENERS, "docs/events.md")


def _identity(event: type[Event]) -> dict[str, Any]:
    return {
        "topic": event.topic,
        "key": event.key_field,
        "owner": event.owner,
        "compacted": event.compacted,
    }


def _schema(model: type[BaseModel], name: str, identity: dict[str, Any]) -> str:
    """Two spaces, keys in pydantic's order, a line end: what a reader of a diff likes."""
    marked = {IDENTITY: identity} if identity else {}
    head = {"$schema": _DIALECT, "$id": f"urn:relais:{name}", **marked}
    return json.dumps({**head, **model.model_json_schema()}, indent=2, ensure_ascii=False) + "\n"
