"""Who calls: a key in one of the forms that clients send, compared with digests that this service holds."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, cast

from starlette.datastructures import Headers

from shared.chassis.bearers import BearerInvalid, BearerReader, looks_like_a_bearer
from shared.chassis.calls import Credentials, Kind, Principal, unavailable
from shared.chassis.credentials import KnownCredential
from shared.chassis.errors import Problem
from shared.chassis.health import Readiness
from shared.chassis.keys import parse_key, secret_sha256
from shared.contracts.access import CONNECTION_SCOPES
from shared.values import CredentialId, ValueRejected

OPERATOR = Principal("operator", "operator")
ANYONE = Principal("public", "anyone")
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="relais", Basic realm="relais", charset="UTF-8"'}
_LONGEST_HEADER = 1000


@dataclass(frozen=True, slots=True)
class Presented:
    """What a caller showed: the text of a key, the two halves of Basic credentials, or an access token."""

    form: Literal["key", "basic", "bearer"]
    secret: str = field(repr=False)
    credential_id: str = ""


def presented(headers: Headers) -> list[Presented]:
    """The credentials of a request, those of `Authorization` first. Raises `Problem` 401 when unreadable."""
    found = []
    authorization = headers.get("authorization", "").strip()
    if authorization:
        scheme, _, rest = authorization[:_LONGEST_HEADER].partition(" ")
        found.append(_of_scheme(scheme.lower(), rest.strip()))
    company = headers.get("x-software-company", "").strip()
    if company:
        found.append(Presented("key", company[:_LONGEST_HEADER]))
    return found


class Lookup(Protocol):
    """What a running service knows of credentials; asked at each call, for it starts before its database."""

    @property
    def credentials(self) -> Credentials: ...

    def ready(self) -> Readiness: ...


class Authenticator:
    """Decides who calls, from the service's own projection, the digest of the operator's key and the public keys
    of access tokens."""

    def __init__(self, lookup: Lookup, operator_key_sha256: str, bearer_public_keys: str = "") -> None:
        self._lookup, self._bearers = lookup, BearerReader(bearer_public_keys)
        self._operator_key_sha256 = operator_key_sha256.lower()

    async def identify(self, headers: Headers, kinds: frozenset[Kind], scope: str | None) -> Principal:
        """The caller, one of `kinds` and allowed `scope`.

        Raises `Problem`: 401 `credentials_missing`, `credentials_invalid` or `credentials_expired`; 403
        `caller_not_allowed`, `scope_missing` or `software_suspended`; 503 while the projection lags behind.
        """
        if kinds == {"public"}:
            return ANYONE
        shown = presented(headers)
        if not shown:
            if "public" in kinds:
                return ANYONE
            raise _unauthorized("credentials_missing", "This call needs credentials.")
        principals = []
        for one in shown:
            principal = await self.principal(one)
            if principal.kind in kinds:
                _require_scope(principal, scope)
                return principal
            principals.append(principal.kind)
        raise Problem(403, "caller_not_allowed", f"This call is not for a caller of kind {principals[0]}.")

    async def principal(self, shown: Presented) -> Principal:
        """Who showed this. Raises `Problem` as `identify` does."""
        if shown.form == "bearer":
            return await self._of_bearer(shown.secret)
        if self._is_operator(shown.secret):
            return OPERATOR
        credential_id, secret = _parts(shown)
        digest = secret_sha256(secret)
        known = await self._known(credential_id)
        if not hmac.compare_digest(known.secret_sha256, digest):
            # The secret of a credential may have changed since it was kept in memory.
            known = await self._lookup.credentials.find(credential_id, fresh=True) or known
            if not hmac.compare_digest(known.secret_sha256, digest):
                raise _invalid()
        return _of(known)

    async def _of_bearer(self, text: str) -> Principal:
        try:
            bearer = self._bearers.read(text)
        except BearerInvalid:
            raise _invalid() from None
        known = await self._known(bearer.credential_id)
        if bearer.ends_at <= known.now:
            raise _unauthorized("credentials_expired", "This access token has ended; ask for another one.")
        principal = _of(known)
        if bearer.scopes is None:
            return principal
        return replace(principal, scopes=principal.scopes.intersection(bearer.scopes))

    async def _known(self, credential_id: str) -> KnownCredential:
        known = await self._lookup.credentials.find(credential_id)
        known = known or await self._lookup.credentials.await_arrival(credential_id)
        if known is not None:
            return known
        # Unknown is a fact only for who has read everything.
        if not self._lookup.ready().ready:
            raise unavailable()
        raise _invalid()

    def _is_operator(self, secret: str) -> bool:
        digest = hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
        return bool(self._operator_key_sha256) and hmac.compare_digest(digest, self._operator_key_sha256)


def _of_scheme(scheme: str, rest: str) -> Presented:
    if scheme == "bearer" and rest:
        return Presented("bearer" if looks_like_a_bearer(rest) else "key", rest)
    if scheme != "basic":
        raise _unauthorized("credentials_unreadable", "Authorization is neither Bearer nor Basic.")
    try:
        username, _, password = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise _unauthorized("credentials_unreadable", "The Basic credentials cannot be read.") from None
    if password.startswith("rl_") or not password:
        return Presented("key", password or username)
    return Presented("basic", password, username)


def _parts(shown: Presented) -> tuple[str, str]:
    try:
        if shown.form == "key":
            key = parse_key(shown.secret)
            return key.credential_id, key.secret_text
        return CredentialId(shown.credential_id), shown.secret
    except ValueRejected:
        raise _invalid() from None


def _of(known: KnownCredential) -> Principal:
    if known.ends_at is not None and known.ends_at <= known.now:
        raise _unauthorized("credentials_expired", "These credentials have ended; newer ones were issued.")
    if known.suspended:
        raise Problem(403, "software_suspended", "This billing software is suspended; it can contact the operator.")
    return Principal(
        cast(Kind, known.kind),
        known.owner,
        known.mode,
        frozenset(known.scopes or (CONNECTION_SCOPES if known.kind in ("software", "connection") else ())),
        known.software,
        known.enterprise_number,
    )


def _require_scope(principal: Principal, scope: str | None) -> None:
    if scope is not None and principal.kind != "operator" and scope not in principal.scopes:
        raise Problem(403, "scope_missing", f"These credentials do not have the scope {scope}.")


def _invalid() -> Problem:
    return _unauthorized("credentials_invalid", "These credentials are not known.")


def _unauthorized(code: str, detail: str) -> Problem:
    return Problem(401, code, detail, headers=_CHALLENGE)
