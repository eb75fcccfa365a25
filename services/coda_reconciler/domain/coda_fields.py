"""One record of 128 columns and its fields, by the columns of the standard (from 1, both ends included)."""

import re
from dataclasses import dataclass
from datetime import date

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import RECORD_LENGTH

# Only these may be cut short of their blanks; a cut movement or balance may have lost an amount (CODA 2.6 §5).
_PADDED_KINDS = ("4", "9")
_TRAILER_FIELDS = 52
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# `str.isdigit` takes the superscripts of cp1252, so digits are spelled out.
_DIGITS = re.compile(r"[0-9]+")
_UNKNOWN_DATE = ("000000", "      ")


@dataclass(frozen=True, slots=True)
class Record:
    """A record: `line` in the file from 1, `kind` 0, 1, 21, 22, 23, 31, 32, 33, 4, 8 or 9, its 128 columns."""

    line: int
    kind: str
    text: str

    @classmethod
    def read(cls, line: int, text: str) -> "Record":
        """Check length (E03) and characters (E17) of a line."""
        kind = text[:2] if text[:1] in ("2", "3") else text[:1]
        control = _CONTROL.search(text)
        if control:
            column = str(control.start() + 1)
            raise CodaError("E17", line, column, control.group(), "no control character in a record")
        shortest = _TRAILER_FIELDS if kind == "9" else 0 if kind in _PADDED_KINDS else RECORD_LENGTH
        if not shortest <= len(text) <= RECORD_LENGTH:
            raise CodaError("E03", line, "", f"{len(text)} columns", f"{RECORD_LENGTH} columns")
        return cls(line, kind, text.ljust(RECORD_LENGTH))

    def part(self, first: int, last: int) -> str:
        """The columns as they stand, blanks included."""
        return self.text[first - 1 : last]

    def words(self, first: int, last: int) -> str:
        """The columns without the blanks around."""
        return self.text[first - 1 : last].strip()

    def digits(self, first: int, last: int, *, code: str = "E17") -> int:
        """A number of digits only."""
        found = self.part(first, last)
        if not _DIGITS.fullmatch(found):
            raise CodaError(code, self.line, f"{first}-{last}", found, f"{last - first + 1} digits")
        return int(found)

    def amount(self, sign_column: int, first: int, last: int) -> int:
        """Thousandths of the unit, positive for a credit: sign 0 credit, 1 debit (CODA 2.6 §4)."""
        sign = self.part(sign_column, sign_column)
        if sign not in ("0", "1"):
            raise CodaError("E17", self.line, str(sign_column), sign, "0 (credit) or 1 (debit)")
        thousandths = self.digits(first, last)
        return -thousandths if sign == "1" else thousandths

    def day(self, first: int, last: int) -> date | None:
        """A date DDMMYY of this century; zeros or blanks are an unknown date."""
        found = self.part(first, last)
        if found in _UNKNOWN_DATE:
            return None
        try:
            self.digits(first, last)
            return date(2000 + int(found[4:]), int(found[2:4]), int(found[:2]))
        except (CodaError, ValueError):
            raise CodaError("E17", self.line, f"{first}-{last}", found, "a date DDMMYY") from None

    def flag(self, column: int, code: str) -> bool:
        """A next code or link code: 1, or 0 or blank."""
        found = self.part(column, column)
        if found not in ("0", "1", " "):
            raise CodaError(code, self.line, str(column), found, "0 or 1")
        return found == "1"
