"""Gaps in the chain of an account's statements: what is told when one opens, moves, is not filled in time, closes."""

from dataclasses import dataclass
from datetime import datetime

from services.coda_reconciler.domain.chain import Extension, Opened
from services.coda_reconciler.domain.links import NUMBERS, Link
from shared.chassis.messages import Task
from shared.contracts.statements import (
    MissingNumbers,
    StatementGapAlarmed,
    StatementGapClosed,
    StatementGapOpened,
    StatementPlace,
)
from shared.values import Currency, EnterpriseNumber, Iban, Money, StatementId

PATIENCE_BANK_DAYS = 1
"""So long a missing statement may be on its way before somebody is alarmed."""

Account = tuple[EnterpriseNumber, Iban, Currency]


class RaiseGapAlarm(Task, kind="raise_gap_alarm"):
    """Tell, when it is due, that what is missing before a statement has not come."""

    statement_id: StatementId
    enterprise_number: EnterpriseNumber


@dataclass(frozen=True, slots=True)
class Gap:
    """The record of a gap before a statement: `opened` are its facts as they were told last.

    `version` is that of the statement's link. Moments are UTC; `closed_at` is None while something is missing.
    """

    opened: StatementGapOpened
    version: int
    opened_at: datetime
    alarmed_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def statement_id(self) -> StatementId:
        """The statement that does not follow the one before it."""
        return self.opened.statement_id


def gap_events(account: Account, extension: Extension) -> list[tuple[StatementGapOpened | StatementGapClosed, int]]:
    """What is published of the gaps that a new statement opened, moved and closed, with the version of each."""
    events: list[tuple[StatementGapOpened | StatementGapClosed, int]] = []
    for gap in extension.opened:
        events.append((_opened(account, gap), gap.link.version))
    for gap in extension.moved:
        events.append((_opened(account, gap, moved=True), gap.link.version))
    for link in extension.closed:
        company, iban, _ = account
        closed = StatementGapClosed(
            statement_id=link.statement_id,
            enterprise_number=company,
            iban=iban,
            year=link.year,
            sequence=link.sequence,
            final_through=place_of(extension.standing.final_through),
        )
        events.append((closed, link.version))
    return events


def alarm_of(gap: Gap) -> StatementGapAlarmed:
    """What is told of a gap that was not filled in time."""
    return StatementGapAlarmed(**gap.opened.model_dump(), opened_at=gap.opened_at)


def place_of(link: Link) -> StatementPlace:
    """A statement by its place in its account's chain."""
    return StatementPlace(statement_id=link.statement_id, year=link.year, sequence=link.sequence, day=link.day)


def _opened(account: Account, gap: Opened, *, moved: bool = False) -> StatementGapOpened:
    company, iban, currency = account
    missing = missing_numbers(gap.before, gap.link)
    return StatementGapOpened(
        statement_id=gap.link.statement_id,
        enterprise_number=company,
        iban=iban,
        year=gap.link.year,
        sequence=gap.link.sequence,
        expected_sequence=_next_number(gap.before, gap.link),
        expected_balance=Money.from_thousandths(gap.before.new_balance, currency),
        found_balance=Money.from_thousandths(gap.link.old_balance, currency),
        day=gap.link.day,
        before=place_of(gap.before),
        missing=missing,
        moved=moved,
    )


def missing_numbers(before: Link, after: Link) -> MissingNumbers | None:
    """The numbers between two statements; None where there are none, or where they cannot be told.

    How far an old year went nobody knows, so after the turn of a year only the new year's numbers are told.
    """
    first, last = _next_number(before, after), after.sequence - 1
    if 0 in (before.sequence, after.sequence) or first > last:
        return None
    return MissingNumbers(first=first, last=last)


def _next_number(before: Link, after: Link) -> int:
    if after.year > before.year:
        return 1
    return before.sequence % (NUMBERS - 1) + 1
