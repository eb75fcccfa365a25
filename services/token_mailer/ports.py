"""Everything the token mailer needs from the world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from services.token_mailer.domain.mails import Letter
from services.token_mailer.domain.records import Connection, IssuedCredential, Mail, Token
from services.token_mailer.domain.registering import Tries
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Sha256, SoftwareSlug


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

    async def credentials(self, connection_id: ConnectionId) -> tuple[IssuedCredential, ...]: ...

    async def save_credentials(self, credentials: Sequence[IssuedCredential]) -> None: ...

    async def tries(self, scope: str) -> Tries:
        """The wrong tries of a scope, locked until the transaction ends."""
        ...

    async def save_tries(self, scope: str, software: SoftwareSlug, tries: Tries) -> None: ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of handing a mail to the mail server.

    `sent`: taken over. `retry`: not taken, and that may change. `uncertain`: the line broke when the
    server may have had the mail already. `bounced`: it will never be taken. `reply_code` is 0 where there
    was no reply.
    """

    outcome: Literal["sent", "retry", "uncertain", "bounced"]
    reply_code: int = 0
    reply: str = ""


class Post(Protocol):
    """Hands a message to a mail server. Never raises for what a mail server or a network does."""

    async def send(self, sender: str, recipient: EmailAddress, message: bytes) -> Receipt: ...


class Letters(Protocol):
    """Writes the letter with a token in the language of its reader."""

    def token_letter(
        self, *, token: Token, grouped: str, software: SoftwareSlug, number: EnterpriseNumber
    ) -> Letter: ...


class AddressOpener(Protocol):
    """Reads an e-mail address that was sealed to the token mailer."""

    def open(self, sealed: Sealed[EmailAddress]) -> str: ...
