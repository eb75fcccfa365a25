"""Mails of mode `test`: written for their developer, handed to no mail server; short tokens and bounces simulated."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest

from services.token_mailer.adapters.jinja import JinjaLetters
from services.token_mailer.adapters.memory import MemoryPost, MemoryTokens
from services.token_mailer.adapters.sandbox_page import JinjaSandboxPages
from services.token_mailer.domain.issuing import Issuing
from services.token_mailer.domain.sandbox import sandbox_mail
from services.token_mailer.domain.tokens import OneTimeToken, TokenKey, TokenKeys
from services.token_mailer.endpoints import sandbox
from services.token_mailer.handlers import issue_tokens
from services.token_mailer.tasks import expire_tokens, send_token_mail
from shared.chassis.credentials import KnownCredential
from shared.chassis.health import Readiness
from shared.chassis.http import build_app
from shared.chassis.keys import make_key, parse_key, secret_sha256
from shared.chassis.messages import Batch, Cause, Do, Publish, Received
from shared.contracts.connections import ConnectionVerified, MailBounced, TokenExpired, TokenMailed
from shared.contracts.documents import Sealed
from shared.contracts.sandbox import OFFICE
from shared.values import ConnectionId, EnterpriseNumber, Language, SoftwareSlug

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
KEYS = TokenKeys(TokenKey(bytes(range(32))))
CONNECTION = ConnectionId.of(UUID(int=7))
NUMBER = EnterpriseNumber("0010.080.080")
TEST, LIVE, OTHERS = (
    make_key(mode, name, name.encode().ljust(32))  # type: ignore[arg-type]
    for mode, name in (("test", "robawstest1"), ("live", "robawslive1"), ("test", "billittest1"))
)


class Opened:
    """Opens every sealed address as its own ciphertext."""

    def open(self, sealed: Sealed[Any]) -> str:
        return sealed.ciphertext


class Run:
    """A task run over a store in memory."""

    def __init__(self, task: Any, store: MemoryTokens, now: datetime = NOW) -> None:
        self.task, self.store, self.attempt, self.now = task, store, 1, now
        self.cause = Cause(id=uuid4(), correlation_id="c")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryTokens]:
        yield self.store


def verified(mailbox: str = "connects", mode: Any = "test", ordinal: int = 1, **changes: Any) -> Any:
    facts: dict[str, Any] = {
        "connection_id": CONNECTION,
        "enterprise_number": NUMBER,
        "software": SoftwareSlug("robaws"),
        "mode": mode,
        "ordinal": ordinal,
        "office_id": OFFICE,
        "language": Language.EN,
        "company_name": "Bakkerij De Proef",
        "email": Sealed(key_id="0" * 16, ciphertext=f"{mailbox}@sandbox.example"),
        "masked_email": "c***@s***.example",
        "address_version": 1,
    }
    body = ConnectionVerified(**facts | changes)
    return Received(id=uuid4(), correlation_id="c", body=body, time=NOW, sequence=ordinal)


async def issue(store: MemoryTokens, event: Any, now: datetime = NOW) -> list[Any]:
    """The tasks that send mails."""
    issuing = Issuing(KEYS.current, timedelta(hours=72))
    batch = Batch([event], now, cast(Any, None))
    consequences = await issue_tokens(batch, store, issuing=issuing, nonce=lambda: bytes(16))
    return [each.task for each in consequences if isinstance(each, Do)]


async def send(store: MemoryTokens, task: Any, post: MemoryPost, now: datetime = NOW) -> list[Any]:
    run = cast(Any, Run(task, store, now))
    settle = await send_token_mail(
        run, keys=KEYS, opener=Opened(), letters=JinjaLetters(), post=post, sender="Relais <no-reply@relais.example>"
    )
    return [each.body for each in await settle(store) if isinstance(each, Publish)]


async def test_a_mail_of_mode_test_is_kept_and_handed_to_no_mail_server() -> None:
    store, post = MemoryTokens(), MemoryPost()
    (task,) = await issue(store, verified())
    (told,) = await send(store, task, post)
    assert isinstance(told, TokenMailed) and told.mode == "test"
    assert post.sent == []
    (mail,) = await store.sandbox_mails(SoftwareSlug("robaws"), None, 10)
    assert OneTimeToken(mail.code).sha256 == store.tokens[CONNECTION, 1].sha256
    assert mail.code in mail.text and mail.code in mail.html
    assert (mail.outcome, mail.recipient) == ("sent", "connects@sandbox.example")


async def test_a_mail_of_mode_live_is_never_kept_whatever_its_address() -> None:
    store, post = MemoryTokens(), MemoryPost()
    (task,) = await issue(store, verified(mode="live"))
    await send(store, task, post)
    assert len(post.sent) == 1 and store.kept_mails == {}
    letter = JinjaLetters().token_letter(
        token=store.tokens[CONNECTION, 1], grouped="code", software=SoftwareSlug("robaws"), number=NUMBER
    )
    with pytest.raises(ValueError, match="mail_not_for_the_sandbox"):
        sandbox_mail(
            store.connections[CONNECTION], store.mails[CONNECTION, 1, 1], letter, "code", cast(Any, "a@b.be"), NOW
        )


async def test_the_bouncing_mailbox_bounces_and_the_developer_still_sees_the_mail() -> None:
    store, post = MemoryTokens(), MemoryPost()
    (task,) = await issue(store, verified("bounces"))
    (told,) = await send(store, task, post)
    assert isinstance(told, MailBounced) and (told.mode, told.reply_code) == ("test", 550)
    assert [mail.outcome for mail in store.kept_mails.values()] == ["bounced"]
    assert post.sent == []


async def test_a_token_of_sixty_seconds_ends_after_sixty_seconds() -> None:
    store = MemoryTokens()
    await issue(store, verified(token_lifetime_s=60))
    token = store.tokens[CONNECTION, 1]
    end = NOW + timedelta(seconds=60)
    assert token.expires_at == end
    assert token.is_live(end - timedelta(seconds=1)) and not token.is_live(end)
    assert await store.consume_token(token.sha256, token.software, end) is None
    cause = Cause(id=uuid4(), correlation_id="c")
    assert await expire_tokens(end - timedelta(seconds=1), cause, store) == []
    told = [each.body for each in await expire_tokens(end, cause, store) if isinstance(each, Publish)]
    assert [type(body) for body in told if isinstance(body, TokenExpired)] == [TokenExpired]


async def test_asking_again_and_again_is_mailed_at_once_and_delays_no_live_mail() -> None:
    store = MemoryTokens()
    for ordinal in range(1, 9):
        (task,) = await issue(store, verified(ordinal=ordinal))
        await send(store, task, MemoryPost())
    assert len(store.kept_mails) == 8
    assert await store.lock_mailings([NUMBER], NOW - timedelta(days=1)) == {}


class Running:
    """What `Service` lends to its routes, over memory; three keys are known."""

    def __init__(self, store: MemoryTokens) -> None:
        self.tokens, self.api_pool, self.credentials = store, cast(Any, self), self

    async def find(self, credential_id: str, *, fresh: bool = False) -> KnownCredential | None:
        for slug, key in (("robaws", TEST), ("robaws", LIVE), ("billit", OTHERS)):
            parsed = parse_key(key)
            if parsed.credential_id == credential_id:
                digest = secret_sha256(parsed.secret_text)
                return KnownCredential(credential_id, "software", slug, digest, mode=parsed.mode, software=slug)
        return None

    async def acquire(self, timeout: float) -> "Running":
        return self

    async def release(self, connection: object, timeout: float) -> None:
        """Nothing is held."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        yield

    async def fetchrow(self, *_: object) -> dict[str, Any]:
        return {"now": NOW}

    def store(self, connection: object) -> MemoryTokens:
        return self.tokens

    def ready(self) -> Readiness:
        return Readiness(True, ())


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """The routes over a store with one mail whose company's name is hostile."""
    store = MemoryTokens()
    (task,) = await issue(store, verified(company_name="<script>alert(1)</script>"))
    await send(store, task, MemoryPost())
    resources = {"sandbox_pages": JinjaSandboxPages()}
    app = build_app("token_mailer", [sandbox.routes], cast(Any, Running(store)), resources=resources)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as client:
        yield client


async def test_a_developer_sees_the_mails_of_its_own_test_key_only(http: httpx.AsyncClient) -> None:
    own = await http.get("/v1/sandbox/mails", headers={"Authorization": f"Bearer {TEST}"})
    (mail,) = own.json()["mails"]
    assert (mail["connection_id"], mail["outcome"], mail["enterprise_number"]) == (CONNECTION, "sent", NUMBER)
    assert mail["code"] in mail["text"]
    others = await http.get("/v1/sandbox/mails", headers={"Authorization": f"Bearer {OTHERS}"})
    assert others.json() == {"mails": []}
    live = await http.get("/v1/sandbox/mails", headers={"Authorization": f"Bearer {LIVE}"})
    assert (live.status_code, live.json()["code"]) == (403, "test_key_needed")
    assert (await http.get("/v1/sandbox/mails")).status_code == 401


async def test_the_page_shows_the_code_and_runs_nothing(http: httpx.AsyncClient) -> None:
    asked = await http.get("/sandbox/mails")
    assert asked.status_code == 401 and "Basic" in asked.headers["WWW-Authenticate"]
    for basic in (httpx.BasicAuth(TEST, ""), httpx.BasicAuth("developer", TEST)):
        page = await http.get("/sandbox/mails", auth=basic)
        assert page.status_code == 200 and page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "<script" not in page.text and "&lt;script&gt;" in page.text
        assert page.text.count("<mark>") == 2 and '<iframe sandbox title="' in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"
