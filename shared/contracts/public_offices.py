"""What an accounting office is told beside its documents: on `office.<id>.documents.v1`, in `GET /v1/events` and by
webhook alike."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.public_payments import GapAlarmedFacts, GapClosedFacts, GapOpenedFacts
from shared.contracts.public_statements import StatementQuarantinedFacts, StatementReleasedFacts
from shared.contracts.typed_facts import TypedFacts
from shared.values import OfficeId

OfficeEventType = Literal[
    "statement.gap_opened",
    "statement.gap_alarmed",
    "statement.gap_closed",
    "statement.quarantined",
    "statement.released",
]

OfficeFacts = GapOpenedFacts | GapAlarmedFacts | GapClosedFacts | StatementQuarantinedFacts | StatementReleasedFacts

OFFICE_FACTS: Mapping[OfficeEventType, type[OfficeFacts]] = MappingProxyType(
    {
        "statement.gap_opened": GapOpenedFacts,
        "statement.gap_alarmed": GapAlarmedFacts,
        "statement.gap_closed": GapClosedFacts,
        "statement.quarantined": StatementQuarantinedFacts,
        "statement.released": StatementReleasedFacts,
    }
)
"""Which facts each type carries: the whole closed union."""


class OfficeEvent(TypedFacts):
    """One thing that an accounting office is told: what is missing in the statements of its clients, and what became of
    bank files that it handed in itself.

    The `id` is the same in every channel and at every repeat, so a receiver drops what it has seen. `subject` is the id
    of the statement that it is about, or the SHA-256 of the bank's file.
    """

    facts_of: ClassVar = OFFICE_FACTS

    id: UUID = Field(description="the same in every channel and at every repeat")
    type: OfficeEventType
    time: datetime = Field(description="when it happened, UTC")
    subject: str = Field(description="id of the statement that it is about, or the SHA-256 of the bank's file")
    office_id: OfficeId
    client_code: str = Field("", description="the office's own code of the company that it is about")
    data: OfficeFacts
