"""A connection as its software sees it: asked for, answered, mailed, active, revoked.

Three services tell its story on topics whose order is not given, so each part keeps its own progress and the
state is derived: a late `connection.verified` cannot take back what `connection.activated` already told.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts import ConnectionRequested
from shared.contracts.access import Mode
from shared.values import ConnectionId, EnterpriseNumber, Language, SoftwareSlug

NAMESPACE = uuid5(NAMESPACE_URL, "urn:relais:connection")
Scope = Literal["invoices:write", "statements:read"]
MailState = Literal["queued", "sent", "deferred", "bounced"]
SENT_WITHIN = timedelta(seconds=60)
"""A mail that no server took over by then is told as deferred; token_mailer goes on trying for 72 hours."""
Verification = Literal["asked", "verified", "blocked", "refused", "expired"]
State = Literal[
    "requested",
    "verified",
    "blocked",
    "refused",
    "expired",
    "token_sent",
    "token_expired",
    "active",
    "revoked",
]


class Ask(BaseModel):
    """What a software asks, over HTTP or on its topic. Who asks is never in the body."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    enterprise_number: EnterpriseNumber
    language: Language | None = None
    scopes: tuple[Scope, ...] = Field((), max_length=2)


@dataclass(frozen=True, slots=True)
class Connection:
    """One software's connection with one company. `generation` counts up when a revoked one is asked anew."""

    connection_id: ConnectionId
    software: SoftwareSlug
    mode: Mode
    enterprise_number: EnterpriseNumber
    requested_at: datetime
    updated_at: datetime
    generation: int = 1
    ordinal: int = 1
    language: Language | None = None
    scopes: tuple[str, ...] = ()
    verification: Verification = "asked"
    verification_version: int = 0
    answered_ordinal: int = 0
    reason: str = ""
    contact: str = ""
    told_in: Language | None = None
    masked_email: str = ""
    expires_at: datetime | None = None
    token: Literal["none", "mailed", "expired"] = "none"
    token_issue: int = 0
    token_expires_at: datetime | None = None
    access: Literal["none", "active", "revoked"] = "none"
    active_since: datetime | None = None
    address_version: int = 0
    bounced_version: int = 0
    queued_at: datetime | None = None
    mailed_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def state(self) -> State:
        """What is told: access outweighs the token, the token outweighs a verification that went well."""
        if self.access != "none":
            return self.access
        if self.verification == "asked":
            return "requested"
        if self.verification != "verified" or self.token == "none":
            return self.verification
        return "token_sent" if self.token == "mailed" else "token_expired"

    def mail_state(self, now: datetime) -> MailState | None:
        """How far the mail with the token is; None while there is none to be sent."""
        if 0 < self.address_version <= self.bounced_version:
            return "bounced"
        if self.queued_at is not None and (self.mailed_at is None or self.mailed_at < self.queued_at):
            return "deferred" if now - self.queued_at > SENT_WITHIN else "queued"
        return "sent" if self.mailed_at is not None else None

    @property
    def is_undecided(self) -> bool:
        """Whether verification still has to answer the latest asking."""
        return self.access == "none" and self.answered_ordinal < self.ordinal

    def allows(self, scope: Scope) -> bool:
        """A connection that was asked for without scopes allows all."""
        return not self.scopes or scope in self.scopes


def connection_id(software: str, mode: Mode, number: EnterpriseNumber, generation: int) -> ConnectionId:
    """The same for whoever computes it, so that two askings at once agree."""
    return ConnectionId.of(uuid5(NAMESPACE, f"{software}/{mode}/{number}/{generation}"))


def asked(
    known: Connection | None, software: SoftwareSlug, mode: Mode, ask: Ask, now: datetime
) -> tuple[Connection, ConnectionRequested | None]:
    """The connection that is asked for, and the event to publish; no event where it is active already.

    `known` is the latest generation. A revoked one is followed by the next; any other is asked for once more.
    """
    if known is not None and known.access == "active":
        return known, None
    if known is None or known.access == "revoked":
        generation = known.generation + 1 if known is not None else 1
        fresh = Connection(
            connection_id=connection_id(software, mode, ask.enterprise_number, generation),
            software=software,
            mode=mode,
            enterprise_number=ask.enterprise_number,
            requested_at=now,
            updated_at=now,
            generation=generation,
            language=ask.language,
            scopes=ask.scopes,
        )
        return fresh, _requested(fresh)
    again = replace(
        known,
        ordinal=known.ordinal + 1,
        language=ask.language or known.language,
        scopes=ask.scopes,
        verification="asked",
        reason="",
        contact="",
        expires_at=None,
        updated_at=now,
    )
    return again, _requested(again)


def _requested(connection: Connection) -> ConnectionRequested:
    return ConnectionRequested(
        connection_id=connection.connection_id,
        enterprise_number=connection.enterprise_number,
        software=connection.software,
        mode=connection.mode,
        ordinal=connection.ordinal,
        language=connection.language,
        scopes=connection.scopes,
    )
