"""Lists of clients as offices keep them: CSV (RFC 4180) in, rows or refusals out; and out again as CSV.

The first row names the columns, in our words or in those of Dutch, French and German lists; their order is free,
and columns that nobody here knows are left alone. An import adds and changes, it never takes away: an empty cell
leaves what is known as it is. Accounts that are new are mandates from the day of the import on.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.verification.domain.directory import Company, Period, next_code
from shared.contracts.directory import Mandate
from shared.values import EmailAddress, EnterpriseNumber, Iban, Language, OfficeId, ValueRejected

NAME_LENGTH, CLIENT_CODE_LENGTH, MOST_ACCOUNTS = 200, 60, 200
COLUMNS = ("enterprise_number", "name", "language", "email", "client_code", "ibans")
ALIASES = {
    "enterprise_number": "enterprise_number vat_number ondernemingsnummer ondernemingsnr btw_nummer btwnummer btw_nr"
    " kbo_nummer numero_d_entreprise numero_entreprise numero_bce numero_de_tva numero_tva unternehmensnummer",
    "name": "name company_name naam bedrijfsnaam firmanaam nom nom_de_l_entreprise denomination firmenname",
    "language": "language taal taalcode langue sprache",
    "email": "email e_mail email_address emailadres e_mailadres e_mail_adres courriel adresse_e_mail adresse_email"
    " adresse_mail e_mail_adresse",
    "client_code": "client_code klantcode klantnummer klantnr dossiernummer code_client numero_client"
    " numero_de_client numero_de_dossier mandantennummer kundennummer",
    "ibans": "ibans iban bank_accounts rekeningen rekeningnummer rekeningnummers bankrekeningen comptes"
    " comptes_bancaires numero_de_compte numeros_de_compte konten bankkonten",
}
"""The words of a header, in lower case, without accents, with _ for everything else."""
EXPECTED = {
    "row_doubled": ("enterprise_number", "each company in one row"),
    "company_served_by_another_office": ("enterprise_number", "a company that no other office serves"),
    "name_missing": ("name", "the name of a company that the directory does not know yet"),
    "mandate_of_another_company": ("ibans", "an account that is no other company's"),
    "mandate_doubled": ("ibans", "each account with one company"),
}
"""What the directory says of rows that are right by themselves: column and expectation of each code."""

_COLUMN_OF = {alias: column for column, aliases in ALIASES.items() for alias in aliases.split()}
_LANGUAGES = {"n": "nl", "f": "fr", "d": "de", "e": "en"}
_ACCOUNTS = re.compile(r"[|;,\r\n]")
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """What is wrong in one row. Rows count from 1, the header's, as a spreadsheet numbers them."""

    row: int
    column: str
    code: str
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client of a list; None where the list says nothing."""

    row: int
    enterprise_number: EnterpriseNumber
    name: str | None = None
    language: Language | None = None
    email: EmailAddress | None = None
    client_code: str | None = None
    ibans: tuple[Iban, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """Which of our columns stands where (None: one that is left alone), and the words that nobody knows."""

    columns: tuple[str | None, ...]
    ignored: tuple[str, ...]


def one_line(text: str) -> str:
    """A name or a code as one line: no tabs, line ends or doubled spaces."""
    return " ".join(text.split())


def delimiter_of(line: str) -> str:
    """What separates the cells of a header: semicolon (as spreadsheets in Belgium write it), comma or tab."""
    return max(";,\t", key=line.count)


def header_of(cells: Sequence[str]) -> Header:
    """Raises `ValueRejected`: `column_missing` (enterprise_number) or `column_doubled`."""
    columns = tuple(_COLUMN_OF.get(_word(cell)) for cell in cells)
    doubled = next((name for name in COLUMNS if columns.count(name) > 1), None)
    if doubled is not None:
        raise ValueRejected("column_doubled", doubled, "each column once")
    if "enterprise_number" not in columns:
        raise ValueRejected("column_missing", ", ".join(cells), "a header with a column enterprise_number")
    ignored = tuple(cell.strip() for cell, column in zip(cells, columns, strict=True) if column is None)
    return Header(columns, ignored)


def cells_of(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str]] | RowRefusal]:
    """Number and cells of each row, the header's included; blank rows are none. Ends at quotes that do not close."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield RowRefusal(row, "", "row_unreadable", str(error), "cells as RFC 4180 writes them; read no further")
            return
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield row, cells


def row_of(header: Header, row: int, cells: Sequence[str]) -> ClientRow | list[RowRefusal]:
    """The client of a row, or everything that is wrong with it."""
    if len(cells) != len(header.columns):
        expected = f"{len(header.columns)} cells, as in the header"
        return [RowRefusal(row, "", "row_length", f"{len(cells)} cells", expected)]
    named = zip(header.columns, cells, strict=True)
    given = {column: text for column, cell in named if column and (text := unguarded(cell).strip())}
    values: dict[str, object] = {}
    refusals: list[RowRefusal] = []
    for column in COLUMNS:
        try:
            values[column] = _READERS[column](given.get(column, ""))
        except ValueRejected as error:
            refusals.append(RowRefusal(row, column, error.code, error.found, error.expected))
    return refusals or ClientRow(row=row, **values)  # type: ignore[arg-type]


def entered(known: Company | None, row: ClientRow, office_id: OfficeId, day: date) -> Company:
    """A company after its row was imported by an office that may; the same one where the row says nothing new."""
    company = known or Company(row.enterprise_number, row.name or "", row.language or Language.NL)
    if row.email is not None and row.email != company.email:
        version = company.address_version + 1
        company = replace(company, email=row.email, bounced=False, address_version=version)
    held = {mandate.iban: mandate for mandate in company.mandates}
    for iban in row.ibans:
        mandate = held.get(iban)
        if mandate is None or (mandate.until is not None and mandate.until <= day):
            held[iban] = Mandate(iban=iban, since=day)
    served = replace(
        company,
        name=row.name or company.name,
        language=row.language or company.language,
        mandates=tuple(sorted(held.values(), key=lambda mandate: mandate.iban)),
        periods=served_by(company.periods, office_id, day, known=known is not None),
    )
    return served if row.client_code is None else served.with_code(row.client_code, office_id)


def served_by(periods: Sequence[Period], office_id: OfficeId, day: date, *, known: bool = False) -> tuple[Period, ...]:
    """The periods once the office serves the company from that day on, or until its own next period begins; `known`
    as in `next_code`."""
    own = [period for period in periods if period.office_id == office_id]
    if any(period.holds_on(day) for period in own):
        return tuple(periods)
    following = min((period.since for period in own if period.since > day), default=None)
    added = Period(office_id, day, following, False, next_code(periods, office_id, known=known))
    return tuple(sorted((*periods, added), key=lambda period: (period.since, period.office_id)))


def refusal(row: int, code: str, found: str) -> RowRefusal:
    """What the directory says of a row."""
    column, expected = EXPECTED[code]
    return RowRefusal(row, column, code, found[:_SHOWN], expected)


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection); `unguarded` gives it back."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before it was guarded."""
    return cell[1:] if cell.startswith("'") and _DANGEROUS.match(cell) else cell


def header_line() -> str:
    """The first line of a list that we write."""
    return _line(COLUMNS)


def client_line(company: Company, day: date) -> str:
    """One client of a list that we write: what an import of it would leave as it is."""
    held = (mandate.iban for mandate in company.mandates if mandate.until is None or mandate.until > day)
    cells = (company.enterprise_number, company.name, company.language, company.email or "", company.current_code)
    return _line([*map(str, cells), "|".join(held)])


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerow([guarded(cell) for cell in cells])
    return text.getvalue()


def _word(cell: str) -> str:
    plain = unicodedata.normalize("NFKD", unguarded(cell).casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _text(code: str, length: int, text: str) -> str | None:
    told = one_line(text)
    if len(told) > length:
        raise ValueRejected(code, told, f"at most {length} characters")
    if not told.isprintable():
        raise ValueRejected("text_unusable", told, "text without control characters")
    return told or None


def _language(text: str) -> Language | None:
    word = text.lower()
    return Language(_LANGUAGES.get(word, word)) if word else None


def _ibans(text: str) -> tuple[Iban, ...]:
    # A dictionary keeps the order in which they stand, each once.
    found = tuple(dict.fromkeys(Iban(each) for each in _ACCOUNTS.split(text) if each.strip()))
    if len(found) > MOST_ACCOUNTS:
        raise ValueRejected("ibans_too_many", len(found), f"at most {MOST_ACCOUNTS} accounts")
    return found


_READERS = {
    "enterprise_number": EnterpriseNumber,
    "name": lambda text: _text("name_too_long", NAME_LENGTH, text),
    "language": _language,
    "email": lambda text: EmailAddress(text) if text else None,
    "client_code": lambda text: _text("client_code_too_long", CLIENT_CODE_LENGTH, text),
    "ibans": _ibans,
}
