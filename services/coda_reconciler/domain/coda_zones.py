"""Zones of a structured communication, decoded when they are asked for.

A zone says where it stands: its offset from 0 in the body, behind the three digits of the type, and its width, as the
standard tells them (CODA 2.6 annex III). Unused zones are blank or zeros; what is no number or date in a zone of
numbers is None, never an error: the text itself stays in `body`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, ClassVar, Generic, Self, TypeVar, overload

from services.coda_reconciler.domain.coda_fields import day_of

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Structured:
    """A structured communication: the body behind its type, blanks at the end left out."""

    body: str
    names: ClassVar[tuple[str, ...]] = ()
    """The names of its zones, in the order of the standard."""

    _zones: ClassVar[tuple["Zone[Any]", ...]] = ()

    def __init_subclass__(cls) -> None:
        zones = {name: zone for name, zone in vars(cls).items() if isinstance(zone, Zone)}
        cls.names, cls._zones = tuple(zones), tuple(zones.values())

    @classmethod
    def values_of(cls, bodies: Sequence[str]) -> list[tuple[object, ...]]:
        """What all zones of many bodies say, each in the order of `names`: many times as fast as one by one."""
        return list(zip(*(zone.read_all(bodies) for zone in cls._zones), strict=True))


class Zone(Generic[Value]):
    """A zone of the body, and how its text is read."""

    def __init__(self, at: int, width: int) -> None:
        self.first, self.last = at, at + width
        self._piece = itemgetter(slice(at, at + width))

    @overload
    def __get__(self, communication: None, owner: type[Structured]) -> Self: ...

    @overload
    def __get__(self, communication: Structured, owner: type[Structured]) -> Value: ...

    def __get__(self, communication: Structured | None, owner: type[Structured]) -> Self | Value:
        return self if communication is None else self.read(communication.body[self.first : self.last].strip())

    def read(self, text: str) -> Value:
        """The value of a zone's text, which has no blanks around it."""
        raise NotImplementedError

    def read_all(self, bodies: Sequence[str]) -> list[Value]:
        """The values of this zone in many bodies."""
        return list(map(self.read, self.texts(bodies)))

    def texts(self, bodies: Sequence[str]) -> list[str]:
        """The zone's text in many bodies, without the blanks around."""
        return list(map(str.strip, map(self._piece, bodies)))


class Words(Zone[str]):
    """Letters and digits, without the blanks around."""

    def read(self, text: str) -> str:
        """The text itself."""
        return text

    def read_all(self, bodies: Sequence[str]) -> list[str]:
        """The texts themselves."""
        return self.texts(bodies)


class Number(Zone[int | None]):
    """Digits: a count, or the position in a sequence."""

    def read(self, text: str) -> int | None:
        """The number, None when it is left out."""
        return int(text) if text.isdecimal() and text.isascii() else None

    def read_all(self, bodies: Sequence[str]) -> list[int | None]:
        """The numbers, at once where none is left out."""
        texts = self.texts(bodies)
        digits = "".join(texts)
        if all(texts) and digits.isdecimal() and digits.isascii():
            return list(map(int, texts))
        return list(map(self.read, texts))


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
        return Decimal(f"{text}E-{self.places}") if text.isdecimal() and text.isascii() else None


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

    def read_all(self, bodies: Sequence[str]) -> list[date | None]:
        """The dates, at once where each is one."""
        texts = self.texts(bodies)
        try:
            return list(map(day_of, texts))
        except ValueError:
            return list(map(self.read, texts))


class LongDay(Zone[date | None]):
    """DDMMYYYY."""

    def __init__(self, at: int) -> None:
        super().__init__(at, 8)

    def read(self, text: str) -> date | None:
        """The date, None when it is unknown or no date."""
        return _long_day_of(text)


class Hour(Zone[time | None]):
    """HHMM."""

    def __init__(self, at: int) -> None:
        super().__init__(at, 4)

    def read(self, text: str) -> time | None:
        """The time of day in Belgium, None when it is none."""
        return _hour_of(text)


@lru_cache(maxsize=4096)
def _long_day_of(text: str) -> date | None:
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2])) if text.isdecimal() else None
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _hour_of(text: str) -> time | None:
    try:
        return time(int(text[:2]), int(text[2:])) if text.isdecimal() else None
    except ValueError:
        return None
