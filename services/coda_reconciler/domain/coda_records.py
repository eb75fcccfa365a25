"""What a statement says, in values. Amounts are whole thousandths of the currency's unit, credits positive."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import count, repeat

from services.coda_reconciler.domain.coda_accounts import StatementAccount, holder_number_of
from services.coda_reconciler.domain.coda_communications import Communication
from services.coda_reconciler.domain.coda_errors import CodaError, Finding
from services.coda_reconciler.domain.coda_fields import Record
from services.coda_reconciler.domain.coda_file import StatementText
from services.coda_reconciler.domain.coda_findings import findings_of
from services.coda_reconciler.domain.coda_lines import StatementRecords
from services.coda_reconciler.domain.coda_movement_fields import MovementFields, fields_in
from services.coda_reconciler.domain.coda_movements import Movement
from shared.values import Currency, EnterpriseNumber, Iban, Sha256

__all__ = ["Communication", "Movement", "Statement"]

_TOGETHER = 64
"""So many movements are decoded at once: the texts of their records are made, read and gone."""


@dataclass(frozen=True, slots=True)
class MovementPlaces:
    """Where the movements stand and what they amount to, column by column; see `Movement`."""

    firsts: list[int]
    ends: list[int]
    parents: list[int | None]
    amounts: list[int]


@dataclass(frozen=True)
class Statement:
    """One statement that passed every check of the standard; `records` holds its bytes.

    `header`, `opening`, `closing` and `trailer` are its records 0, 1, 8 (an empty statement may have none) and 9.
    """

    records: StatementRecords
    header: Record
    opening: Record
    closing: Record | None
    trailer: Record
    account: StatementAccount
    created_on: date
    sequence: int
    old_balance: int
    old_balance_date: date | None
    new_balance: int
    new_balance_date: date
    debits: int
    credits: int
    places: MovementPlaces
    free_communications: tuple[str, ...]

    @cached_property
    def movements(self) -> tuple[Movement, ...]:
        """Its records 2.1, booked movements and details alike."""
        places = self.places
        columns = zip(repeat(self.records), places.firsts, places.ends, count(), places.parents, places.amounts)
        return tuple(map(tuple.__new__, repeat(Movement), columns))

    @property
    def text(self) -> StatementText:
        """Its own bytes, as they stand in the file."""
        return self.records.source

    @property
    def version(self) -> int:
        """2, or 1 for files of before 2010."""
        return self.records.version

    @property
    def content_sha256(self) -> Sha256:
        """The same for the same content, whatever its file, line ends or copy flags."""
        return self.records.content_sha256

    @property
    def iban(self) -> Iban:
        """The account. Raises `CodaError` E14 for one that has no valid IBAN, see `read_statement`."""
        if self.account.iban is None:
            account = self.account
            raise CodaError("E14", account.line, account.columns, account.number, "an account with a valid IBAN")
        return self.account.iban

    @property
    def currency(self) -> Currency:
        """The account's currency, in which all amounts are."""
        return self.account.currency

    @property
    def duplicate(self) -> bool:
        """Whether the bank says that it sent this before."""
        return self.header.part(17, 17) == "D"

    @property
    def bank(self) -> str:
        """The bank's number: three digits, zeros for none."""
        return self.header.part(12, 14)

    @property
    def bic(self) -> str:
        """Of the bank that holds the account; version 1 has a number in its place."""
        return self.header.words(61, 71) if self.version > 1 else ""

    @property
    def file_reference(self) -> str:
        """The bank's own."""
        return self.header.words(25, 34)

    @property
    def addressee(self) -> str:
        """Whom the file is sent to."""
        return self.header.words(35, 60)

    @property
    def holder_number(self) -> EnterpriseNumber | None:
        """The holder's number in the header: a hint only."""
        return holder_number_of(self.header)

    @property
    def separate_application(self) -> bool:
        """Whether it holds only part of the movements, whose total stands in another file (§5.1, §7.2.1)."""
        return is_separate_application(self.header)

    @property
    def transaction_reference(self) -> str:
        """Field 20 of an MT940 that this was made from."""
        return self.header.words(89, 104)

    @property
    def related_reference(self) -> str:
        """Field 21 of an MT940 that this was made from."""
        return self.header.words(105, 120)

    @property
    def paper_number(self) -> str:
        """Of the statement on paper: most often another than `sequence`."""
        return self.opening.part(3, 5)

    @property
    def holder(self) -> str:
        """The account holder's name."""
        return self.opening.words(65, 90)

    @property
    def description(self) -> str:
        """Of the account."""
        return self.opening.words(91, 125)

    @property
    def booked(self) -> tuple[Movement, ...]:
        """The movements that the totals count; details repeat parts of these."""
        return tuple(movement for movement in self.movements if movement.parent is None)

    @property
    def leaves(self) -> tuple[Movement, ...]:
        """The movements that no detail replaces."""
        detailed = {movement.parent for movement in self.movements}
        return tuple(movement for movement in self.movements if movement.position not in detailed)

    def fields(self) -> list[MovementFields]:
        """All fields of all movements, decoded at once; see `Movement.fields`."""
        if self.version == 1:
            return [movement.fields() for movement in self.movements]
        fields: list[MovementFields] = []
        for at in range(0, len(self.places.firsts), _TOGETHER):
            first, ends = self.places.firsts[at], self.places.ends[at : at + _TOGETHER]
            fields += fields_in(self.records.some_texts(first, ends[-1]), [end - first for end in ends])
        return fields

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is odd in it (W01 to W09), in the order of its lines; looked for when asked."""
        return findings_of(self.records, self.header, self.opening, self.closing, self.account)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The codes of its findings, each once."""
        return tuple(sorted({finding.code for finding in self.findings}))


def is_separate_application(header: Record) -> bool:
    """Columns 84-88 are not zeros."""
    return header.part(84, 88).strip("0 ") != ""
