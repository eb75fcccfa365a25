"""The fields of a record, by the columns of the standard (from 1, both ends included)."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from services.coda_reconciler.domain.coda_errors import CodaError

# `str.isdigit` takes the superscripts of cp1252, so digits are spelled out.
_DIGITS = re.compile(r"[0-9]+")
_UNKNOWN_DATE = ("000000", "      ")


@lru_cache(maxsize=4096)
def day_of(text: str) -> date | None:
    """A date DDMMYY of this century; zeros or blanks are an unknown date. Raises `ValueError` for anything else."""
    if text in _UNKNOWN_DATE:
        return None
    if not _DIGITS.fullmatch(text):
        raise ValueError(text)
    return date(2000 + int(text[4:6]), int(text[2:4]), int(text[:2]))


def in_units(thousandths: int) -> str:
    """Thousandths as people read them: `-1234.500`."""
    whole, rest = divmod(abs(thousandths), 1000)
    return f"{'-' if thousandths < 0 else ''}{whole}.{rest:03d}"


@dataclass(frozen=True, slots=True)
class Record:
    """A record: `line` in the file from 1, `text` its 128 columns."""

    line: int
    text: str

    def part(self, first: int, last: int) -> str:
        """The columns as they stand, blanks included."""
        return self.text[first - 1 : last]

    def words(self, first: int, last: int) -> str:
        """The columns without the blanks around."""
        return self.text[first - 1 : last].strip()

    def digits(self, first: int, last: int) -> int:
        """A number of digits only. Raises `CodaError` E17."""
        found = self.part(first, last)
        if not _DIGITS.fullmatch(found):
            raise CodaError("E17", self.line, f"{first}-{last}", found, f"{last - first + 1} digits")
        return int(found)

    def amount(self, sign_column: int, first: int, last: int) -> int:
        """Thousandths of the unit, positive for a credit: sign 0 credit, 1 debit. Raises `CodaError` E17."""
        sign = self.part(sign_column, sign_column)
        if sign not in ("0", "1"):
            raise CodaError("E17", self.line, str(sign_column), sign, "0 (credit) or 1 (debit)")
        thousandths = self.digits(first, last)
        return -thousandths if sign == "1" else thousandths

    def day(self, first: int, last: int) -> date | None:
        """A date DDMMYY, None when it is unknown. Raises `CodaError` E17."""
        found = self.part(first, last)
        try:
            return day_of(found)
        except ValueError:
            raise CodaError("E17", self.line, f"{first}-{last}", found, "a date DDMMYY") from None

    def flag(self, column: int) -> bool:
        """Whether a communication is structured: 1, or 0 or blank. Raises `CodaError` E17."""
        found = self.part(column, column)
        if found not in ("0", "1", " "):
            raise CodaError("E17", self.line, str(column), found, "0 (free) or 1 (structured)")
        return found == "1"
