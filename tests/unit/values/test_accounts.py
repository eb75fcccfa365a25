"""IBANs of every country, with the national check of Belgium."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values import Iban, ValueRejected


def belgian(first_ten: int) -> str:
    account = f"{first_ten:010d}{first_ten % 97 or 97:02d}"
    return f"BE{98 - int(account + '111400') % 97:02d}{account}"


belgian_accounts = st.integers(0, 9_999_999_999).map(belgian)

VALID = {
    "Belgian": ("BE71 0961 2345 6769", "BE71096123456769"),
    "Dutch": ("nl91 abna 0417 1643 00", "NL91ABNA0417164300"),
    "French": ("FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606"),
    "German with dashes": ("DE89-3704-0044-0532-0130-00", "DE89370400440532013000"),
    "Luxembourgish with label": ("IBAN: LU28 0019 4006 4475 0000", "LU280019400644750000"),
    "Norwegian, the shortest": ("NO9386011117947", "NO9386011117947"),
    "Maltese, of 31 characters": ("MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S"),
    "pasted from a page": ("BE71\u00a00961\u200b2345\u202f6769\ufeff", "BE71096123456769"),
}


@pytest.mark.parametrize(("spelling", "normal"), VALID.values(), ids=VALID.keys())
def test_an_account_of_any_country_becomes_its_normal_form(spelling: str, normal: str) -> None:
    assert Iban(spelling) == normal
    assert Iban(spelling).country == normal[:2]


REFUSED = {
    "empty": ("", "iban_malformed"),
    "an old Belgian account": ("096-1234567-69", "iban_malformed"),
    "a country without IBANs": ("US71096123456769", "iban_malformed"),
    "Belgian, one digit short": ("BE7109612345676", "iban_malformed"),
    "letters in a Belgian account": ("BE71096A23456769", "iban_malformed"),
    "wrong check digits": ("BE72096123456769", "iban_checksum"),
    "wrong Dutch check digits": ("NL92ABNA0417164300", "iban_checksum"),
    "Belgian national check wrong, mod 97 right": ("BE44096123456770", "iban_checksum"),
    "very long": ("BE71" * 10_000, "iban_malformed"),
    "line end inside a country check": ("BE71096123456769\x00", "iban_malformed"),
}


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_account_is_refused_with_the_reason(text: str, code: str) -> None:
    with pytest.raises(ValueRejected) as refusal:
        Iban(text)
    assert refusal.value.code == code


def test_a_belgian_bank_that_is_in_no_list_yet_is_accepted() -> None:
    assert Iban(belgian(9_999_999_999)).country == "BE"


@given(belgian_accounts)
def test_an_account_as_people_read_it_reads_back(text: str) -> None:
    assert Iban(Iban(text).formatted) == text
    assert Iban(text).formatted.replace(" ", "") == text


@given(belgian_accounts, st.integers(2, 15), st.integers(1, 9))
def test_every_single_wrong_digit_is_refused(text: str, at: int, difference: int) -> None:
    wrong = text[:at] + str((int(text[at]) + difference) % 10) + text[at + 1 :]
    with pytest.raises(ValueRejected):
        Iban(wrong)


@pytest.mark.parametrize(("right", "alias"), [("02", "99"), ("97", "00"), ("98", "01")])
def test_check_digits_that_only_leave_the_same_rest_are_refused(right: str, alias: str) -> None:
    account = next(text for number in range(10_000) if (text := belgian(number))[2:4] == right)
    assert Iban(account) == account
    with pytest.raises(ValueRejected) as refusal:
        Iban(f"BE{alias}{account[4:]}")
    assert refusal.value.code == "iban_checksum"
