"""Channels and what waits for them: memory behaves like Postgres, offices see their own with a live key only."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.domain.channels import (
    Channel,
    MailPlace,
    Place,
    SftpPlace,
    WebhookPlace,
    kafka_channel_id,
)
from services.delivery.domain.handovers import NewHandover
from shared.values import ChannelId, DocumentId, EmailAddress, EnterpriseNumber, Language, OfficeId

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
JANSSENS, PEETERS = OfficeId("janssens"), OfficeId("peeters")
ONE, TWO, THREE = (DocumentId.of(uuid4()) for _ in range(3))
As = Callable[..., AbstractAsyncContextManager[Any]]


def a_channel(office: OfficeId = JANSSENS, **others: Any) -> Channel:
    channel = Channel(
        channel_id=ChannelId.of(uuid4()), office_id=office, kind="folder", created_at=NOW, files=("json", "xml")
    )
    return replace(channel, **others)


def enters(channel: Channel, document: DocumentId = ONE, **others: Any) -> NewHandover:
    return replace(NewHandover(channel.channel_id, document, "", NOW), **others)


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("kafka", None),
        ("folder", None),
        ("sftp", SftpPlace("sftp.kantoor.example", "relais", 2222, "/in", "SHA256:" + "a" * 43)),
        ("mail", MailPlace(EmailAddress("in@pakket.example"))),
        ("webhook", WebhookPlace("https://pakket.example/in")),
    ],
)
async def test_a_channel_comes_back_as_it_was_saved_and_saved_again(acting: As, kind: Any, place: Place) -> None:
    channel = a_channel(kind=kind, place=place, companies=(EnterpriseNumber("0403170701"),), client_codes=("K12",))
    changed = replace(
        channel,
        name="WinBooks",
        language=Language.FR,
        files=("xml",),
        sealed_secret="sealed",
        enabled=False,
        stopped_reason="by_office",
        failing_since=NOW,
        last_error="timeout",
        last_error_at=NOW,
        last_success_at=NOW,
        tested_at=NOW,
    )
    async with acting(None) as store:
        await store.save_channel(channel)
        assert await store.channel(channel.channel_id) == channel
        await store.save_channel(changed)
        assert await store.lock_channel(channel.channel_id) == changed
        assert await store.channels_of([JANSSENS]) == [changed]
        assert await store.channels_of([PEETERS]) == []


async def test_an_office_sees_its_own_channels_and_what_went_through_them_and_only_with_a_live_key(acting: As) -> None:
    own, other = a_channel(), a_channel(PEETERS)
    async with acting("office:janssens") as store:
        await store.save_channel(own)
    async with acting(None) as store:
        await store.save_channel(other)
        await store.append_handovers([enters(own), enters(other)])
    async with acting("office:janssens") as store:
        assert await store.own_channels(JANSSENS) == [own]
        assert await store.own_channels(PEETERS) == []
        assert await store.channel(other.channel_id) is None
        assert await store.lock_channel(other.channel_id) is None
        assert await store.handovers(other.channel_id, None, None, 10) == []
        assert await store.handover_counts([own.channel_id, other.channel_id]) == {own.channel_id: {"waiting": 1}}
        assert await store.try_handovers_now(other.channel_id, NOW, with_failed=True) == 0
        assert not await store.remove_channel(other.channel_id)
    async with acting("office:janssens", "test") as store:
        assert await store.own_channels(JANSSENS) == []
        assert await store.channel(own.channel_id) is None
    async with acting("software:robaws") as store:
        assert await store.channel(own.channel_id) is None


async def test_what_enters_a_channel_waits_in_order_and_each_document_once_for_each_occasion(acting: As) -> None:
    channel = a_channel()
    async with acting(None) as store:
        await store.save_channel(channel)
        added = await store.append_handovers([enters(channel, TWO), enters(channel, ONE)])
        assert added == {enters(channel, TWO).key, enters(channel, ONE).key}
    async with acting(None) as store:
        again = [enters(channel, ONE), enters(channel, ONE, occasion="red_1"), enters(channel, THREE, done=True)]
        assert await store.append_handovers(again) == {each.key for each in again[1:]}
        waiting = await store.waiting_handovers(channel.channel_id, 10)
        assert [(each.subject, each.occasion) for each in waiting] == [(TWO, ""), (ONE, ""), (ONE, "red_1")]
        positions = [each.position for each in waiting]
        assert positions == sorted(positions)
        assert [each.subject for each in await store.waiting_handovers(channel.channel_id, 1)] == [TWO]
        assert await store.channels_with_waiting([channel.channel_id]) == {channel.channel_id}
        assert await store.append_handovers([enters(a_channel())]) == set(), "a channel that is gone has no order"


async def test_what_the_receiver_has_is_told_before_what_waits_is_tried(acting: As) -> None:
    channel = a_channel()
    async with acting(None) as store:
        await store.save_channel(channel)
        await store.append_handovers([enters(channel, ONE), enters(channel, TWO)])
        first, second = await store.waiting_handovers(channel.channel_id, 10)
        resting = replace(second, next_at=NOW + timedelta(hours=1), attempts=3, last_error="timeout")
        await store.save_handovers([replace(first, state="handed_over", ended_at=NOW, receipt="250 ok"), resting])
        assert await store.channels_due(NOW) == [channel.channel_id], "a success that is untold"
        found = await store.waiting_handovers(channel.channel_id, 10)
        assert [(each.state, each.receipt, each.attempts) for each in found] == [
            ("handed_over", "250 ok", 0),
            ("waiting", "", 3),
        ]
        await store.save_handovers([replace(found[0], state="done")])
        assert await store.channels_due(NOW) == []
        assert await store.channels_due(NOW + timedelta(hours=1)) == [channel.channel_id]
        await store.save_channel(replace(channel, enabled=False))
        assert await store.channels_due(NOW + timedelta(hours=1)) == []


async def test_a_first_one_that_rests_holds_up_the_others_of_its_channel_and_of_no_other(acting: As) -> None:
    down, up = sorted((a_channel(), a_channel()), key=lambda channel: channel.channel_id)
    async with acting(None) as store:
        for channel in (down, up):
            await store.save_channel(channel)
            await store.append_handovers([enters(channel, ONE), enters(channel, TWO)])
        first, _ = await store.waiting_handovers(down.channel_id, 10)
        await store.save_handovers([replace(first, next_at=NOW + timedelta(hours=1))])
        assert await store.channels_due(NOW) == [up.channel_id]


async def test_trying_again_takes_up_what_failed_in_its_place(acting: As) -> None:
    channel = a_channel()
    async with acting(None) as store:
        await store.save_channel(channel)
        await store.append_handovers([enters(channel, each) for each in (ONE, TWO, THREE)])
        first, second, third = await store.waiting_handovers(channel.channel_id, 10)
        failed = replace(first, state="failed", attempts=1, last_error="mail_refused: 550", ended_at=NOW)
        resting = replace(second, next_at=NOW + timedelta(hours=1), attempts=4)
        await store.save_handovers([failed, resting, replace(third, state="done", ended_at=NOW)])
    async with acting("office:janssens") as store:
        assert await store.handover_counts([channel.channel_id]) == {channel.channel_id: {"waiting": 1, "failed": 1}}
        assert [each.position for each in await store.handovers(channel.channel_id, "failed", None, 10)] == [1]
        assert [each.position for each in await store.handovers(channel.channel_id, None, 3, 1)] == [2]
        assert await store.try_handovers_now(channel.channel_id, NOW, with_failed=False) == 1
        assert await store.try_handovers_now(channel.channel_id, NOW, with_failed=True) == 2
    async with acting(None) as store:
        again = await store.waiting_handovers(channel.channel_id, 10)
        assert [(each.subject, each.attempts, each.next_at) for each in again] == [(ONE, 0, NOW), (TWO, 0, NOW)]


async def test_old_successes_are_forgotten_and_a_removed_channel_leaves_nothing(acting: As) -> None:
    channel = a_channel()
    async with acting(None) as store:
        await store.save_channel(channel)
        await store.append_handovers([enters(channel, ONE, done=True), enters(channel, TWO)])
        await store.forget_handovers(NOW)
        assert len(await store.handovers(channel.channel_id, None, None, 10)) == 2
        await store.forget_handovers(NOW + timedelta(seconds=1))
        assert [each.subject for each in await store.handovers(channel.channel_id, None, None, 10)] == [TWO]
    async with acting("office:janssens") as store:
        assert await store.remove_channel(channel.channel_id)
    async with acting(None) as store:
        assert await store.channel(channel.channel_id) is None
        assert await store.channels_due(NOW) == []
        await store.save_handovers([])


async def test_an_office_that_chose_kafka_before_there_were_channels_keeps_it(database: Any) -> None:
    text = (ROOT / "services/delivery/migrations/0006_channels.sql").read_text()
    moving = text[text.index("do $$") : text.index("drop table chosen_channels")]
    async with (await database.worker("delivery")).acquire() as connection, connection.transaction():
        await connection.execute("create temporary table chosen_channels (office_id text, chosen_at timestamptz)")
        await connection.execute("insert into chosen_channels values ($1, $2)", JANSSENS, NOW)
        await connection.execute(moving)
        (channel,) = await PostgresDelivery(connection).channels_of([JANSSENS])
        assert channel == a_channel(
            channel_id=kafka_channel_id(JANSSENS), kind="kafka", files=("xml",), documents=("sales_invoice",)
        )


async def test_a_channel_that_is_removed_stays_until_its_last_success_is_told(acting: As) -> None:
    channel = a_channel()
    async with acting(None) as store:
        await store.save_channel(channel)
        await store.append_handovers([enters(channel), enters(channel, TWO)])
        first, second = await store.waiting_handovers(channel.channel_id, 10)
        await store.save_handovers([replace(first, state="handed_over")])
    async with acting("office:janssens") as store:
        assert not await store.remove_channel(channel.channel_id)
        assert await store.own_channels(JANSSENS) == []
    async with acting(None) as store:
        assert await store.channels_of([JANSSENS]) == []
        assert await store.channels_due(NOW) == [channel.channel_id]
        (left,) = await store.waiting_handovers(channel.channel_id, 10)
        assert (left.subject, left.state) == (first.subject, "handed_over"), "what waited is dropped"
        kept = await store.lock_channel(channel.channel_id)
        assert kept.removed and not kept.enabled
        await store.save_handovers([replace(left, state="done", ended_at=NOW)])
        assert await store.remove_channel(channel.channel_id)
        assert await store.channel(channel.channel_id) is None
    assert second.subject == TWO


async def test_of_two_who_add_a_channel_at_once_one_waits_for_the_other(in_postgres: As) -> None:
    seen: list[int] = []
    inside = asyncio.Event()

    async def add(wait: bool) -> None:
        if not wait:
            await inside.wait()
        async with in_postgres("office:janssens") as store:
            await store.lock_own_channels(JANSSENS)
            seen.append(len(await store.own_channels(JANSSENS)))
            inside.set()
            if wait:
                await asyncio.sleep(0.2)
            await store.save_channel(a_channel())

    await asyncio.gather(add(True), add(False))
    assert seen == [0, 1]
