"""All fields of a movement at once, out of the texts of its records; what comes again and again is decoded once."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

from services.coda_reconciler.domain import coda_columns as columns
from services.coda_reconciler.domain.coda_communications import Communication
from services.coda_reconciler.domain.coda_fields import day_of

_DETAILS = 10_000
"""Sequence and detail number are read as one number of eight digits."""

_LEVELS = tuple("123456789")
_RETURN_TYPES = ("1", "2", "3", "4", "5")
_RETURN_REASON = re.compile(r"[A-Z]{2}[0-9]{2}|[A-Z]{4}")
_BLANK_SECOND_ZONE, _BLANK_THIRD_ZONE = " " * 53, " " * 43
_FLAG = columns.INFORMATION_IS_STRUCTURED.start
_IN_31, _IN_32, _IN_33 = (columns.INFORMATION[kind] for kind in ("31", "32", "33"))
_KEPT = 4096
"""So many pieces of a kind are kept decoded, far more than the days, codes and banks of a day's files."""

_new = tuple.__new__
"""A named tuple by position, without the detour over its constructor."""


class MovementFields(NamedTuple):
    """Everything that a movement says, under the names of its properties."""

    sequence: int
    detail: int
    bank_reference: str
    value_date: date | None
    entry_date: date | None
    transaction_code: str
    paper_number: str
    globalisation: int
    communication: Communication
    customer_reference: str
    counterparty_bic: str
    counterparty_account: str
    counterparty_currency: str
    counterparty_name: str
    return_type: str
    return_reason: str
    category_purpose: str
    purpose: str
    information: tuple[Communication, ...]


def fields_in(texts: Sequence[str], ends: Iterable[int]) -> list[MovementFields]:
    """The fields of movements of version 2 whose records stand behind each other; `ends` say where each one ends."""
    return list(map(_new, repeat(MovementFields), _rows(texts, ends)))


def _rows(texts: Sequence[str], ends: Iterable[int]) -> Iterator[tuple[object, ...]]:
    """In one pass without a call for each part, for a file holds many and each takes a few microseconds.

    Behind its record 2.1 stand a 2.2 or none, a 2.3 or none and then only 3.x: the reader saw to that.
    """
    at = 0
    for end in ends:
        number, reference, booked, words, entered = columns.first_fields(texts[at])
        sequence, detail = divmod(int(number), _DETAILS)
        value_date, code, is_structured = _booked(booked)
        entry_date, paper, level = _entered(entered)
        at += 1
        if at < end and texts[at][1] == "2":
            second_zone, customer, codes = columns.second_fields(texts[at])
            customer = customer.strip()
            bic, return_type, return_reason, category_purpose, purpose = _codes(codes)
            at += 1
        else:
            second_zone = _BLANK_SECOND_ZONE
            customer = bic = return_type = return_reason = category_purpose = purpose = ""
        if at < end and texts[at][1] == "3":
            account, currency, name, third_zone = columns.third_fields(texts[at])
            if account[12] == " ":
                account, currency = account[:12], account[13:16]
            account, currency, name = account.strip(), currency.strip(), name.strip()
            at += 1
        else:
            account = currency = name = ""
            third_zone = _BLANK_THIRD_ZONE
        # Blanks at the end are left out anyway, and most communications fill no more than their first zone.
        if third_zone != _BLANK_THIRD_ZONE:
            words += second_zone + third_zone
        elif second_zone != _BLANK_SECOND_ZONE:
            words += second_zone
        said = (words[:3], words[3:].rstrip()) if is_structured else (None, words.rstrip())
        yield (
            sequence, detail, reference.strip(), value_date, entry_date, code, paper, level, _new(Communication, said),
            customer, bic, account, currency, name, return_type, return_reason, category_purpose, purpose,
            information_in(texts[at:end]) if at < end else (),
        )  # fmt: skip
        at = end


def information_in(texts: Sequence[str]) -> tuple[Communication, ...]:
    """The communications of records 3.1, each with the 3.2 and 3.3 behind it."""
    found: list[Communication] = []
    flag = body = ""
    for text in texts:
        kind = text[1]
        if kind == "1":
            if body:
                said = (body[:3], body[3:].rstrip()) if flag == "1" else (None, body.rstrip())
                found.append(_new(Communication, said))
            flag, body = text[_FLAG], text[_IN_31]
        else:
            body += text[_IN_32 if kind == "2" else _IN_33]
    found.append(_new(Communication, (body[:3], body[3:].rstrip()) if flag == "1" else (None, body.rstrip())))
    return tuple(found)


def account_in(third: str, version: int) -> tuple[str, str]:
    """Account and currency of the counterparty in a record 2.3, or in none.

    The structure is that of the payment, not of record 1: a blank column 23 means twelve digits and a currency.
    """
    if version == 1 or third[22:23] == " ":
        account = third[columns.OLD_COUNTERPARTY_ACCOUNT].strip()
        return account, third[columns.OLD_COUNTERPARTY_CURRENCY].strip() if version > 1 else ""
    return third[columns.COUNTERPARTY_ACCOUNT].strip(), third[columns.COUNTERPARTY_CURRENCY].strip()


def level_of(found: str) -> int:
    """The level of a globalisation, 0 for anything that is none."""
    return int(found) if found in _LEVELS else 0


def returned_by(kind: str, reason: str) -> tuple[str, str]:
    """Type and reason of an R-transaction in a record 2.2, two empty texts where it says something else."""
    reason = reason.rstrip()
    if kind not in _RETURN_TYPES or (reason and not _RETURN_REASON.fullmatch(reason)):
        return "", ""
    return kind, reason


@lru_cache(_KEPT)
def _booked(columns_48_to_62: str) -> tuple[date | None, str, bool]:
    """Value date, transaction code, and whether the communication is structured."""
    text = columns_48_to_62
    return day_of(text[:6]), text[6:14], text[14] == "1"


@lru_cache(_KEPT)
def _entered(columns_116_to_125: str) -> tuple[date | None, str, int]:
    """Entry date, number of the statement on paper, level of a globalisation."""
    text = columns_116_to_125
    return day_of(text[:6]), text[6:9], level_of(text[9])


@lru_cache(_KEPT)
def _codes(columns_99_to_125: str) -> tuple[str, str, str, str, str]:
    """The BIC of the counterparty's bank, type and reason of a return, both purposes."""
    text = columns_99_to_125
    return (text[:11].strip(), *returned_by(text[14], text[15:19]), text[19:23].strip(), text[23:].strip())
