"""A strict reader of one statement (Febelfin, Coded statement of account 2.6).

0 1 {21 [22] [23] {31 [32] [33]}*}* [8] {4}* 9: whatever else stands there is refused with line, columns, what was
found and what was expected. Transaction codes are never a reason to refuse: banks use codes of their own.
"""

import re
from dataclasses import dataclass
from datetime import date

from services.coda_reconciler.domain.coda_accounts import account_of, holder_number_of
from services.coda_reconciler.domain.coda_blocks import Numbering, information_of, movement_of, take_parts
from services.coda_reconciler.domain.coda_checks import check_balance, check_details, check_trailer
from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_fields import Record
from services.coda_reconciler.domain.coda_file import StatementText
from services.coda_reconciler.domain.coda_records import Communication, Movement, Statement

_HEADER = re.compile(r"0{5}[0-9]{6}(?:[0-9]{3}| {3})(?:05|00| {2})[ D]")
_KINDS = ("0", "1", "21", "22", "23", "31", "32", "33", "4", "8", "9")


def read_statement(text: StatementText) -> Statement:
    """Read and check a statement. Raises `CodaError` E01 to E17, nothing else."""
    lines = text.lines()
    header = _read_header(*lines[0])
    records = [header, *(Record.read(line, record) for line, record in lines[1:])]
    return _Reading(text, records).statement()


def _read_header(line: int, text: str) -> Record:
    if not _HEADER.match(text):
        raise CodaError("E01", line, "1-17", text[:17], "the header of a CODA statement: 00000DDMMYYbbb05")
    header = Record.read(line, text)
    if header.part(128, 128) != "2":
        raise CodaError("E02", line, "128", header.part(128, 128), "version 2")
    return header


@dataclass(slots=True)
class _Reading:
    """The way through one statement's records; `at` is the next one."""

    text: StatementText
    records: list[Record]
    at: int = 1

    def statement(self) -> Statement:
        header, opening = self.records[0], self._take("1")
        iban, currency = account_of(opening)
        old_balance = opening.amount(43, 44, 58)
        movements = self._movements()
        closing = self._closing(opening, movements)
        free = self._free_communications(closing)
        trailer = self._take("9")
        if self.at < len(self.records):
            self._misplaced("nothing after record 9")
        debits, credits = check_trailer(trailer, self.records, movements)
        separate = header.part(84, 88).strip("0 ") != ""
        new_balance = closing.amount(42, 43, 57) if closing else old_balance
        if closing and not separate:
            check_balance(closing, old_balance, new_balance, credits - debits)
        if not separate:
            check_details(movements)
        created_on = header.day(6, 11)
        if created_on is None:
            raise CodaError("E17", header.line, "6-11", header.part(6, 11), "the day the statement was made")
        return Statement(
            text=self.text,
            content_sha256=self.text.content_sha256(),
            created_on=created_on,
            duplicate=header.part(17, 17) == "D",
            holder_number=holder_number_of(header),
            separate_application=separate,
            iban=iban,
            currency=currency,
            paper_number=opening.part(3, 5),
            sequence=opening.digits(126, 128),
            old_balance=old_balance,
            old_balance_date=opening.day(59, 64),
            new_balance=new_balance,
            new_balance_date=self._closing_day(closing) or created_on,
            debits=debits,
            credits=credits,
            movements=tuple(movements),
            free_communications=free,
            warnings=self._warnings(header, movements),
        )

    def _kind(self) -> str:
        return self.records[self.at].kind if self.at < len(self.records) else ""

    def _take(self, kind: str) -> Record:
        if self._kind() != kind:
            self._misplaced(f"record {kind}")
        self.at += 1
        return self.records[self.at - 1]

    def _misplaced(self, expected: str) -> None:
        if self.at >= len(self.records):
            raise CodaError("E15", self.records[-1].line, "", "the end of the statement", expected)
        record = self.records[self.at]
        known = f"record {record.kind}" if record.kind in _KINDS else record.text[:2]
        raise CodaError("E04", record.line, "1-2", known, expected)

    def _movements(self) -> list[Movement]:
        movements: list[Movement] = []
        numbering = Numbering()
        while self._kind() == "21":
            position = len(movements)
            parent = numbering.place_movement(self.records[self.at], position)
            parts = self._parts()
            information: list[Communication] = []
            while self._kind() == "31":
                numbering.place_information(self.records[self.at])
                information.append(information_of(self._parts()))
            movements.append(movement_of(parts, position, parent, tuple(information)))
        return movements

    def _parts(self) -> list[Record]:
        parts = take_parts(self.records, self.at)
        self.at += len(parts)
        return parts

    def _closing(self, opening: Record, movements: list[Movement]) -> Record | None:
        """Record 8; only an empty statement may do without (§7.3)."""
        if self._kind() != "8":
            if movements:
                self._misplaced("record 8, for there are movements")
            return None
        closing = self._take("8")
        found, expected = closing.part(5, 41), opening.part(6, 42)
        currency_left_out = found[:34] == expected[:34] and not found[34:].strip()
        if found != expected and not currency_left_out:
            raise CodaError("E14", closing.line, "5-41", found, f"the account of record 1: {expected}")
        return closing

    def _free_communications(self, closing: Record | None) -> tuple[str, ...]:
        free: list[str] = []
        while closing and self._kind() == "4":
            free.append(self._take("4").part(33, 112).rstrip())
        return tuple(free)

    @staticmethod
    def _closing_day(closing: Record | None) -> date | None:
        return closing.day(58, 63) if closing else None

    @staticmethod
    def _warnings(header: Record, movements: list[Movement]) -> tuple[str, ...]:
        with_type = [movement.communication for movement in movements]
        wrong = any(text.structured_type in ("101", "102") and text.reference is None for text in with_type)
        found = (
            ("W01", wrong),
            ("W05", holder_number_of(header) is None),
            ("W06", header.part(17, 17) == "D"),
        )
        return tuple(code for code, holds in found if holds)
