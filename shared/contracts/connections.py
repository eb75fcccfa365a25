"""Connecting a company: asked, verified, mailed, activated, revoked."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from shared.contracts.access import Credential, Mode
from shared.contracts.documents import Sealed
from shared.contracts.event import Event, Facts
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Language, OfficeId, SoftwareSlug


class _OfConnection(Facts):
    connection_id: ConnectionId
    enterprise_number: EnterpriseNumber
    software: SoftwareSlug
    mode: Mode = "live"


class ConnectionRequested(
    Event, _OfConnection, topic="connection.requested.v1", owner="intake", key="enterprise_number"
):
    """A billing software asked to be connected with a company; asking again counts `ordinal` up."""

    ordinal: int = Field(1, ge=1, description="how often this connection was asked for")
    language: Language | None = None
    scopes: tuple[str, ...] = ()


class SubmissionRejected(Event, topic="submission.rejected.v1", owner="intake", key="software"):
    """What a software published cannot be used: a business answer, not a fault."""

    submission_id: str
    software: SoftwareSlug
    code: str
    detail: str
    pointer: str = Field("", description="JSON pointer (RFC 6901) to what was wrong")
    found: str = ""
    expected: str = ""


class ConnectionVerified(
    Event, _OfConnection, topic="connection.verified.v1", owner="verification", key="enterprise_number"
):
    """The company is known, linked to a client office, and its e-mail address is known."""

    ordinal: int = Field(1, ge=1, description="the request that this answers")
    office_id: OfficeId
    language: Language
    company_name: str
    scopes: tuple[str, ...] = ()
    email: Sealed[EmailAddress] = Field(description="sealed to token_mailer")
    masked_email: str
    address_version: int = Field(ge=1, description="counts up whenever the company's address changes")
    token_lifetime_s: int | None = Field(
        None, ge=1, description="mode `test` only: how long the token can be registered; null: as long as a live one"
    )


class _Unanswerable(_OfConnection):
    ordinal: int = Field(1, ge=1, description="the request that this answers")
    reason: str = Field(description="a code of the catalogue of reasons")
    contact: str = Field(description="whom to contact: `accounting_office`, or the operator's help desk")
    language: Language = Language.NL


class ConnectionBlocked(
    Event, _Unanswerable, topic="connection.blocked.v1", owner="verification", key="enterprise_number"
):
    """Someone can mend the reason; the request waits and goes on by itself."""

    expires_at: datetime


class ConnectionRefused(
    Event, _Unanswerable, topic="connection.refused.v1", owner="verification", key="enterprise_number"
):
    """A final no."""

    since: datetime | None = Field(None, description="`already_connected`: since when the connection is active")


class ConnectionExpired(
    Event, _OfConnection, topic="connection.expired.v1", owner="verification", key="enterprise_number"
):
    """Blocked for 30 days and nobody mended the reason."""

    reason: str


class ConnectionOfficeChanged(
    Event, _OfConnection, topic="connection.office_changed.v1", owner="verification", key="enterprise_number"
):
    """The company of an active connection gets another accounting office; the connection stays as it is."""

    since: date = Field(description="the day from which the new office receives (Europe/Brussels)")


class TokenMailed(Event, _OfConnection, topic="token.mailed.v1", owner="token_mailer", key="enterprise_number"):
    """The mail server took over the mail with the one-time token."""

    issue: int = Field(ge=1, description="which token of this connection")
    ordinal: int = Field(1, ge=1, description="which sending of this token")
    masked_email: str
    expires_at: datetime


class TokenExpired(Event, _OfConnection, topic="token.expired.v1", owner="token_mailer", key="enterprise_number"):
    """Nobody registered the token in time."""

    issue: int = Field(ge=1)


class MailBounced(Event, _OfConnection, topic="mail.bounced.v1", owner="token_mailer", key="enterprise_number"):
    """The address cannot be reached; `address_version` names which address that was."""

    address_version: int = Field(ge=1)
    reply_code: int = Field(description="SMTP reply code (RFC 5321 §4.2)")
    detail: str
    given_up: bool = Field(False, description="nobody took the mail in time; the address may be right all the same")


class ConnectionActivated(
    Event, _OfConnection, topic="connection.activated.v1", owner="token_mailer", key="enterprise_number"
):
    """The company's token was registered; documents and transactions flow from now on."""

    activated_at: datetime
    scopes: tuple[str, ...] = ()


class ConnectionRotated(
    Event, _OfConnection, topic="connection.rotated.v1", owner="token_mailer", key="enterprise_number"
):
    """The connection has a new credential; the older one ends at `older_ends_at`."""

    older_ends_at: datetime


class ConnectionRevoked(
    Event, _OfConnection, topic="connection.revoked.v1", owner="token_mailer", key="enterprise_number"
):
    """One of the three sides ended the connection."""

    revoked_by: Literal["software", "office", "company", "operator"]


class ConnectionChanged(
    Event, _OfConnection, topic="connection.changed.v1", owner="token_mailer", key="connection_id", compacted=True
):
    """Full snapshot of a connection's state and credentials.

    The key is the connection, not the company: a company has one snapshot for each software.
    """

    state: Literal["pending", "active", "revoked"]
    office_id: OfficeId | None = None
    scopes: tuple[str, ...] = ()
    credentials: tuple[Credential, ...] = ()
