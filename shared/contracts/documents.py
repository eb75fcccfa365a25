"""Claim checks and sealed values: what an event carries in place of bytes and of secrets."""

from typing import Generic, TypeVar

from pydantic import Field

from shared.contracts.event import Facts
from shared.values import Sha256

Content = TypeVar("Content")


class Claim(Facts):
    """A claim check: where a document lies in the object store, and how to prove that it is the one."""

    path: str = Field(description="`<enterprise number or 'unassigned'>/<sha256>` in the object store")
    sha256: Sha256
    size: int = Field(ge=0, description="bytes")
    media_type: str


class Sealed(Facts, Generic[Content]):
    """A value that only the holder of one private key can read (X25519 sealed box, libsodium `crypto_box_seal`)."""

    key_id: str = Field(description="first 16 hex digits of the SHA-256 of the reader's public key")
    ciphertext: str = Field(description="base64")

    def __repr__(self) -> str:
        return f"Sealed(key_id={self.key_id!r})"
