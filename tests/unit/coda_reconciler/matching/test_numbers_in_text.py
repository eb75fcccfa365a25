"""Are the numbers that a text names found, elided ones and ranges included, and nothing that is no invoice's?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coda_reconciler.domain.matching.named_numbers import MOST_NUMBERS, named_numbers
from services.coda_reconciler.domain.matching.numbers import text_keys
from services.coda_reconciler.domain.matching.plain_text import in_capitals
from services.coda_reconciler.domain.matching.surroundings import is_said_to_be_invoice
from tests.unit.coda_reconciler.matching.readings import passages_of

SEVERAL = {
    "FACT10052711 712 713 714 52772": ("10052711", "10052712", "10052713", "10052714", "10052772"),
    "INV284121 84120 84787": ("284121", "284120", "284787"),
    "FT111602572 602741 602867": ("111602572", "111602741", "111602867"),
    "#INV/2024/00366/0367/0368/0369": ("INV202400366", "202400367", "202400368", "202400369"),
    "klantnr 46248 2024-07-13570 + 13571": ("20240713570", "20240713571"),
    "klantnr 59663 2024-0107 - 0108 - 0109": ("20240107", "20240108", "20240109"),
    "klant 59663 2024/0107, 108": ("20240107", "20240108"),
    "VF-0574 575/576": ("VF0574", "VF0575", "VF0576"),
    "betaling INV284121 en FT84120": ("284121", "84120"),
    "2022-12-13297+13298": ("20221213297", "20221213298"),
    "2022-12-13297/298": ("20221213297", "20221213298"),
    "2022-12-13297 - 98": ("20221213297", "20221213298"),
    "2022-12-13297 … - 98": ("20221213297", "20221213298"),
    "2024-04-13374/13375/13376": ("20240413374", "20240413375", "20240413376"),
    "VF-0574/575/576": ("VF0574", "VF0575", "VF0576"),
    "F24/00240/00241/00242": ("F2400240", "2400241", "2400242"),
    "2024/010, 011 en 012": ("2024010", "2024011", "2024012"),
    "facturen 2024-0098, 99 en 100": ("20240098", "20240099", "20240100"),
    "2024-98, 99 und 100": ("202498", "202499", "2024100"),
    "2024-0119 2024-0120 2024-0121 2024-0122": ("20240119", "20240120", "20240121", "20240122"),
    "2024-0118 0119 0120 0121 0122": ("20240118", "20240119", "20240120", "20240121", "20240122"),
    "4101 4102 4103 4104": ("4101", "4102", "4103", "4104"),
    "2024-010 t/m 2024-013": ("2024010", "2024011", "2024012", "2024013"),
    "2024-010 tot 013": ("2024010", "2024011", "2024012", "2024013"),
    "2024-010 tot en met 2024-013": ("2024010", "2024011", "2024012", "2024013"),
    "2024-010 à 2024-013": ("2024010", "2024011", "2024012", "2024013"),
    "2024-010 au 2024-013": ("2024010", "2024011", "2024012", "2024013"),
    "2024-010 bis 13": ("2024010", "2024011", "2024012", "2024013"),
    "2024-010 to 2024-013": ("2024010", "2024011", "2024012", "2024013"),
    "VF-0596 jusqu'au VF-0599": ("VF0596", "VF0597", "VF0598", "VF0599"),
    "VF-0596 until VF-0599": ("VF0596", "VF0597", "VF0598", "VF0599"),
    "VF-0596 t.e.m. VF-0599": ("VF0596", "VF0597", "VF0598", "VF0599"),
    "2024-010 - 2024-013": ("2024010", "2024011", "2024012", "2024013"),
    "20240010-20240013": ("20240010", "20240011", "20240012", "20240013"),
    "VF2024-0412 tot VF2024-0414": ("VF20240412", "VF20240413", "VF20240414"),
    "2025/VK/0174+175+176": ("2025VK0174", "2025VK0175", "2025VK0176"),
    "25-F-0174, 0175 en 0176": ("25F0174", "25F0175", "25F0176"),
    "facturen 2025/VK/0195 t/m 2025/VK/0198": ("2025VK0195", "2025VK0196", "2025VK0197", "2025VK0198"),
    "2025/VK/0195 tot 198": ("2025VK0195", "2025VK0196", "2025VK0197", "2025VK0198"),
    "FACT2006 514": ("2006514",),
    "vf 2024 0412": ("VF20240412", "20240412"),
    "/INV/2024-0412": ("20240412",),
    "facture n°2024-0412": ("20240412",),
    "Rechnung Nr. 2024-0412 vom 3.4.2024": ("20240412",),
    "6088 6088CN": ("6088", "6088CN"),
    "INV. 6336 - 6339 VOM 22.12.2006": ("6336", "6337", "6338", "6339"),
}  # fmt: skip


def keys_of(*texts: str) -> tuple[str, ...]:
    """The keys of free texts."""
    return text_keys(passages_of(*texts))


@pytest.mark.parametrize("text", SEVERAL)
def test_every_number_that_a_text_means_is_found(text: str) -> None:
    assert set(SEVERAL[text]) <= set(keys_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "BE68 5390 0754 7034", "rek. BE68539007547034", "NL91 ABNA 0417 1643 00", "+++090/9337/55493+++",
        "***090933755494***", "090/9337/55494", "1.234,56 EUR", "EUR 1.234,56", "€ 412", "412 EUR", "1.234,56",
        "EUR 412,00", "tel 0475/12.34.56", "+32 475 12 34 56", "0032475123456", "02/123.45.67", "BE 0403.170.701",
        "BTW BE0403170701", "5526 1454 7849 0607", "452345XXXXXX1234", "726-3667975-97", "huur januari", "",
        "090 9337 55493", "090.9337.55493", "kaart 6703 2024 0132 2371", "BANKREFERENTIE : 2402075826956432",
        "REFERENCE BANQUE : 2402075826956432",
    ],
)  # fmt: skip
def test_other_numbers_are_none(text: str) -> None:
    assert keys_of(text) == ()


@pytest.mark.parametrize("text", ["12/05/2024", "12-05-2024", "3.4.24", "2024-05-12", "VALUTADATUM : 20/09/2024"])
def test_a_day_and_its_parts_are_no_numbers(text: str) -> None:
    assert keys_of(text) == ()


@pytest.mark.parametrize("text", ["factuur 2024-05-12", "FACT. NR. 2024-05-12", "facture n° 2024-05-12"])
def test_a_day_that_is_said_to_be_an_invoice_is_one_doubtful_number(text: str) -> None:
    (number,) = named_numbers(text)
    assert (number.key, number.how) == ("20240512", "date")


def test_numbers_beside_what_is_blotted_out_are_still_found() -> None:
    text = "betaling 1.234,56 EUR op 12/05/2024 voor 2024/0412 rek BE68 5390 0754 7034 tel 0475/12.34.56"
    assert set(keys_of(text)) == {"20240412", "2024", "0412"}


def test_a_blank_is_part_of_a_number_only_behind_letters_a_year_or_a_month() -> None:
    assert keys_of("653210 26") == ("653210", "653226")
    assert set(keys_of("712 713")) == {"712", "713"}
    assert {"2026015", "VF412", "2612015"} <= set(keys_of("2026 015, VF 412, 26 12 015"))


def test_the_inside_of_a_word_of_letters_and_digits_is_no_number() -> None:
    assert keys_of("00352037002A3545") == ("00352037002A3545",)


def test_a_range_of_more_than_fifty_is_no_range() -> None:
    assert "2024500" not in keys_of("2024-100 tot 2024-900")
    assert "2024-149".replace("-", "") in keys_of("2024-100 tot 2024-149")


def test_what_the_ultimate_debtor_is_called_names_nothing() -> None:
    assert text_keys(passages_of("2026-0412", zone="ultimate_debtor")) == ()


def test_a_text_of_nothing_but_numbers_has_a_bounded_number_of_keys() -> None:
    assert len(keys_of(" ".join(str(number) for number in range(100_000, 100_200)))) == MOST_NUMBERS
    assert len(keys_of("1-" * 2_000 + "1", "2/" * 2_000)) <= MOST_NUMBERS


@settings(deadline=None)
@given(st.text(max_size=200) | st.text("0123456789 -/+,.ABEFTZ€…à", max_size=200))
def test_whatever_the_text_numbers_stand_in_it(text: str) -> None:
    for number in named_numbers(text):
        spelling = text[number.start : number.end]
        assert spelling
        shortest = 1 if is_said_to_be_invoice(in_capitals(text), number.start) else 3
        assert shortest <= len(number.key) <= 40
        if number.how == "whole":
            assert sum(map(spelling.count, "0123456789")) == sum(map(number.key.count, "0123456789"))
