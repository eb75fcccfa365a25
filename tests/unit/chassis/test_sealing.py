"""Can only the reader open what was sealed to it?"""

import base64

import pytest
from nacl.public import PrivateKey

from shared.chassis.errors import InvalidMessage
from shared.chassis.sealing import Opener, seal


def _pair(seed: bytes) -> tuple[str, str]:
    key = PrivateKey(seed * 32)
    return base64.b64encode(bytes(key)).decode(), base64.b64encode(bytes(key.public_key)).decode()


PRIVATE, PUBLIC = _pair(b"a")
OTHER_PRIVATE, OTHER_PUBLIC = _pair(b"b")


def test_the_reader_opens_what_was_sealed_to_it() -> None:
    assert Opener([PRIVATE]).open(seal("jan@example.be", PUBLIC)) == "jan@example.be"


def test_after_a_rotation_both_keys_open_their_own() -> None:
    opener = Opener([OTHER_PRIVATE, PRIVATE])
    assert [opener.open(seal("x", key)) for key in (PUBLIC, OTHER_PUBLIC)] == ["x", "x"]


def test_the_same_text_never_looks_the_same_twice() -> None:
    assert seal("x", PUBLIC).ciphertext != seal("x", PUBLIC).ciphertext


def test_a_value_for_somebody_else_is_refused_with_both_key_ids() -> None:
    with pytest.raises(InvalidMessage) as refused:
        Opener([PRIVATE]).open(seal("x", OTHER_PUBLIC))
    assert refused.value.code == "sealed_to_another_key"
    assert refused.value.found != refused.value.expected


@pytest.mark.parametrize("ciphertext", ["", "AAAA", "not base64!", "é"])
def test_a_damaged_value_is_refused_with_its_code(ciphertext: str) -> None:
    sealed = seal("x", PUBLIC).model_copy(update={"ciphertext": ciphertext})
    with pytest.raises(InvalidMessage) as refused:
        Opener([PRIVATE]).open(sealed)
    assert refused.value.code == "sealed_value_damaged"
