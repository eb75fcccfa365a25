"""Rows of the KBO Open Data, which extract follows which, and what the register tells of a company."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.verification.domain import kbo
from services.verification.domain.directory import Company
from services.verification.domain.kbo import CellRejected, Edition, KboRefused
from services.verification.domain.register import (
    RegisterEntry,
    language_of_place,
    standing_with_register,
    with_register,
)
from services.verification.domain.verdicts import Standing, obstacle
from shared.values import EnterpriseNumber, Language, ValueRejected

NUMBER = EnterpriseNumber("0200.065.765")
FULL = Edition(140, date(2026, 11, 1), "full")


@given(some.from_regex(r"[01][0-9]{3}\.[0-9]{3}\.[0-9]{3}", fullmatch=True))
def test_a_number_is_taken_exactly_when_the_value_takes_it(text):
    try:
        wanted = str(EnterpriseNumber(text))
    except ValueRejected:
        wanted = None
    try:
        found = kbo.registered_number(text, "EnterpriseNumber")
    except CellRejected:
        found = None
    assert found == wanted


@given(some.integers(10, 19_999_999))
def test_every_number_with_its_check_digits_is_taken(place):
    digits = f"{place:08d}{97 - place % 97:02d}"
    assert kbo.registered_number(f"{digits[:4]}.{digits[4:7]}.{digits[7:]}", "x") == digits


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0200.065.766", "kbo_number_checksum"),
        ("0200.065.76", "kbo_number_malformed"),
        ("", "kbo_number_malformed"),
        ("0200.065.76a", "kbo_number_malformed"),
        ("2.000.000.339", "kbo_number_malformed"),
        ("٠٢٠٠٠٦٥٧٦٥", "kbo_number_malformed"),
    ],
)
def test_a_wrong_number_of_an_enterprise_is_refused(text, code):
    with pytest.raises(CellRejected) as refused:
        kbo.enterprise((text, "AC"))
    assert (refused.value.code, refused.value.column, refused.value.found) == (code, "EnterpriseNumber", text)


@pytest.mark.parametrize(("status", "ceased"), [("AC", False), ("ST", True)])
def test_the_state_tells_whether_it_has_ceased(status, ceased):
    assert kbo.enterprise(("0200.065.765", status)) == ("0200065765", ceased)


def test_a_state_that_nobody_knows_is_refused():
    with pytest.raises(CellRejected, match="kbo_status_unknown"):
        kbo.enterprise(("0200.065.765", "XX"))


def test_the_legal_name_comes_before_the_commercial_one_and_the_abbreviation():
    kinds = ["003", "001", "004", "002"]
    ranked = sorted(kbo.denomination(("0200.065.765", "2", kind, kind))[2] for kind in kinds)
    assert [name[1:] for name in ranked] == ["001", "003", "002", "004"]


def test_rows_of_establishments_and_branches_are_of_no_use():
    assert kbo.denomination(("2.000.000.339", "2", "001", "Winkel")) is None
    assert kbo.denomination(("9.000.006.626", "2", "001", "Branch")) is None
    assert kbo.address(("2.000.000.339", "BAET", "", "9000")) is None
    with pytest.raises(CellRejected, match="kbo_number_malformed"):
        kbo.contact(("2.000", "ENT", "EMAIL", "a@b.example"))


@pytest.mark.parametrize(
    ("cells", "record"),
    [
        (("0200.065.765", "REGO", "", "9000"), ("0200065765", "9000")),
        (("0200.065.765", "REGO", "Frankrijk", "59000"), None),
        (("0200.065.765", "ABBR", "", "9000"), None),
        (("0200.065.765", "REGO", "", ""), None),
    ],
)
def test_only_the_belgian_seat_has_a_postal_code(cells, record):
    assert kbo.address(cells) == record


def test_nothing_is_kept_of_a_contact():
    assert kbo.contact(("0200.065.765", "ENT", "EMAIL", "info@an.example")) is None


def test_columns_are_found_wherever_the_header_has_them():
    layout = kbo.FULL_LAYOUTS[0]
    assert kbo.positions(layout, ["StartDate", "Status", " EnterpriseNumber"]) == (2, 1)
    with pytest.raises(CellRejected) as refused:
        kbo.positions(layout, ["EnterpriseNumber", "State"])
    assert (refused.value.column, refused.value.found) == ("Status", "EnterpriseNumber,State")


META = {"SnapshotDate": "01-11-2026", "ExtractType": "full", "ExtractNumber": "140"}


def test_meta_names_the_extract():
    assert kbo.edition_of(META) == FULL


@pytest.mark.parametrize(
    "change",
    [{"SnapshotDate": "31-02-2026"}, {"SnapshotDate": "2026-11-01"}, {"ExtractType": "half"}, {"ExtractNumber": "x"}],
)
def test_a_malformed_meta_names_its_variable(change):
    with pytest.raises(CellRejected) as refused:
        kbo.edition_of(META | change)
    assert [refused.value.column] == list(change)


@pytest.mark.parametrize("name", sorted(META))
def test_a_missing_variable_of_meta_is_named(name):
    with pytest.raises(CellRejected, match="kbo_meta_missing"):
        kbo.edition_of({key: value for key, value in META.items() if key != name})


@pytest.mark.parametrize(
    ("current", "given", "wanted", "code"),
    [
        (None, replace(FULL, kind="update"), "full", "kbo_extract_type"),
        (None, FULL, "update", "kbo_extract_type"),
        (None, replace(FULL, kind="update"), "update", "kbo_register_empty"),
        (FULL, replace(FULL, number=139), "full", "kbo_extract_older"),
        (FULL, replace(FULL, number=139, kind="update"), "update", "kbo_extract_older"),
        (FULL, replace(FULL, number=142, kind="update"), "update", "kbo_extract_gap"),
    ],
)
def test_an_extract_out_of_turn_is_refused(current, given, wanted, code):
    with pytest.raises(KboRefused, match=code):
        kbo.require_successor(current, given, wanted)


def test_extracts_in_turn_are_taken():
    kbo.require_successor(None, FULL, "full")
    kbo.require_successor(FULL, replace(FULL, number=150), "full")
    assert kbo.require_successor(FULL, replace(FULL, number=141, kind="update"), "update") is None


def test_many_departures_at_once_are_not_believed():
    kbo.require_few_departures(10, 10)
    kbo.require_few_departures(10_000, 500)
    with pytest.raises(KboRefused, match="kbo_too_many_departures: found 501 of 10000"):
        kbo.require_few_departures(10_000, 501)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("9000", Language.NL), ("3500", Language.NL), ("1500", Language.NL), ("1300", Language.FR),
        ("4000", Language.FR), ("7999", Language.FR), ("4700", Language.DE), ("1000", None),
        ("59000", None), ("", None),
    ],
)  # fmt: skip
def test_a_postal_code_tells_the_language_of_the_place(code, language):
    assert language_of_place(code) == language


@pytest.mark.parametrize(
    ("names", "postal_code", "language", "name"),
    [
        ({Language.FR: "Le Pain", Language.NL: "Het Brood"}, "9000", Language.NL, "Het Brood"),
        ({Language.FR: "Le Pain", Language.NL: "Het Brood"}, "4000", Language.FR, "Le Pain"),
        ({Language.FR: "Le Pain"}, "9000", Language.FR, "Le Pain"),
        ({Language.FR: "Le Pain"}, "1000", Language.FR, "Le Pain"),
        ({None: "PAN"}, "4700", Language.DE, "PAN"),
        ({None: "PAN"}, "", Language.NL, "PAN"),
        ({}, "1000", Language.NL, ""),
    ],
)
def test_names_and_place_hint_at_the_language(names, postal_code, language, name):
    entry = RegisterEntry(NUMBER, names=names, postal_code=postal_code)
    assert (entry.language, entry.name) == (language, name)


def test_the_directory_stands_and_the_register_completes_it():
    company = Company(NUMBER, "Bakkerij An", Language.DE, client_code="C1")
    entry = RegisterEntry(NUMBER, ceased=True, names={Language.NL: "AN NV"}, postal_code="9000")
    assert with_register({NUMBER: company}, {NUMBER: entry}) == {NUMBER: replace(company, ceased=True)}
    assert with_register({NUMBER: replace(company, name="")}, {NUMBER: entry})[NUMBER].name == "AN NV"
    assert with_register({NUMBER: company}, {}) == {NUMBER: company}
    assert with_register({}, {NUMBER: entry}) == {NUMBER: Company(NUMBER, "AN NV", Language.NL, ceased=True)}


@pytest.mark.parametrize(
    ("standing", "ceased", "code"),
    [
        (None, None, "company_unknown"),
        (None, False, "no_accounting_office"),
        (None, True, "company_ceased"),
        (Standing(served=True), True, "company_ceased"),
        (Standing(ceased=True), False, "company_ceased"),
        (Standing(served=True), False, "office_not_a_client"),
        (Standing(served=True, served_by_client=True, has_email=True), None, None),
    ],
)
def test_the_register_decides_between_unknown_ceased_and_unserved(standing, ceased, code):
    assert obstacle(standing_with_register(standing, ceased)) == code
