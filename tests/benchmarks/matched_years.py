"""Whole made-up years through the reconciler's own code, and through the two ordinary ways of matching."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from deploy.demo.years import CompanyYear, Found, MovementId, accepted
from deploy.demo.years.judging import Paid
from deploy.reconciling.matching import Decided, decided
from deploy.reconciling.statements import Ownership, read_statements
from services.coda_reconciler.domain.coda_file import split_file
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Movement
from services.coda_reconciler.domain.matching.facts import Part
from shared.values import EnterpriseNumber, Iban


def matched(years: Sequence[CompanyYear], dice: Random | None = None) -> dict[MovementId, Found]:
    """What was decided of each movement; invoices as typed values, statements from their bytes.

    With `dice` everything comes in any order, and some of it twice.
    """
    invoices = [accepted(invoice) for year in years for invoice in year.invoices]
    owners = {account.iban: frozenset({year.company.number}) for year in years for account in year.company.accounts}
    files = [(Path(file.name), file.data) for year in years for file in year.files]
    if dice is not None:
        for arriving in (invoices, files):
            arriving += dice.sample(arriving, len(arriving) // 5)  # type: ignore[arg-type]
            dice.shuffle(arriving)  # type: ignore[arg-type]
    refused: list[str] = []
    ownership = Ownership(owners, invoices)
    statements = read_statements(files, ownership, refused.append)
    if refused:
        raise AssertionError(f"a generated statement was rejected: {refused[0]}")
    return {_id(each): found_of(each) for each in decided(invoices, statements, ownership, debtors_of(years))}


def debtors_of(years: Iterable[CompanyYear]) -> dict[EnterpriseNumber, dict[str, frozenset[str]]]:
    """The accounts that a person confirmed."""
    return {
        year.company.number: {iban: frozenset({str(debtor)}) for iban, debtor in year.known_accounts} for year in years
    }


def found_of(each: Decided) -> Found:
    """A decision of the ledger, as truths are written."""
    decision = each.decision
    return Found(decision.kind, _paid(decision.parts), tuple(_paid(proposal.parts) for proposal in decision.proposals))


def _paid(parts: Iterable[Part]) -> Paid:
    return frozenset((str(part.item[0]), part.item[2], part.amount) for part in parts)


def _id(each: Decided) -> MovementId:
    movement = each.movement
    return movement.iban, movement.year, movement.statement_sequence, movement.sequence, movement.detail


@dataclass(slots=True)
class _OrdinaryInvoice:
    supplier: str
    number: str
    balance: int


@dataclass(slots=True)
class OrdinaryMatcher:
    """What most softwares do: a structured communication that is an invoice's reference pays it, as far as it is open.

    `by_number` adds the other thing that is done: the text holds the number of exactly one invoice, as printed, and
    the amount is what is open of it.
    """

    year: CompanyYear
    by_number: bool
    _invoices: list[_OrdinaryInvoice] = field(default_factory=list)
    _references: dict[str, _OrdinaryInvoice] = field(default_factory=dict)

    def matched(self) -> dict[MovementId, Found]:
        """One movement after the other, as the files have them."""
        for invoice in self.year.invoices:
            if invoice.family == "invoice":
                kept = _OrdinaryInvoice(str(invoice.company.number), invoice.number, invoice.payable)
                self._invoices.append(kept)
                if invoice.reference:
                    self._references[invoice.reference] = kept
        return dict(self._decisions())

    def _decisions(self) -> Iterable[tuple[MovementId, Found]]:
        for file in self.year.files:
            for text in split_file(file.data).statements:
                statement = read_statement(text)
                leaves = {movement.position for movement in statement.leaves}
                for movement in statement.movements:
                    name = (Iban(statement.iban), statement.new_balance_date.year, statement.sequence)
                    found = self._found(movement) if movement.position in leaves else Found("none")
                    yield (*name, movement.sequence, movement.detail), found

    def _found(self, movement: Movement) -> Found:
        reference = movement.communication.reference
        invoice = self._references.get(reference) if reference else None
        if invoice is None and self.by_number:
            named = [each for each in self._invoices if each.number in movement.communication.text]
            invoice = named[0] if len(named) == 1 and named[0].balance == movement.amount else None
        if invoice is None or invoice.balance <= 0 or movement.amount <= 0:
            return Found("none")
        amount = min(movement.amount, invoice.balance)
        invoice.balance -= amount
        return Found("settle", frozenset({(invoice.supplier, invoice.number, amount)}))


def ordinarily_matched(years: Iterable[CompanyYear], *, by_number: bool) -> Mapping[MovementId, Found]:
    """All years matched the ordinary way."""
    found: dict[MovementId, Found] = {}
    for year in years:
        found |= OrdinaryMatcher(year, by_number).matched()
    return found
