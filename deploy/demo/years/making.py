"""Makes whole years of companies; the same seed gives the same bytes and the same truths."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from random import Random

from deploy.demo.coda.files import Chain
from deploy.demo.coda.records import Entry
from deploy.demo.coda.statements import StatementLines, encoded
from deploy.demo.years.companies import People
from deploy.demo.years.scenes import SCENES
from deploy.demo.years.stage import Book, Stage
from deploy.demo.years.truths import BankFile, Booking, Company, CompanyYear, MovementId, Truth

_FIRST = date(2024, 1, 8)
_DAYS = 300
"""On which scenes begin: what they set in motion ends in the same year."""
_BALANCE = 90_000_000
_NUMBERS = 10_000
"""Sequence and detail numbers have four digits (CODA 2.6 §6)."""


def company_years(
    seed: int, companies: int = 2, scenes: int = 120, only: Sequence[str] = (), unpaid: int = 0
) -> Iterator[CompanyYear]:
    """The year of each company, of so many scenes: all of `SCENES`, or those named, once; then as often as in life.

    `unpaid` invoices more are sent in the end, for which nobody ever pays; whatever else happens is the same.
    """
    crowd = People(Random(f"people {seed}"))
    for at in range(companies):
        dice = Random(f"year {seed} of company {at}")
        book = Book(dice, crowd.company(at), crowd)
        _play(book, _programme(dice, scenes, only))
        for _ in range(unpaid):
            Stage(book, _FIRST + timedelta(days=_DAYS), "never_paid").invoice()
        yield _year_of(book)


def _programme(dice: Random, scenes: int, only: Sequence[str]) -> list[str]:
    names = list(only or SCENES)
    more = dice.choices(names, [SCENES[name][1] for name in names], k=max(scenes - len(names), 0))
    programme = [*names, *more][: max(scenes, 1)]
    dice.shuffle(programme)
    return programme


def _play(book: Book, programme: Sequence[str]) -> None:
    days = sorted(book.dice.randint(0, _DAYS) for _ in programme)
    for name, days_in in zip(programme, days, strict=True):
        scene, _ = SCENES[name]
        scene(Stage(book, _FIRST + timedelta(days=days_in), name))


def _year_of(book: Book) -> CompanyYear:
    truths: dict[MovementId, Truth] = {}
    files = tuple(_files(book.company, book.bookings, truths))
    known = tuple((customer.iban, customer.party.number) for customer in book.known)
    return CompanyYear(book.company, tuple(book.invoices), files, truths, known)


def _files(company: Company, bookings: Iterable[Booking], truths: dict[MovementId, Truth]) -> Iterator[BankFile]:
    """One file for each bank day on which something was booked, with a statement of each account that moved."""
    chains = {account.iban: Chain(account, _BALANCE, _FIRST - timedelta(days=5)) for account in company.accounts}
    in_order = sorted(bookings, key=lambda booking: (booking.day, booking.account.iban, booking.rank))
    for day, of_day in groupby(in_order, key=attrgetter("day")):
        statements = [
            _statement(chains[iban], day, list(of_account), truths)
            for iban, of_account in groupby(of_day, key=lambda booking: booking.account.iban)
        ]
        data = b"".join(
            line
            for left, each in zip(range(len(statements), 0, -1), statements, strict=True)
            for line in encoded(each.lines(last=left == 1))
        )
        yield BankFile(f"{company.number}-{day:%Y%m%d}.cod", day, data)


def _statement(chain: Chain, day: date, bookings: Sequence[Booking], truths: dict[MovementId, Truth]) -> StatementLines:
    heading = chain.heading(day)
    lines = [line for booking in bookings for line in booking.lines]
    for (sequence, detail), (_, truth) in zip(numbered(entry for entry, _ in lines), lines, strict=True):
        truths[chain.account.iban, day.year, heading.sequence, sequence, detail] = truth
    statement = StatementLines(heading, [entry for entry, _ in lines])
    for _ in statement.lines():
        pass  # the chain goes on from the balance, which is known when the lines are made
    chain.close(statement)
    return statement


def numbered(entries: Iterable[Entry]) -> Iterator[tuple[int, int]]:
    """Sequence and detail number of each entry: information records take numbers of their own among the details."""
    sequence = detail = 0
    for entry in entries:
        if entry.detail:
            detail += 1
        else:
            sequence, detail = sequence + 1, 0
        yield sequence % _NUMBERS, detail % _NUMBERS
        detail += len(entry.information)
