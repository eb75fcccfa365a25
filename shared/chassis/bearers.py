"""Access tokens of OAuth 2.0: signed by token_mailer, checked by every service with a public key.

A token only names a credential and what of its rights it carries. Whether that credential still holds is looked up
at each call, so whoever is suspended or revoked is out at once, whatever the token says of its end. JWT (RFC 7519)
in the profile of RFC 9068, signed with Ed25519 (RFC 8037).
"""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.values import CredentialId, ValueRejected

LIFETIME = timedelta(minutes=10)
AUDIENCE = "relais"
ISSUER = "relais/token_mailer"
_ALGORITHM = "EdDSA"
_TYPE = "at+jwt"
_REQUIRED = ["iss", "aud", "sub", "exp", "iat", "jti"]


class BearerInvalid(Exception):
    """The token is not one of ours, or was changed."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a token says: which credential, until when; `scopes` is None where it carries all of its rights."""

    credential_id: CredentialId
    ends_at: datetime
    scopes: tuple[str, ...] | None


class BearerSigner:
    """Signs with a private key: base64 of the 32 bytes of Ed25519 (RFC 8032 §5.1.5)."""

    def __init__(self, private_key_base64: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(b64decode(private_key_base64, validate=True))

    def sign(self, credential_id: CredentialId, scopes: Sequence[str] | None, now: datetime, token_id: UUID) -> str:
        """A token that ends `LIFETIME` after `now`."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": credential_id,
            "client_id": credential_id,
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "jti": str(token_id),
        }
        narrowed = {} if scopes is None else {"scope": " ".join(scopes)}
        return jwt.encode({**claims, **narrowed}, self._key, _ALGORITHM, headers={"typ": _TYPE})


class BearerReader:
    """Reads tokens signed by one of these keys: base64 of 32 bytes each, with commas; none reads no token."""

    def __init__(self, public_keys_base64: str) -> None:
        texts = [each.strip() for each in public_keys_base64.split(",") if each.strip()]
        self._keys = [Ed25519PublicKey.from_public_bytes(b64decode(each, validate=True)) for each in texts]

    def read(self, text: str) -> Bearer:
        """What the token says, ended or not: the caller knows the database's time. Raises `BearerInvalid`."""
        for key in self._keys:
            try:
                return _read(text, key)
            except jwt.InvalidSignatureError:
                continue  # another key may have signed it while keys change
            except (jwt.InvalidTokenError, ValueRejected, ValueError, OverflowError) as error:
                raise BearerInvalid(type(error).__name__) from error
        raise BearerInvalid("signed by no key that is known here")


def looks_like_a_bearer(text: str) -> bool:
    """Whether a text has the three parts of a signed token (RFC 7515 §7.1); no key of ours has a dot."""
    return text.count(".") == 2


def _read(text: str, key: Ed25519PublicKey) -> Bearer:
    # Times are left to the caller, who knows the database's clock; this machine's may be wrong.
    options: jwt.types.Options = {"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    told = jwt.decode_complete(text, key, [_ALGORITHM], options, audience=AUDIENCE, issuer=ISSUER)
    if told["header"].get("typ") != _TYPE:
        raise BearerInvalid("a token of another type")
    claims = told["payload"]
    scope = claims.get("scope")
    return Bearer(
        CredentialId(str(claims["sub"])),
        datetime.fromtimestamp(int(claims["exp"]), UTC),
        None if scope is None else tuple(str(scope).split()),
    )
