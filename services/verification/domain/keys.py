"""The keys of a software: two at a time in each mode, so that one can be changed without a moment without any."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.verification.domain.directory import Software
from shared.contracts.access import CONNECTION_SCOPES, SCOPES, Credential, Mode
from shared.values import CredentialId
from shared.values.moments import utc_text

LIVE_KEYS = 2
"""Keys of one mode that work at the same time: the one in use and the one that takes over."""


@dataclass(frozen=True, slots=True)
class KeyRefused:
    """Why a key is not issued; `code` is stable."""

    code: str
    found: str
    expected: str


def holding(credentials: Iterable[Credential], mode: Mode, now: datetime) -> tuple[Credential, ...]:
    """The keys of a mode that work at this moment."""
    return tuple(each for each in credentials if each.mode == mode and (each.ends_at is None or each.ends_at > now))


def too_many(credentials: Sequence[Credential], now: datetime) -> KeyRefused | None:
    """Whether these keys are more than may work at the same time."""
    for mode in ("live", "test"):
        found = len(holding(credentials, mode, now))
        if found > LIVE_KEYS:
            return KeyRefused("software_keys_full", f"{found} {mode} keys that work", f"at most {LIVE_KEYS}")
    return None


def unknown_scopes(scopes: Iterable[str], allowed: Sequence[str]) -> KeyRefused | None:
    """Whether a right does not exist, or goes beyond `allowed` (empty: everything)."""
    most = allowed or SCOPES
    beyond = sorted(set(scopes) - set(most))
    return KeyRefused("scope_not_allowed", " ".join(beyond), f"scopes among {' '.join(most)}") if beyond else None


def granted(asked: Sequence[str], software: Software) -> tuple[str, ...] | None:
    """The rights of a connection that asks for these (none: for all that there are); empty means everything.

    None when it asks for more than its software may.
    """
    if not software.scopes:
        return tuple(asked)
    most = tuple(each for each in CONNECTION_SCOPES if each in software.scopes)
    if not most or set(asked) - set(most):
        return None
    return tuple(asked) or most


def with_key(software: Software, key: Credential, now: datetime) -> Software | KeyRefused:
    """The software with one more key. Keys that ended are forgotten by the way."""
    if key.ends_at is not None and key.ends_at <= now:
        return KeyRefused("key_end_passed", utc_text(key.ends_at), f"a moment after {utc_text(now)}")
    holds = tuple(each for each in software.credentials if each.ends_at is None or each.ends_at > now)
    keys = (*holds, key)
    refused = unknown_scopes(key.scopes, software.scopes) or too_many(keys, now)
    return refused or replace(software, credentials=keys)


def without_key(software: Software, credential_id: CredentialId) -> Software | None:
    """The software without this key; None when it has no such key."""
    kept = tuple(each for each in software.credentials if each.id != credential_id)
    return None if len(kept) == len(software.credentials) else replace(software, credentials=kept)
