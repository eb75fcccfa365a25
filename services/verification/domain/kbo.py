"""The Open Data of the Crossroads Bank for Enterprises (KBO/BCE): what its files say, row by row.

Source: the public description of the KBO Open Data (CSV by RFC 4180, UTF-8, comma, the header row names the
columns). Only what the directory needs is kept: number, state, names, postal code. Of contacts nothing is: whoever
files a form can enter any address there, so a token that was mailed to one would connect a stranger. A token goes
only to the address that the accounting office gave; and what has no use is not stored (GDPR, art. 5.1.c).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from shared.values import EnterpriseNumber

ExtractKind = Literal["full", "update"]
Record = tuple[str | bool | None, ...]

DEPARTURES_BELIEVED = 100
DEPARTING_SHARE_BELIEVED = 0.05
"""Enterprises that may be missing from a full extract at once: so many, or this share of the active ones."""

_NUMBER_EXPECTED = "ten digits with their check digits, such as 0200.065.765"
_NAME_RANKS = MappingProxyType({"001": "0", "003": "1", "002": "2"})
_OTHER_NAME = "3"
_LANGUAGE_CODES = frozenset("01234")
_POSTAL_CODE = re.compile(r"[1-9][0-9]{3}")


class KboRefused(Exception):
    """An extract that is not taken. `problems` are all that were found in its files, or none."""

    def __init__(self, code: str, found: str, expected: str, problems: "Sequence[Problem]" = ()) -> None:
        super().__init__(f"{code}: found {found}, expected {expected}")
        self.code, self.found, self.expected, self.problems = code, found, expected, tuple(problems)


class CellRejected(ValueError):
    """A cell that cannot be read."""

    def __init__(self, code: str, column: str, found: str, expected: str) -> None:
        super().__init__(code)
        self.code, self.column, self.found, self.expected = code, column, found, expected


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a file cannot be loaded. `line` counts from 1 with the header; 0 is the file as a whole."""

    code: str
    file: str
    line: int
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" + (f" {self.column}" if self.column else "")
        return f"{place}: {self.code}: found {self.found!r}, expected {self.expected}"


@dataclass(frozen=True, slots=True)
class Edition:
    """Which extract the register holds: its number grows by one with every extract, full or update."""

    number: int
    snapshot_on: date
    kind: ExtractKind


@dataclass(frozen=True, slots=True)
class Taken:
    """What an extract did: rows in the register (of an update: rows that changed), active enterprises that it no
    longer names, and the companies whose waiting requests are looked at again."""

    known: int
    departed: int
    reconsidered: tuple[EnterpriseNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """One file: the columns that are read, wherever they stand, and the record that a row becomes (None: no use)."""

    file: str
    columns: tuple[str, ...]
    record: Callable[[Sequence[str]], Record | None]


def registered_number(text: str, column: str) -> str:
    """The ten digits of `0200.065.765`. Raises `CellRejected`: `kbo_number_malformed`, `kbo_number_checksum`.

    The rule of `EnterpriseNumber`, for the one spelling of these files: millions of rows have no time for others.
    """
    digits = _digits(text, column)
    first, check = divmod(int(digits), 100)
    if 97 - first % 97 != check or first == 0:
        raise CellRejected("kbo_number_checksum", column, text, _NUMBER_EXPECTED)
    return digits


def _digits(text: str, column: str) -> str:
    digits = text.replace(".", "")
    if len(digits) != 10 or not (digits.isdecimal() and digits.isascii()):
        raise CellRejected("kbo_number_malformed", column, text, _NUMBER_EXPECTED)
    return digits


def enterprise(cells: Sequence[str]) -> Record:
    """(number, ceased)."""
    text, status = cells
    if text[:1] not in ("0", "1"):
        raise CellRejected("kbo_number_malformed", "EnterpriseNumber", text, f"{_NUMBER_EXPECTED}, first a 0 or 1")
    number = registered_number(text, "EnterpriseNumber")
    if status not in ("AC", "ST"):
        raise CellRejected("kbo_status_unknown", "Status", status, "AC (active) or ST (stopped)")
    return number, status == "ST"


def denomination(cells: Sequence[str]) -> Record | None:
    """(number, language code, rank and name): the legal name before the commercial one before the abbreviation."""
    text, language, kind, name = cells
    number = _enterprise_of(text)
    if language not in _LANGUAGE_CODES:
        raise CellRejected("kbo_language_unknown", "Language", language, "0 to 4")
    name = name.strip()
    if "\0" in name:
        raise CellRejected("kbo_text_malformed", "Denomination", name, "text without the character NUL")
    return (number, language, _NAME_RANKS.get(kind, _OTHER_NAME) + name) if number and name else None


def address(cells: Sequence[str]) -> Record | None:
    """(number, Belgian postal code) of a registered office; the country is left empty for Belgium."""
    text, kind, country, postal_code = cells
    number = _enterprise_of(text)
    if number is None or kind != "REGO" or country or not _POSTAL_CODE.fullmatch(postal_code):
        return None
    return number, postal_code


def contact(cells: Sequence[str]) -> None:
    """Only checked, see above."""
    _enterprise_of(cells[0])


def deleted(cells: Sequence[str]) -> Record | None:
    """(number) of what an update takes away before it inserts."""
    number = _enterprise_of(cells[0])
    return (number,) if number else None


def _enterprise_of(text: str) -> str | None:
    """None for establishment units (2 to 8) and branches (9), which have rows in the same files."""
    if text[:1] in ("0", "1"):
        return registered_number(text, "EntityNumber")
    _digits(text, "EntityNumber")
    return None


_CONTENTS: Mapping[str, tuple[tuple[str, ...], Callable[[Sequence[str]], Record | None]]] = MappingProxyType(
    {
        "enterprise": (("EnterpriseNumber", "Status"), enterprise),
        "denomination": (("EntityNumber", "Language", "TypeOfDenomination", "Denomination"), denomination),
        "address": (("EntityNumber", "TypeOfAddress", "CountryNL", "Zipcode"), address),
        "contact": (("EntityNumber",), contact),
    }
)
FULL_LAYOUTS = tuple(Layout(f"{name}.csv", columns, record) for name, (columns, record) in _CONTENTS.items())
"""The files of a full extract, in the order in which they are read."""
UPDATE_LAYOUTS = tuple(
    layout
    for name, (columns, record) in _CONTENTS.items()
    for layout in (
        Layout(f"{name}_delete.csv", columns[:1], deleted),
        Layout(f"{name}_insert.csv", columns, record),
    )
)
"""The files of an update: what goes, then what comes; an entity that changes stands in both."""
LAYOUTS: Mapping[ExtractKind, tuple[Layout, ...]] = MappingProxyType({"full": FULL_LAYOUTS, "update": UPDATE_LAYOUTS})


def positions(layout: Layout, header: Sequence[str]) -> tuple[int, ...]:
    """Where the columns of a layout stand. Raises `CellRejected`: `kbo_column_missing`."""
    names = [name.strip() for name in header]
    for column in layout.columns:
        if column not in names:
            raise CellRejected("kbo_column_missing", column, ",".join(names)[:200], f"a column {column}")
    return tuple(names.index(column) for column in layout.columns)


def edition_of(variables: Mapping[str, str]) -> Edition:
    """What meta.csv says of an extract. Raises `CellRejected`: `kbo_meta_missing`, `kbo_meta_malformed`."""
    kind, number = _variable(variables, "ExtractType").lower(), _variable(variables, "ExtractNumber")
    if kind not in ("full", "update"):
        raise CellRejected("kbo_meta_malformed", "ExtractType", kind, "full or update")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise CellRejected("kbo_meta_malformed", "ExtractNumber", number, "a number")
    return Edition(int(number), _day(_variable(variables, "SnapshotDate")), "full" if kind == "full" else "update")


def _variable(variables: Mapping[str, str], name: str) -> str:
    if name not in variables:
        raise CellRejected("kbo_meta_missing", name, ", ".join(variables) or "nothing", f"a row {name}")
    return variables[name].strip()


def _day(text: str) -> date:
    match = re.fullmatch(r"([0-9]{2})-([0-9]{2})-([0-9]{4})", text)
    with suppress(ValueError):  # 31-02
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
    raise CellRejected("kbo_meta_malformed", "SnapshotDate", text, "a day as dd-mm-yyyy")


def require_successor(current: Edition | None, given: Edition, wanted: ExtractKind) -> None:
    """An update follows the extract before it; a full one replaces any that is not newer. Raises `KboRefused`."""
    if given.kind != wanted:
        raise KboRefused("kbo_extract_type", f"an extract of type {given.kind}", f"one of type {wanted}")
    held = f"extract {current.number}" if current else "an empty register"
    if current is not None and given.number < current.number:
        raise KboRefused("kbo_extract_older", f"extract {given.number}", f"one not older than {held}")
    if wanted == "update" and current is None:
        raise KboRefused("kbo_register_empty", held, "a full extract, loaded before its updates")
    if wanted == "update" and current is not None and given.number > current.number + 1:
        raise KboRefused("kbo_extract_gap", f"extract {given.number} after {held}", f"extract {current.number + 1}")


def require_few_departures(active: int, departing: int) -> None:
    """A full extract without many that were active is more likely a torn file. Raises `KboRefused`."""
    if departing > max(DEPARTURES_BELIEVED, active * DEPARTING_SHARE_BELIEVED):
        expected = f"at most {DEPARTING_SHARE_BELIEVED:.0%} in one extract (or --accept-departures)"
        raise KboRefused("kbo_too_many_departures", f"{departing} of {active} active enterprises missing", expected)
