"""What operators see and do: dead letters and their replay."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.event import Event, Facts


class DeadLetter(Facts):
    """A message that could not be handled, on `<service>.dead_letters.v1`.

    The one contract that every service publishes, each on a topic of its own.
    """

    topic_suffix: ClassVar[str] = ".dead_letters.v1"

    dead_letter_id: UUID
    service: str
    handler: str = Field(description="the topic's subscription, or the kind of the durable task")
    topic: str
    partition: int
    offset: int
    event_id: UUID
    event_type: str = ""
    key: str = ""
    reason_code: str
    reason: str = Field(description="a sentence: where, what was found, what was expected")
    attempts: int = Field(ge=1)
    failed_at: datetime
    headers: dict[str, str] = Field(default_factory=dict)
    value_base64: str = Field("", description="the original bytes; empty above 700 kB, then see `size`")
    size: int = Field(ge=0, description="bytes")
    status: str = Field("dead", description="dead, handled or discarded")


class ReplayRequested(Event, topic="replay.requested.v1", owner="console", key="service"):
    """An operator asks a service to handle a dead letter again, as it was or edited."""

    service: str
    dead_letter_id: UUID
    requested_by: str
    edited_value_base64: str | None = None
