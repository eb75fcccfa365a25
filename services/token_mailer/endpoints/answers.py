"""What callers are answered: credentials, where a code was mailed, and why not."""

from datetime import datetime, timedelta
from math import ceil
from typing import Any, Literal, cast

from pydantic import BaseModel

from services.token_mailer.domain.records import Connection, IssuedCredential
from services.token_mailer.domain.registering import TokenRefused, credential_secret
from services.token_mailer.domain.tokens import TokenKeys, TokenMistyped
from shared.chassis.errors import Problem
from shared.chassis.http import Call
from shared.chassis.keys import make_key, secret_text
from shared.contracts.problems import PROBLEMS
from shared.contracts.reasons import reason
from shared.values import ConnectionId, Language
from shared.values.moments import utc_text


class CredentialsView(BaseModel):
    """What the software stores: Basic `username` and `password`, or the same two as one key."""

    connection_id: ConnectionId
    state: Literal["pending", "active", "revoked"]
    scopes: tuple[str, ...]
    username: str
    password: str
    key: str
    older_ends_at: datetime | None = None


class BasicCredentials(BaseModel):
    """The answer of the CodaBox API v2."""

    username: str
    password: str


class ResendView(BaseModel):
    """Where the code was mailed again."""

    connection_id: ConnectionId
    masked_email: str
    token_expires_at: datetime
    next_resend_at: datetime


def credentials_view(
    call: Call, connection: Connection, credential: IssuedCredential, older_ends_at: datetime | None = None
) -> CredentialsView:
    key = cast(TokenKeys, call.resources["keys"]).of(credential.key_id)
    secret = credential_secret(key, credential.connection_id, credential.generation, credential.nonce)
    return CredentialsView(
        connection_id=connection.connection_id,
        state=connection.state,
        scopes=connection.scopes,
        username=credential.credential_id,
        password=secret_text(secret),
        key=make_key(connection.mode, credential.credential_id, secret),
        older_ends_at=older_ends_at,
    )


def unknown_connection() -> Problem:
    # The same for what is not there and for what is another's.
    return Problem(404, "connection_unknown", "there is no such connection of yours")


def refused(why: TokenRefused) -> Problem:
    extra = _told(why.code, why.language)
    if why.newer_mailed_at is not None:
        extra |= {"mailed_at": utc_text(why.newer_mailed_at), "masked_email": why.newer_address}
    headers = {"Retry-After": str(_seconds(why.retry_after))} if why.retry_after else {}
    return Problem(
        PROBLEMS[why.code].statuses[0],
        why.code,
        reason(why.code).detail[why.language],
        errors=[_mistyped(why.mistyped)] if why.mistyped else (),
        headers=headers,
        extra=extra,
    )


def _mistyped(error: TokenMistyped) -> dict[str, str]:
    detail = f"found {error.found}, expected {error.expected}"
    return {
        "pointer": "/token",
        "code": error.code,
        "detail": detail,
        "found": error.found,
        "expected": error.expected,
    }


def too_soon(wait: timedelta, language: Language) -> Problem:
    return Problem(
        429, "rate_limited", reason("rate_limited").detail[language],
        headers={"Retry-After": str(_seconds(wait))}, extra=_told("rate_limited", language),
    )  # fmt: skip


def _told(code: str, language: Language) -> dict[str, Any]:
    entry = reason(code)
    return {
        "actor": entry.actor,
        "retryable": entry.retryable,
        "next_action": {"label": entry.next_action[language]},
        "i18n": {each.value: entry.detail[each] for each in Language},
    }


def _seconds(wait: timedelta) -> int:
    return max(1, ceil(wait.total_seconds()))
