"""Who may call: the credentials that compacted topics carry, so that every service authenticates by itself."""

from datetime import datetime
from typing import Literal

from shared.contracts.event import Facts
from shared.values import CredentialId, Sha256

Mode = Literal["test", "live"]
"""`test` reaches simulated companies only."""

CONNECTION_SCOPES = ("invoices:write", "statements:read")
"""All that a connection can be asked for; a credential without scopes of its own may do all of it."""
SCOPES = (*CONNECTION_SCOPES, "statements:write")
"""Every right that exists. `statements:write`, to hand in bank files, is only ever given by name."""


class Credential(Facts):
    """One way to prove who calls. Only the digest of the secret is ever published."""

    id: CredentialId
    secret_sha256: Sha256
    scopes: tuple[str, ...] = ()
    mode: Mode = "live"
    ends_at: datetime | None = None
