"""Is an invoice's number known in every way that people write it, and each way by how much it tells?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coda_reconciler.domain.matching.numbers import MOST_KEYS, keyed_forms, number_keys, tells

FORMS = {
    "2022-12-13422": {"20221213422": "full", "221213422": "derived", "13422": "tail"},
    "VF-2024/0412": {
        "VF20240412": "full", "20240412": "derived", "240412": "derived", "VF240412": "derived", "0412": "tail",
        "412": "tail",
    },
    "20240012": {"20240012": "full", "240012": "derived", "202412": "tail", "0012": "tail"},
    "VF-0412": {"VF0412": "full", "VF412": "derived", "0412": "tail", "412": "tail"},
    "F24-0012": {"F240012": "full", "240012": "derived", "20240012": "derived", "0012": "tail"},
    "0412/2024": {"04122024": "full", "041224": "derived", "0412": "tail"},
    "INV/2026/00211": {"INV202600211": "full", "202600211": "derived", "2600211": "derived", "211": "tail"},
    "900": {"900": "tail"},
    "12345": {"12345": "full"},
    "2024-12": {"202412": "full", "2412": "tail"},
    "F-2024": {"F2024": "full", "2024": "tail"},
}  # fmt: skip


@pytest.mark.parametrize("number", FORMS)
def test_a_number_is_found_by_its_forms(number: str) -> None:
    found = dict(keyed_forms(number))
    assert {key: found.get(key) for key in FORMS[number]} == FORMS[number]


@pytest.mark.parametrize("number", ["", "ABC", "---", "é"])
def test_what_has_no_digit_has_no_keys(number: str) -> None:
    assert number_keys(number) == ()


def test_other_signs_between_its_groups_make_no_other_number() -> None:
    assert len({keyed_forms(number) for number in ("VF-2024/0412", "vf 2024.0412", "VF_2024_0412")}) == 1


def test_numbers_that_follow_each_other_share_no_form() -> None:
    numbers = [f"2022-12-{counter}" for counter in range(13_422, 13_522)]
    keys = [key for number in numbers for key in number_keys(number)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("key", "telling"), [("12345", True), ("A12", True), ("1234", False), ("900", False), ("0900", False)]
)
def test_few_digits_without_letters_are_a_bare_counter(key: str, telling: bool) -> None:
    assert tells(key) is telling


@settings(deadline=None)
@given(st.text(max_size=60) | st.text("ABF0123456789-/. ", max_size=60))
def test_keys_are_few_distinct_and_strongest_first(number: str) -> None:
    forms = keyed_forms(number)
    ranks = [("full", "derived", "tail").index(strength) for _, strength in forms]
    assert len(forms) <= MOST_KEYS
    assert ranks == sorted(ranks)
    assert len({key for key, _ in forms}) == len(forms)
    assert all(key.isascii() and key.isalnum() and key == key.upper() for key, _ in forms)
