"""Values that only one reader can open (X25519 sealed box, libsodium `crypto_box_seal`).

Whoever seals needs the reader's public key only, and cannot open again what it sealed.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from shared.chassis.errors import InvalidMessage
from shared.contracts.documents import Sealed


def seal(text: str, public_key_base64: str) -> Sealed[Any]:
    """Seal a text to the holder of a key. The same text never looks the same twice."""
    key = PublicKey(base64.b64decode(public_key_base64, validate=True))
    ciphertext = SealedBox(key).encrypt(text.encode())
    return Sealed(key_id=key_id(bytes(key)), ciphertext=base64.b64encode(ciphertext).decode())


def key_id(public_key: bytes) -> str:
    """First 16 hex digits of the SHA-256 of a public key: which key a value was sealed to."""
    return hashlib.sha256(public_key).hexdigest()[:16]


class Opener:
    """Opens what was sealed to any of these private keys (base64, 32 bytes); older ones are for rotation."""

    def __init__(self, private_keys_base64: Sequence[str]) -> None:
        keys = [PrivateKey(base64.b64decode(text, validate=True)) for text in private_keys_base64]
        self._boxes = {key_id(bytes(key.public_key)): SealedBox(key) for key in keys}

    def open(self, sealed: Sealed[Any]) -> str:
        """The text. Raises `InvalidMessage`: `sealed_to_another_key` or `sealed_value_damaged`."""
        box = self._boxes.get(sealed.key_id)
        if box is None:
            known = ", ".join(self._boxes) or "none"
            raise InvalidMessage(
                "sealed_to_another_key",
                "no private key of this service opens the value",
                where="key_id",
                found=sealed.key_id,
                expected=known,
            )
        try:
            return box.decrypt(base64.b64decode(sealed.ciphertext, validate=True)).decode()
        except (CryptoError, binascii.Error, ValueError):
            # Not chained: the causes quote bytes of the value.
            raise InvalidMessage(
                "sealed_value_damaged", "the sealed value cannot be opened", where="ciphertext"
            ) from None
