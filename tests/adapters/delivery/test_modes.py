"""One software with a test key and with a live one: two callers who see nothing of each other, in both stores."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import uuid4

import asyncpg
import pytest

from services.delivery.domain.documents import Document
from services.delivery.domain.notices import Notice, notice_of
from services.delivery.domain.statements import BookedStatement
from services.delivery.domain.webhook_queue import Attempt, Waiting
from services.delivery.domain.webhooks import WebhookEndpoint
from shared.contracts.access import Mode
from shared.contracts.connections import ConnectionRevoked
from shared.contracts.documents import Claim
from shared.contracts.statements import TransactionsBooked
from shared.values import (
    ConnectionId,
    DocumentId,
    EnterpriseNumber,
    Sha256,
    SoftwareSlug,
    StatementId,
    WebhookEndpointId,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBER, ROBAWS = EnterpriseNumber("0403170701"), SoftwareSlug("robaws")
SOFTWARE = f"software:{ROBAWS}"
As = Callable[..., AbstractAsyncContextManager[Any]]


def a_notice(mode: Mode, at: datetime = NOW) -> Notice:
    body = ConnectionRevoked(
        connection_id=ConnectionId.of(uuid4()),
        enterprise_number=NUMBER,
        software=ROBAWS,
        mode=mode,
        revoked_by="office",
    )
    return notice_of(uuid4(), at, body)


def an_endpoint(mode: Mode) -> WebhookEndpoint:
    endpoint_id = WebhookEndpointId.of(uuid4())
    return WebhookEndpoint(
        endpoint_id=endpoint_id, software=ROBAWS, url="https://a.example/x", created_at=NOW, mode=mode
    )


def a_document(mode: Mode, position: int) -> Document:
    return Document(
        document_id=DocumentId.of(uuid4()),
        enterprise_number=NUMBER,
        connection_id=ConnectionId.of(uuid4()),
        software=ROBAWS,
        state="quarantined",
        received_at=NOW,
        mode=mode,
        position=position,
    )


@pytest.mark.parametrize(("mode", "own"), [("test", [2, 4]), ("live", [1, 3])])
async def test_a_stream_shows_the_callers_mode_and_its_cursor_goes_on(acting: As, mode: Mode, own: list[int]) -> None:
    async with acting(None) as store:
        modes: tuple[Mode, ...] = ("live", "test", "live", "test")
        positions = await store.append_notices([a_notice(each) for each in modes])
        assert positions == [1, 2, 3, 4]
        assert [each.position for each in (await store.read_stream(ROBAWS, mode, 0, (), 10)).notices] == own
    async with acting(SOFTWARE, mode) as store:
        first = await store.read_stream(ROBAWS, mode, 0, (), 1)
        rest = await store.read_stream(ROBAWS, mode, first.read_to, (), 10)
        assert [each.position for each in (*first.notices, *rest.notices)] == own
        assert (first.more, rest.more, rest.read_to) == (True, False, 4)
        assert await store.count_events(ROBAWS, 0, 4, ()) == 2
        assert await store.position_before(ROBAWS, NOW) == own[0] - 1
        for other in set(get_args(Mode)) - {mode}:
            assert (await store.read_stream(ROBAWS, other, 0, (), 10)).notices == ()


async def test_positions_of_the_other_mode_are_not_events_that_were_missed(acting: As) -> None:
    async with acting(None) as store:
        await store.append_notices([a_notice("live") for _ in range(3)])
        await store.append_notices([a_notice("test")])
    async with acting(SOFTWARE, "test") as store:
        assert await store.forgotten_to(ROBAWS) == 0
    async with acting(None) as store:
        old = NOW - timedelta(days=40)
        await store.append_notices([a_notice("live", old)])
        await store.forget_notices(NOW - timedelta(days=30))
    async with acting(SOFTWARE, "test") as store:
        assert await store.forgotten_to(ROBAWS) == 0
    async with acting(None) as store:
        await store.forget_notices(NOW + timedelta(days=1))
    for mode in get_args(Mode):
        async with acting(SOFTWARE, mode) as store:
            assert await store.forgotten_to(ROBAWS) == 5


@pytest.mark.parametrize(("mode", "other"), [("test", "live"), ("live", "test")])
async def test_an_endpoint_its_queue_and_its_log_are_of_one_mode(acting: As, mode: Mode, other: Mode) -> None:
    endpoint = an_endpoint(mode)
    attempt = Attempt(endpoint.endpoint_id, ROBAWS, "e", "connection.revoked", 1, 1, NOW, 12, None, "timeout", NOW)
    async with acting(None) as store:
        await store.append_notices([a_notice(mode)])
        await store.save_webhook(endpoint)
        await store.save_waiting(endpoint, [Waiting(1, "e", "connection.revoked", NUMBER, 0, NOW)], [])
        await store.add_attempts([attempt])
        assert await store.webhooks_of([ROBAWS]) == [endpoint]
    async with acting(SOFTWARE, other) as store:
        assert await store.webhook(endpoint.endpoint_id) is None
        assert await store.lock_webhook(endpoint.endpoint_id) is None
        assert await store.own_webhooks(ROBAWS) == []
        assert await store.waiting_counts([endpoint.endpoint_id]) == {}
        assert await store.attempts(endpoint.endpoint_id, None, 10) == []
        assert not await store.remove_webhook(endpoint.endpoint_id)
    async with acting(SOFTWARE, mode) as store:
        await store.add_attempts([replace(attempt, number=2)])
        assert await store.own_webhooks(ROBAWS) == [endpoint]
        assert await store.waiting_counts([endpoint.endpoint_id]) == {endpoint.endpoint_id: 1}
        assert [each.number for _, each in await store.attempts(endpoint.endpoint_id, None, 10)] == [2, 1]


async def test_a_document_comes_back_in_its_mode_and_is_shown_in_no_other(acting: As) -> None:
    documents: dict[Mode, Document] = {"test": a_document("test", 1), "live": a_document("live", 2)}
    async with acting(None) as store:
        await store.save_documents(list(documents.values()))
        found = await store.documents([each.document_id for each in documents.values()])
        assert sorted(each.mode for each in found.values()) == ["live", "test"]
    for mode, document in documents.items():
        async with acting(SOFTWARE, mode) as store:
            assert await store.own_documents(ROBAWS, 0, 10) == [document]
            seen = [await store.document(each.document_id) for each in documents.values()]
            assert [each for each in seen if each is not None] == [document]


async def test_a_test_key_reaches_no_movements_of_a_real_company(acting: As) -> None:
    claim = Claim(path="a/b", sha256=Sha256.of(b"a"), size=1, media_type="application/x-ndjson")
    euro = {"amount": "1.00", "currency": "EUR"}
    body = TransactionsBooked.model_validate(
        {"statement_id": StatementId.of(uuid4()), "enterprise_number": NUMBER, "iban": "BE68539007547034"}
        | {"year": 2026, "sequence": 1, "new_balance_date": "2026-03-01", "movement_count": 1}
        | dict.fromkeys(("old_balance", "new_balance", "credits", "debits"), euro)
        | {"movements": claim, "statement": claim}
    )
    async with acting(None) as store:
        await store.save_statements([BookedStatement(uuid4(), NOW, body, (ROBAWS,))])
    for mode, seen in (("live", claim), ("test", None)):
        async with acting(SOFTWARE, mode) as store:
            assert await store.statement_movements(body.statement_id) == seen


async def test_postgres_lets_no_caller_write_an_endpoint_of_the_other_mode(in_postgres: As) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with in_postgres(SOFTWARE, "test") as store:
            await store.save_webhook(an_endpoint("live"))
