"""Fact 14 of the v2 interface: what clients put into a header or a path fits there as it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.token_mailer.domain.tokens import ALPHABET
from shared.chassis.keys import make_key, secret_text
from shared.values import CredentialId, ValueRejected

UNRESERVED = re.compile(r"[A-Za-z0-9_-]+")


@given(st.binary(min_size=32, max_size=32))
def test_fact_14_passwords_and_keys_are_ascii_without_a_colon(secret: bytes) -> None:
    assert UNRESERVED.fullmatch(secret_text(secret))
    assert UNRESERVED.fullmatch(make_key("live", "c0nnection", secret))


@given(st.text(max_size=32))
def test_fact_14_no_user_name_can_hold_anything_but_letters_and_digits(text: str) -> None:
    try:
        name = CredentialId(text)
    except ValueRejected:
        return
    assert name.isascii() and name.isalnum()


@pytest.mark.parametrize("name", ["with:colon", "with space", "été-0001", ""])
def test_fact_14_a_user_name_that_would_break_a_header_cannot_be_made(name: str) -> None:
    with pytest.raises(ValueRejected):
        CredentialId(name)


def test_fact_14_a_token_and_its_groups_stand_in_a_path_unescaped() -> None:
    assert UNRESERVED.fullmatch(f"{ALPHABET}-")
