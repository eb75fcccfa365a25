"""Zones of a structured communication, decoded when they are asked for.

A zone says where it stands: its offset from 0 in the body, behind the three digits of the type, and its width, as the
standard tells them (CODA 2.6 annex III). Unused zones are blank or zeros; what is no number or date in a zone of
numbers is None, never an error: the text itself stays in `body`.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Generic, Self, TypeVar, overload

from services.coda_reconciler.domain.coda_fields import day_of

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Structured:
    """A structured communication: the body behind its type, blanks at the end left out."""

    body: str


class Zone(Generic[Value]):
    """A zone of the body, and how its text is read."""

    def __init__(self, at: int, width: int) -> None:
        self.first, self.last = at, at + width

    @overload
    def __get__(self, communication: None, owner: type[Structured]) -> Self: ...

    @overload
    def __get__(self, communication: Structured, owner: type[Structured]) -> Value: ...

    def __get__(self, communication: Structured | None, owner: type[Structured]) -> Self | Value:
        return self if communication is None else self.read(communication.body[self.first : self.last].strip())

    def read(self, text: str) -> Value:
        """The value of a zone's text, which has no blanks around it."""
        raise NotImplementedError


class Words(Zone[str]):
    """Letters and digits, without the blanks around."""

    def read(self, text: str) -> str:
        """The text itself."""
        return text


class Number(Zone[int | None]):
    """Digits: a count, or the position in a sequence."""

    def read(self, text: str) -> int | None:
        """The number, None when it is left out."""
        return int(text) if text.isdecimal() and text.isascii() else None


class Amount(Number):
    """Twelve digits and three decimals, as whole thousandths; without a sign."""

    def __init__(self, at: int, width: int = 15) -> None:
        super().__init__(at, width)


class Decimals(Zone[Decimal | None]):
    """Digits of which the last `places` are decimals; a rate has four and eight."""

    def __init__(self, at: int, width: int = 12, places: int = 8) -> None:
        super().__init__(at, width)
        self.places = places

    def read(self, text: str) -> Decimal | None:
        """The number, None when it is left out."""
        return Decimal(text).scaleb(-self.places) if text.isdecimal() and text.isascii() else None


class Day(Zone[date | None]):
    """DDMMYY."""

    def __init__(self, at: int, width: int = 6) -> None:
        super().__init__(at, width)

    def read(self, text: str) -> date | None:
        """The date, None when it is unknown or no date."""
        try:
            return day_of(text) if text else None
        except ValueError:
            return None


class LongDay(Day):
    """DDMMYYYY."""

    def __init__(self, at: int) -> None:
        super().__init__(at, 8)

    def read(self, text: str) -> date | None:
        """The date, None when it is unknown or no date."""
        try:
            return date(int(text[4:]), int(text[2:4]), int(text[:2])) if text.isdecimal() else None
        except ValueError:
            return None


class Hour(Zone[time | None]):
    """HHMM."""

    def __init__(self, at: int) -> None:
        super().__init__(at, 4)

    def read(self, text: str) -> time | None:
        """The time of day in Belgium, None when it is none."""
        try:
            return time(int(text[:2]), int(text[2:])) if text.isdecimal() else None
        except ValueError:
            return None
