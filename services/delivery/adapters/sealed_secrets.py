"""The secrets of channels, sealed with a key of this service's own: whoever copies the tables can open none."""

import base64
import hashlib
import hmac
from typing import Any

from nacl.public import PrivateKey
from pydantic import ValidationError

from shared.chassis.errors import InvalidMessage
from shared.chassis.sealing import Opener, seal
from shared.contracts.documents import Sealed


class SealedSecrets:
    """Its key is derived (HMAC-SHA256, RFC 2104) from the one that webhooks are signed with."""

    def __init__(self, key: bytes) -> None:
        private = PrivateKey(hmac.digest(key, b"channels/secrets", hashlib.sha256))
        self._public = base64.b64encode(bytes(private.public_key)).decode()
        self._opener = Opener([base64.b64encode(bytes(private)).decode()])

    def seal(self, text: str) -> str:
        """The text as it may be kept; the same never looks the same twice."""
        return seal(text, self._public).model_dump_json()

    def open(self, sealed: str) -> str:
        """Raises `InvalidMessage`: it was sealed by another key, or is damaged."""
        try:
            value: Sealed[Any] = Sealed.model_validate_json(sealed)
        except ValidationError:
            # Not chained: the cause quotes the value.
            raise InvalidMessage("sealed_value_damaged", "the channel's secret cannot be read") from None
        return self._opener.open(value)
