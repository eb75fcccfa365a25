"""What stands on a page, as plain data: a template decides only where and how large."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any

from services.delivery.domain.rendering.legible import MARK
from services.delivery.domain.rendering.words import WORDS
from shared.values import Language

RENDERER = "relais-1"
"""Changes with whatever changes a page, so that what was rendered before is rendered anew."""

LONGEST_TITLE = 200
"""Characters: a title is a heading, a bookmark and in the file's metadata, where strings are short (ISO 19005-3)."""
MOST_ROWS = 5_000
"""Some 200 pages; nobody reads further on paper, and more would take more memory than a renderer has."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what it is the label of."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class PartyBox:
    """A party: what it is here, its name, address and contact, its numbers."""

    label: str
    name: str
    lines: tuple[str, ...]
    numbers: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of lines; `details` stand below the name, smaller; an indented row is a part of another."""

    cells: tuple[str, ...]
    details: tuple[str, ...] = ()
    indented: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heading; `columns` are the labels of the cells."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """One line of the totals; the strong one is what it is all about."""

    label: str
    amount: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with facts or paragraphs below it."""

    heading: str
    facts: tuple[Fact, ...] = ()
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A document for the eye.

    `running` is repeated at the head of every page but the first, `notice` at the foot of every page. `paging` holds
    `{page}` and `{pages}`. `dated` is the day that the file's metadata tell. `legend` explains `MARK` where it stands.
    """

    language: Language
    title: str
    subtitle: str
    running: str
    dated: date
    parties: tuple[PartyBox, ...]
    facts: tuple[Fact, ...]
    amounts_in: str
    lines: Table
    taxes: Table | None
    totals: tuple[Total, ...]
    sections: tuple[Section, ...]
    notice: str
    paging: str
    legend: str = ""


def shortened(rows: Sequence[Row], words: Mapping[str, str], *, columns: int, told: int = 0) -> tuple[Row, ...]:
    """As many rows as a page shows at most, and one that says in column `told` how many more there are."""
    if len(rows) <= MOST_ROWS:
        return tuple(rows)
    cells = [""] * columns
    cells[told] = words["further_rows"].format(count=len(rows) - MOST_ROWS)
    return (*rows[:MOST_ROWS], Row(tuple(cells)))


def page_json(page: Page) -> str:
    """The page as the template reads it; a page that shows `MARK` says what it stands for."""
    text = _text(page)
    return _text(replace(page, legend=WORDS[page.language]["unshown"])) if MARK in text else text


def _text(page: Page) -> str:
    return json.dumps(page, default=_plain, ensure_ascii=False, separators=(",", ":"))


def _plain(found: Any) -> Mapping[str, Any] | str:
    if isinstance(found, date):
        return found.isoformat()
    if is_dataclass(found):
        return {each.name: getattr(found, each.name) for each in fields(found)}
    raise TypeError(f"a page does not hold a {type(found).__name__}")
