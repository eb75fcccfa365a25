"""Sequence and detail numbers (CODA 2.6 §6): which records 2.1 are booked, and which detail another."""

from dataclasses import dataclass, field

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_grammar import CONTINUATIONS
from services.coda_reconciler.domain.coda_lines import Lines

NUMBERS = 10_000
"""Sequence and detail numbers have four digits: after 9999 comes 0000."""

_UNNUMBERED = ("        ", "00000000")


@dataclass(frozen=True, slots=True)
class Numbered:
    """The records 2.1 in their order: `at` is their index among the lines, `parents` the position they detail."""

    at: list[int] = field(default_factory=list)
    parents: list[int | None] = field(default_factory=list)


def check_numbers(lines: Lines) -> Numbered:
    """Give every record 2.1 its place. Raises `CodaError` E05, E08 or E09 for the first key that does not follow."""
    numbered = Numbered()
    sequence = detail = 0
    booked: int | None = None
    for at, text in enumerate(lines.texts):
        start = text[:2]
        if start in CONTINUATIONS:
            if text[2:10] != lines.texts[at - 1][2:10]:
                raise CodaError("E05", lines.numbers[at], "3-10", text[2:10], lines.texts[at - 1][2:10])
        elif start == "21":
            key = _key_of(lines, at)
            if booked is not None and key // NUMBERS == sequence:
                # Beyond 9,999 details the number is 0000 again within one sequence number: still a detail (§6).
                detail = (detail + 1) % NUMBERS
                parent: int | None = booked
            else:
                sequence, detail, parent, booked = (sequence + 1) % NUMBERS, 0, None, len(numbered.at)
            if key != sequence * NUMBERS + detail:
                raise _wrong_key(lines, at, sequence, detail)
            numbered.at.append(at)
            numbered.parents.append(parent)
        elif start == "31":
            # Details and information records share one counter.
            detail = (detail + 1) % NUMBERS
            key = _key_of(lines, at)
            if key // NUMBERS != sequence:
                raise CodaError("E05", lines.numbers[at], "3-6", text[2:6], f"{sequence:04d}")
            if key != sequence * NUMBERS + detail:
                raise _wrong_key(lines, at, sequence, detail)
    return numbered


def check_free_numbers(lines: Lines, first: int) -> None:
    """Records 4 count like movements, from 0001 and 0000; those converted from MT940 may have no numbers at all."""
    sequence = detail = 0
    for at in range(first, len(lines.texts) - 1):
        found = lines.texts[at][2:10]
        if found in _UNNUMBERED and (sequence, detail) == (0, 0):
            continue
        key = _key_of(lines, at)
        if sequence and key == sequence * NUMBERS + detail + 1:
            detail += 1
            continue
        sequence, detail = (sequence + 1) % NUMBERS, 0
        if key != sequence * NUMBERS:
            raise _wrong_key(lines, at, sequence, 0)


def _key_of(lines: Lines, at: int) -> int:
    found = lines.texts[at][2:10]
    if found.isdecimal() and found.isascii():
        return int(found)
    raise CodaError("E17", lines.numbers[at], "3-10", found, "8 digits: sequence and detail number")


def _wrong_key(lines: Lines, at: int, sequence: int, detail: int) -> CodaError:
    found = lines.texts[at][2:10]
    if found[:4] != f"{sequence:04d}":
        return CodaError("E08", lines.numbers[at], "3-6", found[:4], f"{sequence:04d}")
    return CodaError("E09", lines.numbers[at], "7-10", found[4:], f"{detail:04d}")
