"""Whose account it is: columns 2-42 of record 1 (CODA 2.6 §7.5, account number and currency code)."""

import re

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_fields import Record
from shared.values import Currency, EnterpriseNumber, Iban, ValueRejected

_OLD_BELGIAN = re.compile(r"[0-9]{12}")


def account_of(record: Record) -> tuple[Iban, Currency]:
    """IBAN and currency of a record 1. Raises `CodaError` E14 for an account that has no IBAN."""
    structure = record.part(2, 2)
    holds_iban = record.part(6, 7).isalpha()
    if structure in ("2", "3") or holds_iban:
        # 31 columns and 3 of extension for Belgian accounts, 34 for foreign ones; both end before the currency.
        number = record.part(6, 39 if structure == "3" else 36).strip()
        return _iban(record, number), _currency(record, 40, 42)
    number = record.part(6, 17)
    if structure not in ("0", " ") or not _OLD_BELGIAN.fullmatch(number):
        raise CodaError("E14", record.line, "2-42", record.part(2, 42), "an account that has an IBAN")
    return _iban(record, iban_of_belgian_account(number)), _currency(record, 19, 21)


def iban_of_belgian_account(number: str) -> str:
    """The IBAN of a Belgian account of twelve digits (ISO 13616: BE is 11 14 in figures)."""
    return f"BE{98 - int(number + '111400') % 97:02d}{number}"


def holder_number_of(header: Record) -> EnterpriseNumber | None:
    """The account holder's number in columns 72-82 of the header: a hint only, banks pad it in several ways."""
    try:
        return EnterpriseNumber(header.words(72, 82)[-10:])
    except ValueRejected:
        return None


def _iban(record: Record, number: str) -> Iban:
    try:
        return Iban(number)
    except ValueRejected as error:
        raise CodaError("E14", record.line, "6-39", number, error.expected) from None


def _currency(record: Record, first: int, last: int) -> Currency:
    try:
        return Currency(record.part(first, last))
    except ValueRejected as error:
        raise CodaError("E14", record.line, f"{first}-{last}", record.part(first, last), error.expected) from None
