"""Does the relay read what is pending of its shards, oldest first, without walking all that was ever published?"""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from shared.chassis.relay import _WINDOWS
from tests.conftest import Database

SHARDS, OF_EACH = 4, 2000
PUBLISHED_AND_PENDING = """
    insert into outbox (event_id, topic, shard, key, value, headers, acknowledged_at)
    select gen_random_uuid(), 't', each % $1, 'k', 'v', '{}', case when each <= $1 * $2 then now() end
    from generate_series(1, 2 * $1 * $2) as each order by each"""


@pytest.fixture
async def connection(database: Database) -> AsyncIterator[asyncpg.Connection]:
    made = await asyncpg.connect(database.owner_url)
    transaction = made.transaction()
    await transaction.start()
    await made.execute("set local search_path = coda_reconciler")
    await made.execute(PUBLISHED_AND_PENDING, SHARDS, OF_EACH)
    yield made
    await transaction.rollback()
    await made.close()


async def test_the_oldest_that_are_pending_come_and_of_each_shard_not_too_many(connection: asyncpg.Connection) -> None:
    pending = [
        row[0] for row in await connection.fetch("select id from outbox where acknowledged_at is null order by id")
    ]
    rows = await connection.fetch(_WINDOWS, list(range(SHARDS)), 100, 300)
    assert sorted(row["id"] for row in rows) == pending[:300]
    rows = await connection.fetch(_WINDOWS, [2], 100, 300)
    assert {row["shard"] for row in rows} == {2} and len(rows) == 100
    assert max(row["id"] for row in rows) < pending[100 * SHARDS]


async def test_no_plan_walks_what_is_published(connection: asyncpg.Connection) -> None:
    """Postgres believes of the outbox what it saw last: that most of it is pending."""
    await connection.execute("delete from outbox where acknowledged_at is not null")
    await connection.execute("analyze outbox")
    await connection.execute("update outbox set acknowledged_at = now() where id < (select max(id) from outbox)")
    plan = await connection.fetch(f"explain {_WINDOWS}", list(range(SHARDS)), 100, 300)
    told = "\n".join(line[0] for line in plan)
    assert "outbox_pending" in told and "outbox_pkey" not in told, told
