"""Booking a statement: its place in the chain, its totals, its movements in the ledger."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid5

from services.coda_reconciler.domain.chain import Link, arranged, extend
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.gaps import gap_events
from services.coda_reconciler.domain.mandates import NUMBER_CONFLICT, Refusal
from services.coda_reconciler.domain.matching.facts import LedgerMovement, MovementKey, PaymentFacts
from services.coda_reconciler.domain.matching.reading import payment_facts
from services.coda_reconciler.domain.settlement.ledger import Ledger
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.statements import StatementHead, TransactionsBooked
from shared.values import Currency, EnterpriseNumber, Iban, Money, Sha256, StatementId

Account = tuple[EnterpriseNumber, Iban, Currency]
"""A chain is one company's: another company's balance is never told, even when an account changes hands."""

PAYING = ("payment", "return")
"""The kinds of movements that the ledger keeps: nothing else pays an invoice, or takes a payment back."""

_NAMESPACE = UUID("6a2b8c0e-3f5d-4c8e-9a41-5d0f7be1c2a9")


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement to book for a company; `raw` are its own lines, `movements` its JSON lines.

    `received_at` (UTC) is when the file that it came in was received. `facts` of the movements that count, by their
    positions; None while nobody read them.
    """

    statement: Statement
    company: EnterpriseNumber
    file_sha256: Sha256
    raw: Claim
    movements: Claim
    received_at: datetime | None = None
    facts: Mapping[int, PaymentFacts] | None = None
    statement_id: StatementId = field(init=False)
    """The same for the same content, whatever file it comes in."""

    def __post_init__(self) -> None:
        name = f"{self.company}/{self.statement.content_sha256}"
        object.__setattr__(self, "statement_id", StatementId.of(uuid5(_NAMESPACE, name)))

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
    """The chains and the ledger that one batch touches. Only what is `reaching` something is decided, and nothing of
    the companies `put_off`: see `find`."""

    def __init__(
        self,
        chains: Mapping[Account, tuple[Link, ...]],
        ledger: Ledger,
        reaching: Set[MovementKey],
        put_off: Collection[EnterpriseNumber] = (),
    ) -> None:
        self.chains = {account: tuple(arranged(chain)) for account, chain in chains.items()}
        self.ledger = ledger
        self.reaching, self.put_off = reaching, put_off
        self.booked: list[Entry] = []
        self.movements: list[LedgerMovement] = []
        self.changed_links: dict[StatementId, Link] = {}

    def book(self, entry: Entry, movements: Sequence[LedgerMovement]) -> list[Published] | Refusal:
        """Book one statement and its movements, after those booked before it; a number used twice for other content
        is refused."""
        extension = extend(self.chains.get(entry.account, ()), entry.link)
        if extension is None:
            number = f"{entry.link.year}/{entry.link.sequence:03d}"
            return Refusal(NUMBER_CONFLICT, "126-128", number, "a number whose statement was not booked yet")
        self.chains[entry.account] = extension.chain
        self.booked.append(entry)
        touched = [entry.statement_id, *(gap.link.statement_id for gap in (*extension.opened, *extension.moved))]
        touched += [link.statement_id for link in extension.closed]
        self.changed_links |= {link.statement_id: link for link in extension.chain if link.statement_id in touched}
        published = [Published(booked_event(entry, extension.provisional), 1)]
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
        received_at=entry.received_at,
        head=head_of(statement),
    )


def head_of(statement: Statement) -> StatementHead:
    """What it says of itself and its account."""
    return StatementHead(
        created_on=statement.created_on,
        old_balance_date=statement.old_balance_date,
        holder=statement.holder,
        description=statement.description,
        bic=statement.bic,
        paper_number=statement.paper_number,
        duplicate=statement.duplicate,
    )


def paying_facts(statement: Statement) -> dict[int, PaymentFacts]:
    """What the movements say that may pay an invoice or take a payment back, by their positions."""
    facts = {movement.position: payment_facts(statement, movement) for movement in statement.movements}
    return {position: said for position, said in facts.items() if said.kind in PAYING}


def ledger_movements(entry: Entry) -> list[LedgerMovement]:
    """The records 2.1 of which there are facts; all of them where nobody read any yet."""
    facts = entry.facts
    if facts is None:
        facts = {each.position: payment_facts(entry.statement, each) for each in entry.statement.movements}
    statement, statement_id, company, year = entry.statement, entry.statement_id, entry.company, entry.link.year
    return [
        LedgerMovement(
            statement_id=statement_id,
            position=movement.position,
            enterprise_number=company,
            iban=statement.iban,
            year=year,
            statement_sequence=statement.sequence,
            sequence=movement.sequence,
            detail=movement.detail,
            amount=movement.amount,
            currency=statement.currency,
            value_date=movement.value_date,
            entry_date=movement.entry_date,
            transaction_code=movement.transaction_code,
            facts=facts[movement.position],
        )
        for movement in statement.movements
        if movement.position in facts
    ]
