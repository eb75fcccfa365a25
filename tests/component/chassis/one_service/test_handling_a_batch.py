"""Does each message count once, whatever comes, how often and in whatever shape?"""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from shared.chassis.brake import Leaving
from shared.chassis.envelope import LARGEST_VALUE
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.messages import Batch, Consequence
from tests.component.chassis.one_service.toy import Toy, Work
from tests.waiting import PATIENCE_S, until

EFFECTS = "select count(*) from effects"
DEAD = "select count(*) from dead_letters"


async def test_a_batch_delivered_twice_has_one_effect_and_the_same_consequences(toy: Toy) -> None:
    subscription = await toy.subscription(toy.answer)
    records = toy.asked(50)
    await subscription.handle(records)
    first = await toy.sql("select event_id, topic from outbox order by id")
    await subscription.handle(records)
    assert await toy.value(EFFECTS) == 50
    assert await toy.sql("select event_id, topic from outbox order by id") == first


async def test_an_id_twice_in_one_batch_counts_once(toy: Toy) -> None:
    subscription = await toy.subscription(toy.answer)
    twin = toy.record({"name": "k", "n": 1}, offset=7)
    await subscription.handle([twin, toy.record({"name": "k", "n": 2}, offset=8), twin])
    assert await toy.value(EFFECTS) == 2
    assert await toy.value("select next_offset from consumed") == 9


async def test_ids_of_consequences_are_equal_when_the_same_cause_is_handled_again(toy: Toy) -> None:
    async def handle(batch: Batch[Any], connection: Any) -> list[Consequence]:
        followed = [event.then(toy.Answered(name="k", n=n)) for event in batch for n in range(3)]
        return [*followed, *(event.then_do(Work(n=n), "k") for event in batch for n in range(2))]

    subscription = await toy.subscription(handle)
    records = toy.asked(5)
    ids = "select event_id as id from outbox union all select id from tasks order by id"
    await subscription.handle(records)
    first = await toy.sql(ids)
    await toy.sql("truncate inbox, outbox, tasks")
    await subscription.handle(records)
    assert len(first) == 25
    assert await toy.sql(ids) == first


async def test_one_bad_event_among_five_hundred_dies_and_its_neighbours_go_on(toy: Toy) -> None:
    async def handle(batch: Batch[Any], connection: Any) -> list[Consequence]:
        if any(event.body.n == 313 for event in batch):
            raise ValueError("three hundred and thirteen")
        return await toy.answer(batch, connection)

    subscription = await toy.subscription(handle)
    records = toy.asked(500)
    await subscription.handle(records)
    assert await toy.value(EFFECTS) == 499
    (letter,) = await toy.sql("select * from dead_letters")
    assert (letter["reason_code"], letter["reason"]) == ("error_ValueError", "three hundred and thirteen")
    assert (letter["value"], letter["attempts"], letter["position"]) == (records[313].value, 3, 313)
    assert await toy.value("select status from inbox where event_id = $1", letter["event_id"]) == "dead"
    order = await toy.sql("select name, array_agg(n order by at) as order from effects group by name")
    assert all(row["order"] == sorted(row["order"]) for row in order)
    copies = f"select count(*) from outbox where topic = '{toy.name}.dead_letters.v1'"
    assert await toy.value(copies) == 1


async def test_what_cannot_be_read_is_kept_with_its_bytes_and_its_neighbours_go_on(toy: Toy) -> None:
    unreadable = [
        toy.record(b'{"name": "k", ', offset=1),
        toy.record({"name": "k", "n": "many"}, offset=2),
        toy.record(b'"' + b"x" * LARGEST_VALUE + b'"', offset=3),
        toy.record(b'{"name": "\x00", "n": 1}', offset=4),
        toy.record({"name": "k", "n": 1}, offset=5, ce_subject=b"a\x00b\xff", ce_id=None),
    ]
    subscription = await toy.subscription(toy.answer)
    for record in unreadable:
        await subscription.handle([*toy.asked(1, first=record.offset), record, *toy.asked(1, first=10 + record.offset)])
    await subscription.handle(unreadable)
    letters = await toy.sql("select reason_code, value from dead_letters order by position")
    codes = ["json_malformed", "schema_mismatch", "message_too_large", "nul_character", "header_malformed"]
    assert [letter["reason_code"] for letter in letters] == codes
    assert [letter["value"] for letter in letters] == [record.value for record in unreadable]
    assert await toy.value(EFFECTS) == 10


async def test_a_bug_in_reading_is_a_dead_letter_and_nothing_is_skipped(toy: Toy) -> None:
    subscription = await toy.subscription(toy.answer)
    read = subscription.read

    def stumble(record: Any) -> Any:
        if record.offset == 1:
            raise OverflowError("date value out of range")
        return read(record)

    subscription.read = stumble
    await subscription.handle(toy.asked(3))
    assert await toy.value(EFFECTS) == 2
    assert await toy.value("select reason_code from dead_letters") == "error_OverflowError"


async def test_a_transient_error_is_retried_without_a_dead_letter(toy: Toy) -> None:
    errors: list[Exception] = [
        Unavailable("away"),
        asyncpg.SerializationError("40001"),
        asyncpg.DeadlockDetectedError("40P01"),
        ConnectionResetError(),
    ]

    async def handle(batch: Batch[Any], connection: Any) -> list[Consequence]:
        if errors:
            raise errors.pop()
        return await toy.answer(batch, connection)

    await (await toy.subscription(handle)).handle(toy.asked(10))
    assert (await toy.value(EFFECTS), await toy.value(DEAD)) == (10, 0)


async def test_an_invalid_message_said_by_the_handler_dies_at_once(toy: Toy) -> None:
    tries: list[int] = []

    async def handle(batch: Batch[Any], connection: Any) -> list[Consequence]:
        tries.extend(event.body.n for event in batch if event.body.n == 2)
        if any(event.body.n == 2 for event in batch):
            raise InvalidMessage("digest_differs", "other bytes")
        return await toy.effect(batch, connection)

    await (await toy.subscription(handle)).handle(toy.asked(4))
    assert await toy.value("select reason_code from dead_letters") == "digest_differs"
    assert await toy.value(EFFECTS) == 3
    assert len(tries) == 3  # with three neighbours, with one, alone


async def test_a_service_cannot_publish_the_event_of_another(toy: Toy) -> None:
    async def handle(batch: Batch[Any], connection: Any) -> list[Consequence]:
        return [event.then(toy.Foreign(name="k")) for event in batch]

    await (await toy.subscription(handle)).handle(toy.asked(1))
    reason = await toy.value("select reason from dead_letters")
    assert reason == f"{toy.name} may not publish stranger.told.v1: it belongs to stranger"


async def test_a_dead_letter_that_cannot_be_kept_holds_the_topic_until_it_can(toy: Toy) -> None:
    await toy.sql("alter table dead_letters add constraint full_up check (handler = '') not valid")
    subscription = await toy.subscription(toy.answer)
    waiting = asyncio.create_task(subscription.handle([toy.record(b"{", offset=0)]))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    await toy.sql("alter table dead_letters drop constraint full_up")
    await asyncio.wait_for(waiting, PATIENCE_S)
    assert await toy.value(DEAD) == 1


async def test_positions_belong_to_the_incarnation_that_was_assigned(toy: Toy) -> None:
    subscription = await toy.subscription(toy.effect)
    subscription.incarnations[toy.Asked.topic] = "second"
    await subscription.handle(toy.asked(2))
    assert await toy.value("select topic_id from consumed") == "second"


async def test_what_was_prepared_arrives_and_one_failure_stays_alone(toy: Toy) -> None:
    seen: dict[int, str] = {}

    async def prepare(events: Any) -> list[Any]:
        return [
            InvalidMessage("not_a_pdf", "other magic") if event.body.n == 3 else f"p{event.body.n}" for event in events
        ]

    async def handle(batch: Batch[Any], connection: Any) -> list[Consequence]:
        seen.update({event.body.n: event.prepared for event in batch})
        return await toy.effect(batch, connection)

    await (await toy.subscription(handle, prepare=prepare)).handle(toy.asked(6))
    assert seen == {n: f"p{n}" for n in (0, 1, 2, 4, 5)}
    assert await toy.value("select reason_code from dead_letters") == "not_a_pdf"


async def test_preparing_is_tried_again_while_something_is_unavailable(toy: Toy) -> None:
    tries = 0

    async def prepare(events: Any) -> list[Any]:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise Unavailable("the store is away")
        return [Unavailable("still away") if tries == 2 else "ready" for _ in events]

    await (await toy.subscription(toy.effect, prepare=prepare)).handle(toy.asked(5))
    assert (tries, await toy.value(EFFECTS), await toy.value(DEAD)) == (3, 5, 0)


async def test_two_readers_of_the_same_records_have_one_effect_together(toy: Toy) -> None:
    records = toy.asked(200)
    readers = [await toy.subscription(toy.effect) for _ in range(3)]
    await asyncio.gather(*(reader.handle(records) for reader in readers))
    assert await toy.value(EFFECTS) == 200


async def test_the_brake_holds_the_topic_after_twenty_dead_in_a_row(toy: Toy) -> None:
    subscription = await toy.subscription(toy.effect)
    records = [toy.record(b"{", identity=uuid4(), offset=n) for n in range(50)] + toy.asked(10, first=50)
    handling = asyncio.create_task(subscription.handle(records))
    await toy.until(DEAD, 20)
    await until(lambda: subscription.brake.tripped)
    await asyncio.sleep(0.3)
    assert not handling.done()
    assert await toy.value("select next_offset from consumed") == 20
    while not handling.done():
        subscription.brake.release()
        await asyncio.sleep(0.05)
    await handling
    assert (await toy.value(DEAD), await toy.value(EFFECTS)) == (50, 10)


async def test_what_one_tenant_sends_never_stops_the_others(toy: Toy) -> None:
    subscription = await toy.subscription(toy.effect)
    subscription.braked = False
    records = [toy.record(b"{", identity=uuid4(), offset=n) for n in range(50)] + toy.asked(10, first=50)
    await asyncio.wait_for(subscription.handle(records), PATIENCE_S)
    assert (await toy.value(DEAD), await toy.value(EFFECTS)) == (50, 10)


async def test_a_process_that_stops_does_not_wait_for_somebody_to_release_the_brake(toy: Toy) -> None:
    subscription = await toy.subscription(toy.effect)
    records = [toy.record(b"{", identity=uuid4(), offset=n) for n in range(50)]
    handling = asyncio.create_task(subscription.handle(records))
    await toy.until(DEAD, 20)
    subscription.brake.stop()
    with pytest.raises(Leaving):
        await asyncio.wait_for(handling, PATIENCE_S)
    assert await toy.value("select next_offset from consumed") == 20


async def test_one_event_that_preparing_breaks_on_dies_alone(toy: Toy) -> None:
    async def prepare(events: Any) -> list[Any]:
        if any(event.body.n == 3 for event in events):
            raise ZeroDivisionError
        return ["ready" for _ in events]

    await (await toy.subscription(toy.effect, prepare=prepare)).handle(toy.asked(6))
    assert (await toy.value(DEAD), await toy.value(EFFECTS)) == (1, 5)


async def test_a_batch_that_takes_too_long_is_split_until_the_slow_one_is_alone(toy: Toy) -> None:
    async def slow(batch: Batch[Any], connection: Any) -> list[Consequence]:
        if any(event.body.n == 2 for event in batch):
            raise TimeoutError
        return await toy.effect(batch, connection)

    await asyncio.wait_for((await toy.subscription(slow)).handle(toy.asked(4)), 60)
    assert (await toy.value(DEAD), await toy.value(EFFECTS)) == (1, 3)
