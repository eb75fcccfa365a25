"""Does an event that came before its fact wait for it, and never slip past it?"""

import asyncio
from typing import Any

from shared.chassis.database import Connection
from shared.chassis.messages import Batch, Consequence
from tests.component.chassis.one_service.toy import Toy

PARKED = "select count(*) from parked"


class Story:
    """Whoever misses a fact locks, looks again, parks; whoever writes it locks, writes, takes."""

    def __init__(self, toy: Toy) -> None:
        self.toy = toy
        self.looked, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()

    async def ask(self, batch: Batch[Any], connection: Connection) -> list[Consequence]:
        answers: list[Consequence] = []
        for event in batch:
            known = await self._known(connection, event.body.name)
            self.looked.set()
            await self.go_on.wait()
            if not known:
                await batch.lock([f"fact:{event.body.name}"])
                known = await self._known(connection, event.body.name)
            if known:
                answers.append(event.then(self.toy.Answered(name=event.body.name, n=event.body.n)))
            else:
                await batch.park(event, f"fact:{event.body.name}")
        return answers

    async def tell(self, batch: Batch[Any], connection: Connection) -> list[Consequence]:
        names = [fact.body.name for fact in batch]
        await batch.lock(f"fact:{name}" for name in names)
        await connection.executemany("insert into facts values ($1)", [(name,) for name in names])
        facts = {fact.body.name: fact for fact in batch}
        taken = await batch.take(self.toy.Asked, [f"fact:{name}" for name in names])
        return [
            facts[parked.event.body.name].then(self.toy.Answered(name=parked.event.body.name, n=parked.event.body.n))
            for parked in taken
        ]

    async def _known(self, connection: Connection, name: str) -> bool:
        return bool(await connection.fetchval("select true from facts where name = $1", name))


async def test_a_missing_fact_parks_and_the_fact_takes_up_oldest_first(toy: Toy) -> None:
    story = Story(toy)
    asking = await toy.subscription(story.ask)
    telling = await toy.subscription(story.tell, event=toy.Fact)
    await asking.handle(toy.asked(6, keys=2))
    assert (await toy.value(PARKED), await toy.value("select count(*) from outbox")) == (6, 0)
    fact = toy.record({"name": "k0"}, event=toy.Fact)
    await telling.handle([fact])
    rows = await toy.sql("select headers->>'ce_causationid' as cause, value from outbox order by id")
    assert [toy.Answered.model_validate_json(row["value"]).n for row in rows] == [0, 2, 4]
    assert {row["cause"] for row in rows} == {dict(fact.headers)["ce_id"].decode()}
    assert await toy.value(PARKED) == 3


async def test_a_fact_written_between_looking_and_locking_is_seen(toy: Toy) -> None:
    story = Story(toy)
    asking = await toy.subscription(story.ask)
    telling = await toy.subscription(story.tell, event=toy.Fact)
    story.go_on.clear()
    handling = asyncio.create_task(asking.handle(toy.asked(1, keys=1)))
    await story.looked.wait()
    await telling.handle([toy.record({"name": "k0"}, event=toy.Fact)])
    story.go_on.set()
    await handling
    assert (await toy.value(PARKED), await toy.value("select count(*) from outbox")) == (0, 1)


async def test_of_many_concurrent_writers_and_missers_none_is_lost(toy: Toy) -> None:
    story = Story(toy)
    asking = [await toy.subscription(story.ask) for _ in range(3)]
    telling = await toy.subscription(story.tell, event=toy.Fact)
    questions = toy.asked(120, keys=40)
    facts = [toy.record({"name": f"k{n}"}, event=toy.Fact, offset=n) for n in range(40)]

    async def ask(reader: int) -> None:
        for n in range(reader, 120, 12):
            await asking[reader % 3].handle(questions[n : n + 1])

    async def tell() -> None:
        for n in range(0, 40, 4):
            await telling.handle(facts[n : n + 4])

    await asyncio.gather(*(ask(reader) for reader in range(12)), tell())
    assert await toy.value(PARKED) == 0
    assert await toy.value("select count(distinct convert_from(value, 'UTF8')) from outbox") == 120
    assert await toy.value("select count(*) from outbox") == 120


async def test_an_event_that_was_parked_is_not_parked_again_when_it_comes_again(toy: Toy) -> None:
    story = Story(toy)
    asking = await toy.subscription(story.ask)
    records = toy.asked(2)
    await asking.handle(records)
    await asking.handle(records)
    assert await toy.value(PARKED) == 2
