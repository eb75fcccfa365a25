"""Booking a statement: its place in the chain, its totals, its movements in the ledger."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid5

from services.coda_reconciler.domain.chain import Chain, Extension, Standing
from services.coda_reconciler.domain.coda_movement_fields import MovementFields
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.gaps import gap_events, place_of
from services.coda_reconciler.domain.links import Link
from services.coda_reconciler.domain.mandates import NUMBER_CONFLICT, Refusal
from services.coda_reconciler.domain.matching.facts import LedgerMovement, MovementKey, PaymentFacts
from services.coda_reconciler.domain.matching.reading import payment_facts
from services.coda_reconciler.domain.settlement.ledger import Ledger
from services.coda_reconciler.domain.summary import Summary
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.statements import AccountStanding, TransactionsBooked
from shared.values import Currency, EnterpriseNumber, Iban, Money, Sha256, StatementId

Account = tuple[EnterpriseNumber, Iban, Currency]
"""A chain is one company's: another company's balance is never told, even when an account changes hands."""

PAYING = ("payment", "return")
"""The kinds of movements that the ledger keeps: nothing else pays an invoice, or takes a payment back."""

_NAMESPACE = UUID("6a2b8c0e-3f5d-4c8e-9a41-5d0f7be1c2a9")


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement to book for a company; `raw` are its own lines, `movements` its JSON lines.

    `received_at` (UTC) is when the file that it came in was received.
    """

    statement: Summary
    company: EnterpriseNumber
    file_sha256: Sha256
    raw: Claim
    movements: Claim
    received_at: datetime | None = None
    statement_id: StatementId = field(init=False)
    """The same for the same content, whatever file it comes in."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "statement_id", statement_id_of(self.company, self.statement.content_sha256))

    @property
    def account(self) -> Account:
        """The chain that it belongs to."""
        return self.company, self.statement.iban, self.statement.currency

    @property
    def link(self) -> Link:
        """Its place in the chain, before its neighbours are known."""
        statement = self.statement
        return Link(
            statement_id=self.statement_id,
            year=statement.year,
            sequence=statement.sequence,
            day=statement.new_balance_date,
            old_balance=statement.old_balance,
            new_balance=statement.new_balance,
        )


@dataclass(frozen=True, slots=True)
class Published:
    """An event and its subject's version."""

    body: Event
    sequence: int


class Books:
    """The ledger that one batch touches. Only what is `reaching` something is decided, and nothing of the companies
    `put_off`: see `find`."""

    def __init__(self, ledger: Ledger, reaching: Set[MovementKey], put_off: Collection[EnterpriseNumber] = ()) -> None:
        self.ledger = ledger
        self.reaching, self.put_off = reaching, put_off
        self.movements: list[LedgerMovement] = []

    def book(self, entry: Entry, movements: Sequence[LedgerMovement], extension: Extension) -> list[Published]:
        """Book one statement and its movements, after those booked before it; `extension` says where it stands."""
        published = [Published(booked_event(entry, extension), 1)]
        published += [Published(event, version) for event, version in gap_events(entry.account, extension)]
        if extension.provisional:
            movements = [replace(movement, provisional=True) for movement in movements]
        return published + self._settled(entry.company, movements)

    def _settled(self, company: EnterpriseNumber, movements: Sequence[LedgerMovement]) -> list[Published]:
        self.movements += movements
        if company in self.put_off:
            return []
        for movement in movements:
            if movement.key in self.reaching:
                self.ledger.book(movement)
        return [Published(outcome, outcome.version) for outcome in self.ledger.resolve()]


def extended(chains: dict[Account, Chain], entries: Iterable[Entry]) -> dict[StatementId, Extension | Refusal]:
    """Where each statement stands, after those before it; one whose number has other content already is refused.

    Raises `FurtherThanKnown`, after which nothing of these chains is to be used.
    """
    found: dict[StatementId, Extension | Refusal] = {}
    for entry in entries:
        extension = chains.setdefault(entry.account, Chain()).add(entry.link)
        found[entry.statement_id] = extension or number_conflict(entry.statement)
    return found


def number_conflict(statement: Summary) -> Refusal:
    """Another statement has its number."""
    number = f"{statement.year}/{statement.sequence:03d}"
    return Refusal(NUMBER_CONFLICT, "126-128", number, "a number whose statement was not booked yet")


def booked_event(entry: Entry, extension: Extension | None = None) -> TransactionsBooked:
    """What is published of a booked statement; nothing of its account where that is not known."""
    statement = entry.statement
    return TransactionsBooked(
        statement_id=entry.statement_id,
        enterprise_number=entry.company,
        iban=statement.iban,
        year=statement.year,
        sequence=statement.sequence,
        old_balance=Money.from_thousandths(statement.old_balance, statement.currency),
        new_balance=Money.from_thousandths(statement.new_balance, statement.currency),
        new_balance_date=statement.new_balance_date,
        credits=Money.from_thousandths(statement.credits, statement.currency),
        debits=Money.from_thousandths(statement.debits, statement.currency),
        movement_count=statement.booked,
        provisional=extension is not None and extension.provisional,
        movements=entry.movements,
        statement=entry.raw,
        received_at=entry.received_at,
        head=statement.head,
        account=account_standing(extension.standing, statement.currency) if extension else None,
    )


def account_standing(standing: Standing, currency: Currency) -> AccountStanding:
    """What is told of the account of a statement that was booked."""
    return AccountStanding(
        booked=standing.booked,
        first=place_of(standing.first),
        last=place_of(standing.last),
        balance=Money.from_thousandths(standing.last.new_balance, currency),
        final_through=place_of(standing.final_through),
        unbroken_since=place_of(standing.unbroken_since),
    )


# Asked for when its movements are read and when it is booked.
@lru_cache(maxsize=8192)
def statement_id_of(company: EnterpriseNumber, content: Sha256) -> StatementId:
    """A company's statement, by what makes it the same one."""
    return StatementId.of(uuid5(_NAMESPACE, f"{company}/{content}"))


def paying_facts(statement: Statement, fields: Sequence[MovementFields] | None = None) -> dict[int, PaymentFacts]:
    """What the movements say that may pay an invoice or take a payment back, by their positions.

    `fields` are the statement's, where whoever asks has decoded them already.
    """
    facts = {
        movement.position: payment_facts(statement, movement, fields=said)
        for movement, said in zip(statement.movements, fields or statement.fields(), strict=True)
    }
    return {position: said for position, said in facts.items() if said.kind in PAYING}


def ledger_movements(
    statement: Statement,
    company: EnterpriseNumber,
    facts: Mapping[int, PaymentFacts] | None = None,
    fields: Sequence[MovementFields] | None = None,
) -> list[LedgerMovement]:
    """The records 2.1 of which there are facts; all of them where nobody read any yet.

    `fields` are the statement's, where whoever asks has decoded them already.
    """
    if facts is None:
        facts = {each.position: payment_facts(statement, each) for each in statement.movements}
    statement_id, year = statement_id_of(company, statement.content_sha256), statement.new_balance_date.year
    iban, sequence, currency = statement.iban, statement.sequence, statement.currency
    movements: list[LedgerMovement] = []
    for movement, said in zip(statement.movements, fields or statement.fields(), strict=True):
        of_it = facts.get(movement.position)
        if of_it is not None:
            # By position, for there are many.
            movements.append(LedgerMovement(
                statement_id, movement.position, company, iban, year, sequence, said.sequence, said.detail,
                movement.amount, currency, said.value_date, said.entry_date, said.transaction_code, of_it,
            ))  # fmt: skip
    return movements
