"""One statement, written as it is made: no more than one entry is held, whatever their number."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from deploy.demo.coda.records import (
    Account,
    Entry,
    day_of,
    free_line,
    information_lines,
    line,
    movement_lines,
    signed,
)

_NUMBERS = 10_000
"""Sequence and detail numbers have four digits: after 9999 comes 0000 (§6)."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a statement says before its first movement.

    `sequence` counts the coded statements of the year, `paper` is the number of the printed one. `application` other
    than 00000 makes it a separate application: the balances are zero (§7.2.1).
    """

    account: Account
    sequence: int
    old_balance: int
    old_date: date
    new_date: date
    paper: int = 0
    file_reference: str = ""
    related_reference: str = ""
    application: str = "00000"
    duplicate: bool = False

    @property
    def separate(self) -> bool:
        """Whether it holds only part of the movements, for another file to count."""
        return self.application != "00000"


class StatementLines:
    """The lines of a statement, made one after the other; read `new_balance` when all are there.

    `free` are its free communications, each one or more texts of 80 columns. An empty statement is 0 1 9; `closed`
    writes a record 8 in it, as free communications do (§7.3).
    """

    def __init__(
        self,
        heading: Heading,
        entries: Iterable[Entry] = (),
        free: Sequence[Sequence[str]] = (),
        *,
        closed: bool = False,
    ) -> None:
        self.heading, self.entries, self.free, self.closed = heading, entries, free, closed
        self.debits = self.credits = self.records = 0
        self._sequence = self._detail = 0

    @property
    def new_balance(self) -> int:
        """Old balance and all movements; zero in a separate application."""
        return 0 if self.heading.separate else self.heading.old_balance + self.credits - self.debits

    def lines(self, *, last: bool = True) -> Iterator[str]:
        """Every record as text of 128 columns; `last` says that no other statement follows in the file."""
        self.debits = self.credits = self.records = 0
        self._sequence = self._detail = 0
        yield self._header()
        yield self._counted(self._old_balance())
        for entry in self.entries:
            for each in self._entry(entry):
                yield self._counted(each)
        if self._sequence or self.debits or self.credits or self.free or self.closed:
            yield self._counted(self._new_balance())
        yield from self._free()
        totals = f"{self.debits:015d}{self.credits:015d}"
        yield line(f"9{'':15}{self.records:06d}{totals}{'':75}{'2' if last else '1'}")

    def _counted(self, text: str) -> str:
        self.records += 1
        return text

    def _entry(self, entry: Entry) -> Iterator[str]:
        if entry.detail:
            self._detail += 1
        else:
            self._sequence, self._detail = self._sequence + 1, 0
            self.debits += max(-entry.amount, 0)
            self.credits += max(entry.amount, 0)
        yield from movement_lines(entry, self._key(), self.heading.new_date, self._paper())
        for left in range(len(entry.information), 0, -1):
            self._detail += 1
            text = entry.information[-left]
            yield from information_lines(text, self._key(), entry.bank_reference, entry.code, another=left > 1)

    def _key(self) -> str:
        return f"{self._sequence % _NUMBERS:04d}{self._detail % _NUMBERS:04d}"

    def _paper(self) -> str:
        return f"{self.heading.paper:03d}"

    def _header(self) -> str:
        """Record 0."""
        heading, account = self.heading, self.heading.account
        return line(
            f"00000{day_of(heading.new_date)}{account.bank}05{'D' if heading.duplicate else ' '}{'':7}"
            f"{heading.file_reference:10}{account.holder[:26]:26}{account.bic:11}0{account.number} "
            f"{heading.application}{'':16}{heading.related_reference:16}{'':7}2"
        )

    def _old_balance(self) -> str:
        """Record 1."""
        heading, account = self.heading, self.heading.account
        balance = 0 if heading.separate else heading.old_balance
        return line(
            f"1{account.structure}{self._paper()}{account.columns}{signed(balance)}{day_of(heading.old_date)}"
            f"{account.holder[:26]:26}{account.description[:35]:35}{heading.sequence:03d}"
        )

    def _new_balance(self) -> str:
        """Record 8; a separate application has no paper number (annex I)."""
        paper = "000" if self.heading.separate else self._paper()
        return line(
            f"8{paper}{self.heading.account.columns}{signed(self.new_balance)}{day_of(self.heading.new_date)}"
            f"{'':64}{int(bool(self.free))}"
        )

    def _free(self) -> Iterator[str]:
        numbered = [
            (number, detail, text)
            for number, texts in enumerate(self.free, start=1)
            for detail, text in enumerate(texts)
        ]
        for left, (number, detail, text) in zip(range(len(numbered), 0, -1), numbered, strict=True):
            yield free_line(number, detail, text, another=left > 1)


def encoded(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines as banks send them: cp1252, each with CRLF; a letter outside of cp1252 becomes a question mark."""
    return (f"{each}\r\n".encode("cp1252", errors="replace") for each in lines)
