"""A movement and the records that continue it: 21 [22] [23] {31 [32] [33]}* (CODA 2.6 §5 and §6)."""

import re
from dataclasses import dataclass

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_fields import Record
from services.coda_reconciler.domain.coda_records import Communication, Movement

NUMBERS = 10_000
"""Sequence and detail numbers have four digits: after 9999 comes 0000."""

_FOLLOWERS = {"21": ("22", "23"), "22": ("23",), "23": (), "31": ("32", "33"), "32": ("33",), "33": ()}
_RETURN_TYPE = re.compile(r"[1-5]")
_RETURN_REASON = re.compile(r"[A-Z]{2}[0-9]{2}")


@dataclass(slots=True)
class Numbering:
    """Where the sequence and detail numbers stand; details and information records share one counter."""

    sequence: int = 0
    detail: int = 0
    booked_position: int | None = None

    def place_movement(self, record: Record, position: int) -> int | None:
        """Check the key of a record 2.1 and answer the position of the movement that it details, if it does."""
        sequence, detail = key_of(record)
        next_detail = (self.detail + 1) % NUMBERS
        if self.booked_position is not None and sequence == self.sequence:
            # Beyond 9,999 details the number is 0000 again within one sequence number: still a detail (§6).
            self._expect("E09", record, "7-10", detail, next_detail)
            self.detail = detail
            return self.booked_position
        self._expect("E08", record, "3-6", sequence, (self.sequence + 1) % NUMBERS)
        self._expect("E09", record, "7-10", detail, 0)
        self.sequence, self.detail, self.booked_position = sequence, detail, position
        return None

    def place_information(self, record: Record) -> None:
        """Check the key of a record 3.1 against the movement that it explains."""
        sequence, detail = key_of(record)
        self._expect("E05", record, "3-6", sequence, self.sequence)
        self._expect("E09", record, "7-10", detail, (self.detail + 1) % NUMBERS)
        self.detail = detail

    @staticmethod
    def _expect(code: str, record: Record, columns: str, found: int, expected: int) -> None:
        if found != expected:
            raise CodaError(code, record.line, columns, f"{found:04d}", f"{expected:04d}")


def key_of(record: Record) -> tuple[int, int]:
    """Sequence and detail number, columns 3-10."""
    return record.digits(3, 6), record.digits(7, 10)


def take_parts(records: list[Record], at: int) -> list[Record]:
    """The record at `at` and the ones that continue it, with their next codes, link codes and keys checked."""
    parts = [records[at]]
    while True:
        part, following = parts[-1], records[at + len(parts)] if at + len(parts) < len(records) else None
        kind = following.kind if following else ""
        continued = kind in _FOLLOWERS[part.kind]
        if part.flag(126, "E06") != continued:
            expected = f"{int(continued)}, for record {kind or 'nothing'} follows"
            raise CodaError("E06", part.line, "126", part.part(126, 126), expected)
        # Measured on every accepted sample: column 128 is 1 exactly when the very next record is a 31.
        if part.flag(128, "E07") != (kind == "31"):
            expected = f"{int(kind == '31')}, for record {kind or 'nothing'} follows"
            raise CodaError("E07", part.line, "128", part.part(128, 128), expected)
        if not continued or following is None:
            return parts
        if following.part(3, 10) != parts[0].part(3, 10):
            raise CodaError("E05", following.line, "3-10", following.part(3, 10), parts[0].part(3, 10))
        parts.append(following)


def movement_of(
    parts: list[Record], position: int, parent: int | None, information: tuple[Communication, ...]
) -> Movement:
    """The movement of a record 2.1, its 2.2 and 2.3; the three communication zones are joined as they stand."""
    first, by_kind = parts[0], {part.kind: part for part in parts}
    second, third = by_kind.get("22"), by_kind.get("23")
    zones = second.part(11, 63) if second else " " * 53
    zones += third.part(83, 125) if third else ""
    code, globalisation = first.part(54, 61), first.part(125, 125)
    return Movement(
        position=position,
        line=first.line,
        sequence=first.digits(3, 6),
        detail=first.digits(7, 10),
        parent=parent,
        bank_reference=first.words(11, 31),
        amount=first.amount(32, 33, 47),
        value_date=first.day(48, 53),
        entry_date=first.day(116, 121),
        transaction_code=code,
        communication=_communication(first, 62, first.part(63, 115) + zones),
        globalisation=int(globalisation) if globalisation in "123456789" else 0,
        customer_reference=second.words(64, 98) if second else "",
        counterparty_bic=second.words(99, 109) if second else "",
        counterparty_account=_counterparty_account(third) if third else "",
        counterparty_name=third.words(48, 82) if third else "",
        return_type=_only(_RETURN_TYPE, second.part(113, 113)) if second else "",
        return_reason=_only(_RETURN_REASON, second.part(114, 117)) if second else "",
        information=information,
    )


def information_of(parts: list[Record]) -> Communication:
    """The text of a record 3.1, its 3.2 and 3.3: 73, 105 and 90 columns."""
    last_columns = {"31": (41, 113), "32": (11, 115), "33": (11, 100)}
    body = "".join(part.part(*last_columns[part.kind]) for part in parts)
    return _communication(parts[0], 40, body)


def _communication(record: Record, flag_column: int, body: str) -> Communication:
    flag = record.part(flag_column, flag_column)
    if flag not in ("0", "1", " "):
        raise CodaError("E17", record.line, str(flag_column), flag, "0 (free) or 1 (structured)")
    return Communication(body[:3], body[3:].rstrip()) if flag == "1" else Communication(None, body.rstrip())


def _counterparty_account(record: Record) -> str:
    # The structure is that of the payment, not of record 1: a blank column 23 means twelve digits and currency.
    return record.words(11, 22) if record.part(23, 23) == " " else record.words(11, 44)


def _only(pattern: re.Pattern[str], found: str) -> str:
    """Older files hold garbage in these columns; only what the standard knows is taken."""
    return found if pattern.fullmatch(found) else ""
