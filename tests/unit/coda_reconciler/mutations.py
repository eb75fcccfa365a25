"""Makes valid bank files wrong, one change at a time: what transport, editors and other programs do to them.

A file is the list of its records, each with its line end. Each kind of change answers the changed bytes.
"""

from collections.abc import Callable, Sequence
from random import Random

Change = Callable[[list[bytes], Random], bytes | None]
"""From the records of a file, which it may change, and dice; None where the file has nothing to change that way."""

_MOVEMENT_PARTS = (b"21", b"22", b"23", b"31", b"32", b"33")
_DIGITS = "0123456789"


def columns_of(record: bytes, first: int, last: int) -> bytes:
    """The columns of the standard: from 1, both ends included."""
    return record[first - 1 : last]


def truncated(records: list[bytes], dice: Random) -> bytes | None:
    """The file ends anywhere, in the middle of a record or between two."""
    data = b"".join(records)
    return data[: dice.randrange(len(data))]


def dropped(records: list[bytes], dice: Random) -> bytes | None:
    """A record is missing. The last line of a free communication that another one follows is left alone: records 4 are
    counted nowhere (trailer, columns 17-22), and the link codes and line numbers around it are as if it never was."""
    at = dice.choice([at for at in range(len(records)) if not _is_line_that_nothing_counts(records, at)])
    return b"".join(records[:at] + records[at + 1 :])


def duplicated(records: list[bytes], dice: Random) -> bytes | None:
    """A record stands there twice."""
    at = dice.randrange(len(records))
    return b"".join(records[: at + 1] + records[at:])


def neighbours_swapped(records: list[bytes], dice: Random) -> bytes | None:
    """Two records change places with each other."""
    at = dice.randrange(len(records) - 1)
    records[at], records[at + 1] = records[at + 1], records[at]
    return b"".join(records)


def records_swapped(records: list[bytes], dice: Random) -> bytes | None:
    """Two records of one statement change places, wherever they stand."""
    start = dice.choice([at for at, record in enumerate(records) if record.startswith(b"0")])
    end = next(at for at in range(start, len(records)) if records[at].startswith(b"9"))
    one, other = dice.sample(range(start, end + 1), 2)
    records[one], records[other] = records[other], records[one]
    return b"".join(records)


def one_column_short(records: list[bytes], dice: Random) -> bytes | None:
    """A record has 127 columns."""
    at, column = dice.randrange(len(records)), dice.randrange(128)
    records[at] = records[at][:column] + records[at][column + 1 :]
    return b"".join(records)


def with_a_nul(records: list[bytes], dice: Random) -> bytes | None:
    """A character becomes NUL."""
    at, column = dice.randrange(len(records)), dice.randrange(128)
    records[at] = records[at][:column] + b"\0" + records[at][column + 1 :]
    return b"".join(records)


def booked_amount(records: list[bytes], dice: Random) -> bytes | None:
    """A digit of a booked amount."""
    return _digit(records, _is_booked, 33, 47, dice)


def booked_sign(records: list[bytes], dice: Random) -> bytes | None:
    """Credit becomes debit, or neither."""
    return _digit(records, _is_booked, 32, 32, dice)


def detail_amount(records: list[bytes], dice: Random) -> bytes | None:
    """A digit of the amount of a detail."""
    return _digit(records, _is_detail, 33, 47, dice)


def detail_sign(records: list[bytes], dice: Random) -> bytes | None:
    """The sign of a detail."""
    return _digit(records, _is_detail, 32, 32, dice)


def old_balance(records: list[bytes], dice: Random) -> bytes | None:
    """A digit of the old balance. A statement that is 0 1 9 says it nowhere else, so it is left alone."""
    closed = [at for at in range(len(records) - 1) if records[at][:1] == b"1" and records[at + 1][:1] != b"9"]
    return _digit_at(records, closed, 44, 58, dice)


def old_sign(records: list[bytes], dice: Random) -> bytes | None:
    """The sign of the old balance, where it is not zero."""
    closed = [
        at
        for at in range(len(records) - 1)
        if records[at][:1] == b"1" and records[at + 1][:1] != b"9" and int(columns_of(records[at], 44, 58))
    ]
    return _digit_at(records, closed, 43, 43, dice)


def new_balance(records: list[bytes], dice: Random) -> bytes | None:
    """A digit of the new balance."""
    return _digit(records, lambda record: record.startswith(b"8"), 43, 57, dice)


def new_sign(records: list[bytes], dice: Random) -> bytes | None:
    """The sign of the new balance, where it is not zero."""
    return _digit(
        records, lambda record: record.startswith(b"8") and int(columns_of(record, 43, 57)) != 0, 42, 42, dice
    )


def record_count(records: list[bytes], dice: Random) -> bytes | None:
    """A digit of the number of records in the trailer."""
    return _digit(records, lambda record: record.startswith(b"9"), 17, 22, dice)


def debit_total(records: list[bytes], dice: Random) -> bytes | None:
    """A digit of the trailer's debits."""
    return _digit(records, lambda record: record.startswith(b"9"), 23, 37, dice)


def credit_total(records: list[bytes], dice: Random) -> bytes | None:
    """A digit of the trailer's credits."""
    return _digit(records, lambda record: record.startswith(b"9"), 38, 52, dice)


def next_code(records: list[bytes], dice: Random) -> bytes | None:
    """Column 126 of a record 2 or 3."""
    return _digit(records, lambda record: record.startswith(_MOVEMENT_PARTS), 126, 126, dice)


def link_code(records: list[bytes], dice: Random) -> bytes | None:
    """Column 128 of a record 2, 3, 4 or 8."""
    return _digit(records, lambda record: record.startswith((*_MOVEMENT_PARTS, b"4", b"8")), 128, 128, dice)


def key(records: list[bytes], dice: Random) -> bytes | None:
    """A digit of the sequence or detail number of a record 2 or 3."""
    return _digit(records, lambda record: record.startswith(_MOVEMENT_PARTS), 3, 10, dice)


OF_A_DIGIT: Sequence[Change] = (
    booked_amount, booked_sign, detail_amount, detail_sign, old_balance, old_sign, new_balance, new_sign, record_count,
    debit_total, credit_total, next_code, link_code, key,
)  # fmt: skip
"""Changes of one field: the statement that holds it must be refused, and only that one."""
OF_A_RECORD: Sequence[Change] = (
    truncated, dropped, duplicated, neighbours_swapped, records_swapped, one_column_short, with_a_nul,
)  # fmt: skip
"""Changes of the form: what is accepted all the same must be a statement as it was."""


def _is_booked(record: bytes) -> bool:
    return record.startswith(b"21") and columns_of(record, 7, 10) == b"0000"


def _is_detail(record: bytes) -> bool:
    return record.startswith(b"21") and columns_of(record, 7, 10) != b"0000"


def _is_line_that_nothing_counts(records: list[bytes], at: int) -> bool:
    here, after = records[at], records[at + 1 : at + 2]
    is_a_further_line = here.startswith(b"4") and columns_of(here, 7, 10) != b"0000"
    return is_a_further_line and any(each.startswith(b"4") and columns_of(each, 7, 10) == b"0000" for each in after)


def _digit(records: list[bytes], suits: Callable[[bytes], bool], first: int, last: int, dice: Random) -> bytes | None:
    return _digit_at(records, [at for at, record in enumerate(records) if suits(record)], first, last, dice)


def _digit_at(records: list[bytes], places: list[int], first: int, last: int, dice: Random) -> bytes | None:
    """Another digit in one of the columns of one of these records."""
    if not places:
        return None
    at, column = dice.choice(places), dice.randint(first, last) - 1
    others = _DIGITS.replace(chr(records[at][column]), "")
    records[at] = records[at][:column] + dice.choice(others).encode() + records[at][column + 1 :]
    return b"".join(records)
