"""Sequence and detail numbers (CODA 2.6 §6): which records 2.1 are booked, and which detail another."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress, count
from operator import and_
from struct import Struct

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_lines import Lines

NUMBERS = 10_000
"""Sequence and detail numbers have four digits: after 9999 comes 0000."""

_COUNTED = frozenset(("21", "31"))
_ALL_NUMBERS = NUMBERS * NUMBERS
_NEITHER, _MOVEMENT, _INFORMATION = range(3)


def _table(kinds: Mapping[int, int]) -> bytes:
    return bytes(kinds.get(byte, _NEITHER) for byte in range(256))


_BY_FIRST_COLUMN = _table({ord("2"): _MOVEMENT, ord("3"): _INFORMATION})
_BY_SECOND_COLUMN = _table({ord("1"): _MOVEMENT | _INFORMATION})
_ARE_MOVEMENTS, _ARE_INFORMATION = (_table({kind: kind}) for kind in (_MOVEMENT, _INFORMATION))
_key_in = Struct("2x8s").unpack_from
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
    grid = lines.grid
    kinds = bytes(map(and_, grid.column(0).translate(_BY_FIRST_COLUMN), grid.column(1).translate(_BY_SECOND_COLUMN)))
    data, stride = grid.data, grid.stride
    keys = [_key_in(data, place * stride)[0] for place in compress(count(), kinds)]
    if keys and not b"".join(keys).isdigit():
        raise _first_wrong_key(lines)
    parents: list[int | None] = []
    # Sequence and detail number are one number of eight digits here: that of the booked movement, and those that may
    # stand next, in a detail or an information record (which share one counter) and in the next booked movement.
    first, following, end, next_booked, booked = -1, -1, -1, NUMBERS, 0
    for kind, key in zip(kinds.translate(None, bytes((_NEITHER,))), map(int, keys), strict=True):
        if key == following:
            if kind == _MOVEMENT:
                parents.append(booked)
            following = key + 1
            # Beyond 9,999 details the number is 0000 again within one sequence number: still a detail (§6).
            if following == end:
                following = first
        elif key == next_booked and kind == _MOVEMENT:
            first, following, end = key, key + 1, key + NUMBERS
            next_booked, booked = end % _ALL_NUMBERS, len(parents)
            parents.append(None)
        else:
            raise _first_wrong_key(lines)
    at, information = (list(compress(count(), kinds.translate(table))) for table in (_ARE_MOVEMENTS, _ARE_INFORMATION))
    return Numbered(at, information, parents)


def _first_wrong_key(lines: Lines) -> CodaError:
    sequence, detail = "", 0
    for at, text in enumerate(lines.texts):
        start, key = text[:2], text[2:10]
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
    for at in range(first, len(lines) - 1):
        key = lines.key(at)
        if key in _UNNUMBERED and not sequence:
            continue
        if key == f"{sequence}{detail + 1:04d}":
            detail += 1
            continue
        sequence, detail = f"{(int(sequence or 0) + 1) % NUMBERS:04d}", 0
        if key != f"{sequence}0000":
            raise _wrong_key(lines, at, sequence, 0)


def _wrong_key(lines: Lines, at: int, sequence: str, detail: int, *, other_sequence: str = "E08") -> CodaError:
    key = lines.key(at)
    if key[:4] != sequence:
        return CodaError(other_sequence, lines.numbers[at], "3-6", key[:4], sequence)
    return CodaError("E09", lines.numbers[at], "7-10", key[4:], f"{detail % NUMBERS:04d}")
