"""Statements of files, each booked for the company whose account it is."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import dropwhile
from pathlib import Path
from typing import Literal

import typer

from deploy.reconciling.arguments import Owners
from deploy.reconciling.invoices import Tell, claim_of
from services.coda_reconciler.domain.booking import Account, Entry, ledger_movements, number_conflict
from services.coda_reconciler.domain.chain import Chain
from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import StatementText, statements_of
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.mandates import AccountMandate, Refusal, company_of
from services.coda_reconciler.domain.matching.facts import LedgerMovement
from services.coda_reconciler.domain.summary import Summary, summary_of
from shared.contracts.invoices import InvoiceAccepted
from shared.values import EnterpriseNumber, Iban, Sha256, StatementId

OwnedBy = Literal["accounts", "invoices", "header"]
"""What said whose account it is: `--accounts`, the accounts that invoices ask to pay to, or the bank's header."""

_ALWAYS = date.min


@dataclass(frozen=True, slots=True)
class Owner:
    """The company of a statement, and what says so."""

    company: EnterpriseNumber
    by: OwnedBy


@dataclass(frozen=True, slots=True)
class BookedFile:
    """The movements of a statement; `account` is whose chain it is in."""

    file: Path
    owner: Owner
    account: Account
    statement_id: StatementId
    movements: tuple[LedgerMovement, ...]


@dataclass(slots=True)
class Statements:
    """What was booked, in the order of arrival. `rejected` says whether a statement was not."""

    booked: list[BookedFile] = field(default_factory=list)
    chains: dict[Account, Chain] = field(default_factory=dict)
    rejected: bool = False

    def provisional(self) -> frozenset[StatementId]:
        """The statements before which one of their account is missing."""
        found: set[StatementId] = set()
        for chain in self.chains.values():
            found |= {link.statement_id for link in dropwhile(lambda link: not link.gap, chain.links)}
        return frozenset(found)


class Ownership:
    """Whose account it is: as `--accounts` says, else as the invoices do, else as the header of the statement."""

    def __init__(self, owners: Owners, invoices: Iterable[InvoiceAccepted]) -> None:
        self.told, asked = owners, dict[Iban, set[EnterpriseNumber]]()
        for invoice in invoices:
            for iban in invoice.ibans:
                asked.setdefault(iban, set()).add(invoice.enterprise_number)
        self.asked: Mapping[Iban, set[EnterpriseNumber]] = asked

    def own_accounts(self, company: EnterpriseNumber) -> set[Iban]:
        """The accounts that are said to be this company's; an account that others ask to pay to as well is not."""
        told = {iban for iban, companies in self.told.items() if company in companies}
        return told | {iban for iban, companies in self.asked.items() if companies == {company}}

    def owner_of(self, statement: Summary) -> Owner | Refusal:
        """The company, or why nobody's books are the right ones: the rules of mandates, for ever in force."""
        for by, known in (("accounts", self.told), ("invoices", self.asked)):
            companies = known.get(statement.iban)
            if companies:
                return _owned(statement, companies, "accounts" if by == "accounts" else "invoices")
        hint = statement.holder_number
        return _owned(statement, () if hint is None else (hint,), "header")


def _owned(statement: Summary, companies: Iterable[EnterpriseNumber], by: OwnedBy) -> Owner | Refusal:
    mandates = [AccountMandate(statement.iban, company, _ALWAYS) for company in sorted(companies)]
    found = company_of(statement, mandates)
    return found if isinstance(found, Refusal) else Owner(found, by)


def read_statements(
    files: Iterable[tuple[Path, bytes]], ownership: Ownership, tell: Tell, done: Callable[[int], None] = lambda _: None
) -> Statements:
    """Book statements in their order; `tell` hears of each that is rejected, `done` how many bytes were read.

    One that says the same as one before it is passed over. No more than one file and one statement are held.
    """
    booking = _Booking(ownership, tell)
    for file, data in files:
        try:
            for text in statements_of(data):
                booking.book(file, text)
        except CodaError as error:
            booking.reject(file, 0, error)
        done(len(data))
    return booking.found


def contents(files: Sequence[Path]) -> Iterator[tuple[Path, bytes]]:
    """The bytes of each file, read when they are asked for. Raises `typer.BadParameter`."""
    for file in files:
        try:
            yield file, file.read_bytes()
        except OSError as error:
            raise typer.BadParameter(f"'{file}' cannot be read: {error.strerror}", param_hint="--statements") from None


class _Booking:
    def __init__(self, ownership: Ownership, tell: Tell) -> None:
        self._ownership, self._tell, self.found = ownership, tell, Statements()
        self._known: set[StatementId] = set()

    def book(self, file: Path, text: StatementText) -> None:
        """Put a statement into its account's chain, and take its movements."""
        try:
            statement = read_statement(text)
            summary = summary_of(statement)
            owner = self._ownership.owner_of(summary)
        except CodaError as error:
            self.reject(file, text.index, error)
            return
        if isinstance(owner, Refusal):
            self.refuse(file, text, owner)
            return
        entry = _entry(statement, summary, owner.company)
        if entry.statement_id in self._known:
            return
        if self.found.chains.setdefault(entry.account, Chain()).add(entry.link) is None:
            self.refuse(file, text, number_conflict(summary))
            return
        self._known.add(entry.statement_id)
        movements = tuple(ledger_movements(statement, owner.company))
        self.found.booked.append(BookedFile(file, owner, entry.account, entry.statement_id, movements))

    def reject(self, file: Path, index: int, error: CodaError) -> None:
        """A statement, or a whole file, that cannot be read."""
        self._say(file, index, error.code, error.line, error.columns, error.found, error.expected)

    def refuse(self, file: Path, text: StatementText, refusal: Refusal) -> None:
        """A readable statement that is not booked."""
        self._say(file, text.index, refusal.code, text.first_line, refusal.columns, refusal.found, refusal.expected)

    def _say(self, file: Path, index: int, code: str, line: int, columns: str, found: str, expected: str) -> None:
        self.found.rejected = True
        place = f"line {line}, columns {columns}" if columns else f"line {line}"
        self._tell(f"{file} #{index + 1}: {code} {place}: found '{found}', expected {expected}")


def _entry(statement: Statement, summary: Summary, company: EnterpriseNumber) -> Entry:
    """What is booked; its claims name its own bytes, for nothing is stored."""
    raw = claim_of(statement.text.raw, company, "text/plain")
    return Entry(summary, company, Sha256.of(statement.text.raw), raw, raw)
