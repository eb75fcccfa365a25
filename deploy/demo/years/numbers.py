"""How companies number their invoices, and how those who pay write the numbers."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

Number = Callable[[date, int], str]


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """How a company counts: the number of the `counter`-th document, and of a credit note.

    `elided` is how many last characters of a number stay when the rest was just written before.
    """

    name: str
    of: Number
    credit_note: Number
    first: int
    elided: int = 4

    def counter(self, number: str) -> str:
        """What counts in a number, without its zeros: the part of it that people say."""
        return re.split(r"\D", number)[-1][-5:].lstrip("0") if self.name != "compact" else number[-4:].lstrip("0")


PATTERNS = (
    NumberPattern("year", lambda day, at: f"{day.year}-{at:04d}", lambda day, at: f"CN{day.year}-{at:04d}", 101),
    NumberPattern("letters", lambda day, at: f"VF-{at:04d}", lambda day, at: f"VCN-{at:04d}", 412, elided=3),
    NumberPattern(
        "month",
        lambda day, at: f"{day.year}-{day.month:02d}-{at}",
        lambda day, at: f"CN-{day.year}-{day.month:02d}-{at}",
        13_297,
        elided=5,
    ),
    NumberPattern(
        "slash", lambda day, at: f"F{day.year % 100}/{at:05d}", lambda day, at: f"C{day.year % 100}/{at:05d}", 123, 5
    ),
    NumberPattern("compact", lambda day, at: f"{day.year}{at:04d}", lambda day, at: f"CN{day.year}{at:04d}", 1_001),
    NumberPattern(
        "long", lambda day, at: f"{day.year}{at:09d}", lambda day, at: f"CN{day.year}{at:09d}", 120_451, elided=3
    ),
    NumberPattern(
        "dotted", lambda day, at: f"{day.year % 100}.{at}", lambda day, at: f"{day.year % 100}.9{at}", 10_045
    ),
    NumberPattern(
        "series", lambda day, at: f"INV/{day.year}/{at:05d}", lambda day, at: f"RINV/{day.year}/{at:05d}", 211
    ),
)
"""As Belgian billing softwares make them."""


def spelled(dice: Random, number: str) -> str:
    """A number as somebody types it who looks at the invoice: as printed, or with other or no separators."""
    ways = (
        number,
        number,
        number,
        re.sub(r"[-/.]", "", number),
        re.sub(r"[-/.]", " ", number),
        re.sub(r"[-.]", "/", number),
        number.lower(),
    )
    return dice.choice(ways)


def listed(dice: Random, numbers: Sequence[str], word: str) -> str:
    """Several numbers, each in full."""
    separator = dice.choice((", ", " + ", "+", "; ", " ", " / "))
    if dice.random() < 0.5:
        return separator.join(numbers)
    return f"{', '.join(numbers[:-1])} {word} {numbers[-1]}"


def elided(dice: Random, numbers: Sequence[str], kept: int) -> str:
    """The first number in full, of the others only what differs."""
    separator = dice.choice(("+", "/", " - ", ", ", " + ", " & ", ";", " en ", " et "))
    return separator.join([numbers[0], *(number[-kept:] for number in numbers[1:])])


def ranged(dice: Random, numbers: Sequence[str], kept: int) -> str:
    """From the first to the last, the last in full or only as far as it differs."""
    last = numbers[-1] if dice.random() < 0.6 else numbers[-1][-kept:]
    words = dice.choice(("t/m", "tot en met", "t.e.m.", "tem", "tot", "au", "jusqu'au", "à", "bis", "to", "until", "-"))
    return f"{numbers[0]} {words} {last}"


def compact(number: str) -> str:
    """2022-12-13422 as 221213422: no separators, no century."""
    bare = re.sub(r"[-/. ]", "", number)
    return bare[2:] if bare.startswith("20") else bare
