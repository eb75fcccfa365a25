"""Tokens: derived, forgiving, never told."""

import base64
import hashlib
import hmac
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.token_mailer.domain.tokens import (
    ALPHABET,
    TOKEN_LENGTH,
    OneTimeToken,
    TokenKey,
    TokenKeys,
    TokenMistyped,
    derive_token,
)
from shared.values import ConnectionId

KEY = TokenKey(bytes(range(32)))
CONNECTION = ConnectionId.of(UUID(int=7))
NONCE = bytes(16)
nonces = st.binary(min_size=16, max_size=16)


def token_of(nonce: bytes, issue: int = 1) -> OneTimeToken:
    return derive_token(KEY, CONNECTION, issue, nonce)


def test_a_token_is_the_first_128_bits_of_the_hmac_in_base32() -> None:
    message = b"conn-token|v1|" + CONNECTION.encode() + b"1" + NONCE
    derived = hmac.digest(KEY.secret, message, hashlib.sha256)[:16]
    plain = base64.b32encode(derived).decode().rstrip("=")
    crockford = plain.translate(str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET))
    assert token_of(NONCE)[:26] == crockford


@given(nonces, st.integers(1, 10_000))
def test_the_same_four_always_give_the_same_token(nonce: bytes, issue: int) -> None:
    assert derive_token(KEY, CONNECTION, issue, nonce) == derive_token(KEY, CONNECTION, issue, nonce)


@given(nonces, nonces)
def test_another_nonce_gives_another_token(one: bytes, other: bytes) -> None:
    assert (token_of(one) == token_of(other)) == (one == other)


def test_another_issue_key_or_connection_gives_another_token() -> None:
    others = [
        token_of(NONCE, issue=2),
        derive_token(TokenKey(bytes(32)), CONNECTION, 1, NONCE),
        derive_token(KEY, ConnectionId.of(UUID(int=8)), 1, NONCE),
    ]
    assert len({token_of(NONCE), *others}) == 4


@given(nonces)
def test_a_token_is_letters_and_digits_that_stand_in_a_path_as_they_are(nonce: bytes) -> None:
    token = token_of(nonce)
    assert len(token) == TOKEN_LENGTH
    assert token.isascii() and token.isalnum() and token == token.upper()


@given(nonces, st.sampled_from(["-", " ", " - ", "\u00a0", "\u2011", "\u2013", "", ".", "\u200b"]), st.booleans())
def test_spaces_dashes_and_case_do_not_matter(nonce: bytes, separator: str, lower: bool) -> None:
    token = token_of(nonce)
    typed = separator.join(token[start : start + 4] for start in range(0, TOKEN_LENGTH, 4))
    assert OneTimeToken(f" {typed.lower() if lower else typed}\n") == token


@given(nonces, st.sampled_from(["O", "o"]), st.sampled_from(["I", "i", "L", "l"]))
def test_letter_o_reads_as_zero_and_i_and_l_as_one(nonce: bytes, zero: str, one: str) -> None:
    token = token_of(nonce)
    assert OneTimeToken(token.replace("0", zero).replace("1", one)) == token


@given(nonces)
def test_the_grouped_form_reads_back(nonce: bytes) -> None:
    grouped = token_of(nonce).grouped
    assert len(grouped.split("-")) == 9
    assert OneTimeToken(grouped) == token_of(nonce)


@given(nonces, st.integers(0, TOKEN_LENGTH - 1), st.sampled_from(ALPHABET))
def test_any_one_wrong_character_is_noticed(nonce: bytes, place: int, character: str) -> None:
    token = token_of(nonce)
    if token[place] == character:
        character = ALPHABET[(ALPHABET.index(character) + 1) % 32]
    with pytest.raises(TokenMistyped) as error:
        OneTimeToken(token[:place] + character + token[place + 1 :])
    assert error.value.code == "token_check"


@given(nonces, st.integers(0, TOKEN_LENGTH - 1), st.integers(0, TOKEN_LENGTH - 1))
def test_any_two_swapped_characters_are_noticed(nonce: bytes, one: int, other: int) -> None:
    characters = list(token_of(nonce))
    if characters[one] == characters[other]:
        characters[one] = ALPHABET[(ALPHABET.index(characters[one]) + 1) % 32]
    characters[one], characters[other] = characters[other], characters[one]
    with pytest.raises(TokenMistyped):
        OneTimeToken("".join(characters))


@given(st.text(max_size=40))
def test_any_text_is_a_token_or_is_refused_without_repeating_it(text: str) -> None:
    try:
        token = OneTimeToken(text)
    except TokenMistyped as error:
        assert error.code in {"token_length", "token_character", "token_check"}
    else:
        assert len(token) == TOKEN_LENGTH


def test_a_token_does_not_show_itself() -> None:
    token = token_of(NONCE)
    assert token not in repr(token)
    assert token not in repr({"token": token})
    assert KEY.secret.hex() not in repr(KEY)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="token_key_length"):
        TokenKey(b"short")


def test_a_retired_key_still_derives_what_was_issued_with_it() -> None:
    retired = TokenKey(bytes(32))
    keys = TokenKeys(KEY, [retired])
    assert keys.of(retired.id) is retired
    assert keys.current is KEY
    with pytest.raises(LookupError, match="token_key_unknown"):
        keys.of("0" * 16)
