"""What the token mailer knows of a connection, its tokens, their mails and its credentials. All frozen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from shared.contracts.access import Credential, Mode
from shared.contracts.connections import ConnectionChanged
from shared.contracts.documents import Sealed
from shared.values import (
    ConnectionId,
    CredentialId,
    EmailAddress,
    EnterpriseNumber,
    Language,
    OfficeId,
    Sha256,
    SoftwareSlug,
)

State = Literal["pending", "active", "revoked"]
End = Literal["", "superseded", "expired", "revoked"]
Side = Literal["software", "office", "company", "operator"]
"""Who may end a connection."""

MailState = Literal["planned", "sending", "sent", "retry", "uncertain", "bounced", "dropped"]

REPETITION = timedelta(minutes=10)
"""How long the same token with the same software answers the same credentials: a lost answer burns
nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One software's connection with one company. `version` counts its published changes.

    `heard` is the highest `ce_sequence` of connection.verified that was applied, `ordinal` the last
    request that was answered, `issue` the newest token's number (0: none yet), `generation` the newest
    credential's. `ended_by` is empty while it has not ended.
    """

    connection_id: ConnectionId
    enterprise_number: EnterpriseNumber
    software: SoftwareSlug
    mode: Mode
    office_id: OfficeId
    language: Language
    company_name: str
    scopes: tuple[str, ...]
    email: Sealed[EmailAddress]
    masked_email: str
    address_version: int
    ordinal: int = 0
    heard: int = 0
    issue: int = 0
    generation: int = 0
    state: State = "pending"
    version: int = 0
    activated_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: Side | Literal[""] = ""

    @property
    def mailed_numbers(self) -> tuple[EnterpriseNumber, ...]:
        """Whose mails count for this connection's cool-down: the company's. None in mode `test`, which mails nobody
        and whose number may be a real company's."""
        return (self.enterprise_number,) if self.mode == "live" else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One issue of a connection's token. What the mail says (`language`, `company_name`) is fixed with it,
    so that a mail that is sent again has the same bytes. `mails` counts the mails that were asked for."""

    connection_id: ConnectionId
    issue: int
    software: SoftwareSlug
    key_id: str
    nonce: bytes
    sha256: Sha256
    address_version: int
    language: Language
    company_name: str
    issued_at: datetime
    expires_at: datetime
    consumed_at: datetime | None = None
    ended: End = ""
    mails: int = 0

    def is_live(self, now: datetime) -> bool:
        """Whether it could still be registered."""
        return not self.ended and self.consumed_at is None and now < self.expires_at

    def may_be_repeated(self, now: datetime) -> bool:
        """Whether it was registered so recently that the answer may have been lost on its way."""
        return self.consumed_at is not None and now < self.consumed_at + REPETITION


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail that was asked for: the `ordinal`-th with a token. Automatic retries are the same mail."""

    connection_id: ConnectionId
    issue: int
    ordinal: int
    enterprise_number: EnterpriseNumber
    requested_at: datetime
    due_at: datetime
    state: MailState = "planned"
    attempts: int = 0
    reply_code: int = 0
    reply: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCredential:
    """A credential of a connection; its secret is derived from key, generation and nonce and stored nowhere.

    `issue` is the token that it was answered to (0 for a rotation), `cause_id` the call that made it.
    """

    credential_id: CredentialId
    connection_id: ConnectionId
    generation: int
    issue: int
    key_id: str
    nonce: bytes
    secret_sha256: Sha256
    issued_at: datetime
    cause_id: UUID
    ends_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it still opens the door."""
        return self.ends_at is None or now < self.ends_at


def names_of(connection: Connection) -> dict[str, Any]:
    """The facts with which every event of a connection begins."""
    return {
        "connection_id": connection.connection_id,
        "enterprise_number": connection.enterprise_number,
        "software": connection.software,
        "mode": connection.mode,
    }


def snapshot(connection: Connection, credentials: tuple[IssuedCredential, ...], now: datetime) -> ConnectionChanged:
    """The connection as every other service may know it: the credentials that hold, oldest first, as
    digests."""
    holding = sorted((each for each in credentials if each.holds(now)), key=lambda each: each.generation)
    return ConnectionChanged(
        connection_id=connection.connection_id,
        enterprise_number=connection.enterprise_number,
        software=connection.software,
        mode=connection.mode,
        state=connection.state,
        office_id=connection.office_id,
        scopes=connection.scopes,
        credentials=tuple(_published(each, connection) for each in holding),
    )


def _published(credential: IssuedCredential, connection: Connection) -> Credential:
    return Credential(
        id=credential.credential_id,
        secret_sha256=credential.secret_sha256,
        scopes=connection.scopes,
        mode=connection.mode,
        ends_at=credential.ends_at,
    )
