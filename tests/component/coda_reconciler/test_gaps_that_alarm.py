"""Does a gap become a record, an alarm after one bank day, and the proof that it closed?"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.coda_reconciler import tasks
from services.coda_reconciler.domain.gaps import RaiseGapAlarm
from shared.chassis.messages import Cause, Do, Publish
from shared.chassis.tasks import TaskRun
from shared.contracts.statements import (
    StatementGapAlarmed,
    StatementGapClosed,
    StatementGapOpened,
    StatementQuarantined,
)
from tests.component.coda_reconciler.world import NOW, World
from tests.unit.coda_reconciler.statements import COMPANY, Move, statement

FIRST = statement([Move(50_000)], sequence=116, old=0)
MISSING = statement([Move(1_204_550)], sequence=117, old=50_000)
THIRD = statement([Move(71_000)], sequence=118, old=1_254_550)
LATER = statement([Move(9_000)], sequence=120, old=1_400_000)


async def consequences(world: World, data: bytes) -> list[Any]:
    return list(await world.hand_over(await world.prepared_file(data)))


async def alarm(world: World, task: RaiseGapAlarm) -> list[Any]:
    cause = Cause(id=UUID(int=99), correlation_id="alarm")
    run: TaskRun[Any, Any] = TaskRun(task, 1, NOW + timedelta(days=1), cause, None, lambda _: world.store)  # type: ignore[arg-type]
    return list(await (await tasks.raise_gap_alarm(run))(world.store))


async def broken(world: World) -> tuple[StatementGapOpened, Do]:
    await world.company()
    await world.bank_file(FIRST)
    told = await consequences(world, THIRD)
    [opened] = [each.body for each in told if isinstance(each, Publish) and isinstance(each.body, StatementGapOpened)]
    [task] = [each for each in told if isinstance(each, Do)]
    return opened, task


async def test_a_gap_says_what_is_missing_between_which_statements_and_by_how_much_the_balance_jumps() -> None:
    opened, _ = await broken(World())
    assert opened.before is not None and opened.missing is not None
    assert (opened.before.sequence, opened.sequence) == (116, 118)
    assert (opened.missing.first, opened.missing.last) == (117, 117)
    assert str(opened.found_balance - opened.expected_balance) == "1204.55 EUR"


async def test_the_alarm_is_due_one_bank_day_later() -> None:
    world = World()
    opened, task = await broken(world)
    assert (task.due, task.key, task.once) == (NOW + timedelta(days=1), opened.statement_id, True)


async def test_an_open_gap_is_told_once_with_the_moment_at_which_it_opened() -> None:
    world = World()
    opened, task = await broken(world)
    [told] = await alarm(world, task.task)  # type: ignore[arg-type]
    assert isinstance(told.body, StatementGapAlarmed)
    assert (told.body.opened_at, told.body.missing) == (NOW, opened.missing)
    assert await alarm(world, task.task) == []  # type: ignore[arg-type]
    [closed] = [each for each in await consequences(world, MISSING) if isinstance(each.body, StatementGapClosed)]
    assert closed.sequence > told.sequence, "whoever keeps the newest fact only ends with a closed gap"


async def test_a_gap_that_closed_in_time_alarms_nobody_and_everything_is_final() -> None:
    world = World()
    opened, task = await broken(world)
    told = await consequences(world, MISSING)
    [closed] = [each.body for each in told if isinstance(each.body, StatementGapClosed)]
    assert closed.statement_id == opened.statement_id
    assert closed.final_through is not None and closed.final_through.sequence == 118
    assert await alarm(world, task.task) == []  # type: ignore[arg-type]
    assert world.memory.gaps[opened.statement_id].closed_at == NOW


async def test_a_gap_that_only_moved_keeps_its_moment_and_its_one_alarm() -> None:
    world = World()
    await world.company()
    await world.bank_file(FIRST)
    [wide] = [each for each in await consequences(world, LATER) if isinstance(each, Do)]
    told = await consequences(world, THIRD)
    opened = [each.body for each in told if isinstance(each, Publish) and isinstance(each.body, StatementGapOpened)]
    assert [(body.sequence, body.moved) for body in opened] == [(118, False), (120, True)]
    assert {each.key for each in told if isinstance(each, Do)} == {body.statement_id for body in opened}
    [alarmed] = await alarm(world, wide.task)  # type: ignore[arg-type]
    assert (alarmed.body.before.sequence, alarmed.body.sequence) == (118, 120)


async def test_what_waited_for_a_mandate_opens_its_gap_when_it_is_booked() -> None:
    world = World()
    await world.bank_file(FIRST)
    await world.bank_file(THIRD)
    assert world.memory.gaps == {}
    events = await world.company(COMPANY)
    assert [type(event).__name__ for event in events].count("StatementGapOpened") == 1
    assert len(world.memory.gaps) == 1


async def test_what_is_released_and_still_cannot_be_booked_is_not_told_as_released() -> None:
    world = World()
    await world.company()
    await world.bank_file(FIRST)
    world.memory.known_mandates.clear()
    [waiting] = await world.bank_file(statement([Move(60_000)], sequence=116, old=0))
    assert isinstance(waiting, StatementQuarantined) and waiting.code == "no_mandate"
    events = await world.company(sequence=2)
    assert [(type(event).__name__, getattr(event, "code", "")) for event in events] == [
        ("StatementQuarantined", "number_conflict")
    ]


async def test_a_number_that_comes_again_where_the_balance_goes_on_is_booked_and_whoever_runs_this_is_warned(
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = World()
    await world.company()
    for data in (FIRST, MISSING):
        await world.bank_file(data)
    later = date(2026, 3, 4)
    again = statement([Move(8_000)], sequence=116, old=1_254_550, day=later)
    assert [type(event).__name__ for event in await world.bank_file(again)] == ["TransactionsBooked"]
    assert "a number came again" in capsys.readouterr().out
    [refused] = await world.bank_file(statement([Move(9_000)], sequence=117, old=2_000_000, day=later))
    assert isinstance(refused, StatementQuarantined) and refused.code == "number_conflict"


async def test_a_conflict_is_told_with_the_number_and_books_nothing() -> None:
    world = World()
    await world.company()
    await world.bank_file(FIRST)
    [refused] = await world.bank_file(statement([Move(60_000)], sequence=116, old=0))
    assert isinstance(refused, StatementQuarantined)
    assert (refused.code, refused.columns, refused.found) == ("number_conflict", "126-128", "2026/116")
    assert len(world.memory.entries) == 1
    assert await world.bank_file(FIRST) == [], "the same content is no conflict but known"
