"""The token mailer's tables in memory, for tests: the same behaviour, one transaction at a time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from services.token_mailer.domain.duties import NoteBounce
from services.token_mailer.domain.records import Connection, IssuedCredential, Mail, Token
from services.token_mailer.domain.registering import Tries
from services.token_mailer.domain.sandbox import KEPT_MAILS, SandboxMail
from services.token_mailer.ports import Receipt, Returned, TokenHolder
from shared.contracts.access import Mode
from shared.contracts.directory import CompanyChanged
from shared.contracts.documents import Sealed
from shared.values import (
    ConnectionId,
    CredentialId,
    EmailAddress,
    EnterpriseNumber,
    OfficeId,
    Sha256,
    SoftwareSlug,
)
from shared.values.days import belgian_day


class MemoryTokens:
    """A `TokenStore` in dictionaries; what is not visible to a principal is not modelled here."""

    def __init__(self) -> None:
        self.connections: dict[ConnectionId, Connection] = {}
        self.tokens: dict[tuple[ConnectionId, int], Token] = {}
        self.mails: dict[tuple[ConnectionId, int, int], Mail] = {}
        self.issued: dict[CredentialId, IssuedCredential] = {}
        self.wrong_tries: dict[str, Tries] = {}
        self.company_offices: dict[EnterpriseNumber, tuple[CompanyChanged, int]] = {}
        self.kept_mails: dict[tuple[ConnectionId, int, int], SandboxMail] = {}
        self.bounces: dict[Sha256, NoteBounce] = {}

    async def lock_connections(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Connection]:
        return {each: self.connections[each] for each in sorted(ids) if each in self.connections}

    async def save_connections(self, connections: Sequence[Connection]) -> None:
        self.connections |= {each.connection_id: each for each in connections}

    async def newest_tokens(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Token]:
        found = sorted((token for token in self.tokens.values() if token.connection_id in ids), key=_issue)
        return {token.connection_id: token for token in found}

    async def save_tokens(self, tokens: Sequence[Token]) -> None:
        self.tokens |= {(each.connection_id, each.issue): each for each in tokens}

    async def token_by_digest(self, sha256: Sha256, software: SoftwareSlug) -> Token | None:
        return next((t for t in self.tokens.values() if t.sha256 == sha256 and t.software == software), None)

    async def consume_token(self, sha256: Sha256, software: SoftwareSlug, now: datetime) -> Token | None:
        token = await self.token_by_digest(sha256, software)
        if token is None or not token.is_live(now):
            return None
        consumed = replace(token, consumed_at=now)
        await self.save_tokens([consumed])
        return consumed

    async def overdue_tokens(self, now: datetime, limit: int) -> list[Token]:
        overdue = [t for t in self.tokens.values() if not t.ended and t.consumed_at is None and t.expires_at <= now]
        return sorted(overdue, key=lambda token: (token.expires_at, token.connection_id))[:limit]

    async def lock_mailings(
        self, numbers: Sequence[EnterpriseNumber], since: datetime
    ) -> Mapping[EnterpriseNumber, Sequence[datetime]]:
        times: dict[EnterpriseNumber, list[datetime]] = {}
        for mail in sorted(self.mails.values(), key=lambda each: each.requested_at):
            if mail.enterprise_number in numbers and mail.requested_at > since and self._is_live(mail):
                times.setdefault(mail.enterprise_number, []).append(mail.requested_at)
        return times

    async def save_mails(self, mails: Sequence[Mail]) -> None:
        self.mails |= {(each.connection_id, each.issue, each.ordinal): each for each in mails}

    def _is_live(self, mail: Mail) -> bool:
        return self.connections[mail.connection_id].mode == "live"

    async def mail(self, connection_id: ConnectionId, issue: int, ordinal: int) -> Mail | None:
        return self.mails.get((connection_id, issue, ordinal))

    async def token(self, connection_id: ConnectionId, issue: int) -> Token | None:
        return self.tokens.get((connection_id, issue))

    async def note_bounce(self, bounce: NoteBounce, now: datetime) -> bool:
        if bounce.sha256 in self.bounces:
            return False
        self.bounces[bounce.sha256] = bounce
        return True

    async def noted_bounces(self, digests: Sequence[Sha256]) -> set[Sha256]:
        return {digest for digest in digests if digest in self.bounces}

    async def credentials(self, connection_id: ConnectionId) -> tuple[IssuedCredential, ...]:
        own = (each for each in self.issued.values() if each.connection_id == connection_id)
        return tuple(sorted(own, key=lambda each: each.generation))

    async def save_credentials(self, credentials: Sequence[IssuedCredential]) -> None:
        self.issued |= {each.credential_id: each for each in credentials}

    async def tries(self, scope: str) -> Tries:
        return self.wrong_tries.get(scope, Tries())

    async def save_tries(self, scope: str, software: str, tries: Tries) -> None:
        self.wrong_tries[scope] = tries

    async def newest_address(self, connection: Connection) -> Sealed[EmailAddress] | None:
        number, mode = connection.enterprise_number, connection.mode
        own = [each for each in self.connections.values() if (each.enterprise_number, each.mode) == (number, mode)]
        known = [(each.address_version, each.email) for each in own]
        company, _ = self.company_offices.get(number, (None, 0))
        if company is not None and company.email is not None and mode == "live":
            known.append((company.address_version, company.email))
        return max(known, key=lambda each: each[0])[1] if known else None

    async def connections_served_by(
        self, office: OfficeId, mode: Mode, after: ConnectionId | None, limit: int
    ) -> list[Connection]:
        found = (self.connections[each] for each in sorted(self.connections) if each > (after or ""))
        return [each for each in found if each.mode == mode and self._is_served_by(each, office)][:limit]

    def _is_served_by(self, connection: Connection, office: OfficeId) -> bool:
        company, _ = self.company_offices.get(connection.enterprise_number, (None, 0))
        if company is None:
            return connection.office_id == office
        today, own = belgian_day(datetime.now(UTC)), (each for each in company.offices if each.office_id == office)
        return any(each.since <= today and (each.until is None or each.until > today) for each in own)

    async def keep_sandbox_mail(self, mail: SandboxMail) -> None:
        self.kept_mails.setdefault((mail.connection_id, mail.issue, mail.ordinal), mail)
        own = await self.sandbox_mails(mail.software, None, len(self.kept_mails))
        for forgotten in own[KEPT_MAILS:]:
            del self.kept_mails[forgotten.connection_id, forgotten.issue, forgotten.ordinal]

    async def sandbox_mails(
        self, software: SoftwareSlug, connection_id: ConnectionId | None, limit: int
    ) -> list[SandboxMail]:
        own = [mail for mail in self.kept_mails.values() if mail.software == software]
        own = [mail for mail in own if connection_id in (None, mail.connection_id)]
        own.sort(key=lambda mail: (mail.issue, mail.ordinal), reverse=True)
        own.sort(key=lambda mail: mail.connection_id)
        return sorted(own, key=lambda mail: mail.written_at, reverse=True)[:limit]

    async def forget_tries(self, before: datetime) -> None:
        kept = {scope: tries for scope, tries in self.wrong_tries.items() if not tries.since or tries.since >= before}
        self.wrong_tries = kept

    async def holder_of(self, sha256: Sha256) -> TokenHolder | None:
        token = next((each for each in self.tokens.values() if each.sha256 == sha256), None)
        if token is None:
            return None
        held = self.connections[token.connection_id]
        return TokenHolder(held.connection_id, held.software, held.mode)

    async def save_company_offices(self, snapshots: Sequence[tuple[CompanyChanged, int]]) -> None:
        for body, sequence in snapshots:
            known = self.company_offices.get(body.enterprise_number)
            if known is None or known[1] < sequence:
                self.company_offices[body.enterprise_number] = (body, sequence)


class MemoryPost:
    """Keeps what was handed over; answers with the receipts it was given, then with `sent`."""

    def __init__(self, *receipts: Receipt) -> None:
        self.receipts = list(receipts)
        self.sent: list[tuple[EmailAddress, bytes]] = []

    async def send(self, sender: str, recipient: EmailAddress, message: bytes) -> Receipt:
        self.sent.append((recipient, message))
        return self.receipts.pop(0) if self.receipts else Receipt("sent", 250, "taken over")


class MemoryBounceBox:
    """A mailbox in a dictionary, by name; `filed` are the names of what was put aside."""

    def __init__(self, mails: Mapping[str, bytes]) -> None:
        self.mails, self.filed = dict(mails), list[str]()

    async def waiting(self, limit: int) -> list[Returned]:
        return [Returned(name, self.mails[name]) for name in sorted(self.mails)[:limit]]

    async def file_away(self, names: Sequence[str]) -> None:
        self.filed += [name for name in names if self.mails.pop(name, None) is not None]


class MemoryMailCounts:
    """Mails counted by outcome."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()

    def count(self, outcome: str) -> None:
        self.outcomes[outcome] += 1


def _issue(token: Token) -> int:
    return token.issue
