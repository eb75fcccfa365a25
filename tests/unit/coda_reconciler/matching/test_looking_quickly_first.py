"""What a quick look passes over, the pattern behind it would not have found either."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coda_reconciler.domain.matching import other_numbers, references
from services.coda_reconciler.domain.matching.facts import Passage
from services.coda_reconciler.domain.matching.named_numbers import named_numbers
from services.coda_reconciler.domain.matching.plain_text import digits_in, in_capitals
from services.coda_reconciler.domain.matching.references import references_in

LOOKS = {
    "a reference": (other_numbers._MAY_BE_REFERENCE, other_numbers._REFERENCE),
    "an enterprise number": (other_numbers._MAY_BE_ENTERPRISE, other_numbers._ENTERPRISE),
    "a card": (other_numbers._MAY_BE_CARD, other_numbers._CARD),
    "twelve digits": (references._TWELVE_DIGITS, other_numbers._REFERENCE),
}
PIECES = (
    "0", "1", "12", "345", "2024", "09337", "9337", "0403.170.701", "E0403170701", "BE ", "/", "-", ".", " ", "+++",
    "***", "X", "XXXX", "****", "4111", "1111", "\x00", "EN", ",", "RF", "539-0075470-34",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@pytest.mark.parametrize("name", LOOKS)
@given(data=st.data())
def test_whatever_a_pattern_finds_the_look_before_it_finds_too(name: str, data: st.DataObject) -> None:
    text = data.draw(texts)
    look, pattern = LOOKS[name]
    assert look.search(text) or not pattern.search(text)


@pytest.mark.parametrize("name", LOOKS)
def test_each_pattern_finds_something_in_these_texts(name: str) -> None:
    found = {
        "a reference": "+++090/9337/55493+++",
        "an enterprise number": "0403.170.701",
        "a card": "4111 XXXX XXXX 1111",
        "twelve digits": "090933755493",
    }[name]
    look, pattern = LOOKS[name]
    assert look.search(found) and pattern.search(found)


@given(text=st.text(st.characters(codec="cp1252") | st.sampled_from("0123456789"), max_size=60))
def test_digits_are_counted_as_one_by_one(text: str) -> None:
    assert digits_in(text) == sum(text.count(digit) for digit in "0123456789")


@given(text=st.text(st.characters(exclude_characters="0123456789"), max_size=60))
def test_a_text_without_digits_names_nothing_and_plain_letters_bring_none(text: str) -> None:
    assert digits_in(in_capitals(text)) == 0
    assert named_numbers(text) == ()
    assert references_in([Passage("free", text, 1, "63-115")]) == ()
