"""Does a whole process of a service work over Kafka: ready, braked, replayed, stopped, and with few rights?"""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from shared.chassis import relay, tasks
from shared.chassis.calls import Runtime
from shared.chassis.messages import Batch, Consequence
from shared.contracts.operations import ReplayRequested
from tests.component.chassis.one_service.toy import Toy, Work, cause
from tests.component.chassis.one_service.watching import becomes_ready
from tests.waiting import PATIENCE_S, until

EFFECTS = "select count(*) from effects"


async def test_a_message_comes_in_counts_and_its_answer_goes_out(connected: Toy) -> None:
    toy = connected
    await toy.publish(toy.asked(300))
    running = await toy.start(toy.service())
    assert running.ready().ready
    await toy.until(EFFECTS, 300)
    await toy.until("select count(*) from outbox where acknowledged_at is null", 0)
    answers = await toy.published(toy.Answered.topic)
    assert len({dict(record.headers)["ce_id"] for record in answers}) == len(answers) == 300


async def test_what_waits_anywhere_in_the_group_is_known_to_wait(connected: Toy) -> None:
    toy, gate = connected, asyncio.Event()

    async def handle(batch: Batch[Any], connection: Any) -> list[Consequence]:
        await gate.wait()
        return await toy.effect(batch, connection)

    consumer = (await toy.start(toy.service(handle)))._consumers[toy.Asked.topic]
    assert await consumer.all_read()
    await toy.publish(toy.asked(50))
    assert not await consumer.all_read()
    gate.set()
    await toy.until(EFFECTS, 50)
    assert await consumer.all_read()


async def test_a_commit_lost_between_postgres_and_kafka_has_no_second_effect(connected: Toy) -> None:
    toy = connected
    await toy.publish(toy.asked(100))
    first = toy.service().running()
    toy.started.append(first)
    await first.start()
    for consumer in first._consumers.values():  # what a crash between the two commits would leave

        async def lost(offsets: Any) -> None:
            raise ConnectionResetError

        consumer._kafka.commit = lost
    await toy.publish(toy.asked(100, first=100))
    await toy.until(EFFECTS, 200)
    await first.stop()
    await toy.start(toy.service())
    await toy.publish(toy.asked(1, first=200))
    await toy.until(EFFECTS, 201)
    seen = [row["n"] for row in await toy.sql("select n from effects")]
    assert sorted(seen) == list(range(201))


async def test_a_brake_keeps_the_lag_and_readiness_off_until_a_replay_succeeds(connected: Toy) -> None:
    toy = connected
    broken = True

    async def handle(batch: Batch[Any], connection: Any) -> list[Consequence]:
        if broken:
            raise ValueError("our own mistake")
        return await toy.effect(batch, connection)

    running = await toy.start(toy.service(handle))
    await toy.publish(toy.asked(40, keys=1))
    await toy.until("select count(*) from dead_letters", 20)
    await until(lambda: any("too many dead letters" in reason for reason in running.ready().reasons))
    assert not running.ready().ready
    group = f"{toy.name}.{toy.Asked.topic}"
    lag = [each.waiting for each in await toy.kafka.administration().lag() if each.group == group]
    assert sum(lag) in (0, 40)  # nothing committed yet, or no offset at all
    broken = False
    letter = await toy.value("select id from dead_letters order by position limit 1")
    body = {"service": toy.name, "dead_letter_id": str(letter), "requested_by": "ann"}
    await toy.publish([toy.record(body, event=ReplayRequested, identity=uuid4())])
    await toy.until(EFFECTS, 21)
    await becomes_ready(running)


async def test_stopping_finishes_the_batch_and_leaves_nothing_behind(connected: Toy) -> None:
    toy = connected
    began = asyncio.Event()

    async def handle(batch: Batch[Any], connection: Any) -> list[Consequence]:
        began.set()
        await asyncio.sleep(0.5)
        return await toy.answer(batch, connection)

    running = await toy.start(toy.service(handle))
    await toy.publish(toy.asked(50, keys=1))
    await began.wait()
    await running.stop()
    done = await toy.value(EFFECTS)
    assert done > 0
    assert await toy.value("select max(next_offset) from consumed where topic = $1", toy.Asked.topic) == done
    assert await toy.value("select count(*) from outbox where acknowledged_at is null") == 0
    sessions = f"select count(*) from pg_stat_activity where application_name like '{toy.name}%'"
    await toy.until(sessions, len(toy.opened))  # one ends a moment after its client has hung up


async def test_the_api_role_may_add_to_the_outbox_and_the_tasks_and_no_more(toy: Toy) -> None:
    api = await asyncpg.connect(toy.api_url)
    try:
        await api.execute(
            "insert into outbox (event_id, topic, shard, key, value, headers) "
            "values (gen_random_uuid(), 't', 1, 'k', 'x', '{}') on conflict do nothing"
        )
        await api.execute(
            "insert into tasks (id, kind, key, payload, correlation_id) values (gen_random_uuid(), 'w', 'k', '{}', 'c')"
            " on conflict do nothing"
        )
        for forbidden in (
            "select * from outbox",
            "select * from tasks",
            "update outbox set key = 'other'",
            "delete from tasks",
            "select * from inbox",
            "insert into inbox values (gen_random_uuid(), 't')",
            "select * from dead_letters",
            "select * from effects",
            "create table mine (n int)",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await api.execute(forbidden)
        assert await api.fetch("select * from credentials") == []
    finally:
        await api.close()


async def test_every_table_of_the_chassis_forces_row_level_security(toy: Toy) -> None:
    rows = await toy.sql(
        "select relname from pg_class where relkind = 'r' and relnamespace = $1::regnamespace "
        "and not (relrowsecurity and relforcerowsecurity)",
        toy.name,
    )
    assert {row["relname"] for row in rows} == {"effects", "facts"}  # the test's own


async def test_a_call_that_writes_wakes_task_and_relay_at_once(connected: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy = connected
    for looking_by_itself in (relay, tasks):
        monkeypatch.setattr(looking_by_itself, "_IDLE_SECONDS", 3600.0)
    done = asyncio.Event()

    async def perform(run: Any) -> Any:
        done.set()

        async def settle(connection: Any) -> list[Consequence]:
            return []

        return settle

    service = toy.service()
    service.task(Work)(perform)
    running = await toy.start(service)
    runtime: Runtime = running
    async with runtime.api_pool.acquire() as connection, connection.transaction():
        follows = [cause().then_do(Work(n=1), "k"), cause().then(toy.Answered(name="k", n=1))]
        await runtime.write_consequences(connection, follows)
    runtime.wake()
    await asyncio.wait_for(done.wait(), PATIENCE_S)
    await toy.until("select count(*) from outbox where acknowledged_at is null", 0)


class NoText(str):
    """A header name that another client could write and that is no UTF-8."""

    def encode(self, *arguments: str) -> bytes:  # type: ignore[override]
        return b"\xff\xfe"


async def test_a_header_name_that_is_no_text_loses_and_stops_nothing(connected: Toy) -> None:
    toy = connected
    records = toy.asked(20, keys=1)
    records[12].headers.append((NoText("x"), b"1"))
    async with AIOKafkaProducer(**toy.client()) as producer:
        batch = producer.create_batch()
        batch._builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, -1, 1_000_000)  # the only one that lets it pass
        for record in records:
            batch.append(key=record.key, value=record.value, timestamp=None, headers=record.headers)
        await (await producer.send_batch(batch, toy.Asked.topic, partition=0))
    await toy.publish(toy.asked(30, first=20))
    await toy.start(toy.service())
    await toy.until("select count(*) from effects", 42)
    await toy.until("select count(*) from dead_letters", 8)  # the culprit and what was sent after it in its batch
    letters = await toy.sql("select reason_code, position from dead_letters order by position")
    assert [tuple(letter) for letter in letters] == [("header_missing", n) for n in range(12, 20)]
