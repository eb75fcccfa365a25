"""The sums that a statement proves itself with (CODA 2.6, records 8 and 9, §7.2.2)."""

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_fields import Record
from services.coda_reconciler.domain.coda_records import Movement

_COUNTED = ("1", "21", "22", "23", "31", "32", "33", "8")
_TOTAL_TYPES = ("1", "2", "3")


def check_trailer(trailer: Record, records: list[Record], movements: list[Movement]) -> tuple[int, int]:
    """Debit and credit totals of the booked movements, as record 9 confirms them (E10, E11, E12)."""
    count = sum(record.kind in _COUNTED for record in records)
    _expect("E10", trailer, "17-22", trailer.digits(17, 22), count)
    booked = [movement.amount for movement in movements if movement.parent is None]
    debits = -sum(amount for amount in booked if amount < 0)
    credits = sum(amount for amount in booked if amount > 0)
    _expect("E11", trailer, "23-37", trailer.digits(23, 37), debits)
    _expect("E12", trailer, "38-52", trailer.digits(38, 52), credits)
    return debits, credits


def check_balance(record: Record, old_balance: int, new_balance: int, turnover: int) -> None:
    """Old balance and movements make the new balance (E13)."""
    if old_balance + turnover != new_balance:
        raise CodaError("E13", record.line, "42-57", new_balance, f"{old_balance + turnover} thousandths")


def check_details(movements: list[Movement]) -> None:
    """The details of a total make the total (E16); types 1, 2 and 3 are totals, a 7 may have details 9 itself."""
    details: dict[int, list[Movement]] = {}
    for movement in movements:
        if movement.parent is not None:
            details.setdefault(movement.parent, []).append(movement)
    for position, parts in details.items():
        total = movements[position]
        if total.transaction_code[0] in _TOTAL_TYPES:
            first_level = [part for part in parts if part.transaction_code[0] != "9"]
            _check_sum(total, first_level or parts)
        _check_subtotals(parts)


def _check_subtotals(parts: list[Movement]) -> None:
    subtotal: Movement | None = None
    below: list[Movement] = []
    for part in [*parts, None]:
        if part is not None and part.transaction_code[0] == "9":
            below.append(part)
            continue
        if subtotal is not None and below:
            _check_sum(subtotal, below)
        subtotal = part if part is not None and part.transaction_code[0] == "7" else None
        below = []


def _check_sum(total: Movement, parts: list[Movement]) -> None:
    found = sum(part.amount for part in parts)
    if found != total.amount:
        expected = f"{total.amount} thousandths, the total of line {total.line}"
        raise CodaError("E16", parts[-1].line, "33-47", f"{found} in {len(parts)} details", expected)


def _expect(code: str, record: Record, columns: str, found: int, expected: int) -> None:
    if found != expected:
        raise CodaError(code, record.line, columns, found, str(expected))
