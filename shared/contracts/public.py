"""What a billing software is told, on `software.<slug>.events.v1`, in `GET /v1/events` and by webhook alike.

Public facts are mapped from internal events at the edge and are never those events themselves. They name no
accounting office and carry no e-mail address but a masked one. `type` says which facts `data` holds.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from shared.contracts.event import TYPE_PREFIX, Facts
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
)
from shared.contracts.public_webhooks import WebhookTestFacts
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
    }
)
"""Which facts each type carries: the whole closed union."""


class PublicEvent(Facts):
    """One thing that a billing software is told.

    The `id` is the same in every channel and at every repeat, so a receiver drops what it has seen. `subject` is
    the id of what it is about: a connection, a document, a statement or a submission.
    """

    id: UUID = Field(description="the same in every channel and at every repeat")
    type: PublicType
    time: datetime = Field(description="when it happened, UTC")
    subject: str = Field(description="id of the connection, document, statement or submission that it is about")
    software: SoftwareSlug
    data: PublicFacts

    @model_validator(mode="before")
    @classmethod
    def _read_as_its_type(cls, found: Any) -> Any:
        """Reads `data` as the facts of `type`: several kinds of facts may look alike."""
        if not isinstance(found, Mapping) or not isinstance(found.get("data"), Mapping):
            return found
        facts = dict(PUBLIC_FACTS).get(found.get("type", ""))
        return {**found, "data": facts.model_validate(found["data"])} if facts else found

    @model_validator(mode="after")
    def _holds_the_facts_of_its_type(self) -> Self:
        expected, found = PUBLIC_FACTS[self.type], type(self.data)
        if found is not expected:
            raise ValueError(f"data of {self.type}: found {found.__name__}, expected {expected.__name__}")
        return self

    @property
    def event_type(self) -> str:
        """The CloudEvents `type` on Kafka: `be.relais.document.routed.v1`."""
        return f"{TYPE_PREFIX}{self.type}.v1"

    def as_json(self) -> str:
        """The body as it is sent; what is not known is left out."""
        return self.model_dump_json(exclude_none=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Says in the schema, too, which facts belong to which type."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        choices = schema["properties"]["data"]["anyOf"]
        of_class = dict(zip(PublicFacts.__args__, choices, strict=True))
        schema["allOf"] = [
            {
                "if": {"properties": {"type": {"const": name}}},
                "then": {"properties": {"data": of_class[facts]}},
            }
            for name, facts in PUBLIC_FACTS.items()
        ]
        return schema
