"""Rows of clients' lists: what each cell may be, under which header, and what a spreadsheet must not take for more."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.verification.domain.client_lists import (
    COLUMNS,
    ClientRow,
    RowRefusal,
    cells_of,
    client_line,
    delimiter_of,
    entered,
    guarded,
    header_line,
    header_of,
    one_line,
    row_of,
    served_by,
    unguarded,
)
from services.verification.domain.directory import Company, Period, reassigned, served_twice
from shared.contracts.directory import Mandate
from shared.values import EmailAddress, EnterpriseNumber, Iban, Language, OfficeId, ValueRejected

NUMBER = EnterpriseNumber("0010.080.080")
ACCOUNT, OTHER = Iban("BE68539007547034"), Iban("BE71096123456769")
JANSSENS, DUPONT = OfficeId("janssens"), OfficeId("dupont")
DAY = date(2026, 11, 2)
HEADER = header_of(COLUMNS)


def row(number="0010.080.080", name="An", language="nl", email="an@example.be", code="C1", ibans=""):
    return row_of(HEADER, 2, [number, name, language, email, code, ibans])


def codes(refusals):
    return [(each.column, each.code) for each in refusals]


@pytest.mark.parametrize(
    "words",
    [
        ["Ondernemingsnummer", "Naam", "Taal", "E-mailadres", "Klantcode", "Rekeningen"],
        ["Numéro d'entreprise", "Dénomination", "Langue", "Adresse e-mail", "Code client", "Comptes bancaires"],
        ["Unternehmensnummer", "Firmenname", "Sprache", "E-Mail", "Kundennummer", "Konten"],
        ["BTW-nummer", "BEDRIJFSNAAM", " taal ", "e_mail", "Dossiernummer", "IBAN"],
        ["Numéro de TVA", "Nom", "langue", "Courriel", "Numéro de client", "Numéro de compte"],
    ],
    ids=["nl", "fr", "de", "nl again", "fr again"],
)
def test_a_header_is_understood_in_the_languages_of_its_readers(words):
    assert header_of(words).columns == COLUMNS


def test_columns_that_nobody_knows_are_left_alone_and_told():
    header = header_of(["Postcode", "KBO-nummer", ""])
    assert header.columns == (None, "enterprise_number", None)
    assert header.ignored == ("Postcode", "")
    assert row_of(header, 2, ["9000", "0010.080.080", "x"]) == ClientRow(2, NUMBER)


@pytest.mark.parametrize(
    ("words", "code"), [(["naam", "taal"], "column_missing"), (["btw_nummer", "kbo nummer"], "column_doubled")]
)
def test_a_header_that_leaves_a_doubt_is_refused(words, code):
    with pytest.raises(ValueRejected) as caught:
        header_of(words)
    assert caught.value.code == code


def test_a_row_holds_what_its_cells_say_in_whatever_spelling():
    read = row(
        " BE 0010.080.080 ", "Bakkerij  An\n", "FR", "an@Example.BE", " C1 ", f"{ACCOUNT.formatted} | {OTHER}|{ACCOUNT}"
    )
    assert read == ClientRow(
        2, NUMBER, "Bakkerij An", Language.FR, EmailAddress("an@example.be"), "C1", (ACCOUNT, OTHER)
    )


def test_an_empty_cell_says_nothing():
    assert row(name="", language="", email=" ", code="") == ClientRow(2, NUMBER)


def test_everything_that_is_wrong_in_a_row_is_told_at_once():
    refusals = row("0010.800.080", "n" * 201, "xx", "nobody", "c" * 61, "BE00")
    assert codes(refusals) == [
        ("enterprise_number", "enterprise_number_checksum"),
        ("name", "name_too_long"),
        ("language", "language_unknown"),
        ("email", "email_malformed"),
        ("client_code", "client_code_too_long"),
        ("ibans", "iban_malformed"),
    ]
    assert all(each.row == 2 and each.expected for each in refusals)
    assert "nobody" not in [each.found for each in refusals]


def test_a_row_without_number_or_with_odd_text_or_too_many_accounts_is_refused():
    assert codes(row("")) == [("enterprise_number", "enterprise_number_malformed")]
    assert codes(row(name="a\x07b")) == [("name", "text_unusable")]
    many = "|".join(
        Iban(f"BE{98 - int(f'{n:010d}{n % 97 or 97:02d}111400') % 97:02d}{n:010d}{n % 97 or 97:02d}")
        for n in range(1, 202)
    )
    assert codes(row(ibans=many)) == [("ibans", "ibans_too_many")]


def test_a_row_of_another_length_than_its_header_is_refused():
    assert codes(row_of(HEADER, 7, ["0010.080.080"])) == [("", "row_length")]


def test_rows_are_numbered_as_a_spreadsheet_does_and_blank_ones_are_none():
    lines = io.StringIO('a;b\n\n"x\ny";2\n ; \nz;3\n', newline="")
    assert list(cells_of(lines, ";")) == [(1, ["a", "b"]), (3, ["x\ny", "2"]), (5, ["z", "3"])]


def test_quotes_that_do_not_close_end_the_reading_with_the_row_they_stand_in():
    read = list(cells_of(io.StringIO('a;b\nx;"y\nz;3\n', newline=""), ";"))
    assert read[0] == (1, ["a", "b"])
    assert isinstance(read[1], RowRefusal)
    assert (read[1].row, read[1].code) == (2, "row_unreadable")


@pytest.mark.parametrize(("line", "delimiter"), [("a;b,c;d", ";"), ("a,b", ","), ("a\tb", "\t"), ("alone", ";")])
def test_the_header_tells_what_separates_cells(line, delimiter):
    assert delimiter_of(line) == delimiter


@pytest.mark.parametrize("cell", ["=1+1", "+32", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "''-1", '=HYPERLINK("x")'])
def test_a_cell_that_a_spreadsheet_would_calculate_is_guarded_and_given_back(cell):
    assert guarded(cell).startswith("'")
    assert unguarded(guarded(cell)) == cell


@given(st.text())
def test_guarding_gives_every_cell_back_and_leaves_no_formula(cell):
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("cell", ["'t Hof", "O'Neill", "", "BE 1", "0-1"])
def test_an_ordinary_cell_is_left_as_it_is(cell):
    assert guarded(cell) == unguarded(cell) == cell


_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from(" =+-@'"), max_size=30
).map(one_line)


@given(_TEXT.filter(bool), _TEXT, st.sampled_from(Language), st.booleans())
def test_what_is_written_is_read_as_the_same(name, code, language, addressed):
    email = EmailAddress("+an@example.be") if addressed else None
    held = (Mandate(iban=ACCOUNT, since=DAY), Mandate(iban=OTHER, since=date(2020, 1, 1), until=DAY))
    company = Company(NUMBER, name, language, code, email=email, mandates=held)
    lines = io.StringIO(header_line() + client_line(company, DAY), newline="")
    (_, header), (_, cells) = cells_of(lines, ";")
    read = row_of(header_of(header), 2, cells)
    assert read == ClientRow(2, NUMBER, name, language, email, code or None, (ACCOUNT,))
    served = replace(company, periods=(Period(JANSSENS, DAY, None, client=True),))
    assert entered(served, read, JANSSENS, DAY) == served


def test_no_cell_of_a_written_list_begins_as_a_formula():
    company = Company(NUMBER, "=cmd|' /C calc'!A0", Language.NL, "-1", email=EmailAddress("+an@example.be"))
    (cells,) = csv.reader([client_line(company, DAY)], delimiter=";")
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_an_imported_row_adds_and_changes_but_takes_nothing_away():
    held = Mandate(iban=ACCOUNT, since=date(2020, 1, 1))
    known = Company(
        NUMBER, "An", Language.NL, "C1", email=EmailAddress("an@example.be"), bounced=True, address_version=3,
        periods=(Period(JANSSENS, date(2020, 1, 1), None, client=True),), mandates=(held,),
    )  # fmt: skip
    assert entered(known, ClientRow(2, NUMBER), JANSSENS, DAY) == known
    assert entered(known, ClientRow(2, NUMBER, email=known.email), JANSSENS, DAY).bounced
    changed = entered(known, ClientRow(2, NUMBER, email=EmailAddress("b@example.be"), ibans=(OTHER,)), JANSSENS, DAY)
    assert (changed.email, changed.address_version, changed.bounced) == ("b@example.be", 4, False)
    assert changed.mandates == (held, Mandate(iban=OTHER, since=DAY))


def test_an_office_that_serves_a_company_again_begins_anew_until_its_next_period():
    ended, next_one = (
        Period(JANSSENS, date(2020, 1, 1), date(2021, 1, 1), True),
        Period(JANSSENS, date(2027, 1, 1), None, True),
    )
    assert served_by((ended, next_one), JANSSENS, DAY) == (
        ended, Period(JANSSENS, DAY, next_one.since, client=False), next_one
    )  # fmt: skip
    assert served_by((next_one,), JANSSENS, date(2027, 2, 1)) == (next_one,)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [(DUPONT, DAY, None)]),
        ([(JANSSENS, date(2020, 1, 1), None)], [(JANSSENS, date(2020, 1, 1), DAY), (DUPONT, DAY, None)]),
        ([(JANSSENS, date(2027, 1, 1), None)], [(DUPONT, DAY, None)]),
        ([(DUPONT, date(2020, 1, 1), None)], [(DUPONT, date(2020, 1, 1), None)]),
        (
            [(DUPONT, date(2020, 1, 1), None), (JANSSENS, date(2026, 1, 1), date(2027, 1, 1))],
            [(DUPONT, date(2020, 1, 1), None), (JANSSENS, date(2026, 1, 1), DAY)],
        ),
        (
            [(JANSSENS, date(2020, 1, 1), date(2021, 1, 1)), (DUPONT, date(2021, 1, 1), date(2027, 1, 1))],
            [(JANSSENS, date(2020, 1, 1), date(2021, 1, 1)), (DUPONT, date(2021, 1, 1), DAY), (DUPONT, DAY, None)],
        ),
    ],
    ids=["nobody", "another", "planned", "the same", "both", "its own that ends"],
)
def test_a_company_that_moves_is_with_one_office_from_that_day(before, after):
    moved = reassigned([Period(*each, client=False) for each in before], DUPONT, DAY)
    assert [(period.office_id, period.since, period.until) for period in moved] == after


def test_two_offices_on_one_day_are_found():
    first = Period(JANSSENS, date(2020, 1, 1), date(2021, 1, 1), client=True)
    assert served_twice([first, Period(DUPONT, date(2020, 12, 31), None, client=True)]) is not None
    assert served_twice([first, Period(DUPONT, date(2021, 1, 1), None, client=True)]) is None
