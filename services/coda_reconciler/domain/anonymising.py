"""Bank files that can be shared: other people in the same statements, with the same verdict and the same findings.

Kept: structure, lengths, columns, balances and amounts (or all of them by one factor), dates (or all moved by as many
days), codes, BICs, currencies, reasons of returns, masks of zeros. Replaced: names, accounts, numbers, references and
every text. A BIC says which bank it is, and an amount may be known to somebody: that is what the copy still tells.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from services.coda_reconciler.domain.coda_accounts import iban_of_belgian_account
from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import CodaFile, StatementText, decoded, dump_file, split_file
from services.coda_reconciler.domain.disguised_columns import Field, Treatment, fields_of
from services.coda_reconciler.domain.substitutes import CannotDisguise, Substitutes, holds_reference
from shared.values import Currency, EnterpriseNumber, Iban, ValueRejected

__all__ = ["Anonymiser", "CannotDisguise"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_LINE_ENDS = "\r\n\x1a"
_LIKE_AN_IBAN = re.compile(r" *[A-Z]{2}[0-9]{2}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3}|   )")
_NOT_PROVIDED = re.compile(r" *NOT ?PROVIDED *")
_CODES = re.compile(r"(?:[0-9 ])(?:[A-Z]{2}[0-9]{2}|[0-9]{4}|    )(?:[A-Z]{4}|    )(?:[A-Z]{4}|    )")
_DIGITS = re.compile(r"[0-9]+")
_UNDEFINED = "\x81\x8d\x8f\x90\x9d"
_CENTURY = (date(2000, 1, 1), date(2099, 12, 31))
_OLD_BELGIAN_LENGTH = 12
_REPLACED = (
    Treatment.TEXT, Treatment.REFERENCE, Treatment.ACCOUNT, Treatment.OLD_ACCOUNT, Treatment.HOLDER, Treatment.ORDER,
)  # fmt: skip
_DATE_LENGTHS = (len("DDMMYY"), len("DDMMYYYY"))


class Anonymiser:
    """One way of disguising: the same name, account or number becomes the same one in every file.

    Let it learn every file before any is disguised, so that nobody's real name stands for somebody else's.
    """

    def __init__(self, key: bytes, *, scale: int = 1, shift_days: int = 0) -> None:
        self._substitutes = Substitutes(key)
        self._scale, self._shift_days = scale, shift_days

    def learn(self, data: bytes) -> None:
        """Read what must not be left over."""
        try:
            texts = split_file(data).statements
        except CodaError:
            return
        for text in texts:
            rows = [row for row, _ in _rows(text)]
            for field in fields_of(rows, _version(rows)):
                joined = _joined(rows, field)
                if field.treatment in _REPLACED and not _is_kept(joined, field.treatment):
                    self._substitutes.learn(joined)
                    for row, first, last in field.places:
                        self._substitutes.learn(rows[row][first:last] if row is not None else "")

    def disguised(self, data: bytes) -> bytes:
        """The copy of a file.

        Raises `CannotDisguise` for what is no bank file, and for an amount or a date without room for the change.
        """
        try:
            file = split_file(data)
        except CodaError as error:
            raise CannotDisguise(f"{error}") from None
        texts = tuple(
            StatementText(text.index, text.first_line, text.charset, self._statement(text)) for text in file.statements
        )
        return dump_file(CodaFile(file.preamble, texts))

    def _statement(self, text: StatementText) -> bytes:
        rows, ends = map(list, zip(*_rows(text), strict=True))
        changed = [list(row) for row in rows]
        covered = [bytearray(len(row)) for row in rows]
        for field in fields_of(rows, _version(rows)):
            _put(changed, covered, field, self._treated(_joined(rows, field), field.treatment))
        for row, marks in zip(changed, covered, strict=True):
            self._disguise_letters(row, marks)
        return _encoded("".join("".join(row) + end for row, end in zip(changed, ends, strict=True)), text)

    def _disguise_letters(self, row: list[str], covered: bytearray) -> None:
        """Structural columns hold no letters; where they do, something stands in the wrong place."""
        kept = "".join(" " if mark else character for character, mark in zip(row, covered, strict=True))
        for at, character in enumerate(self._substitutes.letters(kept)):
            if not covered[at]:
                row[at] = character

    def _treated(self, text: str, treatment: Treatment) -> str:
        substitutes = self._substitutes
        match treatment:
            case Treatment.AMOUNT:
                return self._amount(text) if _DIGITS.fullmatch(text) else substitutes.text(text)
            case Treatment.DAY | Treatment.LONG_DAY:
                return self._day(text) if _DIGITS.fullmatch(text) else substitutes.text(text)
            case Treatment.REFERENCE:
                return substitutes.field(text, holds_reference)
            case Treatment.ACCOUNT | Treatment.OLD_ACCOUNT:
                # An IBAN's country stays, for who looks at check digits looks at it first.
                country = len(text) - len(text.lstrip()) + 2 if _LIKE_AN_IBAN.match(text) else 0
                return substitutes.field(text, _holds_account, kept=country)
            case Treatment.HOLDER:
                return substitutes.field(text, _holds_holder)
            case _:
                return text if _is_kept(text, treatment) else substitutes.text(text)

    def _amount(self, text: str) -> str:
        scaled = str(int(text) * self._scale)
        if len(scaled) > len(text):
            raise CannotDisguise(f"an amount times {self._scale} has more than {len(text)} digits")
        return scaled.zfill(len(text))

    def _day(self, text: str) -> str:
        """DDMMYY or DDMMYYYY; what is no date, or an unknown one, stays as it is."""
        if len(text) not in _DATE_LENGTHS:
            return text
        year = int(text[4:]) + (2000 if len(text) == len("DDMMYY") else 0)
        try:
            day = date(year, int(text[2:4]), int(text[:2]))
        except ValueError:
            return text
        try:
            moved = day + timedelta(days=self._shift_days)
        except OverflowError:
            moved = date.max
        first, last = _CENTURY
        if moved != day and not first <= moved <= last:
            raise CannotDisguise(f"{day} moved by {self._shift_days} days is not a day of this century")
        return f"{moved.day:02d}{moved.month:02d}{moved.year:04d}"[:4] + f"{moved.year:04d}"[-(len(text) - 4) :]


def _is_kept(text: str, treatment: Treatment) -> bool:
    match treatment:
        case Treatment.KEPT:
            return True
        case Treatment.BIC:
            return _BIC.fullmatch(text.ljust(11)) is not None
        case Treatment.CURRENCY:
            return _holds(Currency, text) or not text.strip()
        case Treatment.ORDER:
            return _NOT_PROVIDED.fullmatch(text) is not None
        case Treatment.FIGURES:
            return _DIGITS.fullmatch(text.strip()) is not None
        case Treatment.CODES:
            return _CODES.fullmatch(text) is not None
        case _:
            return False


def _holds_account(text: str) -> bool:
    number = text.strip()
    if len(number) == _OLD_BELGIAN_LENGTH and _DIGITS.fullmatch(number):
        return _holds(Iban, iban_of_belgian_account(number))
    return _holds(Iban, number)


def _holds_holder(text: str) -> bool:
    return _holds(EnterpriseNumber, text.strip()[-10:])


def _holds(value: type[str], text: str) -> bool:
    try:
        value(text)
    except ValueRejected:
        return False
    return True


def _rows(text: StatementText) -> list[tuple[str, str]]:
    """Each record and what stands behind it: its line end, and the blank lines that follow."""
    rows: list[tuple[str, str]] = []
    for line in _LINE.findall(decoded(text.raw, text.charset)):
        row = line.rstrip(_LINE_ENDS)
        if row.strip(f" {_LINE_ENDS}"):
            rows.append((row, line[len(row) :]))
        else:
            last, end = rows[-1]
            rows[-1] = (last, end + line)
    return rows


def _version(rows: Sequence[str]) -> int:
    return 1 if rows[0][127:128] == "1" else 2


def _joined(rows: Sequence[str], field: Field) -> str:
    """The field as it is read; a zone whose record is missing is blank, a short record is cut."""
    parts = (rows[row][first:last] if row is not None else " " * (last - first) for row, first, last in field.places)
    return "".join(parts)


def _put(rows: list[list[str]], covered: list[bytearray], field: Field, text: str) -> None:
    """Write a field back to where its parts came from."""
    at = 0
    for row, first, last in field.places:
        if row is None:
            at += last - first
            continue
        size = len(rows[row][first:last])
        rows[row][first : first + size] = text[at : at + size]
        covered[row][first : first + size] = b"\1" * size
        at += size


def _encoded(text: str, source: StatementText) -> bytes:
    if source.charset == "utf-8":
        return text.encode("utf-8")
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        # The five bytes that cp1252 leaves undefined were read as latin-1.
        return b"".join(each.encode("latin-1" if each in _UNDEFINED else "cp1252") for each in text)
