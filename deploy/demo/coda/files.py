"""Bank files of any size, chained over accounts, days and years; the same seed gives the same bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice
from random import Random

from deploy.demo.coda import people
from deploy.demo.coda.bookings import OF_EVERY_KIND, Booking, entries
from deploy.demo.coda.records import Account, Entry, Text
from deploy.demo.coda.statements import Heading, StatementLines, encoded

FIRST_DAY = date(2025, 1, 2)
_LARGEST_BALANCE = 50_000_000
_SATURDAY = 5
_NUMBERS = 1000
"""The number of a coded statement has three digits."""
_CURRENCIES = ("EUR", "EUR", "EUR", "USD", "GBP")


@dataclass(slots=True)
class Chain:
    """Where an account stands: the next statement starts with the balance that the last one ended with."""

    account: Account
    balance: int
    last_day: date
    sequence: int = 0

    def heading(self, day: date) -> Heading:
        """What the next statement says first; its number starts again at 1 every year."""
        new_year = self.sequence == 0 or day.year != self.last_day.year
        self.sequence = 1 if new_year else (self.sequence % (_NUMBERS - 1)) + 1
        return Heading(
            account=self.account,
            sequence=self.sequence,
            old_balance=self.balance,
            old_date=self.last_day,
            new_date=day,
            paper=day.timetuple().tm_yday,
            file_reference=f"{day:%y%m%d}{self.sequence:04d}",
        )

    def close(self, statement: StatementLines) -> None:
        """Take over the balance of a statement whose lines are all made."""
        if statement.heading.separate:
            return
        self.balance, self.last_day = statement.new_balance, statement.heading.new_date


def account(dice: Random) -> Account:
    """An account of any kind that a Belgian bank reports on: with and without IBAN, Belgian and foreign."""
    bank, bic = people.belgian_bank(dice)
    foreign = dice.random() < 0.1
    return Account(
        iban=people.foreign_account(dice) if foreign else people.belgian_account(dice, bank),
        number=people.enterprise_number(dice),
        holder=people.business(dice),
        currency=dice.choice(_CURRENCIES),
        bic=people.bic(dice) if foreign else bic,
        bank="000" if foreign else bank,
        bare=not foreign and dice.random() < 0.1,
    )


def bank_days(first: date) -> Iterator[date]:
    """Monday to Friday, from a day on."""
    return (day for day in (first + timedelta(days=at) for at in count()) if day.weekday() < _SATURDAY)


def statement(dice: Random, chain: Chain, day: date, booked: int) -> StatementLines:
    """The statement of a day; without movements it may be 0 1 9, 0 1 8 9 or 0 1 8 4 9."""
    free = _free_communications(dice) if dice.random() < 0.2 else ()
    closed = dice.random() < 0.5
    return StatementLines(chain.heading(day), tuple(entries(dice, day, booked)), free, closed=closed)


def separate_application(dice: Random, chain: Chain, day: date, booked: int) -> StatementLines:
    """The details of a bank's total in a statement of their own: balances of zero, movements of type 6 (§7.2.1)."""
    heading = Heading(chain.account, chain.sequence, 0, chain.last_day, day, application="01500")
    texts = (Text(people.belgian_reference(dice), "101") for _ in range(booked))
    return StatementLines(heading, tuple(Entry(dice.randint(1, 10**6) * 10, "60150000", text) for text in texts))


def statements(seed: int, accounts: int = 3, days: int = 5, booked: int = 12) -> Iterator[list[StatementLines]]:
    """For each bank day the statements of all accounts; an account has up to `booked` movements a day, often none.

    What one list holds must be written before the next is asked for: the chains go on from there.
    """
    dice = Random(f"statements {seed}")
    chains = [Chain(account(dice), dice.randint(-1_000_000, _LARGEST_BALANCE) * 10, FIRST_DAY) for _ in range(accounts)]
    for day in islice(bank_days(FIRST_DAY + timedelta(days=dice.randint(1, 360))), days):
        made = []
        for chain in chains:
            a_day = statement(dice, chain, day, dice.randint(0, booked))
            made.append(a_day)
            # The chain needs the balance before anybody writes the lines: entries are held, so they are counted here.
            for _ in a_day.lines():
                pass
            chain.close(a_day)
            if dice.random() < 0.1:
                made.append(separate_application(dice, chain, day, dice.randint(1, 6)))
        yield made


def bank_files(seed: int, accounts: int = 3, days: int = 5, booked: int = 12) -> Iterator[bytes]:
    """One file a bank day with the statements of all accounts."""
    for made in statements(seed, accounts, days, booked):
        last = len(made) - 1
        yield b"".join(line for at, each in enumerate(made) for line in encoded(each.lines(last=at == last)))


def large_file(
    movements: int, seed: int = 1, statement_size: int = 2_500, kinds: tuple[tuple[Booking, int], ...] = OF_EVERY_KIND
) -> Iterator[bytes]:
    """The lines of one file with this many booked movements and their details, on one account, a statement a day.

    No statement, and no more than one booking, is held: a million movements need no more memory than ten.
    """
    dice = Random(f"large file {seed}")
    bank, bic = people.belgian_bank(dice)
    owner = Account(
        people.belgian_account(dice, bank), people.enterprise_number(dice), people.business(dice), bic=bic, bank=bank
    )
    chain = Chain(owner, _LARGEST_BALANCE, FIRST_DAY)
    days = bank_days(FIRST_DAY + timedelta(days=1))
    left = movements
    while left > 0:
        size, day = min(left, statement_size), next(days)
        left -= size
        written = StatementLines(chain.heading(day), entries(dice, day, size, kinds))
        yield from encoded(written.lines(last=left == 0))
        chain.close(written)


def _free_communications(dice: Random) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(people.words(dice, 80) for _ in range(dice.randint(1, 3))) for _ in range(dice.randint(1, 2)))
