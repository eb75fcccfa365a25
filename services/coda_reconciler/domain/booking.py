"""Booking a statement: its place in the chain, its totals, its movements in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from services.coda_reconciler.domain.chain import Extension, Link, extend
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.ledger import Ledger, LedgerMovement
from services.coda_reconciler.domain.mandates import NUMBER_CONFLICT, Refusal
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.statements import StatementGapClosed, StatementGapOpened, TransactionsBooked
from shared.values import Currency, EnterpriseNumber, Iban, Money, Sha256, StatementId

Account = tuple[EnterpriseNumber, Iban, Currency]
"""A chain is one company's: another company's balance is never told, even when an account changes hands."""

_NAMESPACE = UUID("6a2b8c0e-3f5d-4c8e-9a41-5d0f7be1c2a9")


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement to book for a company; `raw` are its own lines, `movements` its JSON lines."""

    statement: Statement
    company: EnterpriseNumber
    file_sha256: Sha256
    raw: Claim
    movements: Claim

    @property
    def account(self) -> Account:
        """The chain that it belongs to."""
        return self.company, self.statement.iban, self.statement.currency

    @property
    def statement_id(self) -> StatementId:
        """The same for the same content, whatever file it comes in."""
        return StatementId.of(uuid5(_NAMESPACE, f"{self.company}/{self.statement.content_sha256}"))

    @property
    def link(self) -> Link:
        """Its place in the chain, before its neighbours are known."""
        statement = self.statement
        return Link(
            statement_id=self.statement_id,
            year=statement.new_balance_date.year,
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
    """The chains and the ledger that one batch touches."""

    def __init__(self, chains: Mapping[Account, tuple[Link, ...]], ledger: Ledger) -> None:
        self.chains = dict(chains)
        self.ledger = ledger
        self.booked: list[Entry] = []
        self.changed_links: dict[StatementId, Link] = {}

    def book(self, entry: Entry) -> list[Published] | Refusal:
        """Book one statement, after those booked before it; a number used twice for other content is refused."""
        extension = extend(self.chains.get(entry.account, ()), entry.link)
        if extension is None:
            number = f"{entry.link.year}/{entry.link.sequence:03d}"
            return Refusal(NUMBER_CONFLICT, "126-128", number, "a number whose statement was not booked yet")
        self.chains[entry.account] = extension.chain
        self.booked.append(entry)
        touched = [entry.statement_id, *(gap.link.statement_id for gap in extension.opened)]
        touched += [link.statement_id for link in extension.closed]
        self.changed_links |= {link.statement_id: link for link in extension.chain if link.statement_id in touched}
        published = [Published(booked_event(entry, extension.provisional), 1)]
        published += _gap_events(entry, extension)
        for movement in ledger_movements(entry):
            published += [Published(outcome, outcome.version) for outcome in self.ledger.book(movement)]
        return published


def booked_event(entry: Entry, provisional: bool) -> TransactionsBooked:
    """What is published of a booked statement."""
    statement = entry.statement
    return TransactionsBooked(
        statement_id=entry.statement_id,
        enterprise_number=entry.company,
        iban=statement.iban,
        year=entry.link.year,
        sequence=statement.sequence,
        old_balance=Money.from_thousandths(statement.old_balance, statement.currency),
        new_balance=Money.from_thousandths(statement.new_balance, statement.currency),
        new_balance_date=statement.new_balance_date,
        credits=Money.from_thousandths(statement.credits, statement.currency),
        debits=Money.from_thousandths(statement.debits, statement.currency),
        movement_count=len(statement.booked),
        provisional=provisional,
        movements=entry.movements,
        statement=entry.raw,
    )


def ledger_movements(entry: Entry) -> list[LedgerMovement]:
    """Every record 2.1; only a credit that no detail replaces and that takes nothing back can pay an invoice."""
    leaves = {movement.position for movement in entry.statement.leaves}
    return [
        LedgerMovement(
            statement_id=entry.statement_id,
            position=movement.position,
            enterprise_number=entry.company,
            iban=entry.statement.iban,
            year=entry.link.year,
            statement_sequence=entry.statement.sequence,
            sequence=movement.sequence,
            detail=movement.detail,
            amount=movement.amount,
            currency=entry.statement.currency,
            value_date=movement.value_date,
            entry_date=movement.entry_date,
            transaction_code=movement.transaction_code,
            reference=movement.communication.reference,
            remaining=max(movement.amount, 0) if movement.position in leaves and not movement.is_return else 0,
        )
        for movement in entry.statement.movements
    ]


def _gap_events(entry: Entry, extension: Extension) -> list[Published]:
    company, iban, currency = entry.account
    events: list[Published] = []
    for gap in extension.opened:
        opened = StatementGapOpened(
            statement_id=gap.link.statement_id,
            enterprise_number=company,
            iban=iban,
            year=gap.link.year,
            sequence=gap.link.sequence,
            expected_sequence=_after(gap.before, gap.link),
            expected_balance=Money.from_thousandths(gap.before.new_balance, currency),
            found_balance=Money.from_thousandths(gap.link.old_balance, currency),
        )
        events.append(Published(opened, gap.link.version))
    for link in extension.closed:
        closed = StatementGapClosed(
            statement_id=link.statement_id,
            enterprise_number=company,
            iban=iban,
            year=link.year,
            sequence=link.sequence,
        )
        events.append(Published(closed, link.version))
    return events


def _after(before: Link, after: Link) -> int:
    return 1 if after.year > before.year else before.sequence + 1
