"""Do keys read back, and is a typing error told from a wrong key?"""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.chassis.keys import make_key, parse_key, secret_sha256, secret_text
from shared.values import ValueRejected

KEY = make_key("live", "robaws0001", bytes(range(32)))


@given(st.binary(min_size=32, max_size=32), st.sampled_from(["test", "live"]))
def test_every_key_reads_back_as_its_parts(secret: bytes, mode: str) -> None:
    parsed = parse_key(make_key(mode, "abcdefgh12", secret))
    assert (parsed.mode, parsed.credential_id) == (mode, "abcdefgh12")
    assert parsed.secret_text == secret_text(secret)


@pytest.mark.parametrize("position", range(len(KEY)))
def test_no_single_changed_character_goes_unnoticed(position: int) -> None:
    other = "3" if KEY[position] != "3" else "4"
    with pytest.raises(ValueRejected):
        parse_key(KEY[:position] + other + KEY[position + 1 :])


@pytest.mark.parametrize("text", ["", "rl_live", KEY.upper(), KEY + " ", KEY[:-1], "rl_prod" + KEY[7:]])
def test_what_is_no_key_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ValueRejected) as refused:
        parse_key(text)
    assert refused.value.code == "key_malformed"
    assert secret_text(bytes(range(32))) not in str(refused.value)


def test_the_stored_digest_is_that_of_the_secrets_text() -> None:
    assert secret_sha256("abc") == hashlib.sha256(b"abc").hexdigest()


def test_a_secret_of_another_length_makes_no_key() -> None:
    with pytest.raises(ValueError, match="32 bytes, found 5"):
        make_key("live", "abcdefgh12", b"short")


def test_the_parts_of_a_key_do_not_show_its_secret() -> None:
    assert secret_text(bytes(range(32))) not in repr(parse_key(KEY))
