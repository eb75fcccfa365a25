"""What the tests of mails share: verified requests, runs of tasks over memory, a mail that is sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from services.token_mailer.adapters.jinja import JinjaLetters
from services.token_mailer.adapters.memory import MemoryPost, MemoryTokens
from services.token_mailer.domain.duties import SendTokenMail
from services.token_mailer.domain.issuing import Issuing
from services.token_mailer.domain.tokens import TokenKey, TokenKeys
from services.token_mailer.handlers import issue_tokens
from services.token_mailer.tasks import send_token_mail
from shared.chassis.messages import Batch, Cause, Consequence, Do, Publish, Received
from shared.contracts.connections import ConnectionVerified
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId, SoftwareSlug

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
KEYS = TokenKeys(TokenKey(bytes(range(32))))
SENDER = "Relais <no-reply@relais.example.be>"
ADDRESS = "zaakvoerder@bakkerij-de-korenaar.example.be"
CONNECTION = ConnectionId.of(UUID(int=7))
LETTERS = JinjaLetters()


class OpenedAddress:
    def open(self, sealed: Sealed[Any]) -> str:
        return ADDRESS


class Run:
    """A task run over a store in memory."""

    def __init__(self, task: Any, store: MemoryTokens, attempt: int = 1, now: datetime = NOW) -> None:
        self.task, self.store, self.attempt, self.now = task, store, attempt, now
        self.cause = Cause(id=uuid4(), correlation_id="c")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryTokens]:
        yield self.store


def verified(**changes: Any) -> Received[ConnectionVerified]:
    facts: dict[str, Any] = {
        "connection_id": CONNECTION,
        "enterprise_number": EnterpriseNumber("0010.080.080"),
        "software": SoftwareSlug("robaws"),
        "office_id": OfficeId("janssens"),
        "language": Language.NL,
        "company_name": "Bakkerij <De Korenaar> & Zonen",
        "email": Sealed(key_id="0" * 16, ciphertext="AA=="),
        "masked_email": "z***@b***.be",
        "address_version": 1,
    }
    body = ConnectionVerified(**facts | changes)
    return Received(id=uuid4(), correlation_id="c", body=body, time=NOW, sequence=body.ordinal)


async def issue(store: MemoryTokens, *events: Received[ConnectionVerified], now: datetime = NOW) -> list[Consequence]:
    batch = Batch(events, now, cast(Any, None))
    lifetime = Issuing(KEYS.current, timedelta(hours=72))
    return await issue_tokens(batch, store, issuing=lifetime, nonce=lambda: bytes(16))


async def send(run: Run, post: MemoryPost, **options: Any) -> list[Any]:
    settle = await send_token_mail(
        cast(Any, run), keys=KEYS, opener=OpenedAddress(), letters=LETTERS, post=post, sender=SENDER, **options
    )
    return [follow.body for follow in await settle(run.store) if isinstance(follow, Publish)]


def duty(consequences: list[Consequence]) -> SendTokenMail:
    (only,) = [follow.task for follow in consequences if isinstance(follow, Do)]
    assert isinstance(only, SendTokenMail)
    return only
