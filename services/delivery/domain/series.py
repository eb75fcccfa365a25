"""The number series of a supplier: which numbers follow each other, and which are missing between them.

An invoice number is text with runs of digits: `VF-2026-0412` has `2026` and `0412`. Numbers of one year and one
family (invoices or credit notes) that have the same texts between their runs are looked at together: the run that
takes the most values counts, the others, and the texts, name the series. A year that a run begins with (`20260412`)
is not counted. All of it depends on the set of numbers alone, never on the order in which they came.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate, pairwise

from shared.values import DocumentId

MOST_GAPS = 200
"""At most so many ranges are named of a series; how many numbers are missing is told in any case."""

_LONGEST_RUN = 12
"""A longer run of digits is a reference of some other kind, not a number that was counted up to."""
_RUNS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Issued:
    """A document's number (BT-1). `superseded` is true for a version that a newer one took the place of."""

    document_id: DocumentId
    family: str
    number: str
    issue_date: date
    received_at: datetime
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that are missing, as they would be written; `opened_at` is when a number above it had come, too."""

    first: str
    last: str
    count: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Several documents at one place of a series: `VF-0412` and `VF-412`, or one number on two dates."""

    numbers: tuple[str, ...]
    documents: tuple[DocumentId, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One series: `prefix` and `suffix` stand around what is counted; `count` is how many places are taken."""

    family: str
    year: int
    prefix: str
    suffix: str
    first: str
    last: str
    count: int
    missing: int
    gaps: tuple[Gap, ...]
    duplicates: tuple[Duplicate, ...]


@dataclass(frozen=True, slots=True)
class Outsider:
    """A number that fits no series: without digits, or alone of its kind."""

    family: str
    year: int
    number: str
    document_id: DocumentId


@dataclass(frozen=True, slots=True)
class _Counted:
    """A number taken apart around the run that counts."""

    prefix: str
    digits: str
    suffix: str
    issued: Issued


def series_of(issued: Iterable[Issued]) -> tuple[list[Series], list[Outsider]]:
    """The series in these numbers, and what fits none; both sorted by year (latest first), family and name."""
    alike: dict[tuple[int, str, tuple[str, ...]], list[Issued]] = defaultdict(list)
    for each in issued:
        alike[each.issue_date.year, each.family, tuple(_RUNS.split(each.number))].append(each)
    series: list[Series] = []
    outsiders: list[Outsider] = []
    for (year, family, _), members in alike.items():
        for name, counted in _by_name(members, year).items():
            if name is None or len({each.digits.lstrip("0") for each in counted}) < 2:
                outsiders += [Outsider(family, year, each.issued.number, each.issued.document_id) for each in counted]
            else:
                series.append(_series(family, year, counted))
    return (
        sorted(series, key=lambda each: (-each.year, each.family, each.prefix, each.suffix)),
        sorted(outsiders, key=lambda each: (-each.year, each.family, each.number, each.document_id)),
    )


def _by_name(members: Sequence[Issued], year: int) -> dict[tuple[str, str] | None, list[_Counted]]:
    """The members by the name of their series; under None what cannot be counted."""
    runs = [_RUNS.findall(each.number) for each in members]
    place = _place_that_counts(runs, year)
    named: dict[tuple[str, str] | None, list[_Counted]] = defaultdict(list)
    if place is None:
        return {None: [_Counted("", "", "", each) for each in members]}
    for each in members:
        match = list(_RUNS.finditer(each.number))[place]
        prefix, suffix = each.number[: match.start()], each.number[match.end() :]
        named[prefix, suffix].append(_Counted(prefix, match[0], suffix, each))
    found: dict[tuple[str, str] | None, list[_Counted]] = defaultdict(list)
    for counted in named.values():
        for one in _without_year(counted, str(year)):
            found[None if len(one.digits) > _LONGEST_RUN else (one.prefix, one.suffix)].append(one)
    return found


def _place_that_counts(runs: Sequence[list[str]], year: int) -> int | None:
    """Which run of these numbers counts: the one with the most values, the last of several; never the year alone."""
    if not runs[0]:
        return None
    values = [{found[place] for found in runs} for place in range(len(runs[0]))]
    is_year = [len(values) > 1 and found <= {str(year), str(year)[2:]} for found in values]
    return max(range(len(values)), key=lambda place: (not is_year[place], len(values[place]), place))


def _without_year(counted: Sequence[_Counted], year: str) -> list[_Counted]:
    """Moves the year into the prefix where every one of these runs begins with it and goes on."""
    if not all(each.digits.startswith(year) and len(each.digits) > len(year) for each in counted):
        return list(counted)
    return [_Counted(each.prefix + year, each.digits.removeprefix(year), each.suffix, each.issued) for each in counted]


def _series(family: str, year: int, counted: Sequence[_Counted]) -> Series:
    places: dict[int, list[_Counted]] = defaultdict(list)
    for each in counted:
        places[int(each.digits)].append(each)
    taken = sorted(places)
    gaps = _gaps(taken, places)
    return Series(
        family=family,
        year=year,
        prefix=counted[0].prefix,
        suffix=counted[0].suffix,
        first=_earliest(places[taken[0]]).issued.number,
        last=_earliest(places[taken[-1]]).issued.number,
        count=len(taken),
        missing=taken[-1] - taken[0] + 1 - len(taken),
        gaps=tuple(gaps[:MOST_GAPS]),
        duplicates=_duplicates(taken, places),
    )


def _gaps(taken: Sequence[int], places: dict[int, list[_Counted]]) -> list[Gap]:
    """The latest first. A gap is seen as soon as a number below it and one above it had come, whichever was later."""
    came = [min(each.issued.received_at for each in places[number]) for number in taken]
    below = list(accumulate(came, min))
    above = list(accumulate(reversed(came), min))[::-1]
    gaps = []
    for place, (low, high) in enumerate(pairwise(taken)):
        if high - low > 1:
            pattern = _written_like(_earliest(places[low]), _earliest(places[high]))
            first, last = (pattern(number) for number in (low + 1, high - 1))
            gaps.append(Gap(first, last, high - low - 1, max(below[place], above[place + 1])))
    return gaps[::-1]


def _duplicates(taken: Sequence[int], places: dict[int, list[_Counted]]) -> tuple[Duplicate, ...]:
    """Versions of one document are none."""
    found = []
    for number in taken:
        current = sorted(
            (each.issued for each in places[number] if not each.issued.superseded),
            key=lambda issued: (issued.received_at, issued.document_id),
        )
        if len(current) > 1:
            numbers = tuple(Counter(each.number for each in current))
            found.append(Duplicate(numbers, tuple(each.document_id for each in current)))
    return tuple(found)


def _earliest(counted: Sequence[_Counted]) -> _Counted:
    return min(counted, key=lambda each: (each.issued.received_at, each.issued.document_id))


def _written_like(low: _Counted, high: _Counted) -> Callable[[int], str]:
    """How a number between two would be written: with as many digits as the one of them that has zeros in front."""
    width = next((len(each.digits) for each in (low, high) if each.digits.startswith("0")), 0)
    return lambda number: f"{low.prefix}{number:0{width}d}{low.suffix}"
