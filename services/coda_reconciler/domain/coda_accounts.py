"""Whose account it is: columns 2-42 of record 1 (CODA 2.6 §7.5, account number and currency code)."""

import re
from dataclasses import dataclass

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_fields import Record
from shared.values import Currency, EnterpriseNumber, Iban, ValueRejected

_OLD_BELGIAN = re.compile(r"[0-9]{12}")
_OLD_COLUMNS = "6-17"
_STRUCTURES = ("0", "1", "2", "3", " ")


@dataclass(frozen=True, slots=True)
class StatementAccount:
    """The account of a statement; `number` as it stands in record 1, `columns` where.

    `structure` 0 Belgian, 1 foreign, 2 Belgian IBAN, 3 foreign IBAN, blank as 0. `iban` is None for a foreign account
    that has none, and for one whose check digits do not hold.
    """

    line: int
    structure: str
    number: str
    columns: str
    currency: Currency
    iban: Iban | None

    @property
    def currency_columns(self) -> tuple[int, int]:
        """Where the currency stands in a record 8; one column further in record 1."""
        return (18, 20) if self.columns == _OLD_COLUMNS else (39, 41)

    @property
    def identification(self) -> str:
        """The IBAN, or the number as it stands where there is no valid one."""
        return self.iban or self.number


def account_of(record: Record) -> StatementAccount:
    """The account of a record 1. Raises `CodaError` E14 for columns that hold no account or no currency."""
    structure = record.part(2, 2)
    if structure not in _STRUCTURES:
        raise CodaError("E14", record.line, "2", structure, "an account structure 0, 1, 2 or 3")
    if structure in ("1", "2", "3") or record.part(6, 7).isalpha():
        # 31 columns and 3 of extension for Belgian accounts, 34 for foreign ones; both end before the currency.
        last = 39 if structure in ("1", "3") else 36
        number, currency = record.words(6, last), _currency(record, 40, 42)
        if not number:
            raise CodaError("E14", record.line, f"6-{last}", record.part(6, last), "an account")
        return StatementAccount(record.line, structure, number, f"6-{last}", currency, _iban_or_none(number))
    number = record.part(6, 17)
    if not _OLD_BELGIAN.fullmatch(number):
        raise CodaError("E14", record.line, _OLD_COLUMNS, number, "a Belgian account of 12 digits")
    iban = _iban_or_none(iban_of_belgian_account(number))
    return StatementAccount(record.line, structure, number, _OLD_COLUMNS, _currency(record, 19, 21), iban)


def iban_of_belgian_account(number: str) -> str:
    """The IBAN of a Belgian account of twelve digits (ISO 13616: BE is 11 14 in figures)."""
    return f"BE{98 - int(number + '111400') % 97:02d}{number}"


def holder_number_of(header: Record) -> EnterpriseNumber | None:
    """The account holder's number in columns 72-82 of the header: a hint only, banks pad it in several ways."""
    try:
        return EnterpriseNumber(header.words(72, 82)[-10:])
    except ValueRejected:
        return None


def _iban_or_none(number: str) -> Iban | None:
    try:
        return Iban(number)
    except ValueRejected:
        return None


def _currency(record: Record, first: int, last: int) -> Currency:
    try:
        return Currency(record.part(first, last))
    except ValueRejected as error:
        raise CodaError("E14", record.line, f"{first}-{last}", record.part(first, last), error.expected) from None
