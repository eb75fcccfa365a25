"""Digests of documents and secrets (FIPS 180-4)."""

import hashlib
from typing import Self

from shared.values.text import TextValue


class Sha256(TextValue):
    """SHA-256 as 64 hexadecimal digits in lower case. Raises `ValueRejected`: `sha256_malformed`."""

    __slots__ = ()

    code = "sha256_malformed"
    pattern = "^[0-9a-f]{64}$"
    description = "a SHA-256 digest as 64 lower-case hexadecimal digits"
    examples = ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",)

    @classmethod
    def of(cls, data: bytes) -> Self:
        """The digest of these bytes."""
        return cls(hashlib.sha256(data).hexdigest())

    @classmethod
    def _normal_form(cls, text: str) -> str:
        # Only ASCII is lowered: outside it, one letter may become two or another one.
        return super()._normal_form(text.lower() if text.isascii() else text)
