"""What a billing software is told of its connections and of what it submitted."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from shared.contracts.event import Facts
from shared.contracts.reasons import Actor, reason
from shared.values import ConnectionId, EnterpriseNumber, Language


class _OfConnection(Facts):
    connection_id: ConnectionId
    enterprise_number: EnterpriseNumber


class Explained(Facts):
    """Why not, for people: show `title`, `detail` and `next_action` in the end user's language as they are."""

    reason: str = Field(description="a code of the catalogue of reasons")
    actor: Actor = Field(description="who acts next")
    contact: str = Field(description="whom to contact: `accounting_office`, or the operator's help desk")
    language: Language = Field(Language.NL, description="the language in which the company is written to")
    title: dict[Language, str]
    detail: dict[Language, str]
    next_action: dict[Language, str]

    @classmethod
    def of(cls, code: str, contact: str, language: Language = Language.NL) -> "Explained":
        """A reason of the catalogue with its texts and the contact filled in. Raises LookupError: unknown code."""
        entry = reason(code)
        return Explained(
            reason=code,
            actor=entry.actor,
            contact=contact,
            language=language,
            title=dict(entry.title),
            detail=dict(entry.detail),
            next_action=entry.next_action_for(contact),
        )


class TokenSentFacts(_OfConnection):
    """The company gets its one-time token by e-mail; it enters the token in the software."""

    masked_email: str = Field(description="enough for its owner to recognise: `j***@e***.be`")
    issue: int = Field(ge=1, description="which token of this connection")
    ordinal: int = Field(1, ge=1, description="which sending of this token")
    expires_at: datetime


class TokenExpiredFacts(_OfConnection):
    """Nobody registered the token in time; another one can be asked for."""

    issue: int = Field(ge=1, description="which token of this connection")


class OfficeChangedFacts(_OfConnection):
    """The company gets another accounting office, whose name is not told; the connection stays as it is."""

    since: date = Field(description="the day from which the new one receives (Europe/Brussels)")


class BlockedFacts(_OfConnection, Explained):
    """Someone can mend the reason; the request waits until `expires_at` and goes on by itself."""

    expires_at: datetime


class RefusedFacts(_OfConnection, Explained):
    """A final no."""


class ExpiredFacts(_OfConnection):
    """The request waited for 30 days and nobody mended the reason."""

    reason: str


class ActivatedFacts(_OfConnection):
    """The connection is active; documents and transactions flow from now on."""

    activated_at: datetime
    scopes: tuple[str, ...] = ()


class RotatedFacts(_OfConnection):
    """The connection has a new credential; the older one ends at `older_ends_at`."""

    older_ends_at: datetime


class RevokedFacts(_OfConnection):
    """The connection ended."""

    revoked_by: Literal["software", "office", "company", "operator"]


class BouncedFacts(_OfConnection):
    """The company's mail server did not take our mail. Its words are not repeated: they may hold the address."""

    address_version: int = Field(ge=1, description="counts up whenever the company's address changes")
    reply_code: int = Field(description="SMTP reply code (RFC 5321 §4.2)")
    given_up: bool = Field(False, description="nobody took the mail in time; the address may be right all the same")


class RejectedFacts(Facts):
    """What the software published on its topic cannot be used."""

    submission_id: str
    code: str
    detail: str
    pointer: str = Field("", description="JSON pointer (RFC 6901) to what was wrong")
    found: str = ""
    expected: str = ""
