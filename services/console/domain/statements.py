"""Bank statements that need an operator: put aside, or still missing after one bank day."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.contracts.statements import (
    StatementGapAlarmed,
    StatementGapClosed,
    StatementQuarantined,
    StatementReleased,
)
from shared.values import EnterpriseNumber, Sha256, StatementId

_NO_MANDATE = "no_mandate"

Place = tuple[Sha256, int]
"""The file that a statement came in, and its position there."""


@dataclass(frozen=True, slots=True)
class PutAside:
    """A statement that is not booked and why, as it was told last; `released_to` is who has it now. Moments are UTC."""

    place: Place
    told: StatementQuarantined | None = None
    at: datetime | None = None
    released_to: EnterpriseNumber | None = None
    released_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether nobody has it yet."""
        return self.released_at is None

    @property
    def waits_for_mandate(self) -> bool:
        """Whether it is booked by itself when a company gives a mandate; what is wrong in itself never is."""
        return self.waits and self.told is not None and self.told.code == _NO_MANDATE


@dataclass(frozen=True, slots=True)
class MissingStatement:
    """What is missing before a statement, of which somebody was alarmed; `closed_at` is None while it is."""

    statement_id: StatementId
    version: int
    told: StatementGapAlarmed | None = None
    at: datetime | None = None
    closed_at: datetime | None = None


def put_aside(known: PutAside | None, body: StatementQuarantined, at: datetime) -> PutAside:
    """It was put aside, for the first time or for another reason; what was released before stays so."""
    place = (body.file_sha256, body.index)
    found = known or PutAside(place)
    if found.at is not None and found.at > at:
        return found
    return replace(found, told=body, at=at)


def released(known: PutAside | None, body: StatementReleased, at: datetime) -> PutAside:
    """A company has it now."""
    found = known or PutAside((body.file_sha256, body.index))
    return replace(found, released_to=body.enterprise_number, released_at=at)


def alarmed(known: MissingStatement | None, body: StatementGapAlarmed, version: int, at: datetime) -> MissingStatement:
    """Somebody was alarmed; an end that came first stays."""
    if known is not None and known.version >= version:
        return replace(known, told=known.told or body, at=known.at or at)
    return MissingStatement(body.statement_id, version, body, at)


def closed(known: MissingStatement | None, body: StatementGapClosed, version: int, at: datetime) -> MissingStatement:
    """What was missing came."""
    found = known or MissingStatement(body.statement_id, version)
    return replace(found, version=max(version, found.version), closed_at=at) if version >= found.version else found
