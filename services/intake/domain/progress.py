"""What the other services tell of a connection, applied to what its software sees."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.intake.domain.connections import Connection
from shared.contracts import (
    ConnectionActivated,
    ConnectionBlocked,
    ConnectionExpired,
    ConnectionOfficeChanged,
    ConnectionRefused,
    ConnectionRevoked,
    ConnectionVerified,
    MailBounced,
    TokenExpired,
    TokenMailed,
)
from shared.values import ConnectionId

Answered = ConnectionVerified | ConnectionBlocked | ConnectionRefused | ConnectionExpired
Mailed = TokenMailed | TokenExpired | MailBounced
Told = Answered | Mailed | ConnectionActivated | ConnectionRevoked | ConnectionOfficeChanged

TOLD: tuple[type[Told], ...] = (
    ConnectionVerified,
    ConnectionBlocked,
    ConnectionRefused,
    ConnectionExpired,
    TokenMailed,
    TokenExpired,
    MailBounced,
    ConnectionActivated,
    ConnectionRevoked,
    ConnectionOfficeChanged,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline; `event_id` makes it unique, `note` is a reason, a masked address, a side or a day."""

    event_id: UUID
    connection_id: ConnectionId
    at: datetime
    kind: str
    note: str = ""


def entry_of(body: Told, event_id: UUID, at: datetime) -> Entry:
    """How the timeline tells an event: `connection.blocked` with the reason, `token.mailed` with whereto."""
    match body:
        case ConnectionBlocked() | ConnectionRefused() | ConnectionExpired():
            note = body.reason
        case ConnectionVerified() | TokenMailed():
            note = body.masked_email
        case ConnectionRevoked():
            note = body.revoked_by
        case ConnectionOfficeChanged():
            note = body.since.isoformat()
        case _:
            note = ""
    return Entry(event_id, body.connection_id, at, body.topic.rpartition(".")[0], note)


def progressed(connection: Connection, body: Told, sequence: int, at: datetime) -> Connection:
    """The connection after an event. `sequence` is the version at the service that told it."""
    later = replace(connection, updated_at=max(connection.updated_at, at))
    match body:
        case ConnectionVerified() | ConnectionBlocked() | ConnectionRefused() | ConnectionExpired():
            return _answered(later, body, sequence, at)
        case TokenMailed() if body.issue >= later.token_issue:
            # An expiry that was heard first is the later one: a token is mailed before it expires.
            expired = later.token == "expired" and later.token_issue == body.issue
            return replace(
                later,
                token="expired" if expired else "mailed",
                token_issue=body.issue,
                token_expires_at=body.expires_at,
                masked_email=body.masked_email,
                mailed_at=max(later.mailed_at or at, at),
            )
        case MailBounced() if not body.given_up:
            return replace(later, bounced_version=max(later.bounced_version, body.address_version))
        case TokenExpired() if body.issue >= later.token_issue:
            return replace(later, token="expired", token_issue=body.issue)
        case ConnectionActivated():
            # Its end may have been heard first: since when it was active is true all the same.
            access = "active" if later.access == "none" else later.access
            return replace(later, access=access, active_since=body.activated_at)
        case ConnectionRevoked():
            return replace(later, access="revoked")
        case _:
            return later


def _answered(connection: Connection, body: Answered, sequence: int, at: datetime) -> Connection:
    if sequence <= connection.verification_version:
        return connection
    heard = replace(connection, verification_version=sequence, answered_at=at)
    if isinstance(body, ConnectionVerified) and body.address_version > connection.address_version:
        # Whichever asking it answers: a mail to this address is on its way since then.
        heard = replace(heard, address_version=body.address_version, queued_at=at)
    match body:
        case ConnectionVerified() | ConnectionBlocked() | ConnectionRefused() if body.ordinal < connection.ordinal:
            return heard  # answers an asking that was repeated since
        case ConnectionVerified():
            return replace(
                heard,
                verification="verified",
                answered_ordinal=body.ordinal,
                reason="",
                contact="",
                told_in=body.language,
                masked_email=body.masked_email,
                expires_at=None,
            )
        case ConnectionBlocked():
            return replace(_unanswerable(heard, body), verification="blocked", expires_at=body.expires_at)
        case ConnectionRefused():
            return replace(_unanswerable(heard, body), verification="refused", expires_at=None)
        case ConnectionExpired():
            return replace(heard, verification="expired", reason=body.reason, expires_at=None)


def _unanswerable(connection: Connection, body: ConnectionBlocked | ConnectionRefused) -> Connection:
    return replace(
        connection,
        answered_ordinal=body.ordinal,
        reason=body.reason,
        contact=body.contact,
        told_in=body.language,
    )
