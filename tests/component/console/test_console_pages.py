"""The operators' pages alone: signing in, looking, having a message handled again."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.console import endpoints
from services.console.adapters.jinja import JinjaPages
from services.console.adapters.memory import MemoryConsole
from services.console.domain.pipeline import TopicFact
from services.console.domain.readings import Reading, TopicReading
from services.console.domain.sessions import Sessions
from shared.chassis.health import Readiness
from shared.chassis.http import build_app
from shared.contracts.operations import DeadLetter

KEY, DIGEST = "the key", hashlib.sha256(b"the key").hexdigest()
NOW = datetime.now(UTC)
TOPIC = "connection.requested.v1"


class Connection:
    """As much of a connection as a call uses when its store is in memory."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        yield

    async def fetchrow(self, statement: str, *values: Any) -> dict[str, Any]:
        return {"now": datetime.now(UTC)}


class Runtime:
    """A service without a database: one store, and what was published."""

    def __init__(self) -> None:
        self.memory, self.written, self.credentials, self.api_pool = MemoryConsole(), [], None, self

    async def acquire(self, timeout: float) -> Connection:
        return Connection()

    async def release(self, connection: Connection, **_: Any) -> None:
        """Nothing is held."""

    def store(self, connection: Any) -> MemoryConsole:
        return self.memory

    async def write_consequences(self, connection: Any, consequences: list[Any]) -> None:
        self.written += consequences

    def wake(self) -> None:
        """Nobody sleeps here."""

    def ready(self) -> Readiness:
        return Readiness(True, ())


@pytest.fixture
async def runtime() -> Runtime:
    runtime = Runtime()
    now = datetime.now(UTC)  # the page shows the last minutes, and a long run may have imported this file before them
    await runtime.memory.keep_reading(Reading(now, {TOPIC: TopicReading(7, {"verification": 3})}), now)
    return runtime


@pytest.fixture
async def browser(runtime: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    resources = {
        "facts": (TopicFact(TOPIC, "intake"),),
        "pages": JinjaPages(),
        "sessions": Sessions(b"secret", DIGEST),
        "secure_cookies": False,
    }
    app = build_app("console", [endpoints.routes], runtime, resources=resources, operator_key_sha256=DIGEST)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as client:
        yield client


async def failed(runtime: Runtime) -> DeadLetter:
    letter = DeadLetter(
        dead_letter_id=uuid4(),
        service="verification",
        handler=TOPIC,
        topic=TOPIC,
        partition=0,
        offset=1,
        event_id=uuid4(),
        reason_code="schema_mismatch",
        reason="found this",
        attempts=1,
        failed_at=NOW,
        value_base64=base64.b64encode(b'{"note":"<script>"}').decode(),
        size=19,
    )
    await runtime.memory.keep_failures([letter], NOW)
    return letter


async def sign_in(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/login", data={"key": KEY, "operator_name": "Els"})
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["set-cookie"] and "SameSite=strict" in answer.headers["set-cookie"]


async def test_who_is_not_signed_in_is_sent_to_the_form(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert (await browser.post("/login", data={"key": "wrong"})).status_code == 401
    assert (await browser.get("/", headers={"Authorization": "Bearer wrong"})).status_code == 401


async def test_the_page_shows_figures_and_works_without_a_script(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    answer = await browser.get("/")
    assert answer.status_code == 200 and "connection.requested" in answer.text
    assert "3 <small>verification</small>" in answer.text and "<noscript><meta" in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert "style=" not in answer.text and "<script>" not in answer.text
    for asset in re.findall(r'(?:href|src)="(/assets/[^"]+)"', answer.text):
        assert (await browser.get(asset)).status_code == 200


async def test_a_message_is_handed_back_to_its_service_once(browser: httpx.AsyncClient, runtime: Runtime) -> None:
    letter = await failed(runtime)
    await sign_in(browser)
    page = await browser.get(f"/failures/{letter.dead_letter_id}")
    assert "&lt;script&gt;" in page.text and "<script>" not in page.text
    token = re.search(r'name="token" value="([0-9a-f]+)"', page.text)
    assert token is not None
    for _ in range(2):
        answer = await browser.post(f"/failures/{letter.dead_letter_id}/replay", data={"token": token[1]})
        assert answer.status_code == 303
    (published,) = runtime.written
    assert (published.body.service, published.body.requested_by) == ("verification", "Els")
    assert published.body.edited_value_base64 is None
    assert [line.operator for line in await runtime.memory.audit(5)] == ["Els"]
    assert "asked" in (await browser.get("/failures")).text


async def test_a_form_of_another_site_changes_nothing(browser: httpx.AsyncClient, runtime: Runtime) -> None:
    letter = await failed(runtime)
    await sign_in(browser)
    answer = await browser.post(f"/failures/{letter.dead_letter_id}/replay", data={"token": "made up"})
    assert (answer.status_code, answer.json()["code"]) == (403, "form_token_invalid")
    assert runtime.written == []


async def test_a_script_edits_a_message_with_the_key_alone(browser: httpx.AsyncClient, runtime: Runtime) -> None:
    letter = await failed(runtime)
    address, key = f"/failures/{letter.dead_letter_id}/replay", {"Authorization": f"Bearer {KEY}"}
    assert (await browser.post(address, headers=key, data={"value": "{"})).status_code == 400
    assert (await browser.post(address, headers=key, data={"value": '{"a":1}'})).status_code == 303
    (published,) = runtime.written
    assert base64.b64decode(published.body.edited_value_base64) == b'{"a":1}'


async def test_an_unknown_failure_is_not_found(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    answer = await browser.get(f"/failures/{uuid4()}")
    assert (answer.status_code, answer.json()["code"]) == (404, "failure_unknown")
