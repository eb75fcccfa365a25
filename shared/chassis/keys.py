"""Keys of softwares, offices and connections: `rl_live_<id>_<secret>_<check>`.

The prefix makes a leaked key findable; the check part tells a typing error from a wrong key without a query.
A secret has 256 bits, so a plain SHA-256 of it may be stored (OWASP ASVS 5.0, 6.5.2).
"""

import base64
import hashlib
import re
import zlib
from dataclasses import dataclass, field

from shared.contracts.access import Mode
from shared.values import CredentialId, Sha256, ValueRejected

SECRET_BYTES = 32
_FORM = re.compile(r"rl_(test|live)_([a-z0-9]{8,32})_([a-z2-7]{16,64})_([a-z2-7]{7})")


@dataclass(frozen=True, slots=True)
class ParsedKey:
    """The parts of a key whose check part is right."""

    mode: Mode
    credential_id: CredentialId
    secret_text: str = field(repr=False)


def make_key(mode: Mode, credential_id: str, secret: bytes) -> str:
    """The key of a credential; `secret` is 32 random or derived bytes."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a key's secret has {SECRET_BYTES} bytes, found {len(secret)}")
    start = f"rl_{mode}_{CredentialId(credential_id)}_{secret_text(secret)}"
    return f"{start}_{_check(start)}"


def parse_key(text: str) -> ParsedKey:
    """Read a key. Raises `ValueRejected`: `key_malformed` or `key_checksum`; its text never shows the key."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise ValueRejected("key_malformed", f"{len(text)} characters", "a key like rl_live_<id>_<secret>_<check>")
    if _check(text.rpartition("_")[0]) != form[4]:
        raise ValueRejected("key_checksum", f"a key of {form[2]}", "a key without a typing error")
    return ParsedKey("test" if form[1] == "test" else "live", CredentialId(form[2]), form[3])


def secret_text(secret: bytes) -> str:
    """A secret as it stands in a key and as a password: base32 (RFC 4648 §6), lower case, no padding."""
    return _base32(secret)


def secret_sha256(text: str) -> Sha256:
    """The digest that is published and stored: SHA-256 of the secret's text."""
    return Sha256(hashlib.sha256(text.encode()).hexdigest())


def _check(start: str) -> str:
    return _base32(zlib.crc32(start.encode()).to_bytes(4, "big"))


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()
