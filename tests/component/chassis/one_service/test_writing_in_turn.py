"""Calls about one company may come at the same time; their events keep the order of their commits."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

from shared.chassis.messages import Cause, Publish
from shared.chassis.outbox import Outbox
from shared.contracts import ConnectionRequested
from shared.values import ConnectionId, EnterpriseNumber, SoftwareSlug
from tests.conftest import Database
from tests.waiting import PATIENCE_S

NOW = datetime(2026, 3, 2, tzinfo=UTC)


async def test_a_second_call_for_a_key_gets_its_outbox_ids_after_the_first_has_committed(database: Database) -> None:
    pool, worker = await database.api("intake"), await database.worker("intake")
    async with pool.acquire() as first, pool.acquire() as second:
        slow, quick = first.transaction(), second.transaction()
        await slow.start()
        await quick.start()
        await Outbox("intake").write_in_turn(first, [_asked()], NOW)
        waiting = asyncio.create_task(Outbox("intake").write_in_turn(second, [_asked()], NOW))
        await asyncio.sleep(0.2)
        assert not waiting.done(), "the second would have got its id before the first is visible"
        await slow.commit()
        await waiting
        await quick.commit()
    assert await worker.fetchval("select count(*) from outbox") == 2


async def test_calls_about_different_companies_do_not_wait_for_each_other(database: Database) -> None:
    pool = await database.api("intake")
    async with pool.acquire() as first, pool.acquire() as second, first.transaction(), second.transaction():
        await Outbox("intake").write_in_turn(first, [_asked("0010080080")], NOW)
        await asyncio.wait_for(Outbox("intake").write_in_turn(second, [_asked("0010080377")], NOW), PATIENCE_S)


def _asked(number: str = "0010080080") -> Publish:
    body = ConnectionRequested(
        connection_id=ConnectionId.of(uuid4()),
        enterprise_number=EnterpriseNumber(number),
        software=SoftwareSlug("robaws"),
    )
    return Cause(id=uuid4(), correlation_id="call").then(body)
