"""The life of one request: verifying, then verified, blocked, refused or expired; active, and revoked at the end."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.verification.domain.directory import Company, Software
from services.verification.domain.keys import granted
from services.verification.domain.verdicts import (
    contact_for,
    obstacle,
    outcome_of,
    software_obstacle,
    standing_of,
)
from shared.contracts import (
    ConnectionBlocked,
    ConnectionExpired,
    ConnectionRefused,
    ConnectionRequested,
    ConnectionVerified,
)
from shared.contracts.access import Mode
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Language, OfficeId, SoftwareSlug
from shared.values.days import belgian_day

WAITS = timedelta(days=30)
"""How long a blocked request waits for somebody to mend the reason."""

_OF_THE_ADDRESS = ("email_unknown", "email_unverified", "email_bounced")

State = Literal["verifying", "verified", "blocked", "refused", "expired", "active", "revoked"]
Answer = ConnectionVerified | ConnectionBlocked | ConnectionRefused


@dataclass(frozen=True, slots=True)
class Request:
    """One connection's request. `version` counts its answers and is the sequence of their events."""

    connection_id: ConnectionId
    enterprise_number: EnterpriseNumber
    software: SoftwareSlug
    mode: Mode = "live"
    ordinal: int = 1
    language: Language | None = None
    scopes: tuple[str, ...] = ()
    state: State = "verifying"
    reason: str = ""
    office_id: OfficeId | None = None
    address_version: int = 0
    expires_at: datetime | None = None
    version: int = 0
    activated_at: datetime | None = None


def asked(known: Request | None, body: ConnectionRequested) -> Request | None:
    """The request to be verified; None when this asking was answered before or its connection was revoked.

    An active one stays active whatever is answered: it was asked for before its software heard that it is.
    """
    if known is not None and (known.ordinal >= body.ordinal or known.state == "revoked"):
        return None
    if known is not None and known.state == "active":
        return replace(known, ordinal=body.ordinal)
    return Request(
        connection_id=body.connection_id,
        enterprise_number=body.enterprise_number,
        software=body.software,
        mode=body.mode,
        ordinal=body.ordinal,
        language=body.language,
        scopes=body.scopes,
        version=known.version if known is not None else 0,
    )


def answered(request: Request, company: Company | None, software: Software | None, now: datetime) -> Request:
    """The request with the answer that the directory gives now; its version is one higher."""
    today = belgian_day(now)
    standing = standing_of(company, today) if company is not None else None
    code = obstacle(standing) or software_obstacle(software, request.scopes)
    if request.state == "active":
        return replace(request, reason=code or "already_connected", version=request.version + 1)
    if code is None and company is not None:
        return replace(
            request,
            state="verified",
            reason="",
            office_id=company.office_on(today),
            address_version=company.address_version,
            expires_at=None,
            scopes=(granted(request.scopes, software) if software else None) or request.scopes,
            version=request.version + 1,
        )
    found = code or "company_unknown"
    state = outcome_of(found)
    waits_since = request.expires_at if request.state == "blocked" else now + WAITS
    return replace(
        request,
        state=state,
        reason=found,
        office_id=None,
        expires_at=waits_since if state == "blocked" else None,
        version=request.version + 1,
    )


def reconsidered(request: Request, company: Company | None, software: Software | None, now: datetime) -> Request | None:
    """The request after a change of the directory; None when the change makes no difference to it.

    A blocked one goes on or hears another reason. A verified one, whose token is on its way, hears of its
    address only: the mail bounced, or goes to a new address.
    """
    if request.state not in ("blocked", "verified"):
        return None
    after = answered(request, company, software, now)
    if request.state == "blocked":
        return after if (after.state, after.reason) != (request.state, request.reason) else None
    if after.state == "verified":
        return after if after.address_version != request.address_version else None
    return after if after.reason in _OF_THE_ADDRESS else None


def is_over(request: Request, now: datetime) -> bool:
    """Whether a blocked request waited in vain."""
    return request.state == "blocked" and request.expires_at is not None and request.expires_at <= now


def expired(request: Request) -> Request:
    """A blocked request whose reason nobody mended in time."""
    return replace(request, state="expired", version=request.version + 1)


def active(request: Request, activated_at: datetime) -> Request:
    """The token came back: of the directory's changes only another office still concerns this request."""
    if request.state == "revoked":
        return request
    return replace(request, state="active", reason="", expires_at=None, activated_at=activated_at)


def revoked(request: Request) -> Request:
    """One of the three sides ended the connection: nothing concerns this request any more."""
    return replace(request, state="revoked", expires_at=None)


def answer(request: Request, company: Company | None, sealed: Sealed[EmailAddress] | None, help_desk: str) -> Answer:
    """The event that tells a request's answer. `sealed` is the company's address, sealed to token_mailer.

    Raises ValueError for a verified request without company, office or sealed address.
    """
    if request.state == "verified":
        return _verified(request, company, sealed)
    language = request.language or (company.language if company is not None else Language.NL)
    contact = contact_for(request.reason, help_desk)
    if request.state == "blocked" and request.expires_at is not None:
        return ConnectionBlocked(
            **_of(request),
            ordinal=request.ordinal,
            reason=request.reason,
            contact=contact,
            language=language,
            expires_at=request.expires_at,
        )
    return ConnectionRefused(
        **_of(request),
        ordinal=request.ordinal,
        reason=request.reason,
        contact=contact,
        language=language,
        since=request.activated_at if request.reason == "already_connected" else None,
    )


def expiry(request: Request) -> ConnectionExpired:
    """The event that tells that a blocked request waited in vain."""
    return ConnectionExpired(**_of(request), reason=request.reason)


def _verified(request: Request, company: Company | None, sealed: Sealed[EmailAddress] | None) -> ConnectionVerified:
    if company is None or company.email is None or sealed is None or request.office_id is None:
        raise ValueError(f"verified_without_facts: request {request.connection_id} has no company, office or address")
    return ConnectionVerified(
        **_of(request),
        ordinal=request.ordinal,
        office_id=request.office_id,
        language=request.language or company.language,
        company_name=company.name,
        scopes=request.scopes,
        email=sealed,
        masked_email=company.email.masked,
        address_version=company.address_version,
    )


def _of(request: Request) -> dict[str, object]:
    return {
        "connection_id": request.connection_id,
        "enterprise_number": request.enterprise_number,
        "software": request.software,
        "mode": request.mode,
    }
