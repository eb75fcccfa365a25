"""Is what happens on time done once for each time it is due, by one process, and is old news forgotten?"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.chassis.messages import Cause, Consequence
from shared.chassis.periodic import Periodic, forget
from tests.component.chassis.one_service.toy import Toy, cause
from tests.waiting import until


async def test_two_processes_do_it_once_for_each_time_it_is_due(toy: Toy) -> None:
    causes: list[Cause] = []

    async def tick(now: datetime, cause: Cause, connection: Any) -> Sequence[Consequence]:
        causes.append(cause)
        return [cause.then(toy.Answered(name="tick", n=1))]

    periodic = Periodic("tick", timedelta(seconds=0.3), tick, lambda connection: connection)
    databases = [await toy.open(), await toy.open()]
    loop = asyncio.get_running_loop()
    begun_at = loop.time()
    running = [asyncio.create_task(periodic.run(toy.name, each, lambda: None)) for each in databases]
    await until(lambda: len(causes) > 5)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    elapsed_s = loop.time() - begun_at
    published = await toy.sql("select headers->>'ce_causationid' as cause from outbox")
    assert len({each["cause"] for each in published}) == len(published), "one process for each time"
    assert 5 <= len(published) <= elapsed_s / 0.3 + 1, "and only when it is due"


async def test_what_fails_is_tried_again_under_the_same_cause(toy: Toy) -> None:
    causes: list[Cause] = []

    async def tick(now: datetime, cause: Cause, connection: Any) -> Sequence[Consequence]:
        causes.append(cause)
        raise ConnectionResetError

    periodic = Periodic("tick", timedelta(hours=1), tick, lambda connection: connection)
    database = await toy.open()
    await toy.sql("insert into periodic (name) values ('tick')")
    for _ in range(2):
        await asyncio.gather(periodic.once(toy.name, database), return_exceptions=True)
    assert len(causes) == 2
    assert len({each.id for each in causes}) == 1


async def test_old_rows_are_forgotten_but_never_the_last_snapshot_of_a_key(toy: Toy) -> None:
    await toy.write(*(cause().then(toy.Answered(name="k", n=n)) for n in range(3)))
    long_ago = "now() - interval '20 days'"
    await toy.sql(f"update outbox set created_at = {long_ago}, acknowledged_at = now(), compacted = id > 1")
    await toy.sql("insert into inbox values (gen_random_uuid(), 't', now() - interval '20 days', 'handled')")
    await toy.sql("insert into inbox values (gen_random_uuid(), 't', now() - interval '20 days', 'dead')")
    database = await toy.open()
    async with database.transaction() as connection:
        await forget(datetime.now(UTC), cause(), connection)
    assert [row["id"] for row in await toy.sql("select id from outbox")] == [3]
    assert [row["status"] for row in await toy.sql("select status from inbox")] == ["dead"]


async def test_what_was_seen_is_known_longer_than_what_can_be_published_again(toy: Toy) -> None:
    await toy.write(cause().then(toy.Answered(name="k", n=1)), cause().then(toy.Answered(name="k", n=2)))
    age = "now() - interval '14 days 12 hours'"
    await toy.sql(f"update outbox set created_at = {age}, acknowledged_at = case when id = 1 then now() end")
    await toy.sql(f"insert into inbox values (gen_random_uuid(), 't', {age}, 'handled')")
    database = await toy.open()
    async with database.transaction() as connection:
        await forget(datetime.now(UTC), cause(), connection)
    assert [row["id"] for row in await toy.sql("select id from outbox")] == [2], "what was never published stays"
    assert len(await toy.sql("select 1 from inbox")) == 1


async def test_what_another_process_does_is_looked_for_again_only_after_a_second(toy: Toy) -> None:
    database = await toy.open()
    periodic = Periodic("slow", timedelta(seconds=60), nothing, lambda connection: connection)
    await periodic.once(toy.name, database)
    await toy.sql("update periodic set due_at = now() - interval '1 minute' where name = 'slow'")
    async with database.transaction() as holder:
        await holder.execute("select 1 from periodic where name = 'slow' for update")
        wait, done = await periodic.once(toy.name, database)
    assert not done
    assert wait >= 1.0


async def nothing(now: datetime, cause: Cause, store: Any) -> list[Consequence]:
    return []
