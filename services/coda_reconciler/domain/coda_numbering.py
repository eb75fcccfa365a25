"""Sequence and detail numbers (CODA 2.6 §6): which records 2.1 are booked, and which detail another."""

from dataclasses import dataclass
from itertools import compress, count

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_lines import Lines

NUMBERS = 10_000
"""Sequence and detail numbers have four digits: after 9999 comes 0000."""

_MOVEMENT = "21"
_COUNTED = frozenset((_MOVEMENT, "31"))
_UNNUMBERED = ("        ", "00000000")


@dataclass(frozen=True, slots=True)
class Numbered:
    """The records 2.1 in their order: `at` is their index among the lines, `parents` the position they detail.

    `information` are the indexes of the records 3.1.
    """

    at: list[int]
    information: list[int]
    parents: list[int | None]


def check_numbers(lines: Lines) -> Numbered:
    """Give every record 2.1 its place. Raises `CodaError` E05, E08 or E09 for the first that does not follow."""
    is_counted = list(map(_COUNTED.__contains__, lines.starts))
    starts, keys = list(compress(lines.starts, is_counted)), list(compress(lines.keys, is_counted))
    digits = "".join(keys) or "0"
    if not (digits.isdecimal() and digits.isascii()):
        raise _first_wrong_key(lines)
    parents: list[int | None] = []
    # Sequence and detail number are one number of eight digits here: that of the booked movement, and those that may
    # stand next, in a detail or an information record (which share one counter) and in the next booked movement.
    first, following, next_booked, booked = -1, -1, NUMBERS, 0
    for start, key in zip(starts, map(int, keys), strict=True):
        if key == following:
            if start == _MOVEMENT:
                parents.append(booked)
            # Beyond 9,999 details the number is 0000 again within one sequence number: still a detail (§6).
            following = key + 1 if key + 1 < first + NUMBERS else first
        elif key == next_booked and start == _MOVEMENT:
            first, following, next_booked = key, key + 1, (key + NUMBERS) % (NUMBERS * NUMBERS)
            booked = len(parents)
            parents.append(None)
        else:
            raise _first_wrong_key(lines)
    places = list(compress(count(), is_counted))
    at = [place for place, start in zip(places, starts, strict=True) if start == _MOVEMENT]
    information = [place for place, start in zip(places, starts, strict=True) if start != _MOVEMENT]
    return Numbered(at, information, parents)


def _first_wrong_key(lines: Lines) -> CodaError:
    sequence, detail = "", 0
    for at, (start, key) in enumerate(zip(lines.starts, lines.keys, strict=True)):
        if start not in _COUNTED:
            continue
        detail += 1
        if start == "21" and key[:4] != sequence:
            sequence, detail = f"{(int(sequence or 0) + 1) % NUMBERS:04d}", 0
        if key != f"{sequence}{detail % NUMBERS:04d}":
            return _wrong_key(lines, at, sequence, detail, other_sequence="E05" if start == "31" else "E08")
    raise AssertionError("a number was found wrong and then right")


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
