"""What an accounting office is told beside its documents: the public facts, in its feed and by its channels alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from services.delivery.domain.accounts import Gap
from services.delivery.domain.gap_words import gap_sentences
from services.delivery.domain.put_aside import ToldOfFile
from shared.contracts.public_offices import OfficeEvent, OfficeEventType
from shared.contracts.statements import StatementGapAlarmed, StatementGapClosed, StatementGapOpened
from shared.values import EnterpriseNumber, EventId, OfficeId

GapEvent = StatementGapOpened | StatementGapAlarmed | StatementGapClosed

_GAP_NAMES: Mapping[type[GapEvent], OfficeEventType] = {
    StatementGapOpened: "statement.gap_opened",
    StatementGapAlarmed: "statement.gap_alarmed",
    StatementGapClosed: "statement.gap_closed",
}


@dataclass(frozen=True, slots=True)
class OfficeNotice:
    """One event for one office, and the company that it concerns, where the office may know it."""

    event: OfficeEvent
    enterprise_number: EnterpriseNumber | None
    text: str = field(init=False)
    """The event as JSON text: in the feed and on Kafka alike, so it is written once."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.event.as_json())

    @property
    def event_id(self) -> EventId:
        """Which one it is."""
        return EventId.of(self.event.id)

    @property
    def office_id(self) -> OfficeId:
        """Who is told."""
        return self.event.office_id

    @property
    def client_code(self) -> str:
        """The office's own code of the company; empty where there is none."""
        return self.event.client_code


def gap_facts(body: GapEvent, gap: Gap) -> dict[str, Any]:
    """What everybody is told beside the event's own facts: by how much the balance jumps, since when, in words."""
    if isinstance(body, StatementGapClosed):
        return {}
    jump = body.found_balance - body.expected_balance
    return {
        "difference": {"amount": f"{jump.amount:f}", "currency": str(jump.currency)},
        "opened_at": gap.opened_at,
        "i18n": gap_sentences(body),
    }


def gap_notice(
    event_id: UUID, time: datetime, body: GapEvent, gap: Gap, office_id: OfficeId, client_code: str
) -> OfficeNotice:
    """What is missing, or that it came."""
    name, facts = _GAP_NAMES[type(body)], {**body.model_dump(mode="json"), **gap_facts(body, gap)}
    event = _event(event_id, time, name, str(body.statement_id), office_id, facts, client_code)
    return OfficeNotice(event, body.enterprise_number)


def known_gap_notice(gap: Gap, time: datetime, office_id: OfficeId, client_code: str) -> OfficeNotice:
    """The same for an office that was not there when it was told: what is missing as it is known now."""
    body: GapEvent = gap.known_facts
    if gap.alarmed_at is not None:
        body = StatementGapAlarmed.model_validate({**body.model_dump(), "opened_at": gap.opened_at})
    told_again = uuid5(gap.statement_id.uuid, f"gap/{gap.version}/{time.isoformat()}")
    return gap_notice(told_again, time, body, gap, office_id, client_code)


def file_notice(told: ToldOfFile, office_id: OfficeId) -> OfficeNotice:
    """What became of a statement in a bank's file that the office handed in; whose that is it is not told."""
    facts = told.facts.model_dump(mode="json")
    event = _event(told.event_id, told.at, told.name, told.facts.file_sha256, office_id, facts, "")
    return OfficeNotice(event, None)


def stored_notice(text: str, enterprise_number: EnterpriseNumber | None) -> OfficeNotice:
    """The one that a text of the store is."""
    return OfficeNotice(OfficeEvent.model_validate_json(text), enterprise_number)


def _event(
    event_id: UUID,
    time: datetime,
    name: str,
    subject: str,
    office_id: OfficeId,
    facts: Mapping[str, Any],
    client_code: str,
) -> OfficeEvent:
    return OfficeEvent.model_validate(
        {
            "id": uuid5(event_id, f"{name}/office/{office_id}"),
            "type": name,
            "time": time,
            "subject": subject,
            "office_id": office_id,
            "client_code": client_code,
            "data": facts,
        }
    )
