"""A booked statement as its readers reach it: where its movements lie and who may fetch them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.statements import TransactionsBooked
from shared.values import SoftwareSlug, StatementId

INLINE_BYTES = 700_000
"""A record with a statement's movements in it stays below this; a larger one names where they are fetched."""


@dataclass(frozen=True, slots=True)
class BookedStatement:
    """What was booked, by which event and when (UTC); `readers` are the softwares that were told of it."""

    event_id: UUID
    booked_at: datetime
    body: TransactionsBooked
    readers: tuple[SoftwareSlug, ...]

    @property
    def statement_id(self) -> StatementId:
        """Which statement it is."""
        return self.body.statement_id


def movements_href(statement_id: StatementId) -> str:
    """Where the movements of a long statement are fetched at the door."""
    return f"/v1/statements/{statement_id}/movements"
