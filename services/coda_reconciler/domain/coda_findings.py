"""What is odd in a statement and yet no reason to refuse it: W01 to W09, with line and columns (`Finding`)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from string import ascii_uppercase

from services.coda_reconciler.domain.coda_accounts import StatementAccount, holder_number_of
from services.coda_reconciler.domain.coda_errors import Finding
from services.coda_reconciler.domain.coda_fields import Record
from services.coda_reconciler.domain.coda_lines import StatementRecords
from services.coda_reconciler.domain.coda_movement_fields import account_in
from services.coda_reconciler.domain.coda_structured import reference_of
from services.coda_reconciler.domain.coda_transaction_codes import is_known
from shared.values import Currency, ValueRejected

_OGM_TYPES = ("101", "102")
_RF_TYPE = "100"
_OGM = re.compile(r"[0-9]{12}")
_FIGURES = {ord(letter): str(int(letter, 36)) for letter in ascii_uppercase}
_LOOKS_LIKE_AN_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}")
_PADDED_NUMBER = re.compile(r"0[0-9]{10}")
_UNKNOWN_DATES = ("000000", "      ")


def findings_of(
    records: StatementRecords,
    header: Record,
    opening: Record,
    closing: Record | None,
    account: StatementAccount,
) -> tuple[Finding, ...]:
    """All of them, in the order of the lines."""
    found = [*_of_header(records, header), *_of_account(opening, account)]
    for number, text in zip(records.numbers, records.texts, strict=True):
        start = text[:2]
        if start == "21":
            found += _of_movement(text, number)
        elif start == "23":
            found += _of_counterparty(text, number, records.version)
    if closing:
        found += _of_closing(closing, account)
    return tuple(found)


def _of_header(records: StatementRecords, header: Record) -> Iterator[Finding]:
    line = header.line
    if not records.source.raw.isascii():
        yield Finding("W07", line, "", records.source.charset, "no byte beyond ASCII, or a character set agreed on")
    if header.part(15, 16) != "05":
        yield Finding("W09", line, "15-16", header.part(15, 16), "the application code 05")
    if header.part(17, 17) == "D":
        yield Finding("W06", line, "17", "D", "a blank, for this was sent before")
    number = header.part(72, 82)
    if holder_number_of(header) is None or not _PADDED_NUMBER.fullmatch(number):
        yield Finding("W05", line, "72-82", number, "0 and the ten digits of an enterprise number")


def _of_account(opening: Record, account: StatementAccount) -> Iterator[Finding]:
    if account.iban is None and account.structure != "1":
        yield Finding("W03", account.line, account.columns, account.number, "an account whose check digits hold")
    if opening.part(59, 64) in _UNKNOWN_DATES:
        yield Finding("W09", opening.line, "59-64", opening.part(59, 64), "the date of the old balance")


def _of_closing(closing: Record, account: StatementAccount) -> Iterator[Finding]:
    if not closing.words(*account.currency_columns):
        yield Finding("W09", closing.line, "5-41", closing.part(5, 41), "the account's currency too")
    if closing.part(58, 63) in _UNKNOWN_DATES:
        yield Finding("W09", closing.line, "58-63", closing.part(58, 63), "the date of the new balance")


def _of_movement(text: str, line: int) -> list[Finding]:
    code, day = text[53:61], text[115:121]
    found = _of_reference(text, line) if text[61] == "1" else []
    if not is_known(code):
        found.append(Finding("W04", line, "54-61", code, "a transaction code of annex II"))
    if day in _UNKNOWN_DATES:
        found.append(Finding("W09", line, "116-121", day, "the day it was booked"))
    return found


def _of_reference(text: str, line: int) -> list[Finding]:
    kind = text[62:65]
    if kind in _OGM_TYPES and not _is_ogm(text[65:77]):
        return [Finding("W01", line, "66-77", text[65:77], "an OGM whose check digits hold")]
    if kind == _RF_TYPE and reference_of(text[65:90]) is None:
        return [Finding("W02", line, "66-90", text[65:90].rstrip(), "a creditor reference whose check digits hold")]
    return []


def _is_ogm(digits: str) -> bool:
    return _OGM.fullmatch(digits) is not None and (int(digits[:10]) % 97 or 97) == int(digits[10:])


def _is_iban(account: str) -> bool:
    """ISO 13616: the check digits only; that is all that W03 says, and a statement may hold thousands."""
    figures = (account[4:] + account[:4]).translate(_FIGURES)
    return figures.isdecimal() and figures.isascii() and int(figures) % 97 == 1


def _of_counterparty(third: str, line: int, version: int) -> list[Finding]:
    account, currency = account_in(third, version)
    found: list[Finding] = []
    if _LOOKS_LIKE_AN_IBAN.match(account) and not _is_iban(account):
        found.append(Finding("W03", line, "11-44", account, "an IBAN whose check digits hold"))
    if currency and not _is_currency(currency):
        columns = "24-26" if third[22] == " " else "45-47"
        found.append(Finding("W08", line, columns, currency, "a currency of ISO 4217, or none"))
    return found


@lru_cache(maxsize=1024)
def _is_currency(text: str) -> bool:
    try:
        Currency(text)
    except ValueRejected:
        return False
    return True
