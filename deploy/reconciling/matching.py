"""Invoices and movements through the ledger: what was decided of each movement when everything had come."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from deploy.reconciling.arguments import Debtors
from deploy.reconciling.statements import BookedFile, Ownership, Statements
from services.coda_reconciler.domain.matching.facts import Decision, Knowledge, LedgerMovement
from services.coda_reconciler.domain.settlement.ledger import Ledger
from shared.contracts.invoices import InvoiceAccepted
from shared.values import EnterpriseNumber


@dataclass(frozen=True, slots=True)
class Decided:
    """A movement and what is done with it; `remaining` are the thousandths that no invoice took.

    `provisional` while a statement of its account that comes before its own is missing.
    """

    source: BookedFile
    movement: LedgerMovement
    decision: Decision
    remaining: int
    provisional: bool


def decided(
    invoices: Sequence[InvoiceAccepted], statements: Statements, ownership: Ownership, debtors: Debtors
) -> Iterator[Decided]:
    """The final decision on every movement, in the order in which the statements came."""
    companies = {source.owner.company for source in statements.booked}
    ledger = Ledger(knowledge=_knowledge(companies, statements, ownership, debtors))
    for invoice in invoices:
        ledger.accept(invoice)
    for source in statements.booked:
        for movement in source.movements:
            ledger.book(movement)
    ledger.resolve()
    decisions, provisional = ledger.decisions, statements.provisional()
    for source in statements.booked:
        for movement in source.movements:
            yield Decided(
                source,
                movement,
                decisions[movement.key],
                ledger.remaining(movement.key),
                source.statement_id in provisional,
            )


def _knowledge(
    companies: Iterable[EnterpriseNumber], statements: Statements, ownership: Ownership, debtors: Debtors
) -> dict[EnterpriseNumber, Knowledge]:
    """An account whose statements are a company's is its own as well."""
    own = {company: set(ownership.own_accounts(company)) for company in companies}
    for company, iban, _ in statements.chains:
        own[company].add(iban)
    return {
        company: Knowledge(own_accounts=frozenset(accounts), debtors=debtors.get(company, {}))
        for company, accounts in own.items()
    }
