"""A test connection whose number a real company has: it never waits for the mails to that company."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import httpx
import pytest

from services.token_mailer.adapters.memory import MemoryTokens
from services.token_mailer.domain.duties import RenewToken, SendTokenMail
from services.token_mailer.domain.issuing import Issuing
from services.token_mailer.endpoints import renewing, routes
from services.token_mailer.tasks import renew_token
from shared.chassis.http import build_app
from shared.chassis.messages import Do
from shared.values import ConnectionId
from tests.component.token_mailer.test_mails_of_the_sandbox import (
    CONNECTION,
    KEYS,
    LIVE,
    NOW,
    TEST,
    Run,
    Running,
    issue,
    verified,
)

REAL = ConnectionId.of(UUID(int=8))


class Lending(Running):
    """Also keeps what follows from calls."""

    def __init__(self, store: MemoryTokens) -> None:
        super().__init__(store)
        self.written: list[Any] = []

    async def write_consequences(self, connection: object, consequences: list[Any]) -> None:
        self.written += consequences

    def wake(self) -> None:
        """Nobody sleeps here."""


@pytest.fixture
async def store() -> MemoryTokens:
    """A test and a live connection of one number; the live one was mailed just now."""
    store = MemoryTokens()
    await issue(store, verified())
    await issue(store, verified(mode="live", connection_id=REAL))
    return store


@pytest.fixture
async def door(store: MemoryTokens) -> AsyncIterator[httpx.AsyncClient]:
    app = build_app("token_mailer", [routes, renewing.routes], cast(Any, Lending(store)), resources={})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as client:
        yield client


async def asked(door: httpx.AsyncClient, connection: ConnectionId, what: str, key: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"}
    return await door.post(f"/v1/connections/{connection}/token/{what}", headers=headers)


async def test_a_test_token_is_mailed_again_and_renewed_at_once(door: httpx.AsyncClient) -> None:
    for _ in range(7):
        again = await asked(door, CONNECTION, "resend", TEST)
        assert again.status_code == 202, again.text
        assert datetime.fromisoformat(again.json()["next_resend_at"]) == NOW
    assert (await asked(door, CONNECTION, "renew", TEST)).status_code == 202
    for what in ("resend", "renew"):
        early = await asked(door, REAL, what, LIVE)
        assert (early.status_code, early.headers["Retry-After"]) == (429, "60")


async def test_a_renewed_test_token_is_due_at_once_and_a_live_one_waits(store: MemoryTokens) -> None:
    due = {}
    for connection in (CONNECTION, REAL):
        run = Run(RenewToken(connection_id=connection, issue=1), store)
        issuing = Issuing(KEYS.current, timedelta(hours=72))
        settle = await renew_token(cast(Any, run), issuing=issuing, nonce=lambda: bytes(16))
        (follow,) = await settle(store)
        assert isinstance(follow, Do) and isinstance(follow.task, SendTokenMail)
        due[connection] = follow.due
    assert due == {CONNECTION: NOW, REAL: NOW + timedelta(seconds=60)}
