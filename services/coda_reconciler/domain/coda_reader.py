"""A strict reader of one statement (Febelfin, Coded statement of account 2.6; version 1 as banks sent it until 2009).

0 1 {21 [22] [23] {31 [32] [33]}*}* [8] {4}* 9: whatever else stands there is refused with line, columns, what was
found and what was expected. Transaction codes are never a reason to refuse: banks use codes of their own. What is
checked here is all that E01 to E17 say; fields that prove nothing are decoded when someone asks for them.
"""

import re
from dataclasses import dataclass
from datetime import date

from services.coda_reconciler.domain.coda_accounts import StatementAccount, account_of
from services.coda_reconciler.domain.coda_checks import (
    check_balance,
    check_details,
    check_movements,
    check_trailer,
)
from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_fields import Record
from services.coda_reconciler.domain.coda_file import HEADER, StatementText
from services.coda_reconciler.domain.coda_grammar import check_grammar, kind_of
from services.coda_reconciler.domain.coda_lines import Lines, StatementRecords, check_lines, lines_of
from services.coda_reconciler.domain.coda_numbering import Numbered, check_free_numbers, check_numbers
from services.coda_reconciler.domain.coda_records import MovementPlaces, Statement, is_separate_application

_HEADER = re.compile(HEADER)
_VERSIONS = {"1": 1, "2": 2}
_OLD_IDENTIFICATION = re.compile(r"[0-9]{11}")


def read_statement(text: StatementText, *, any_account: bool = False) -> Statement:
    """Read and check a statement. Raises `CodaError` E01 to E17, nothing else.

    Accounts without a valid IBAN are refused (E14), for no mandate can name them; with `any_account` they are read,
    `account` says what stands there and only `iban` still raises.
    """
    lines = lines_of(text)
    header = _read_header(lines)
    lines = check_lines(lines, text.raw)
    version = _version_of(lines)
    check_grammar(lines)
    frame = _Frame.of(lines)
    numbered = check_numbers(lines)
    check_free_numbers(lines, frame.first_free)
    records = StatementRecords(text, version, lines.numbers, lines.even)
    statement = _statement(records, header, lines, frame, numbered)
    if not any_account:
        _ = statement.iban
    return statement


def _read_header(lines: Lines) -> Record:
    header = lines.record(0)
    if not _HEADER.match(header.text):
        expected = "the header of a CODA statement: 00000DDMMYYbbb05"
        raise CodaError("E01", header.line, "1-17", header.part(1, 17), expected)
    return header


def _version_of(lines: Lines) -> int:
    """Version 1 has digits where version 2 has a BIC, and no account structure in record 1."""
    header = lines.record(0)
    version = _VERSIONS.get(header.part(128, 128))
    is_old = _OLD_IDENTIFICATION.fullmatch(header.part(61, 71)) and (len(lines) == 1 or lines.start(1) == "1 ")
    if version is None or (version == 1 and not is_old):
        expected = "version 2, or 1 in a file laid out like that"
        raise CodaError("E02", header.line, "128", header.part(128, 128), expected)
    return version


@dataclass(frozen=True, slots=True)
class _Frame:
    """The records around the movements; `first_free` is where records 4 begin, `end` where movements end."""

    opening: Record
    closing: Record | None
    trailer: Record
    end: int
    first_free: int

    @classmethod
    def of(cls, lines: Lines) -> "_Frame":
        last = first_free = len(lines) - 1
        while kind_of(lines.start(first_free - 1)) == "4":
            first_free -= 1
        has_closing = kind_of(lines.start(first_free - 1)) == "8"
        end = first_free - has_closing
        return cls(lines.record(1), lines.record(end) if has_closing else None, lines.record(last), end, first_free)


def _statement(records: StatementRecords, header: Record, lines: Lines, frame: _Frame, numbered: Numbered) -> Statement:
    opening, closing = frame.opening, frame.closing
    account, old_balance = account_of(opening), opening.amount(43, 44, 58)
    bookings = check_movements(lines, numbered)
    new_balance = _new_balance(opening, closing, account) if closing else old_balance
    debits, credits = check_trailer(frame.trailer, frame.first_free - 1, bookings)
    if not is_separate_application(header):
        if closing:
            check_balance(closing, old_balance, new_balance, credits - debits)
        check_details(bookings)
    created_on = header.day(6, 11)
    if created_on is None:
        raise CodaError("E17", header.line, "6-11", header.part(6, 11), "the day the statement was made")
    return Statement(
        records=records,
        header=header,
        opening=opening,
        closing=closing,
        trailer=frame.trailer,
        account=account,
        created_on=created_on,
        sequence=opening.digits(126, 128),
        old_balance=old_balance,
        old_balance_date=opening.day(59, 64),
        new_balance=new_balance,
        new_balance_date=_closing_day(closing) or created_on,
        debits=debits,
        credits=credits,
        places=MovementPlaces(numbered.at, [*numbered.at, frame.end][1:], numbered.parents, bookings.amounts),
        free_communications=tuple(lines.text(at)[32:112].rstrip() for at in range(frame.first_free, len(lines) - 1)),
    )


def _new_balance(opening: Record, closing: Record, account: StatementAccount) -> int:
    """Record 8 is of the account of record 1 (E14); some banks leave its currency out."""
    found, expected = closing.part(5, 41), opening.part(6, 42)
    first, _ = account.currency_columns
    without_currency = closing.part(5, first - 1) == opening.part(6, first) and not closing.words(first, 41)
    if found != expected and not without_currency:
        raise CodaError("E14", closing.line, "5-41", found, f"the account of record 1: {expected}")
    return closing.amount(42, 43, 57)


def _closing_day(closing: Record | None) -> date | None:
    return closing.day(58, 63) if closing else None
