"""Are durable tasks performed one at a time for each key, until they succeed or somebody is told?"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.chassis.database import Connection
from shared.chassis.errors import Unavailable
from shared.chassis.messages import Consequence
from shared.chassis.tasks import Settle, TaskKind, TaskRun, TaskRunner, settled
from tests.component.chassis.one_service.toy import Toy, Work, cause
from tests.waiting import PATIENCE_S

LEFT = "select count(*) from tasks"


async def drained(toy: Toy, *runners: TaskRunner, seconds: float = PATIENCE_S) -> None:
    running = [asyncio.create_task(runner.run()) for runner in runners]
    try:
        await toy.until(LEFT, 0, seconds)
    finally:
        for task in running:
            task.cancel()
        for runner in runners:
            await runner.drain(PATIENCE_S)


async def test_tasks_of_a_key_are_done_one_at_a_time_in_order_over_two_runners(toy: Toy) -> None:
    busy: set[str] = set()
    done: list[tuple[str, int]] = []

    async def perform(run: TaskRun[Any, Any]) -> Settle:
        key = f"k{run.task.n % 3}"
        assert key not in busy, "two of one key at the same time"
        busy.add(key)
        await asyncio.sleep(0.01)
        busy.discard(key)
        done.append((key, run.task.n))
        return settled

    await toy.write(*(cause().then_do(Work(n=n), f"k{n % 3}") for n in range(30)))
    kind = TaskKind(Work, perform)
    await drained(toy, await toy.runner(kind), await toy.runner(kind))
    for key in ("k0", "k1", "k2"):
        numbers = [n for name, n in done if name == key]
        assert numbers == sorted(numbers)
        assert len(numbers) == 10
    assert await toy.value("select count(*) from dead_letters") == 0


async def test_a_task_due_later_does_not_hold_up_one_that_is_due_now(toy: Toy) -> None:
    done: list[int] = []

    async def perform(run: TaskRun[Any, Any]) -> Settle:
        done.append(run.task.n)
        return settled

    later = datetime.now(UTC) + timedelta(days=30)
    await toy.write(cause().then_do(Work(n=1), "k", due=later))
    await toy.write(cause().then_do(Work(n=2), "k"))
    runner = await toy.runner(TaskKind(Work, perform))
    assert await runner.start_due() == 1
    await runner.drain(PATIENCE_S)
    assert done == [2]


async def test_one_that_waits_to_be_tried_again_keeps_later_ones_of_its_key_waiting(toy: Toy) -> None:
    seen: list[int] = []

    async def perform(run: TaskRun[Any, Any]) -> Settle:
        seen.append(run.task.n)
        if len(seen) < 3:
            raise Unavailable("busy")
        return settled

    await toy.write(cause().then_do(Work(n=1), "k"), cause().then_do(Work(n=2), "k"))
    await drained(toy, await toy.runner(TaskKind(Work, perform, first_pause_seconds=0.05)))
    assert seen == [1, 1, 1, 2]


async def test_who_comes_back_after_the_lease_ran_out_changes_nothing(toy: Toy) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def late(run: TaskRun[Any, Any]) -> Settle:
        started.set()
        await go_on.wait()
        return await in_time(run)

    async def in_time(run: TaskRun[Any, Any]) -> Settle:
        async def settle(connection: Connection) -> Sequence[Consequence]:
            await connection.execute("insert into effects (name, n) values ($1, $2)", "done", run.attempt)
            return [run.cause.then(toy.Answered(name="k", n=1))]

        return settle

    await toy.write(cause().then_do(Work(n=1), "k"))
    slow = await toy.runner(TaskKind(Work, late, timeout=timedelta(seconds=20)))
    await slow.start_due()
    await started.wait()
    quick = await toy.runner(TaskKind(Work, in_time))
    assert await quick.start_due() == 0
    await toy.sql("update tasks set lease_until = now() - interval '1 second'")
    assert await quick.start_due() == 1
    await quick.drain(PATIENCE_S)
    go_on.set()
    await slow.drain(PATIENCE_S)
    assert [row["n"] for row in await toy.sql("select n from effects")] == [2]
    assert await toy.value("select count(*) from outbox") == 1


async def test_a_task_is_given_up_after_its_attempts_and_says_so(toy: Toy) -> None:
    attempts: list[int] = []

    async def perform(run: TaskRun[Any, Any]) -> Settle:
        attempts.append(run.attempt)
        raise Unavailable("no answer")

    async def gave_up(run: TaskRun[Any, Any], error: Exception, connection: Connection) -> Sequence[Consequence]:
        return [run.cause.then(toy.Answered(name=str(error), n=run.attempt))]

    await toy.write(cause().then_do(Work(n=1), "k"))
    await drained(toy, await toy.runner(TaskKind(Work, perform, gave_up, attempts=3, first_pause_seconds=0.01)))
    assert attempts == [1, 2, 3]
    body = toy.Answered.model_validate_json(await toy.value("select value from outbox"))
    assert (body.name, body.n) == ("no answer", 3)


async def test_giving_up_that_fails_itself_is_a_dead_letter(toy: Toy) -> None:
    async def perform(run: TaskRun[Any, Any]) -> Settle:
        raise Unavailable("no answer")

    async def gave_up(run: TaskRun[Any, Any], error: Exception, connection: Connection) -> Sequence[Consequence]:
        raise KeyError("nobody to tell")

    await toy.write(cause().then_do(Work(n=1), "k"))
    await drained(toy, await toy.runner(TaskKind(Work, perform, gave_up, attempts=1)))
    assert await toy.value("select reason_code from dead_letters") == "error_KeyError"


async def test_a_bug_is_tried_three_times_and_becomes_a_dead_letter(toy: Toy) -> None:
    attempts: list[int] = []

    async def perform(run: TaskRun[Any, Any]) -> Settle:
        attempts.append(run.attempt)
        raise ZeroDivisionError("division by zero")

    await toy.write(cause().then_do(Work(n=1), "k"))
    await drained(toy, await toy.runner(TaskKind(Work, perform, first_pause_seconds=0.01)))
    (letter,) = await toy.sql("select * from dead_letters")
    assert (letter["handler"], letter["reason_code"], letter["attempts"]) == (
        "task work",
        "error_ZeroDivisionError",
        3,
    )
    assert attempts == [1, 2, 3]


async def test_a_task_that_takes_too_long_is_tried_again(toy: Toy) -> None:
    async def perform(run: TaskRun[Any, Any]) -> Settle:
        if run.attempt == 1:
            await asyncio.sleep(60)
        return settled

    await toy.write(cause().then_do(Work(n=1), "k"))
    kind = TaskKind(Work, perform, timeout=timedelta(seconds=0.2), first_pause_seconds=0.01)
    await drained(toy, await toy.runner(kind))
    assert await toy.value("select count(*) from dead_letters") == 0


async def test_one_waiting_once_task_stands_for_all_but_one_that_began_does_not(toy: Toy) -> None:
    began, go_on = asyncio.Event(), asyncio.Event()
    runs: list[int] = []

    async def perform(run: TaskRun[Any, Any]) -> Settle:
        runs.append(run.task.n)
        began.set()
        await go_on.wait()
        return settled

    await toy.write(*(cause().then_do(Work(n=n), "k", once=True) for n in range(3)))
    assert await toy.value(LEFT) == 1
    runner = await toy.runner(TaskKind(Work, perform))
    await runner.start_due()
    await began.wait()
    await toy.write(cause().then_do(Work(n=9), "k", once=True), cause().then_do(Work(n=10), "k", once=True))
    assert await toy.value(LEFT) == 2
    go_on.set()
    await drained(toy, runner)
    assert runs == [0, 9]


async def test_a_hundred_thousand_waiting_tasks_are_claimed_without_reading_them_all(toy: Toy) -> None:
    await toy.sql(
        """insert into tasks (id, kind, key, payload, correlation_id, due_at, first_due_at)
           select gen_random_uuid(), 'work', 'k' || n, '{"n": 1}', 'c', now() - interval '1 hour', now()
           from generate_series(1, 100000) as n"""
    )
    await toy.sql("analyze tasks")

    async def perform(run: TaskRun[Any, Any]) -> Settle:
        return settled

    read_before = await rows_read(toy)
    runner = await toy.runner(TaskKind(Work, perform))
    assert await runner.start_due() == 8
    await runner.drain(PATIENCE_S)
    assert await rows_read(toy) - read_before < 1_000


async def rows_read(toy: Toy) -> int:
    """Of the table of tasks, by every index and without one. A session that is open has not told all of its own yet."""
    for database in toy.opened:
        await database.close()
    await toy.until(f"select count(*) from pg_stat_activity where application_name = '{toy.name}'", 0)
    found: int = await toy.value(
        "select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables "
        "where relid = $1::text::regclass",
        f"{toy.name}.tasks",
    )
    return found


async def test_who_waits_for_a_task_that_died_is_told_in_the_transaction_of_its_dead_letter(toy: Toy) -> None:
    async def perform(run: TaskRun[Any, Any]) -> Settle:
        raise Unavailable("no answer") if run.task.n == 1 else ZeroDivisionError("division by zero")

    async def buried(task: Work, error: Exception, connection: Connection) -> None:
        await connection.execute(
            "insert into tasks (id, kind, key, payload, correlation_id, due_at, first_due_at) values "
            "(gen_random_uuid(), 'told', $1, '{}', 'c', now() + interval '1 day', now())",
            f"{task.n} {type(error).__name__}",
        )
        if task.n == 3:
            raise KeyError("a bug in telling")

    await toy.write(*(cause().then_do(Work(n=n), f"k{n}") for n in (1, 2, 3)))
    kind = TaskKind(Work, perform, attempts=1, buried=buried)
    running = asyncio.create_task((await toy.runner(kind)).run())
    try:
        await toy.until("select count(*) from tasks where kind = 'work'", 0, PATIENCE_S)
    finally:
        running.cancel()
    told = await toy.sql("select key from tasks where kind = 'told' order by key")
    assert [row["key"] for row in told] == ["1 Unavailable", "2 ZeroDivisionError"], "what failed left nothing"
    assert await toy.value("select count(*) from dead_letters") == 3
