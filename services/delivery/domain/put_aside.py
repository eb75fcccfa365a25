"""Statements that are put aside, as whoever handed in their file hears of them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.public_statements import StatementQuarantinedFacts, StatementReleasedFacts
from shared.contracts.statement_texts import put_aside_texts
from shared.contracts.statements import StatementQuarantined
from shared.values import OfficeId, Sha256, SoftwareSlug

NO_MANDATE = "no_mandate"
"""What waits for a mandate is booked when one comes; what is wrong in itself never is."""

Place = tuple[Sha256, int]
"""The file that a statement came in, and its position there."""


@dataclass(frozen=True, slots=True)
class ToldOfFile:
    """One thing that is told of a statement in a file: by which event, and when (UTC)."""

    event_id: UUID
    at: datetime
    name: Literal["statement.quarantined", "statement.released"]
    facts: StatementQuarantinedFacts | StatementReleasedFacts


@dataclass(frozen=True, slots=True)
class PutAside:
    """A statement that was put aside, as it was told last, or that a company has meanwhile, whichever came first.

    Moments are UTC; an event's id is None where it has not come.
    """

    place: Place
    told: StatementQuarantined | None = None
    told_by: UUID | None = None
    told_at: datetime | None = None
    released_by: UUID | None = None
    released_at: datetime | None = None

    @property
    def last(self) -> ToldOfFile | None:
        """What is to be told of it now; None while nothing is known."""
        digest, index = self.place
        if self.released_by is not None and self.released_at is not None:
            facts = StatementReleasedFacts(file_sha256=digest, index=index)
            return ToldOfFile(self.released_by, self.released_at, "statement.released", facts)
        if self.told is None or self.told_by is None or self.told_at is None:
            return None
        return ToldOfFile(self.told_by, self.told_at, "statement.quarantined", _facts(self.told))


def quarantined(known: PutAside | None, body: StatementQuarantined, by: UUID, at: datetime) -> PutAside:
    """It was put aside, for the first time or for another reason."""
    found = known or PutAside((body.file_sha256, body.index))
    if found.told_at is not None and found.told_at > at:
        return found
    return replace(found, told=body, told_by=by, told_at=at)


def released(known: PutAside | None, place: Place, by: UUID, at: datetime) -> PutAside:
    """A company has it now; that stays so."""
    return replace(known or PutAside(place), released_by=by, released_at=at)


def sender_of(principal: str) -> SoftwareSlug | OfficeId | None:
    """Who is told of a file; nobody where an operator or a watched folder brought it: operators have the console."""
    kind, _, name = principal.partition(":")
    if kind == "software":
        return SoftwareSlug(name)
    return OfficeId(name) if kind == "office" else None


def _facts(body: StatementQuarantined) -> StatementQuarantinedFacts:
    i18n = put_aside_texts(body.code)
    return StatementQuarantinedFacts(**body.model_dump(), waits=body.code == NO_MANDATE, i18n=i18n)
