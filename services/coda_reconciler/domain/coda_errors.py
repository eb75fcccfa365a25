"""Why a statement is not read: one exception type for everything that can be wrong with a CODA file."""

from dataclasses import dataclass

from shared.values.errors import shown


class CodaError(Exception):
    """A statement breaks the standard (Febelfin, Coded statement of account 2.6).

    `code` is stable: E01 no CODA, E02 version, E03 record length, E04 unknown or misplaced record, E05 key of a
    following record, E06 next code, E07 link code, E08 sequence, E09 detail number, E10 record count, E11 debit
    total, E12 credit total, E13 balance equation, E14 account, E15 statement not closed, E16 detail sum,
    E17 amount, date, sign or control character. `line` counts from 1 in the file, `columns` are those of the
    standard (`44-58`), empty when the whole record or statement is meant.
    """

    def __init__(self, code: str, line: int, columns: str, found: object, expected: str) -> None:
        self.code, self.line, self.columns = code, line, columns
        self.found, self.expected = shown(found), expected
        super().__init__(code, line, columns, self.found, expected)

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", columns {self.columns}" if self.columns else "")
        return f"{self.code} at {place}: found '{self.found}', expected {self.expected}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is odd in a statement that is read all the same; line, columns, found and expected as in `CodaError`.

    W01 check digits of an OGM, W02 of a creditor reference (RF), W03 of an IBAN, W04 transaction or category code
    that the standard does not know, W05 enterprise number of the holder, W06 a duplicate, W07 a guessed character
    set, W08 currency of the counterparty, W09 a field left out that the standard fills (application code, currency
    of record 8, entry date, date of a balance).
    """

    code: str
    line: int
    columns: str
    found: str
    expected: str
