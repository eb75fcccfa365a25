"""A booked statement as its readers reach it: where its movements lie and who may fetch them; which office has it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.statements import TransactionsBooked
from shared.values import EnterpriseNumber, OfficeId, SoftwareSlug, StatementId

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

    @property
    def received_at(self) -> datetime:
        """When the bank's file came in, which decides the office (UTC); of older events when it was booked."""
        return self.body.received_at or self.booked_at


@dataclass(frozen=True, slots=True)
class RoutedStatement:
    """A booked statement at the disposal of the office that serves the company on the day of its receipt.

    `client_code` is the office's own for the company, as it was then.
    """

    office_id: OfficeId
    client_code: str
    booked: BookedStatement

    @property
    def body(self) -> TransactionsBooked:
        """What was booked."""
        return self.booked.body

    @property
    def statement_id(self) -> StatementId:
        """Which statement it is."""
        return self.body.statement_id

    @property
    def enterprise_number(self) -> EnterpriseNumber:
        """Whose account it is."""
        return self.body.enterprise_number

    @property
    def number(self) -> str:
        """As people call it: the year and the three digits of its number in it."""
        return f"{self.body.year}/{self.body.sequence:03d}"


def movements_href(statement_id: StatementId) -> str:
    """Where the movements of a long statement are fetched at the door."""
    return f"/v1/statements/{statement_id}/movements"
