"""Who may register a token, what a refused try is told, and the credentials that follow."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.token_mailer.domain.records import Connection, IssuedCredential, Side, Token
from services.token_mailer.domain.tokens import TokenKey, TokenMistyped, as_base32
from shared.values import ConnectionId, CredentialId, Language, Sha256

TRIES = 10
WINDOW = timedelta(minutes=10)
OVERLAP = timedelta(hours=24)
"""How long the older credential still works after a rotation."""

_CREDENTIAL_ID_BYTES = 10
Code = Literal[
    "token_invalid",
    "token_expired",
    "token_used",
    "token_superseded",
    "token_locked",
    "token_of_another_software",
]


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries in one window, of one connection or (where no connection is named) of one software.

    A text whose check character is wrong is a typing error and not counted: it could never have been a token.
    """

    count: int = 0
    since: datetime | None = None

    def locked_for(self, now: datetime) -> timedelta:
        """How long no token is looked at; zero when the next try is welcome."""
        if self.since is None or self.count < TRIES:
            return timedelta(0)
        return max(timedelta(0), self.since + WINDOW - now)

    def and_one(self, now: datetime) -> "Tries":
        """After one more wrong try; a window that has passed is forgotten."""
        if self.since is None or now >= self.since + WINDOW:
            return Tries(1, now)
        return Tries(self.count + 1, self.since)


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """Why a token was not registered. `newer_mailed_at` and `newer_address` point at the mail that counts;
    `mistyped` says what of the text cannot be a token of ours."""

    code: Code
    language: Language = Language.NL
    retry_after: timedelta = timedelta(0)
    newer_mailed_at: datetime | None = None
    newer_address: str = ""
    mistyped: TokenMistyped | None = None


def refusal(token: Token, newest: Token | None, connection: Connection) -> TokenRefused:
    """Why a token that we did mail cannot be registered any more."""
    if token.consumed_at is not None:
        return TokenRefused("token_used", connection.language)
    if token.ended == "superseded" and newest is not None and newest.issue > token.issue:
        return TokenRefused(
            "token_superseded",
            connection.language,
            newer_mailed_at=newest.issued_at,
            newer_address=connection.masked_email,
        )
    return TokenRefused("token_expired", connection.language)


def credential_secret(key: TokenKey, connection_id: ConnectionId, generation: int, nonce: bytes) -> bytes:
    """The 32 bytes of a connection's secret: derived again whenever they must be told again."""
    return key.mac("conn-credential|v1|", connection_id, generation, nonce)


def issue_credential(
    connection: Connection,
    key: TokenKey,
    nonce: bytes,
    now: datetime,
    cause_id: UUID,
    digest: Callable[[bytes], Sha256],
    issue: int = 0,
) -> tuple[Connection, IssuedCredential]:
    """The connection's next credential. `digest` says how the secret's bytes are told and hashed by the
    chassis."""
    generation = connection.generation + 1
    name = key.mac("conn-credential-id|v1|", connection.connection_id, generation, nonce)[:_CREDENTIAL_ID_BYTES]
    credential = IssuedCredential(
        credential_id=CredentialId(as_base32(name).lower()),
        connection_id=connection.connection_id,
        generation=generation,
        issue=issue,
        key_id=key.id,
        nonce=nonce,
        secret_sha256=digest(credential_secret(key, connection.connection_id, generation, nonce)),
        issued_at=now,
        cause_id=cause_id,
    )
    return replace(connection, generation=generation), credential


def activated(connection: Connection, now: datetime) -> Connection:
    """The connection after its token was registered."""
    return replace(connection, state="active", activated_at=now, version=connection.version + 1)


def revoked(connection: Connection, by: Side, now: datetime) -> Connection:
    """The connection after one of its sides ended it."""
    return replace(connection, state="revoked", ended_at=now, ended_by=by, version=connection.version + 1)


def ending(credentials: tuple[IssuedCredential, ...], ends_at: datetime) -> tuple[IssuedCredential, ...]:
    """The credentials with an end no later than `ends_at`; an earlier end stays."""
    return tuple(
        replace(each, ends_at=ends_at if each.ends_at is None else min(each.ends_at, ends_at)) for each in credentials
    )
