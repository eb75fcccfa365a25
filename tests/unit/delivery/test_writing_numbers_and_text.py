"""Are numbers, days and strangers' texts written so that everybody can read them, and nothing hides in them?"""

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.domain.rendering.forms import FORMS
from services.delivery.domain.rendering.legible import DRAWN, LONGEST_FIELD, LONGEST_TEXT, MARK, legible, legible_lines
from shared.values import Language, Money

NL, FR, DE, EN = Language.NL, Language.FR, Language.DE, Language.EN
BREAK = "\u200b"


@pytest.mark.parametrize(
    ("language", "written"),
    [(NL, "−1.234.567,80"), (FR, "−1\u202f234\u202f567,80"), (DE, "−1.234.567,80"), (EN, "−1,234,567.80")],
)
def test_an_amount_is_written_as_its_language_does(language: Language, written: str) -> None:
    assert FORMS[language].amount(Money.of("-1234567.80", "EUR")) == written


def test_an_amount_of_three_decimals_keeps_them_all() -> None:
    assert FORMS[NL].money(Money.of("0.125", "EUR")) == "0,125\u00a0EUR"
    assert FORMS[NL].amount(None) == FORMS[NL].money(None) == FORMS[NL].percent(None) == ""


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15))
def test_no_digit_of_a_number_is_lost_or_made_up(number: Decimal) -> None:
    for forms in FORMS.values():
        written = forms.number(number).replace(BREAK, "")
        read = written.replace(forms.group, "").replace(forms.decimal, ".").replace("−", "-")
        assert Decimal(read) == number


def test_a_label_has_a_space_before_its_colon_only_in_french() -> None:
    assert FORMS[NL].labelled("Korting", "5") == "Korting: 5"
    assert FORMS[FR].labelled("Remise", "5") == "Remise\u202f: 5"


def test_rates_are_written_without_needless_zeros() -> None:
    assert FORMS[NL].percent(Decimal("21.00")) == "21\u202f%"
    assert FORMS[EN].percent(Decimal("5.5")) == "5.5%"


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        (NL, "1 maart 2026", "01/03/2026"),
        (FR, "1er mars 2026", "01/03/2026"),
        (DE, "1. März 2026", "01.03.2026"),
        (EN, "1 March 2026", "01/03/2026"),
    ],
)
def test_a_day_is_written_as_its_language_does(language: Language, long: str, short: str) -> None:
    forms = FORMS[language]
    assert forms.day(date(2026, 3, 1)).replace("\u00a0", " ") == long
    assert forms.short_day(date(2026, 3, 1)) == short
    assert forms.days(date(2026, 3, 1), None) == short and forms.days(None, None) == ""


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  two   spaces\tand a tab ", "two spaces and a tab"),
        ("factuur\u202egnp.exe\u2066x\u2069", "factuurgnp.exex"),
        ("a\u200bb\ufeffc\u00add\x00e\x1bf", "abcdef"),
        ("line\r\nline\u2028line\x0bline", "line line line line"),
        ("cafe\u0301", "café"),
        ("naïve Œuvre ß Łódź Ελλάδα Київ שלום سلام €", "naïve Œuvre ß Łódź Ελλάδα Київ שלום سلام €"),
        ("smile 😀 漢字", f"smile {MARK} {MARK}{MARK}"),
        ("half \ud800 of one", "half of one"),
        ("", ""),
    ],
)
def test_a_text_of_strangers_becomes_legible(written: str, shown: str) -> None:
    assert legible(written) == shown


@given(st.text(max_size=300))
def test_whatever_is_written_only_what_fonts_have_is_shown(text: str) -> None:
    shown = legible(text)
    assert set(shown) <= DRAWN | {BREAK}
    assert not any(unicodedata.category(each) in ("Cc", "Cf") for each in shown if each != BREAK)
    assert max((len(word) for word in shown.replace(BREAK, " ").split(" ")), default=0) <= 18
    assert legible(shown.replace(BREAK, "")) == shown


def test_a_word_without_end_may_be_broken_and_a_text_without_end_is_cut() -> None:
    shown = legible("x" * 2 * LONGEST_FIELD)
    assert shown.replace(BREAK, "") == "x" * LONGEST_FIELD + " […]"
    assert max(map(len, shown.split(BREAK))) <= 18
    [note] = legible_lines("x" * 2 * LONGEST_TEXT)
    assert note.replace(BREAK, "") == "x" * LONGEST_TEXT + " […]"


def test_lines_of_a_note_stay_lines() -> None:
    assert legible_lines("\n first \r\n\n\n second\n\n") == ("first", "", "second")
    assert legible_lines(" \n \u200b") == ()
