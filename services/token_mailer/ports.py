"""Everything the token mailer needs from the world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.token_mailer.domain.duties import NoteBounce
from services.token_mailer.domain.issuing import DEFAULT_SCOPES
from services.token_mailer.domain.mails import Letter
from services.token_mailer.domain.records import Connection, IssuedCredential, Mail, Token
from services.token_mailer.domain.registering import Tries
from services.token_mailer.domain.sandbox import SandboxMail
from shared.chassis.mail_receipts import Receipt as Receipt
from shared.contracts.access import Mode
from shared.contracts.directory import CompanyChanged
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Language, OfficeId, Sha256, SoftwareSlug


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """The connection that a token belongs to."""

    connection_id: ConnectionId
    software: SoftwareSlug
    mode: Mode


class TokenStore(Protocol):
    """Bound to one transaction. Whoever changes a connection or what hangs from it locks the connection
    first, then the mails of its company; both in sorted order."""

    async def lock_connections(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Connection]:
        """The connections that exist (and that the principal may see), locked until the transaction ends."""
        ...

    async def save_connections(self, connections: Sequence[Connection]) -> None: ...

    async def newest_tokens(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Token]: ...

    async def save_tokens(self, tokens: Sequence[Token]) -> None: ...

    async def token_by_digest(self, sha256: Sha256, software: SoftwareSlug) -> Token | None: ...

    async def consume_token(self, sha256: Sha256, software: SoftwareSlug, now: datetime) -> Token | None:
        """Marks the token as registered, if it is live and nobody was first: one statement, one winner."""
        ...

    async def overdue_tokens(self, now: datetime, limit: int) -> list[Token]:
        """Tokens that nobody registered in time and that have no end yet, oldest first."""
        ...

    async def lock_mailings(
        self, numbers: Sequence[EnterpriseNumber], since: datetime
    ) -> Mapping[EnterpriseNumber, Sequence[datetime]]:
        """When mails to these companies were asked for, through whatever software; locked until the end."""
        ...

    async def save_mails(self, mails: Sequence[Mail]) -> None: ...

    async def mail(self, connection_id: ConnectionId, issue: int, ordinal: int) -> Mail | None: ...

    async def token(self, connection_id: ConnectionId, issue: int) -> Token | None: ...

    async def note_bounce(self, bounce: NoteBounce, now: datetime) -> bool:
        """Keeps what a report said; False when that report was noted before."""
        ...

    async def noted_bounces(self, digests: Sequence[Sha256]) -> set[Sha256]:
        """Those of these reports that were noted."""
        ...

    async def credentials(self, connection_id: ConnectionId) -> tuple[IssuedCredential, ...]: ...

    async def save_credentials(self, credentials: Sequence[IssuedCredential]) -> None: ...

    async def tries(self, scope: str) -> Tries:
        """The wrong tries of a scope, locked until the transaction ends."""
        ...

    async def save_tries(self, scope: str, software: str, tries: Tries) -> None:
        """`software` is empty for those who come without credentials."""
        ...

    async def forget_tries(self, before: datetime) -> None:
        """Forgets what was counted in windows that began earlier."""
        ...

    async def holder_of(self, sha256: Sha256) -> TokenHolder | None:
        """Which connection a token belongs to, whoever asks: to have the token is the proof."""
        ...

    async def save_company_offices(self, snapshots: Sequence[tuple[CompanyChanged, int]]) -> None:
        """Which offices serve these companies, and their addresses; each with its sequence, of which a lower one is
        ignored."""
        ...

    async def newest_address(self, connection: Connection) -> Sealed[EmailAddress] | None:
        """The newest address that is known of its company in its mode, by version; None where there is no such
        connection."""
        ...

    async def connections_served_by(
        self, office: OfficeId, mode: Mode, after: ConnectionId | None, limit: int
    ) -> list[Connection]:
        """The connections of the companies that the office serves today, by the day in Belgium; of a company that
        nothing is known of, those that were given to the office when they were asked for. In the order of their
        ids, from behind `after`."""
        ...

    async def keep_sandbox_mail(self, mail: SandboxMail) -> None:
        """Keeps a mail of mode `test` once; of each software the newest `KEPT_MAILS` stay."""
        ...

    async def sandbox_mails(
        self, software: SoftwareSlug, connection_id: ConnectionId | None, limit: int
    ) -> list[SandboxMail]:
        """The newest first, of all its connections or of one."""
        ...


class Post(Protocol):
    """Hands a message to a mail server. Never raises for what a mail server or a network does."""

    async def send(self, sender: str, recipient: EmailAddress, message: bytes) -> Receipt: ...


class AccessPages(Protocol):
    """The pages for people who come without credentials."""

    def revoking(self, language: Language, outcome: str, told: str) -> str: ...


class Letters(Protocol):
    """Writes the letters in the language of their reader."""

    def token_letter(
        self,
        *,
        token: Token,
        grouped: str,
        software: SoftwareSlug,
        number: EnterpriseNumber,
        scopes: Sequence[str] = DEFAULT_SCOPES,
    ) -> Letter: ...

    def ending_letter(self, connection: Connection) -> Letter:
        """Says who ended the connection, when, and what to do. Raises ValueError for one that has not ended."""
        ...


class AddressOpener(Protocol):
    """Reads an e-mail address that was sealed to the token mailer."""

    def open(self, sealed: Sealed[EmailAddress]) -> str: ...


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail that lies in the mailbox of bounces; `name` names it there."""

    name: str
    content: bytes


class BounceBox(Protocol):
    """The mailbox to which mails come back."""

    async def waiting(self, limit: int) -> list[Returned]:
        """The oldest mails that were not filed away. Raises `Unavailable` when the mailbox cannot be read."""
        ...

    async def file_away(self, names: Sequence[str]) -> None:
        """Put these aside for good; one that is gone already is no error."""
        ...


class MailCounts(Protocol):
    """Counts mails by what became of them, for those who watch."""

    def count(self, outcome: str) -> None: ...


class SandboxPages(Protocol):
    """Writes the page on which a developer reads the mails of mode `test`."""

    def sandbox_page(self, software: SoftwareSlug, mails: Sequence[SandboxMail]) -> str: ...
