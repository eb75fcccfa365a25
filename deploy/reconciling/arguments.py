"""What `relais reconcile` is given: folders, the order of arrival, own accounts and confirmed counterparties."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import typer

from services.coda_reconciler.domain.matching.debtors import name_key, number_key
from shared.values import EnterpriseNumber, Iban, ValueRejected

_XML = b"<"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LOOKED_AT = 64
Made = TypeVar("Made")

Owners = Mapping[Iban, frozenset[EnterpriseNumber]]
"""The companies that an account belongs to: one, if all is well."""
Debtors = Mapping[EnterpriseNumber, Mapping[str, frozenset[str]]]
"""For each company what a counterparty's account stands for: keys of a debtor (`matching.debtors`)."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The files in their order of arrival; one that comes again stands there again."""

    invoices: tuple[Path, ...]
    statements: tuple[Path, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(path.stat().st_size for path in (*self.invoices, *self.statements))


def arrivals(invoices: Path, statements: Path, order: Path | None) -> Arrivals:
    """The files of both folders: those of `order` first, then the others by name; hidden ones are left alone.

    Paths in `order` are relative to the working directory, to the folder of that file, or to one of the two folders.
    Raises `typer.BadParameter`.
    """
    folders = _Folders(invoices, statements)
    there = list(dict.fromkeys([*_files(invoices, "--invoices"), *_files(statements, "--statements")]))
    first = [] if order is None else [folders.found(text, at, order) for at, text in _lines(order, "--order")]
    told = {path.resolve() for path in first}
    in_order = [*first, *(path for path in there if path.resolve() not in told)]
    of_invoices = {path: folders.holds_invoice(path) for path in dict.fromkeys(in_order)}
    return Arrivals(
        tuple(path for path in in_order if of_invoices[path]), tuple(path for path in in_order if not of_invoices[path])
    )


def owners(file: Path | None) -> Owners:
    """Of JSON lines `{company, ibans}`. Raises `typer.BadParameter` with the number of the line."""
    found: dict[Iban, frozenset[EnterpriseNumber]] = {}
    for line in _objects(file, "--accounts"):
        company = line.value("company", EnterpriseNumber)
        for iban in line.values("ibans", Iban):
            found[iban] = found.get(iban, frozenset()) | {company}
    return found


def debtors(file: Path | None) -> Debtors:
    """Of JSON lines `{company, iban, debtor}`; a debtor is an enterprise or VAT number, or a name as invoiced."""
    found: dict[EnterpriseNumber, dict[str, frozenset[str]]] = {}
    for line in _objects(file, "--debtors"):
        of_company = found.setdefault(line.value("company", EnterpriseNumber), {})
        iban, debtor = line.value("iban", Iban), line.value("debtor", str)
        keys = frozenset(key for key in (number_key(debtor), name_key(debtor)) if key)
        if not keys:
            line.refuse("'debtor' names nobody")
        of_company[iban] = of_company.get(iban, frozenset()) | keys
    return found


@dataclass(frozen=True, slots=True)
class _Folders:
    invoices: Path
    statements: Path

    def found(self, text: str, line: int, order: Path) -> Path:
        """The file that a line of the order means, in one of the two folders."""
        for folder in (Path(), order.parent, self.invoices, self.statements):
            path = folder / text
            if path.is_file():
                if not any(self._holds(each, path) for each in (self.invoices, self.statements)):
                    _refuse("--order", f"line {line}: '{text}' lies in neither of the two folders")
                return path
        _refuse("--order", f"line {line}: there is no file '{text}'")

    def holds_invoice(self, path: Path) -> bool:
        """By the folder; where both hold it, by its first letter."""
        in_invoices, in_statements = self._holds(self.invoices, path), self._holds(self.statements, path)
        if in_invoices and in_statements:
            return _beginning(path).startswith(_XML)
        return in_invoices

    @staticmethod
    def _holds(folder: Path, path: Path) -> bool:
        return path.resolve().is_relative_to(folder.resolve())


def _files(folder: Path, option: str) -> Iterator[Path]:
    try:
        found = sorted(path for path in folder.rglob("*") if not _is_hidden(path.relative_to(folder)))
        yield from (path for path in found if path.is_file())
    except OSError as error:
        _refuse(option, f"'{folder}' cannot be read: {error.strerror}")


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(_LOOKED_AT).removeprefix(_BYTE_ORDER_MARK).lstrip()


@dataclass(frozen=True, slots=True)
class _Line:
    """An object of a file of JSON lines, and where it stands."""

    option: str
    number: int
    facts: Mapping[str, Any]

    def value(self, name: str, make: Callable[[str], Made]) -> Made:
        """One value. Refuses what is no text or not right."""
        return self._made(name, self.facts.get(name), make)

    def values(self, name: str, make: Callable[[str], Made]) -> list[Made]:
        """A list of values."""
        written = self.facts.get(name)
        if not isinstance(written, list):
            self.refuse(f"'{name}' is no list")
        return [self._made(name, each, make) for each in written]

    def refuse(self, why: str) -> NoReturn:
        """Say what is wrong with this line."""
        _refuse(self.option, f"line {self.number}: {why}")

    def _made(self, name: str, written: object, make: Callable[[str], Made]) -> Made:
        if not isinstance(written, str):
            self.refuse(f"'{name}' is no text")
        try:
            return make(written)
        except ValueRejected as error:
            self.refuse(f"'{name}': {error}")


def _objects(file: Path | None, option: str) -> Iterable[_Line]:
    for number, text in _lines(file, option) if file else ():
        try:
            facts = json.loads(text)
        except ValueError as error:
            _refuse(option, f"line {number}: no JSON ({error})")
        if not isinstance(facts, dict):
            _refuse(option, f"line {number}: no object")
        yield _Line(option, number, facts)


def _lines(file: Path, option: str) -> Iterator[tuple[int, str]]:
    """Each line that is not blank, with its number from 1."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        _refuse(option, f"'{file}' cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        _refuse(option, f"'{file}' is not UTF-8")
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line.strip()


def _refuse(option: str, why: str) -> NoReturn:
    raise typer.BadParameter(why, param_hint=option)
