"""The passages of a movement's text, and where a stretch of them stands in the file.

A passage may go over several records: its columns are then parts with commas between, in the order of the text. A part
of a later record says how many lines further down it is (`63-115,+1:11-63,+2:83-125`); a bare number is that many
blanks which stand in no record, where record 2.2 is left out (`63-115,53,+1:83-125`).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from services.coda_reconciler.domain.coda_communications import Communication
from services.coda_reconciler.domain.coda_labels import labelled_parts
from services.coda_reconciler.domain.coda_movements import Movement
from services.coda_reconciler.domain.matching.facts import Passage, Zone

LONGEST_INFORMATION = 40
"""Records 3.1 to 3.3 of one movement that are read for its text; banks wrap a payer's 140 characters over a few."""

_FIRST, _SECOND, _THIRD = (63, 53), (11, 53), (83, 43)
_INFORMATION = {"31": (41, 73), "32": (11, 105), "33": (11, 90)}
_INFORMATION_IS_STRUCTURED = 39
_WORDS_OF_THE_PAYER = ("communication", "personal_info", "reference")


class Part(NamedTuple):
    """Columns of one record: how many lines below the first, the first column, how many; line None for filling."""

    lines_below: int | None
    first: int
    width: int


class Information(NamedTuple):
    """The information records of a movement as they are joined: free text, and each structured one by its type."""

    free: Passage | None
    structured: tuple[tuple[str, Passage], ...]


def communication_passage(movement: Movement, communication: Communication) -> Passage:
    """All that records 2.1 to 2.3 say: free text, or the body behind the type of a structured communication."""
    text = communication.text
    if communication.structured_type is None:
        columns = "63-115" if len(text) <= _FIRST[1] else _columns_of(movement)
        return Passage("free", text, movement.line, columns)
    columns = "66-115" if len(text) <= _FIRST[1] - 3 else _sliced(_columns_of(movement), 3, 3 + len(text))[1]
    return Passage("structured", text, movement.line, columns)


def information_of(movement: Movement) -> Information:
    """The records 3.x of a movement, joined as they stand, for some banks wrap them in the middle of a word."""
    records = movement.records
    texts, numbers = records.texts, records.numbers
    blocks: list[tuple[bool, list[int]]] = []
    for at in range(movement.first + 1, movement.end):
        kind = texts[at][:2]
        if kind == "31":
            blocks.append((texts[at][_INFORMATION_IS_STRUCTURED] == "1", [at]))
        elif kind in _INFORMATION and blocks:
            blocks[-1][1].append(at)
    free = [at for is_structured, indexes in blocks if not is_structured for at in indexes][:LONGEST_INFORMATION]
    structured: list[tuple[str, Passage]] = []
    for is_structured, indexes in blocks[:LONGEST_INFORMATION]:
        if is_structured:
            whole = _joined("structured", texts, numbers, indexes[:LONGEST_INFORMATION])
            structured.append((whole.text[:3], part_of(whole, "structured", 3, len(whole.text))))
    return Information(_joined("free", texts, numbers, free) if free else None, tuple(structured))


def payer_passages(information: Passage) -> tuple[list[Passage], dict[str, Passage]]:
    """What the free information says: the payer's words, and what stands behind each other label (first one counts).

    Without labels, all of it is the payer's.
    """
    parts = labelled_parts(information.text) if ":" in information.text else ()
    if not parts:
        return [information], {}
    passages, labels = [], dict[str, Passage]()
    for part in parts:
        if part.text:
            passage = part_of(information, "label", part.at, part.at + len(part.text))
            labels.setdefault(part.label, passage)
            if part.label in _WORDS_OF_THE_PAYER:
                passages.append(passage)
    return passages, labels


def part_of(passage: Passage, zone: Zone, start: int, end: int) -> Passage:
    """A stretch of a passage as a passage of its own."""
    lines_below, columns = _sliced(passage.columns, start, end)
    return Passage(zone, passage.text[start:end].rstrip(), passage.line + lines_below, columns)


def place_in(passage: Passage, start: int, end: int) -> tuple[int, str]:
    """Line and columns of a stretch of a passage's text."""
    lines_below, columns = _sliced(passage.columns, start, end)
    return passage.line + lines_below, columns


def places(line: int, columns: str) -> tuple[tuple[int, int, int], ...]:
    """Line, first and last column of each record that a passage or an evidence stands in."""
    return tuple(
        (line + part.lines_below, part.first, part.first + part.width - 1)
        for part in _parts(columns)
        if part.lines_below is not None
    )


def _columns_of(movement: Movement) -> str:
    """The columns of a communication that is longer than record 2.1 has room for."""
    texts, numbers, first = movement.records.texts, movement.records.numbers, movement.first
    at, second, third = first + 1, 0, 0
    if texts[at][:2] == "22":
        second = numbers[at] - numbers[first]
        at += 1
    if texts[at][:2] == "23" and movement.records.version > 1:
        third = numbers[at] - numbers[first]
    return _columns_below(second, third)


@lru_cache(maxsize=256)
def _columns_below(second: int, third: int) -> str:
    """The columns of a communication whose records 2.2 and 2.3 stand so many lines below their 2.1, 0 for none."""
    parts = [Part(0, *_FIRST), Part(second, *_SECOND) if second else Part(None, 0, _SECOND[1])]
    return _spelled((*parts, Part(third, *_THIRD)) if third else tuple(parts))


def _joined(zone: Zone, texts: list[str], numbers: Sequence[int], indexes: list[int]) -> Passage:
    parts, zones = [], []
    for at in indexes:
        first, width = _INFORMATION[texts[at][:2]]
        parts.append(Part(numbers[at] - numbers[indexes[0]], first, width))
        zones.append(texts[at][first - 1 : first - 1 + width])
    return Passage(zone, "".join(zones).rstrip(), numbers[indexes[0]], _spelled(tuple(parts)))


@lru_cache(maxsize=1024)
def _parts(columns: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    for text in columns.split(","):
        below, colon, stretch = text.rpartition(":")
        first, dash, last = stretch.partition("-")
        if dash:
            parts.append(Part(int(below) if colon else 0, int(first), int(last) - int(first) + 1))
        elif first:
            parts.append(Part(None, 0, int(first)))
    return tuple(parts)


def _spelled(parts: tuple[Part, ...]) -> str:
    return ",".join(
        str(part.width)
        if part.lines_below is None
        else f"{f'+{part.lines_below}:' if part.lines_below else ''}{part.first}-{part.first + part.width - 1}"
        for part in parts
    )


@lru_cache(maxsize=4096)
def _sliced(columns: str, start: int, end: int) -> tuple[int, str]:
    """How many lines below the passage's first a stretch of its text begins, and the columns from there."""
    taken: list[Part] = []
    at = 0
    for part in _parts(columns):
        first, last = max(start, at), min(end, at + part.width)
        if first < last:
            column = part.first + first - at if part.lines_below is not None else 0
            taken.append(Part(part.lines_below, column, last - first))
        at += part.width
    begins = next((part.lines_below for part in taken if part.lines_below is not None), 0)
    moved = [
        Part(None if part.lines_below is None else part.lines_below - begins, part.first, part.width) for part in taken
    ]
    return begins, _spelled(tuple(moved))
