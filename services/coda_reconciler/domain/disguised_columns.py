"""Which columns of which record tell who somebody is, and how each of them is disguised (CODA 2.6 annex I and III).

Everything that is not named here stays as it is, but for letters, which structural columns do not have.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from services.coda_reconciler.domain.coda_communications import STRUCTURED_TYPES
from services.coda_reconciler.domain.coda_grammar import kind_of
from services.coda_reconciler.domain.coda_zones import Amount, Day, Decimals, Hour, Zone

RECORD_LENGTH = 128


class Treatment(Enum):
    """What happens to a field."""

    TEXT = auto()
    REFERENCE = auto()
    ACCOUNT = auto()
    OLD_ACCOUNT = auto()
    HOLDER = auto()
    BIC = auto()
    CURRENCY = auto()
    ORDER = auto()
    CODES = auto()
    FIGURES = auto()
    AMOUNT = auto()
    DAY = auto()
    LONG_DAY = auto()
    KEPT = auto()


Place = tuple[int | None, int, int]
"""Index of the record, first column from 0, column behind the last; None is a zone whose record is missing."""


@dataclass(frozen=True, slots=True)
class Field:
    """Columns that are read as one, be they in one record or in several."""

    treatment: Treatment
    places: tuple[Place, ...]


_T = Treatment
_HEADER = (
    (6, 11, _T.DAY), (17, 17, _T.KEPT), (25, 34, _T.TEXT), (35, 60, _T.TEXT), (72, 82, _T.HOLDER),
    (89, 104, _T.TEXT), (105, 120, _T.TEXT),
)  # fmt: skip
_OPENING = ((44, 58, _T.AMOUNT), (59, 64, _T.DAY), (65, 90, _T.TEXT), (91, 125, _T.TEXT))
_FIRST = ((33, 47, _T.AMOUNT), (48, 53, _T.DAY), (116, 121, _T.DAY))
_FIXED: dict[tuple[str, int], Sequence[tuple[int, int, Treatment]]] = {
    ("0", 2): (*_HEADER, (61, 71, _T.BIC)),
    ("0", 1): (*_HEADER, (61, 71, _T.TEXT)),
    ("1", 2): _OPENING,
    ("1", 1): _OPENING,
    ("21", 2): ((11, 31, _T.TEXT), *_FIRST),
    ("21", 1): ((11, 23, _T.TEXT), (24, 31, _T.TEXT), *_FIRST),
    ("22", 2): ((64, 98, _T.ORDER), (99, 109, _T.BIC), (113, 125, _T.CODES)),
    ("22", 1): ((64, 89, _T.ORDER), (90, 92, _T.CURRENCY), (93, 107, _T.AMOUNT), (108, 125, _T.TEXT)),
    ("23", 2): ((48, 82, _T.TEXT),),
    ("23", 1): ((11, 22, _T.OLD_ACCOUNT), (23, 47, _T.TEXT), (48, 73, _T.TEXT), (74, 99, _T.TEXT), (100, 125, _T.TEXT)),
    ("31", 2): ((11, 31, _T.TEXT),),
    ("31", 1): ((11, 31, _T.TEXT),),
    ("8", 2): ((43, 57, _T.AMOUNT), (58, 63, _T.DAY)),
    ("8", 1): ((43, 57, _T.AMOUNT), (58, 63, _T.DAY)),
    ("4", 2): ((11, 32, _T.TEXT), (33, 112, _T.TEXT)),
    ("4", 1): ((11, 31, _T.TEXT), (33, 112, _T.TEXT)),
    ("9", 2): ((23, 37, _T.AMOUNT), (38, 52, _T.AMOUNT)),
    ("9", 1): ((23, 37, _T.AMOUNT), (38, 52, _T.AMOUNT)),
}  # fmt: skip
_KINDS = {kind for kind, _ in _FIXED} | {"32", "33"}
_ACCOUNTS = {"1": 6, "8": 5}
"""The first of the 37 columns of account and currency (§7.5)."""
_MOVEMENT_ZONES = (("21", 63, 115), ("22", 11, 63), ("23", 83, 125))
_INFORMATION_ZONES = {"31": (41, 113), "32": (11, 115), "33": (11, 100)}
_FLAG_COLUMNS = {"21": 62, "31": 40}
_REFERENCES = ("100", "101", "102")
_SHORT = 4
"""Columns of a structured field that hold a code, a currency or a reason, and no name."""


def fields_of(rows: Sequence[str], version: int) -> Iterator[Field]:
    """Every field of a statement's records that is not kept, none of which overlaps another one."""
    structure = next((row[1:2] for row in rows if row.startswith("1")), "")
    for at, row in enumerate(rows):
        kind = kind_of(row[:2])
        if kind not in _KINDS:
            yield Field(Treatment.TEXT, ((at, len(kind), len(row)),))
            continue
        for first, last, treatment in _FIXED.get((kind, version), ()):
            yield Field(treatment, ((at, first - 1, last),))
        if kind in _ACCOUNTS:
            yield from _account(at, structure, row, _ACCOUNTS[kind])
        if kind == "23" and version > 1:
            yield from _counterparty(at, row)
        yield Field(Treatment.TEXT, ((at, RECORD_LENGTH, max(RECORD_LENGTH, len(row))),))
    yield from _communications(rows, version)


def _account(at: int, structure: str, row: str, first: int) -> Iterator[Field]:
    """An IBAN or twelve digits, its currency, and the extension behind it."""
    if structure in ("1", "2", "3") or row[first - 1 : first + 1].isalpha():
        end = first + (34 if structure in ("1", "3") else 31)
        yield Field(Treatment.ACCOUNT, ((at, first - 1, end - 1),))
        yield Field(Treatment.TEXT, ((at, end - 1, first + 33),))
        yield Field(Treatment.CURRENCY, ((at, first + 33, first + 36),))
    else:
        yield Field(Treatment.OLD_ACCOUNT, ((at, first - 1, first + 11),))
        yield Field(Treatment.CURRENCY, ((at, first + 12, first + 15),))
        yield Field(Treatment.CURRENCY, ((at, first + 16, first + 18),))
        yield Field(Treatment.TEXT, ((at, first + 21, first + 36),))


def _counterparty(at: int, row: str) -> Iterator[Field]:
    if row[22:23] == " ":
        yield Field(Treatment.ACCOUNT, ((at, 10, 22),))
        yield Field(Treatment.CURRENCY, ((at, 23, 26),))
        yield Field(Treatment.TEXT, ((at, 26, 47),))
    else:
        yield Field(Treatment.ACCOUNT, ((at, 10, 44),))
        yield Field(Treatment.CURRENCY, ((at, 44, 47),))


def _communications(rows: Sequence[str], version: int) -> Iterator[Field]:
    """The zones that are read together; free informations that follow each other are one text."""
    free: list[Place] = []
    at = 0
    while at < len(rows):
        kind = rows[at][:2]
        if kind not in _FLAG_COLUMNS:
            # A part that does not follow its first one is out of place; its text is disguised all the same.
            yield from _stray(at, kind, version)
            at += 1
            continue
        places, size = (_movement_places if kind == "21" else _information_places)(rows, at, version)
        structured = rows[at][_FLAG_COLUMNS[kind] - 1 : _FLAG_COLUMNS[kind]] == "1"
        if kind == "31" and not structured:
            free += places
        else:
            yield from _free(free)
            free = []
            yield from _structured(rows, places) if structured else _free(places)
        at += size
    yield from _free(free)


def _free(places: Sequence[Place]) -> Iterator[Field]:
    if places:
        yield Field(Treatment.TEXT, tuple(places))


def _stray(at: int, kind: str, version: int) -> Iterator[Field]:
    zones = {name: (first, last) for name, first, last in _MOVEMENT_ZONES} | _INFORMATION_ZONES
    if kind in zones and not (kind == "23" and version == 1):
        first, last = zones[kind]
        yield Field(Treatment.TEXT, ((at, first - 1, last),))


def _movement_places(rows: Sequence[str], at: int, version: int) -> tuple[list[Place], int]:
    """The zones of 21, 22 and 23, and how many records these are; version 1 has no third zone."""
    places: list[Place] = []
    size = 0
    for kind, first, last in _MOVEMENT_ZONES:
        follows = at + size < len(rows) and rows[at + size][:2] == kind
        if kind != "23" or version > 1:
            places.append((at + size if follows else None, first - 1, last))
        size += follows
    return places, size


def _information_places(rows: Sequence[str], at: int, version: int) -> tuple[list[Place], int]:
    places: list[Place] = []
    size = 0
    for kind, (first, last) in _INFORMATION_ZONES.items():
        if at + size < len(rows) and rows[at + size][:2] == kind:
            places.append((at + size, first - 1, last))
            size += 1
    return places, size


def _structured(rows: Sequence[str], places: Sequence[Place]) -> Iterator[Field]:
    """The fields of the type, the standard's zones; what no zone holds is text."""
    first = places[0]
    kind = rows[first[0] or 0][first[1] : first[1] + 3]
    body = _part(places, 3, _length(places))
    known = STRUCTURED_TYPES.get(kind)
    yield Field(Treatment.KEPT, _part(places, 0, 3))
    at = 0
    for zone in sorted(_zones_of(known), key=lambda zone: zone.first) if known else ():
        yield Field(Treatment.TEXT, _part(body, at, zone.first))
        yield Field(_treatment(kind, zone), _part(body, zone.first, zone.last))
        at = max(at, zone.last)
    yield Field(Treatment.TEXT, _part(body, at, _length(body)))


def _zones_of(known: type) -> list[Zone[object]]:
    return [zone for zone in vars(known).values() if isinstance(zone, Zone)]


def _treatment(kind: str, zone: Zone[object]) -> Treatment:
    if kind in _REFERENCES:
        return Treatment.REFERENCE
    if isinstance(zone, Amount):
        return Treatment.AMOUNT
    if isinstance(zone, Day):
        return Treatment.LONG_DAY if zone.last - zone.first > len("DDMMYY") else Treatment.DAY
    if isinstance(zone, Decimals | Hour):
        return Treatment.FIGURES
    return Treatment.KEPT if zone.last - zone.first <= _SHORT else Treatment.TEXT


def _length(places: Sequence[Place]) -> int:
    return sum(last - first for _, first, last in places)


def _part(places: Sequence[Place], start: int, end: int) -> tuple[Place, ...]:
    """What stands between two offsets of the joined zones."""
    found: list[Place] = []
    at = 0
    for row, first, last in places:
        size = last - first
        begin, stop = max(start - at, 0), min(end - at, size)
        if begin < stop:
            found.append((row, first + begin, first + stop))
        at += size
    return tuple(found)
