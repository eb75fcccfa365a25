"""Enterprise and VAT numbers: every spelling that people type, no wrong digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values import EnterpriseNumber, ValueRejected, VatNumber


def with_check_digits(first_eight: int) -> str:
    return f"{first_eight:08d}{97 - first_eight % 97:02d}"


valid_numbers = st.integers(1, 19_999_999).map(with_check_digits)

SPELLINGS = {
    "digits": "0403170701",
    "dots": "0403.170.701",
    "country and dots": "BE 0403.170.701",
    "lower case": "be0403170701",
    "nine digits": "403170701",
    "nine digits with country": "BE403.170.701",
    "dashes": "0403-170-701",
    "slashes": "0403/170/701",
    "non-breaking spaces": "BE\u00a00403\u202f170\u00a0701",
    "zero-width marks": "\u200b0403\u200d170701\ufeff",
    "en dashes": "0403\u2013170\u2013701",
    "Dutch label": "BTW BE 0403.170.701",
    "French label": "TVA: BE 0403.170.701",
    "French label after the country": "BE TVA 0403.170.701",
    "Dutch register": "KBO 0403.170.701",
    "French register": "BCE: 0403.170.701",
    "zero in parentheses": "BE(0)403.170.701",
    "Peppol 0208": "0208:0403170701",
    "Peppol 9925": "9925:BE0403170701",
    "line end": " 0403170701\r\n",
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_every_spelling_people_type_becomes_ten_digits(spelling: str) -> None:
    assert EnterpriseNumber(spelling) == "0403170701"
    assert VatNumber(spelling) == "BE0403170701"


MALFORMED = {
    "empty": "",
    "too short": "0403.170",
    "eleven digits": "04031707011",
    "starts with nine": "9403170701",
    "letters": "04O317O701",
    "Arabic digits": "\u0660\u0664\u0660\u0663\u0661\u0667\u0660\u0667\u0660\u0661",
    "another country": "NL0403170701",
    "zeros with fitting check digits": "0000000097",
    "Peppol scheme without a colon": "02080403170701",
    "two numbers": "0403170701 0403170701",
    "a million digits": "0403170701" * 100_000,
    "NUL": "0403170701\x00",
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_enterprise_number_is_malformed(text: str) -> None:
    with pytest.raises(ValueRejected) as refusal:
        EnterpriseNumber(text)
    assert refusal.value.code == "enterprise_number_malformed"
    assert len(refusal.value.found) <= 80
    assert refusal.value.found.isprintable()


@pytest.mark.parametrize("text", ["2.112.345.678", "8403170701", "BE 5000000000"])
def test_an_establishment_number_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(ValueRejected, match="not an establishment number") as refusal:
        EnterpriseNumber(text)
    assert refusal.value.code == "establishment_number"


def test_a_number_with_two_digits_swapped_is_refused_and_the_right_one_suggested() -> None:
    with pytest.raises(ValueRejected) as refusal:
        EnterpriseNumber("0430170701")
    assert refusal.value.code == "enterprise_number_checksum"
    assert refusal.value.suggestion == "0403.170.701"
    assert str(refusal.value) == (
        "expected an enterprise number whose last two digits check the first eight, "
        "found '0430170701'; did you mean 0403.170.701?"
    )


def test_nothing_is_suggested_where_no_swap_helps() -> None:
    with pytest.raises(ValueRejected) as refusal:
        EnterpriseNumber("0403170702")
    assert refusal.value.suggestion is None


def test_nothing_is_suggested_where_two_swaps_would_help() -> None:
    # 0403107749 and 0430170749 are one swap away, and both valid.
    with pytest.raises(ValueRejected) as refusal:
        EnterpriseNumber("0403170749")
    assert (refusal.value.code, refusal.value.suggestion) == ("enterprise_number_checksum", None)


@given(valid_numbers, st.integers(0, 8))
def test_every_swap_of_neighbours_is_refused_and_a_suggestion_is_always_valid(number: str, at: int) -> None:
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if swapped == number:
        assert EnterpriseNumber(swapped) == number
        return
    with pytest.raises(ValueRejected) as refusal:
        EnterpriseNumber(swapped)
    if refusal.value.suggestion:
        assert EnterpriseNumber(refusal.value.suggestion) == number


@given(valid_numbers, st.integers(0, 9), st.integers(1, 9))
def test_every_single_wrong_digit_is_refused(number: str, at: int, difference: int) -> None:
    wrong = number[:at] + str((int(number[at]) + difference) % 10) + number[at + 1 :]
    with pytest.raises(ValueRejected):
        EnterpriseNumber(wrong)


@pytest.mark.parametrize("alias", ["0000009698", "0000009700", "0000009599"])
def test_check_digits_that_only_leave_the_same_rest_are_refused(alias: str) -> None:
    # 00 stands for 97, 98 for 01 and 99 for 02 in a check that looks at the rest alone.
    with pytest.raises(ValueRejected) as refusal:
        EnterpriseNumber(alias)
    assert refusal.value.code == "enterprise_number_checksum"


@given(valid_numbers, st.text(" .-/\u00a0\u200b\t", max_size=3), st.sampled_from(["", "BE", "BTW BE ", "0208:"]))
def test_every_spelling_of_a_valid_number_normalises(number: str, separator: str, prefix: str) -> None:
    assert EnterpriseNumber(prefix + separator.join(number)) == number


@given(valid_numbers)
def test_each_form_of_a_number_reads_back_as_the_same_number(text: str) -> None:
    number = EnterpriseNumber(text)
    assert {EnterpriseNumber(form) for form in (number.vat, number.formatted, number.peppol)} == {number}
    assert number.vat.enterprise_number == number


def test_the_forms_of_a_number_are_those_of_the_register_the_tax_office_and_peppol() -> None:
    number = EnterpriseNumber("403170701")
    assert (number.formatted, number.vat, number.peppol) == (
        "0403.170.701",
        "BE0403170701",
        "0208:0403170701",
    )
    assert isinstance(number.vat, VatNumber)
    assert isinstance(number.vat.enterprise_number, EnterpriseNumber)


def test_a_young_company_starts_with_one() -> None:
    assert EnterpriseNumber(with_check_digits(10_000_000)).startswith("1")
