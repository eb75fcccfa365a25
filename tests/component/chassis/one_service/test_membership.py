"""Do replicas get slots, does a successor take the place of one that is gone, does one that is told to leave finish?"""

import asyncio
import json
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from uuid import uuid4

import pytest

from deploy.local.parts import answers_http
from shared.chassis.session import _space
from tests.backends import ROOT
from tests.component.chassis.one_service.toy import PARTITIONS, Toy
from tests.waiting import PATIENCE_S

EFFECTS = "select count(*) from effects"
SESSION_MS = 600_000
Replica = tuple[Process, int]
Start = Callable[..., Awaitable[Replica]]


@pytest.fixture
async def replica(connected: Toy) -> AsyncIterator[Start]:
    """Starts processes of the toy; what is left of them is killed. Kafka gives nobody's partitions to another one
    before `SESSION_MS`: who reads those of a killed one sooner came back in its place.
    """
    toy, running = connected, list[Process]()

    async def start(seconds: float = 0.0) -> Replica:
        port = toy.ports.of(f"replica-{uuid4()}")
        told = {
            "name": toy.name,
            "kafka": asdict(toy.kafka),
            "server": asdict(toy.server),
            "folder": str(toy.folder),
            "http_port": port,
            "seconds": seconds,
            "session_ms": SESSION_MS,
        }
        with (toy.folder / f"{port}.log").open("wb") as log:
            arguments = ("-m", "tests.component.chassis.one_service.toy_process", json.dumps(told))
            process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=log, stderr=log)
        running.append(process)
        return process, port

    yield start
    for process in running:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ready(replica: Replica, seconds: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + seconds
    while not await answers_http(replica[1]):
        assert replica[0].returncode is None, f"the replica ended with {replica[0].returncode}"
        assert time.monotonic() < deadline, "the replica is not ready"
        await asyncio.sleep(0.05)


async def slots(toy: Toy) -> dict[int, int]:
    """The slots that are held, each with the process id of its Postgres session."""
    rows = await toy.sql(
        "select objid, pid from pg_locks where locktype = 'advisory' and granted and classid = $1 "
        "and database = (select oid from pg_database where datname = current_database())",
        _space("slot", toy.name) % 2**32,
    )
    return {row["objid"]: row["pid"] for row in rows}


async def test_a_killed_replica_is_followed_in_its_slot_and_its_partitions_are_read_again(
    connected: Toy, replica: Start
) -> None:
    toy = connected
    replicas = [await replica() for _ in range(PARTITIONS)]
    await asyncio.gather(*(ready(each) for each in replicas))
    before = await slots(toy)
    assert sorted(before) == [0, 1, 2]
    await toy.publish(toy.asked(90, keys=90))
    await toy.until(EFFECTS, 90)
    replicas[1][0].kill()
    await replicas[1][0].wait()
    await toy.publish(toy.asked(90, first=90, keys=90))
    successor = await replica()
    await ready(successor)
    await toy.until(EFFECTS, 180)
    after = await slots(toy)
    assert sorted(after) == [0, 1, 2]
    assert len(set(after.items()) & set(before.items())) == 2
    assert await toy.value("select count(distinct event_id) from effects") == 180


async def test_a_process_that_is_told_to_leave_finishes_its_batch(connected: Toy, replica: Start) -> None:
    toy = connected
    one = await replica(seconds=1.0)
    await ready(one)
    await toy.publish(toy.asked(30, keys=1))
    sleeping = "select count(*) > 0 from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'"
    await toy.until(sleeping, True)
    one[0].terminate()
    assert await asyncio.wait_for(one[0].wait(), PATIENCE_S) == 0
    effects = await toy.value(EFFECTS)
    assert effects > 0
    assert await toy.value("select next_offset from consumed where topic = $1", toy.Asked.topic) == effects
    group = f"{toy.name}.{toy.Asked.topic}"
    lag = [each.committed for each in await toy.kafka.administration().lag() if each.group == group]
    assert max(lag) == effects
    async with asyncio.timeout(PATIENCE_S):
        while await slots(toy):  # noqa: ASYNC110 - a session ends a moment after its client
            await asyncio.sleep(0.05)
