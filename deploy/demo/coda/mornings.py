"""A bank's mornings: files with the statements of thousands of companies, and the invoices that their credits name.

The same seed gives the same bytes. No more than one file and the balance of each account are held.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from random import Random

from deploy.demo.coda import people
from deploy.demo.coda.bookings import direct_debit, structured, transfer_out
from deploy.demo.coda.files import bank_days
from deploy.demo.coda.records import Account, Entry, Text
from deploy.demo.coda.statements import Heading, StatementLines, encoded
from shared.values import EnterpriseNumber, Iban, StructuredReference

FIRST_DAY = date(2026, 1, 5)
_FIRST_NUMBER = 2_000_000
_OPENING = 100_000_000
_BANK = "733"
_LARGEST_INVOICE = 250_000
"""Cents."""

# Of a hundred movements: so many are credits with an invoice's structured reference, with its number in the text, with
# neither, and debits: transfers, direct debits, cards and costs.
_REFERENCED, _NUMBERED, _NAMELESS, _ORDERED, _COLLECTED = 24, 30, 42, 78, 88


@dataclass(frozen=True, slots=True)
class NamedInvoice:
    """An invoice that a credit of a morning pays to the last cent; `amount` is thousandths of EUR."""

    company: EnterpriseNumber
    number: str
    reference: StructuredReference
    amount: int
    issued: date
    customer: str


@dataclass(frozen=True, slots=True)
class MorningFile:
    """A file, and the invoices that its credits name."""

    data: bytes
    invoices: tuple[NamedInvoice, ...]


class Mornings:
    """As many companies with one account each; every bank day each has a statement of `booked` movements."""

    def __init__(self, companies: int, *, booked: int = 10, seed: int = 1) -> None:
        self._companies, self._booked, self._seed = companies, booked, seed
        self._balances = [_OPENING] * companies

    def accounts(self) -> Iterator[tuple[EnterpriseNumber, Iban]]:
        """The companies, and the account of each."""
        return map(_company, range(self._companies))

    def files(self, days: int, statements: int = 1000) -> Iterator[MorningFile]:
        """The files of so many bank days in their order, each with so many statements."""
        for day, booked_on in enumerate(islice(bank_days(FIRST_DAY), days)):
            for first in range(0, self._companies, statements):
                yield self._file(range(first, min(first + statements, self._companies)), day, booked_on)

    def _file(self, serials: range, day: int, booked_on: date) -> MorningFile:
        lines: list[bytes] = []
        invoices: list[NamedInvoice] = []
        for serial in serials:
            movements = list(self._movements(serial, day, booked_on))
            invoices += [invoice for invoice, _ in movements if invoice is not None]
            statement = StatementLines(self._heading(serial, day, booked_on), [entry for _, entry in movements])
            lines += encoded(statement.lines(last=serial == serials[-1]))
            self._balances[serial] = statement.new_balance
        return MorningFile(b"".join(lines), tuple(invoices))

    def _heading(self, serial: int, day: int, booked_on: date) -> Heading:
        number, iban = _company(serial)
        return Heading(
            account=Account(iban, number, f"Bedrijf {serial} bv", bank=_BANK),
            sequence=day + 1,
            old_balance=self._balances[serial],
            old_date=booked_on - timedelta(days=1),
            new_date=booked_on,
            paper=day + 1,
            file_reference=f"{day + 1:010d}",
        )

    def _movements(self, serial: int, day: int, booked_on: date) -> Iterator[tuple[NamedInvoice | None, Entry]]:
        dice = Random(f"morning {self._seed} {serial} {day}")
        for place in range(self._booked):
            kind = dice.randrange(100)
            if kind < _NUMBERED:
                invoice = _invoice(dice, serial, day * self._booked + place, booked_on)
                yield invoice, _payment(dice, invoice, booked_on, by_reference=kind < _REFERENCED)
            else:
                yield None, _other(dice, kind, booked_on)


@lru_cache(maxsize=100_000)
def _company(serial: int) -> tuple[EnterpriseNumber, Iban]:
    first = f"{_FIRST_NUMBER + serial:08d}"
    account = f"{_BANK}{serial + 1:07d}"
    iban = people.with_check_digits("BE", f"{account}{int(account) % 97 or 97:02d}")
    return EnterpriseNumber(f"{first}{97 - int(first) % 97:02d}"), iban


def _invoice(dice: Random, serial: int, count: int, booked_on: date) -> NamedInvoice:
    digits = f"{booked_on.year % 100:02d}{count:08d}"
    return NamedInvoice(
        company=_company(serial)[0],
        number=f"{booked_on.year}-{count + 1:05d}",
        reference=StructuredReference(f"{digits}{int(digits) % 97 or 97:02d}"),
        amount=dice.randint(1_000, _LARGEST_INVOICE) * 10,
        issued=booked_on - timedelta(days=dice.randint(3, 40)),
        customer=people.business(dice)[:35],
    )


def _payment(dice: Random, invoice: NamedInvoice, booked_on: date, *, by_reference: bool) -> Entry:
    text = Text(invoice.reference, "101") if by_reference else Text(f"betaling factuur {invoice.number}")
    return Entry(
        amount=invoice.amount,
        code="00150000",
        text=text,
        value_date=booked_on,
        bank_reference=f"{dice.randint(0, 10**15):021d}",
        customer_reference="NOTPROVIDED",
        bic="KREDBEBB",
        account=people.belgian_account(dice, "001"),
        account_currency="EUR",
        name=invoice.customer,
    )


def _other(dice: Random, kind: int, booked_on: date) -> Entry:
    if kind < _NAMELESS:
        [entry] = transfer_out(dice, booked_on)
        return replace(entry, amount=-entry.amount, code="00150000", text=Text(people.words(dice, 40)))
    if kind < _ORDERED:
        return transfer_out(dice, booked_on)[0]
    if kind < _COLLECTED:
        entry = direct_debit(dice, booked_on)[0]
        return replace(entry, amount=-abs(entry.amount), code="00501000")
    return structured(dice, booked_on)[0]
