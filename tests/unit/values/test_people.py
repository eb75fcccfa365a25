"""Languages and e-mail addresses."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.values import EmailAddress, Language, ValueRejected

WISHES = {
    "region": ("nl-BE", Language.NL),
    "capitals": ("FR", Language.FR),
    "underscore": ("de_BE", Language.DE),
    "list by weight": ("en;q=0.5, fr-BE;q=0.9, nl;q=0.1", Language.FR),
    "first of equals": ("nl, fr", Language.NL),
    "weight of zero is refused": ("nl;q=0, de;q=0.1", Language.DE),
    "unknown first": ("es, pt;q=0.9, fr;q=0.1", Language.FR),
    "refused alone": ("nl;q=0", Language.EN),
    "unknown alone": ("es", Language.EN),
    "empty": ("", Language.EN),
    "none": (None, Language.EN),
    "rubbish": (";;q=,\x00" * 10_000, Language.EN),
}


@pytest.mark.parametrize(("text", "language"), WISHES.values(), ids=WISHES.keys())
def test_the_best_of_our_languages_is_found(text: str | None, language: Language) -> None:
    assert Language.best(text) is language


def test_the_caller_may_name_the_language_for_want_of_a_better_one() -> None:
    assert Language.best("es", otherwise=Language.NL) is Language.NL


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueRejected, match="one of nl, fr, de, en") as refusal:
        Language("es")
    assert refusal.value.code == "language_unknown"
    with pytest.raises(ValidationError):
        TypeAdapter(Language).validate_json('"es"')
    assert TypeAdapter(Language).validate_json('"nl"') is Language.NL


ADDRESSES = {
    "plain": ("jan@example.be", "jan@example.be"),
    "domain in capitals": ("Jan.Peeters@EXAMPLE.be", "Jan.Peeters@example.be"),
    "pasted": ("\u00a0jan@example.be\u200b ", "jan@example.be"),
    "international domain": ("jan@b\u00fccher.example.com", "jan@xn--bcher-kva.example.com"),
    "tag": ("jan+relais@example.be", "jan+relais@example.be"),
    "reserved for tests": ("jan@bakkerij.test", "jan@bakkerij.test"),
}


@pytest.mark.parametrize(("text", "normal"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_an_address_becomes_what_any_mail_server_accepts(text: str, normal: str) -> None:
    assert EmailAddress(text) == normal
    assert EmailAddress(EmailAddress(text)) == normal


BAD_ADDRESSES = {
    "empty": "",
    "no at": "jan.example.be",
    "two ats": "jan@peeters@example.be",
    "no domain": "jan@",
    "no top level": "jan@localhost",
    "header injection": "jan@example.be\r\nBcc: all@example.be",
    "line end": "jan@example.be\n",
    "NUL": "jan\x00@example.be",
    "display name": "Jan <jan@example.be>",
    "quoted": '"jan peeters"@example.be',
    "address literal": "jan@[127.0.0.1]",
    "two dots": "jan..peeters@example.be",
    "local part too long": "j" * 65 + "@example.be",
    "local part beyond ASCII": "jos\u00e9@example.be",
    "direction mark inside": "jan\u202e@example.be",
    "very long": "jan@" + "example." * 100_000 + "be",
}


@pytest.mark.parametrize("text", BAD_ADDRESSES.values(), ids=BAD_ADDRESSES.keys())
def test_what_no_mail_can_reach_is_refused_without_telling_the_address(text: str) -> None:
    with pytest.raises(ValueRejected) as refusal:
        EmailAddress(text)
    assert refusal.value.code == "email_malformed"
    assert refusal.value.__cause__ is None
    assert not text or text.strip() not in str(refusal.value)


@pytest.mark.parametrize("name", ["header injection", "line end", "NUL", "direction mark inside"])
def test_a_control_character_in_an_address_is_named_as_the_reason(name: str) -> None:
    with pytest.raises(ValueRejected, match="without control characters"):
        EmailAddress(BAD_ADDRESSES[name])


def test_an_address_shows_itself_masked() -> None:
    address = EmailAddress("jan@example.be")
    assert address.masked == "j***@e***.be"
    assert repr(address) == "EmailAddress('j***@e***.be')"
    assert EmailAddress("j@mail.example.co.uk").masked == "j***@m***.uk"


@given(
    st.from_regex(r"[A-Za-z0-9._+-]{1,66}@([a-z0-9-]{1,64}\.){1,3}(be|com|example|nl)", fullmatch=True)
    | st.from_regex(r"[a-z]{1,3}[._+-]?[a-z0-9]{1,3}@(xn--)?[a-z0-9]{1,3}-?[a-z0-9]{1,3}\.(be|com|eu)", fullmatch=True)
)
def test_a_plain_address_is_what_a_second_look_would_make_of_it(text: str) -> None:
    assert _outcome(text) == _second_look(text)


def _outcome(text: str) -> str:
    try:
        return str(EmailAddress(text))
    except ValueRejected as refusal:
        return refusal.code


def _second_look(text: str) -> str:
    try:
        found = validate_email(text, allow_smtputf8=False, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return EmailAddress.code
    return found.ascii_email or EmailAddress.code
