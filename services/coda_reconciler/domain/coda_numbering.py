"""Sequence and detail numbers (CODA 2.6 §6): which records 2.1 are booked, and which detail another."""

from dataclasses import dataclass, field

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_lines import Lines

NUMBERS = 10_000
"""Sequence and detail numbers have four digits: after 9999 comes 0000."""

_UNNUMBERED = ("        ", "00000000")


@dataclass(frozen=True, slots=True)
class Numbered:
    """The records 2.1 in their order: `at` is their index among the lines, `parents` the position they detail.

    `information` are the indexes of the records 3.1.
    """

    at: list[int] = field(default_factory=list)
    information: list[int] = field(default_factory=list)
    parents: list[int | None] = field(default_factory=list)


def check_numbers(lines: Lines) -> Numbered:
    """Give every record 2.1 its place. Raises `CodaError` E05, E08 or E09 for the first that does not follow."""
    numbered = Numbered()
    sequence, detail, booked = "", 0, 0
    for at, (start, key) in enumerate(zip(lines.starts, lines.keys, strict=True)):
        if start == "21":
            if key[:4] == sequence:
                # Beyond 9,999 details the number is 0000 again within one sequence number: still a detail (§6).
                detail += 1
                numbered.parents.append(booked)
            else:
                booked, detail = len(numbered.at), 0
                sequence = f"{(int(sequence or 0) + 1) % NUMBERS:04d}"
                numbered.parents.append(None)
            if key != f"{sequence}{detail % NUMBERS:04d}":
                raise _wrong_key(lines, at, sequence, detail)
            numbered.at.append(at)
        elif start == "31":
            # Details and information records share one counter.
            detail += 1
            if key != f"{sequence}{detail % NUMBERS:04d}":
                raise _wrong_key(lines, at, sequence, detail, other_sequence="E05")
            numbered.information.append(at)
    return numbered


def check_free_numbers(lines: Lines, first: int) -> None:
    """Records 4 count like movements, from 0001 and 0000; those converted from MT940 may have no numbers at all."""
    sequence, detail = "", 0
    for at in range(first, len(lines.texts) - 1):
        key = lines.keys[at]
        if key in _UNNUMBERED and not sequence:
            continue
        if key == f"{sequence}{detail + 1:04d}":
            detail += 1
            continue
        sequence, detail = f"{(int(sequence or 0) + 1) % NUMBERS:04d}", 0
        if key != f"{sequence}0000":
            raise _wrong_key(lines, at, sequence, 0)


def _wrong_key(lines: Lines, at: int, sequence: str, detail: int, *, other_sequence: str = "E08") -> CodaError:
    key = lines.keys[at]
    if key[:4] != sequence:
        return CodaError(other_sequence, lines.numbers[at], "3-6", key[:4], sequence)
    return CodaError("E09", lines.numbers[at], "7-10", key[4:], f"{detail % NUMBERS:04d}")
