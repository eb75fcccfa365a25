"""Bank accounts as their statements tell of them: from when to when, and what is missing in between."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from services.delivery.domain.statements import BookedStatement
from shared.contracts.statements import (
    AccountStanding,
    MissingNumbers,
    StatementGapAlarmed,
    StatementGapClosed,
    StatementGapOpened,
    StatementPlace,
    TransactionsBooked,
)
from shared.values import Currency, EnterpriseNumber, Iban, Money, StatementId

AccountKey = tuple[EnterpriseNumber, Iban, Currency]
"""An account in one currency, as one company's: another company's statements are never told of."""

GapState = Literal["open", "alarmed", "closed"]


@dataclass(frozen=True, slots=True)
class Place:
    """A statement by its place in its account's chain: its number, and the day of its new balance."""

    statement_id: StatementId
    year: int
    sequence: int
    day: date

    @property
    def order(self) -> tuple[date, int]:
        """Where it stands: by its day first, because numbers begin again."""
        return self.day, self.sequence


@dataclass(frozen=True, slots=True)
class Account:
    """The first and the last statement of an account that were booked, and its balance after the last.

    `standing` is what the reconciler told of it last: None while nothing was, as before it told any. Then the rest is
    a guess by days and numbers, and of several statements of one day and number the one that came last.
    """

    key: AccountKey
    first: Place
    last: Place
    balance: Money
    standing: AccountStanding | None = None

    @property
    def booked(self) -> int:
        """How many statements it had when its standing was told; 0 where none was."""
        return self.standing.booked if self.standing is not None else 0


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing before a statement. `facts` are None while only its end is known, which came first.

    `version` is the highest that was heard of; `closed_at` is None while something is missing. Moments are UTC.
    """

    statement_id: StatementId
    enterprise_number: EnterpriseNumber
    iban: Iban
    version: int
    facts: StatementGapOpened | None = None
    opened_at: datetime | None = None
    alarmed_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is missing, as far as is known."""
        return self.facts is not None and self.closed_at is None

    @property
    def place(self) -> Place:
        """The statement that does not follow the one before it. Only of a gap with facts."""
        facts = self.known_facts
        return Place(self.statement_id, facts.year, facts.sequence, facts.day or date(facts.year, 12, 31))

    @property
    def known_facts(self) -> StatementGapOpened:
        """Its facts. Raises `ValueError` where only its end is known."""
        if self.facts is None:
            raise ValueError(f"nothing but the end of the gap before {self.statement_id} is known")
        return self.facts

    @property
    def missing(self) -> MissingNumbers | None:
        """The numbers that are missing, where they can be told."""
        return self.known_facts.missing


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account with its open gaps, in the order of its chain."""

    account: Account
    gaps: tuple[Gap, ...] = ()

    @property
    def unbroken_since(self) -> Place:
        """The statement since which nothing is missing up to the last one."""
        if self.account.standing is not None:
            return place_of(self.account.standing.unbroken_since)
        return self.gaps[-1].place if self.gaps else self.account.first

    @property
    def final_through(self) -> Place | None:
        """The statement up to which nothing is missing from the first one on; None where that was not told."""
        if self.account.standing is not None:
            return place_of(self.account.standing.final_through)
        if not self.gaps:
            return self.account.last
        before = self.gaps[0].known_facts.before
        return place_of(before) if before is not None else None


def place_of(told: StatementPlace) -> Place:
    """A statement's place, as it was told."""
    return Place(told.statement_id, told.year, told.sequence, told.day)


def accounts_of(statements: Iterable[BookedStatement]) -> list[Account]:
    """What newly booked statements say of their accounts, sorted by account."""
    found: dict[AccountKey, Account] = {}
    for statement in statements:
        body = statement.body
        key = (body.enterprise_number, body.iban, body.new_balance.currency)
        told = _told(key, body)
        found[key] = joined(found[key], told) if key in found else told
    return [found[key] for key in sorted(found)]


def _told(key: AccountKey, body: TransactionsBooked) -> Account:
    if body.account is not None:
        first, last = place_of(body.account.first), place_of(body.account.last)
        return Account(key, first, last, body.account.balance, body.account)
    place = Place(body.statement_id, body.year, body.sequence, body.new_balance_date)
    return Account(key, place, place, body.new_balance)


def joined(known: Account, told: Account) -> Account:
    """What is known of an account with what is newly told of it: whoever counted more statements is right."""
    if known.booked or told.booked:
        return told if told.booked > known.booked else known
    first = min(known.first, told.first, key=lambda place: place.order)
    last = told if told.last.order >= known.last.order else known
    return Account(known.key, first, last.last, last.balance)


def with_opened(known: Gap | None, body: StatementGapOpened, version: int, at: datetime) -> Gap:
    """A gap opened, or moved between other statements; one that moved keeps when it opened and its alarm."""
    gap = known or Gap(body.statement_id, body.enterprise_number, body.iban, version=0)
    if version <= gap.version:
        return gap
    if gap.is_open:
        return replace(gap, facts=body, version=version)
    return replace(gap, facts=body, version=version, opened_at=at, alarmed_at=None, closed_at=None)


def with_alarm(known: Gap | None, body: StatementGapAlarmed, version: int, at: datetime) -> Gap:
    """It was not filled in time. What is newer than the alarm stays, and the alarm is kept beside it."""
    opened = StatementGapOpened.model_validate(body.model_dump())
    if known is None or version > known.version:
        gap = with_opened(known, opened, version, body.opened_at)
        return replace(gap, alarmed_at=at, opened_at=body.opened_at)
    return replace(known, alarmed_at=at) if known.is_open and known.alarmed_at is None else known


def with_end(known: Gap | None, body: StatementGapClosed, version: int, at: datetime) -> Gap:
    """What was missing came."""
    gap = known or Gap(body.statement_id, body.enterprise_number, body.iban, version=0)
    return replace(gap, version=version, closed_at=at) if version > gap.version else gap
