"""Structured references, Belgian and international."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from shared.values import StructuredReference, ValueRejected

belgian = st.integers(0, 9_999_999_999).map(lambda number: f"{number:010d}{number % 97 or 97:02d}")
international = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=21).map(
    lambda body: f"RF{98 - int(''.join(str(int(sign, 36)) for sign in body + 'RF00')) % 97:02d}{body}"
)

SPELLINGS = {
    "pluses": ("+++090/9337/55493+++", "090933755493"),
    "asterisks": ("***090/9337/55493***", "090933755493"),
    "digits": ("090933755493", "090933755493"),
    "dashes": ("090-9337-55493", "090933755493"),
    "spaces": ("090 9337 55493", "090933755493"),
    "spaces within the pluses": ("+++ 090 / 9337 / 55493 +++", "090933755493"),
    "rest of zero, so 97": ("+++000/0000/09797+++", "000000009797"),
    "RF in groups": ("RF18 5390 0754 7034", "RF18539007547034"),
    "RF in lower case": ("rf18539007547034", "RF18539007547034"),
}


@pytest.mark.parametrize(("spelling", "normal"), SPELLINGS.values(), ids=SPELLINGS.keys())
def test_every_spelling_of_a_reference_becomes_its_normal_form(spelling: str, normal: str) -> None:
    assert StructuredReference(spelling) == normal


REFUSED = {
    "empty": ("", "reference_malformed"),
    "free text": ("invoice 2026-001", "reference_malformed"),
    "eleven digits": ("09093375549", "reference_malformed"),
    "all zeros": ("+++000/0000/00000+++", "reference_checksum"),
    "wrong check digits": ("+++090/9337/55494+++", "reference_checksum"),
    "RF with wrong check digits": ("RF19539007547034", "reference_checksum"),
    "RF without a body": ("RF18", "reference_malformed"),
    "RF too long": ("RF18" + "1" * 22, "reference_malformed"),
    "Arabic digits": ("\u0660" * 12, "reference_malformed"),
}


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_reference_is_refused_with_the_reason(text: str, code: str) -> None:
    with pytest.raises(ValueRejected) as refusal:
        StructuredReference(text)
    assert refusal.value.code == code


def test_a_reference_knows_its_kind_and_is_written_as_people_know_it() -> None:
    ogm, rf = StructuredReference("090933755493"), StructuredReference("RF18539007547034")
    assert (ogm.kind, ogm.formatted) == ("ogm", "+++090/9337/55493+++")
    assert (rf.kind, rf.formatted) == ("rf", "RF18 5390 0754 7034")


@given(belgian | international)
def test_a_reference_as_people_read_it_reads_back(text: str) -> None:
    assert StructuredReference(StructuredReference(text).formatted) == text


@given(international)
def test_our_rf_check_agrees_with_the_published_one(text: str) -> None:
    assert iso11649.is_valid(text)
    assert StructuredReference(text).kind == "rf"


@given(belgian, st.integers(0, 11), st.integers(1, 9))
def test_every_single_wrong_digit_of_an_ogm_is_refused(text: str, at: int, difference: int) -> None:
    wrong = text[:at] + str((int(text[at]) + difference) % 10) + text[at + 1 :]
    with pytest.raises(ValueRejected) as refusal:
        StructuredReference(wrong)
    assert refusal.value.code == "reference_checksum"
