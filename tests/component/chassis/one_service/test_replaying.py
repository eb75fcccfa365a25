"""Is a dead letter handled again by the service that owns it, as it was or mended, and only once?"""

import base64
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from shared.chassis.messages import Batch, Consequence
from shared.chassis.outbox import shard_of
from shared.chassis.replay import Replay
from shared.chassis.subscription import Subscription
from shared.chassis.tasks import Settle, TaskKind, TaskRun, settled
from shared.contracts.operations import DeadLetter, ReplayRequested
from tests.component.chassis.one_service import test_relaying, test_tasks
from tests.component.chassis.one_service.toy import Toy, Work, cause


async def ask_again(toy: Toy, subscriptions: dict[str, Subscription], value: bytes | None = None) -> UUID:
    """An operator has the one dead letter handled again; returns the request's id."""
    replay = Replay(toy.name, subscriptions)
    requests = await toy.subscription(replay.handle, event=ReplayRequested)
    identity = uuid4()
    body = {
        "service": toy.name,
        "dead_letter_id": str(await toy.value("select id from dead_letters where status = 'dead'")),
        "requested_by": "ann",
        "edited_value_base64": base64.b64encode(value).decode() if value else None,
    }
    await requests.handle([toy.record(body, event=ReplayRequested, identity=identity)])
    return identity


class Moody:
    """A handler that fails until it is mended."""

    def __init__(self, toy: Toy) -> None:
        self.toy, self.broken = toy, True

    async def handle(self, batch: Batch[Any], connection: Any) -> Sequence[Consequence]:
        if self.broken and any(event.body.n == 1 for event in batch):
            raise ValueError("one is too few")
        return await self.toy.answer(batch, connection)


async def test_a_dead_letter_is_handled_again_as_it_was(toy: Toy) -> None:
    moody = Moody(toy)
    subscription = await toy.subscription(moody.handle)
    await subscription.handle(toy.asked(3))
    moody.broken = False
    await ask_again(toy, {subscription.name: subscription})
    assert await toy.value("select count(*) from effects") == 3
    assert await toy.value("select status from dead_letters") == "handled"
    assert await toy.value("select count(*) from inbox where status = 'dead'") == 0
    told = await toy.sql("select value from outbox where topic like '%dead_letters%' order by id")
    letters = [DeadLetter.model_validate_json(row["value"]) for row in told]
    assert [letter.status for letter in letters] == ["dead", "handled"]


async def test_a_dead_letter_that_fails_again_stays_dead_and_says_why(toy: Toy) -> None:
    subscription = await toy.subscription(Moody(toy).handle)
    await subscription.handle(toy.asked(3))
    await ask_again(toy, {subscription.name: subscription})
    await ask_again(toy, {subscription.name: subscription})
    (letter,) = await toy.sql("select status, replays, reason from dead_letters")
    assert tuple(letter) == ("dead", 2, "one is too few")
    assert await toy.value("select count(*) from effects") == 2


async def test_an_edited_dead_letter_is_another_event_caused_by_the_old_one(toy: Toy) -> None:
    subscription = await toy.subscription(toy.answer)
    record = toy.record(b'{"name": "k", "n": "one"}', offset=1)
    await subscription.handle([record])
    await ask_again(toy, {subscription.name: subscription}, value=b'{"name": "k", "n": 1}')
    (effect,) = await toy.sql("select event_id, n from effects")
    assert effect["n"] == 1
    assert str(effect["event_id"]) != dict(record.headers)["ce_id"].decode()
    assert await toy.value("select count(*) from inbox where event_id = $1", effect["event_id"]) == 1
    assert await toy.value("select status from dead_letters") == "handled"


async def test_an_edited_dead_letter_must_fit_its_schema(toy: Toy) -> None:
    subscription = await toy.subscription(toy.answer)
    await subscription.handle([toy.record(b'{"name": "k", "n": "one"}', offset=1)])
    await ask_again(toy, {subscription.name: subscription}, value=b'{"name": "k", "n": "two"}')
    (letter,) = await toy.sql("select status, reason from dead_letters")
    assert letter["status"] == "dead"
    assert "schema_mismatch" in letter["reason"]


async def test_the_request_of_another_service_changes_nothing(toy: Toy) -> None:
    subscription = await toy.subscription(Moody(toy).handle)
    await subscription.handle(toy.asked(3))
    replay = Replay("stranger", {subscription.name: subscription})
    requests = await toy.subscription(replay.handle, event=ReplayRequested)
    body = {"service": toy.name, "dead_letter_id": str(uuid4()), "requested_by": "ann"}
    await requests.handle([toy.record(body, event=ReplayRequested)])
    assert await toy.value("select replays from dead_letters") == 0


async def test_a_task_that_died_is_done_again(toy: Toy) -> None:
    broken = True

    async def perform(run: TaskRun[Any, Any]) -> Settle:
        if broken:
            raise ValueError("not yet")
        return settled

    await toy.write(cause().then_do(Work(n=1), "k"))
    kind = TaskKind(Work, perform, first_pause_seconds=0.01)
    await test_tasks.drained(toy, await toy.runner(kind))
    broken = False
    await ask_again(toy, {})
    assert await toy.value(test_tasks.LEFT) == 1
    await test_tasks.drained(toy, await toy.runner(kind))
    assert await toy.value("select status from dead_letters") == "handled"


async def test_a_record_that_kafka_refuses_twice_is_a_dead_letter_twice(connected: Toy) -> None:
    toy = connected
    await toy.write(cause().then(toy.Answered(name="k" * 2_000_000, n=1)))
    await toy.sql("update outbox set shard = $1", shard_of("k"))
    relay = await toy.relay()
    await test_relaying.drained(toy, relay)
    await ask_again(toy, {})
    assert await toy.value("select status from dead_letters") == "handled"
    await test_relaying.drained(toy, relay)
    assert await toy.value("select status from dead_letters") == "dead"
    told = await toy.published(f"{toy.name}.dead_letters.v1")
    states = [DeadLetter.model_validate_json(record.value).status for record in told]
    assert states == ["dead", "handled", "dead"]
