"""What a billing software is told, on `software.<slug>.events.v1`, in `GET /v1/events` and by webhook alike.

Public facts are mapped from internal events at the edge and are never those events themselves. They name no
accounting office and carry no e-mail address but a masked one. `type` says which facts `data` holds.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, WrapValidator

from shared.contracts.public_connections import (
    ActivatedFacts,
    BlockedFacts,
    BouncedFacts,
    ExpiredFacts,
    OfficeChangedFacts,
    RefusedFacts,
    RejectedFacts,
    RevokedFacts,
    RotatedFacts,
    TokenExpiredFacts,
    TokenSentFacts,
)
from shared.contracts.public_documents import (
    AcceptedFacts,
    DeliveredFacts,
    DocumentBookedFacts,
    DocumentRefusedFacts,
    FetchedFacts,
    HeldFacts,
    QuarantinedFacts,
    ReceivedFacts,
    RepeatedFacts,
    RoutedFacts,
    SupersededFacts,
)
from shared.contracts.public_payments import (
    BookedFacts,
    GapAlarmedFacts,
    GapClosedFacts,
    GapOpenedFacts,
    PartiallyPaidFacts,
    ReopenedFacts,
    SettledFacts,
    SuggestedFacts,
    UndoneFacts,
    WithdrawnFacts,
)
from shared.contracts.public_statements import StatementQuarantinedFacts, StatementReleasedFacts
from shared.contracts.public_webhooks import WebhookTestFacts
from shared.contracts.typed_facts import TypedFacts, as_made
from shared.values import SoftwareSlug

PublicType = Literal[
    "connection.token_sent",
    "connection.blocked",
    "connection.refused",
    "connection.expired",
    "connection.activated",
    "connection.rotated",
    "connection.revoked",
    "mail.bounced",
    "submission.rejected",
    "document.accepted",
    "document.routed",
    "document.held",
    "document.quarantined",
    "document.delivered",
    "statement.booked",
    "invoice.settled",
    "invoice.partially_paid",
    "invoice.reopened",
    "payment.suggested",
    "connection.token_expired",
    "connection.office_changed",
    "webhook.test",
    "document.repeated",
    "document.fetched",
    "document.booked",
    "document.refused",
    "payment.undone",
    "statement.gap_opened",
    "statement.gap_alarmed",
    "statement.gap_closed",
    "document.received",
    "document.superseded",
    "payment.withdrawn",
    "statement.quarantined",
    "statement.released",
]

PublicFacts = (
    TokenSentFacts
    | BlockedFacts
    | RefusedFacts
    | ExpiredFacts
    | ActivatedFacts
    | RotatedFacts
    | RevokedFacts
    | BouncedFacts
    | RejectedFacts
    | AcceptedFacts
    | RoutedFacts
    | HeldFacts
    | QuarantinedFacts
    | DeliveredFacts
    | BookedFacts
    | SettledFacts
    | PartiallyPaidFacts
    | ReopenedFacts
    | SuggestedFacts
    | TokenExpiredFacts
    | OfficeChangedFacts
    | WebhookTestFacts
    | RepeatedFacts
    | FetchedFacts
    | DocumentBookedFacts
    | DocumentRefusedFacts
    | UndoneFacts
    | GapOpenedFacts
    | GapAlarmedFacts
    | GapClosedFacts
    | ReceivedFacts
    | SupersededFacts
    | WithdrawnFacts
    | StatementQuarantinedFacts
    | StatementReleasedFacts
)

PUBLIC_FACTS: Mapping[PublicType, type[PublicFacts]] = MappingProxyType(
    {
        "connection.token_sent": TokenSentFacts,
        "connection.blocked": BlockedFacts,
        "connection.refused": RefusedFacts,
        "connection.expired": ExpiredFacts,
        "connection.activated": ActivatedFacts,
        "connection.rotated": RotatedFacts,
        "connection.revoked": RevokedFacts,
        "mail.bounced": BouncedFacts,
        "submission.rejected": RejectedFacts,
        "document.accepted": AcceptedFacts,
        "document.routed": RoutedFacts,
        "document.held": HeldFacts,
        "document.quarantined": QuarantinedFacts,
        "document.delivered": DeliveredFacts,
        "statement.booked": BookedFacts,
        "invoice.settled": SettledFacts,
        "invoice.partially_paid": PartiallyPaidFacts,
        "invoice.reopened": ReopenedFacts,
        "payment.suggested": SuggestedFacts,
        "connection.token_expired": TokenExpiredFacts,
        "connection.office_changed": OfficeChangedFacts,
        "webhook.test": WebhookTestFacts,
        "document.repeated": RepeatedFacts,
        "document.fetched": FetchedFacts,
        "document.booked": DocumentBookedFacts,
        "document.refused": DocumentRefusedFacts,
        "payment.undone": UndoneFacts,
        "statement.gap_opened": GapOpenedFacts,
        "statement.gap_alarmed": GapAlarmedFacts,
        "statement.gap_closed": GapClosedFacts,
        "document.received": ReceivedFacts,
        "document.superseded": SupersededFacts,
        "payment.withdrawn": WithdrawnFacts,
        "statement.quarantined": StatementQuarantinedFacts,
        "statement.released": StatementReleasedFacts,
    }
)
"""Which facts each type carries: the whole closed union."""


class PublicEvent(TypedFacts):
    """One thing that a billing software is told.

    The `id` is the same in every channel and at every repeat, so a receiver drops what it has seen. `subject` is
    the id of what it is about: a connection, a document, a statement, a submission, or a bank's file (its SHA-256).
    """

    facts_of: ClassVar = PUBLIC_FACTS

    id: UUID = Field(description="the same in every channel and at every repeat")
    type: PublicType
    time: datetime = Field(description="when it happened, UTC")
    subject: str = Field(description="id of the connection, document, statement, submission or file that it is about")
    software: SoftwareSlug
    data: Annotated[PublicFacts, WrapValidator(as_made)]
