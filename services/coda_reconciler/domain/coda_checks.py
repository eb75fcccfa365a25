"""The sums that a statement proves itself with (CODA 2.6, records 8 and 9, §7.2.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from struct import Struct

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_fields import Record, day_of, in_units
from services.coda_reconciler.domain.coda_lines import Lines
from services.coda_reconciler.domain.coda_numbering import Numbered

_TOTAL_TYPES = ("1", "2", "3")
_FLAGS = {b"0", b"1", b" "}
_checked_in = Struct("31x16s6sc7xc53x6s").unpack_from
"""Of a record 2.1: sign and amount, value date, type, flag and entry date."""

_SIGN = 10**15
"""Sign and amount are read as one number: sign 1 stands before fifteen digits."""


@dataclass(frozen=True, slots=True)
class Bookings:
    """The records 2.1 of a statement, column by column.

    `at` are their indexes among the lines, `types` their columns 54, `amounts` signed thousandths.
    """

    lines: Lines
    at: list[int]
    parents: list[int | None]
    types: str
    amounts: list[int]

    def line(self, position: int) -> int:
        """The line of the file that a record 2.1 stands in."""
        return self.lines.numbers[self.at[position]]


def check_movements(lines: Lines, numbered: Numbered) -> Bookings:
    """Amount, sign, dates and flags of every movement (E17)."""
    grid, flags_of_information = lines.grid, lines.grid.column(39)
    figures, types = list[bytes](), list[bytes]()
    # Few movements of a statement differ in their days and flags, so each of those is looked at once.
    days, flags = set[bytes](), {flags_of_information[at : at + 1] for at in numbered.information}
    for at in numbered.at:
        figure, value_date, type_, flag, entry_date = _checked_in(grid.data, at * grid.stride)
        figures.append(figure)
        types.append(type_)
        days.add(value_date)
        days.add(entry_date)
        flags.add(flag)
    are_numbers = b"".join(figures).isdigit() or not figures
    signed = list(map(int, figures)) if are_numbers else [2 * _SIGN]
    if max(signed, default=0) >= 2 * _SIGN or not flags <= _FLAGS or not _are_days(days):
        _refuse_the_first_wrong_field(lines)
    return Bookings(
        lines=lines,
        at=numbered.at,
        parents=numbered.parents,
        types=b"".join(types).decode("latin-1"),
        amounts=[amount if amount < _SIGN else _SIGN - amount for amount in signed],
    )


def check_trailer(trailer: Record, count: int, bookings: Bookings) -> tuple[int, int]:
    """Debit and credit totals of the booked movements, as record 9 confirms them (E10, E11, E12)."""
    found = trailer.digits(17, 22)
    if found != count:
        raise CodaError("E10", trailer.line, "17-22", found, f"{count} records 1, 2, 3 and 8")
    booked = [amount for amount, parent in zip(bookings.amounts, bookings.parents, strict=True) if parent is None]
    debits = -sum([amount for amount in booked if amount < 0])
    credits = sum(booked) + debits
    for code, first, last, total in (("E11", 23, 37, debits), ("E12", 38, 52, credits)):
        told = trailer.digits(first, last)
        if told != total:
            raise CodaError(code, trailer.line, f"{first}-{last}", in_units(told), in_units(total))
    return debits, credits


def check_balance(record: Record, old_balance: int, new_balance: int, turnover: int) -> None:
    """Old balance and movements make the new balance (E13)."""
    if old_balance + turnover != new_balance:
        raise CodaError("E13", record.line, "42-57", in_units(new_balance), in_units(old_balance + turnover))


def check_details(bookings: Bookings) -> None:
    """The details of a total make the total (E16); types 1, 2 and 3 are totals, a 7 may have details 9 itself."""
    booked = [position for position, parent in enumerate(bookings.parents) if parent is None]
    for total, end in pairwise([*booked, len(bookings.parents)]):
        if end == total + 1:
            continue
        parts = range(total + 1, end)
        if bookings.types[total] in _TOTAL_TYPES:
            first_level = [part for part in parts if bookings.types[part] != "9"]
            _check_sum(bookings, total, first_level or parts)
        if "9" in bookings.types[total + 1 : end]:
            _check_subtotals(bookings, parts)


def _check_subtotals(bookings: Bookings, parts: Sequence[int]) -> None:
    subtotal: int | None = None
    below: list[int] = []
    for part in parts:
        if bookings.types[part] == "9":
            below.append(part)
            continue
        if subtotal is not None and below:
            _check_sum(bookings, subtotal, below)
        subtotal = part if bookings.types[part] == "7" else None
        below = []
    if subtotal is not None and below:
        _check_sum(bookings, subtotal, below)


def _check_sum(bookings: Bookings, total: int, parts: Sequence[int]) -> None:
    found, expected = sum([bookings.amounts[part] for part in parts]), bookings.amounts[total]
    if found != expected:
        told = f"{in_units(expected)}, the total of line {bookings.line(total)}"
        line = bookings.line(parts[-1])
        raise CodaError("E16", line, "33-47", f"{in_units(found)} in {len(parts)} details", told)


def _are_days(days: Iterable[bytes]) -> bool:
    try:
        for day in days:
            day_of(day.decode("latin-1"))
    except ValueError:
        return False
    return True


def _refuse_the_first_wrong_field(lines: Lines) -> None:
    for at, text in enumerate(lines.texts):
        record = lines.record(at)
        if text[:2] == "21":
            record.amount(32, 33, 47)
            record.day(48, 53)
            record.flag(62)
            record.day(116, 121)
        elif text[:2] == "31":
            record.flag(40)
