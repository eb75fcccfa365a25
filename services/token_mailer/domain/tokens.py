"""One-time tokens: derived, never stored; told in groups with a check character; forgiven what people
mistype.

A token is `base32(HMAC-SHA256(K, "conn-token|v1|" + connection id + issue + nonce)[:16])`, 26 characters
for 128 bits, and one check character. Whoever has the table without K, or K without the table, has no token.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.values import ConnectionId, Sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O or U, so that what people confuse has one reading."""

TOKEN_LENGTH = 27
NONCE_BYTES = 16
KEY_BYTES = 32
_TOKEN_BYTES = 16
_GROUP = 3
_FROM_RFC_4648 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)
_CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1"})
# Spaces of all widths, hyphens and dashes, dots, underscores and zero-width characters that copying brings
# along.
_SEPARATORS = re.compile(r"[\s.\-_\u00ad\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff]+")
_FIELD = 0b100101
"""x^5 + x^2 + 1, primitive over GF(2): the field in which the check character is reckoned."""


class TokenMistyped(ValueError):
    """The text cannot be a token of ours: wrong length, a foreign character or a wrong check character.

    `code` is `token_length`, `token_character` or `token_check`; the text itself is never repeated.
    """

    def __init__(self, code: str, found: str, expected: str) -> None:
        self.code, self.found, self.expected = code, found, expected
        super().__init__(f"{code}: found {found}, expected {expected}")


class OneTimeToken(str):
    """A token in its normal form: 27 letters and digits, upper case, check character last.

    Built from whatever people type or paste; raises `TokenMistyped`. Its representation tells nothing.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> "OneTimeToken":
        normal = _SEPARATORS.sub("", text).upper().translate(_CONFUSED)
        if len(normal) != TOKEN_LENGTH:
            raise TokenMistyped("token_length", f"{len(normal)} characters", f"{TOKEN_LENGTH} letters and digits")
        foreign = sorted({character for character in normal if character not in ALPHABET})
        if foreign:
            raise TokenMistyped("token_character", ascii("".join(foreign)), "letters and digits other than U")
        if _remainder(ALPHABET.index(character) for character in normal):
            raise TokenMistyped("token_check", "a check character that does not fit", "the code as it was mailed")
        return str.__new__(cls, normal)

    def __repr__(self) -> str:
        return "OneTimeToken(…)"

    @property
    def grouped(self) -> str:
        """As it stands in the mail: nine groups of three, `7QK-2MX-…`."""
        return "-".join(self[start : start + _GROUP] for start in range(0, TOKEN_LENGTH, _GROUP))

    @property
    def sha256(self) -> Sha256:
        """The digest under which the token is known; 128 bits of entropy need no slow hash (ASVS 5.0
        §6.5.2)."""
        return Sha256.of(self.encode("ascii"))


@dataclass(frozen=True, slots=True, repr=False)
class TokenKey:
    """A secret of 32 bytes with which tokens and credentials are derived."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"token_key_length: found {len(self.secret)} bytes, expected {KEY_BYTES}")

    @property
    def id(self) -> str:
        """First 16 hex digits of the key's SHA-256: names the key and tells nothing of it."""
        return hashlib.sha256(b"token-key-id|v1|" + self.secret).hexdigest()[:16]

    def mac(self, purpose: str, connection_id: ConnectionId, number: int, nonce: bytes) -> bytes:
        """HMAC-SHA256 (RFC 2104) over a purpose, a connection, an issue or generation, and a nonce of 16
        bytes.

        Connection ids and nonces have one length each, so no two inputs read alike.
        """
        if len(nonce) != NONCE_BYTES:
            raise ValueError(f"nonce_length: found {len(nonce)} bytes, expected {NONCE_BYTES}")
        message = purpose.encode() + connection_id.encode() + str(number).encode() + nonce
        return hmac.digest(self.secret, message, "sha256")


class TokenKeys:
    """The key for what is issued now, and retired ones for what was issued before."""

    def __init__(self, current: TokenKey, retired: Sequence[TokenKey] = ()) -> None:
        self.current = current
        self._known = {key.id: key for key in (*retired, current)}

    @property
    def all(self) -> tuple[TokenKey, ...]:
        """Every key that something may have been made with."""
        return tuple(self._known.values())

    def of(self, key_id: str) -> TokenKey:
        """The key with this id; raises LookupError when it was taken out of the settings too early."""
        if key_id not in self._known:
            raise LookupError(f"token_key_unknown: found {key_id}, expected one of {sorted(self._known)}")
        return self._known[key_id]


def derive_token(key: TokenKey, connection_id: ConnectionId, issue: int, nonce: bytes) -> OneTimeToken:
    """The token of one issue of one connection: always the same for the same four, so a mail can be sent
    again."""
    derived = key.mac("conn-token|v1|", connection_id, issue, nonce)[:_TOKEN_BYTES]
    text = as_base32(derived)
    return OneTimeToken(text + _check_character(text))


def as_base32(data: bytes) -> str:
    """Crockford's base32 without padding, upper case."""
    return b32encode(data).decode("ascii").rstrip("=").translate(_FROM_RFC_4648)


def _check_character(text: str) -> str:
    return ALPHABET[_times_two(_remainder(ALPHABET.index(character) for character in text))]


def _remainder(values: Iterable[int]) -> int:
    """The word as a polynomial over GF(32) at 2: any one wrong character and any one swap of two change
    it."""
    remainder = 0
    for value in values:
        remainder = _times_two(remainder) ^ value
    return remainder


def _times_two(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD if doubled & 0b100000 else doubled
