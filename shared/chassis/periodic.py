"""What happens on time: a function in one transaction, by one replica, once for each time it is due."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from shared.chassis.database import Database, is_transient, pause_before
from shared.chassis.logs import logger
from shared.chassis.messages import Cause, Consequence
from shared.chassis.outbox import Outbox

_SHORTEST_SECONDS = 1.0
_CLOCK = UUID("3b9a4c0e-6d2f-5c51-8a7e-0f4d5a1c2b36")
_log = logger("periodic")

Periodically = Callable[[datetime, Cause, Any], Awaitable[Sequence[Consequence]]]


@dataclass(frozen=True, slots=True)
class Periodic:
    """A name, how often, and what is done: `(now, cause, store) -> consequences`."""

    name: str
    every: timedelta
    function: Periodically
    store: Callable[[Any], Any]

    async def run(self, service: str, database: Database, wake: Callable[[], None]) -> None:
        """Do it until cancelled, a little after it is due."""
        failures = 0
        while True:
            try:
                wait, done = await self.once(service, database)
                failures = 0
                if done:
                    wake()
            except Exception as error:
                failures += 1
                if not is_transient(error):
                    _log.exception("periodic work failed", name=self.name)
                wait = pause_before(failures, first_seconds=1.0, longest_seconds=60.0)
            await asyncio.sleep(wait)

    async def once(self, service: str, database: Database) -> tuple[float, bool]:
        """Do it when it is due and nobody else does; seconds until it is worth looking again, and whether it was done.

        While somebody else does it, it stays due: looking again at once would find the same.
        """
        async with database.transaction() as connection:
            await connection.execute("insert into periodic (name) values ($1) on conflict do nothing", self.name)
            row = await connection.fetchrow(
                """select due_at, now() as now from periodic where name = $1 and due_at <= now()
                   for update skip locked""",
                self.name,
            )
            if row is not None:
                due, now = row["due_at"], row["now"]
                name = f"{service}/{self.name}/{due.isoformat()}"
                cause = Cause(id=uuid5(_CLOCK, name), correlation_id=str(uuid5(_CLOCK, name)))
                consequences = await self.function(now, cause, self.store(connection))
                await Outbox(service).write(connection, consequences, now)
                await connection.execute("update periodic set due_at = $2 where name = $1", self.name, now + self.every)
            wait = await connection.fetchval(
                "select extract(epoch from due_at - now()) from periodic where name = $1", self.name
            )
        shortest = 0.05 if row is not None else _SHORTEST_SECONDS
        return min(max(float(wait), shortest), max(self.every.total_seconds(), shortest)), row is not None


RETENTION = timedelta(days=14)
"""Twice the topics' retention: so long what was published is known, and can be published again."""
INBOX_RETENTION = RETENTION + timedelta(days=1)
"""Longer than the outbox: what is published again for the last time is still known to those who have seen it."""
_CHUNK = 5_000
_MOST_CHUNKS = 20


_OLD_OUTBOX = """
    delete from outbox where id in (
        select o.id from outbox o
        where o.created_at < $1 and o.acknowledged_at is not null and not (o.compacted and not exists (
            select 1 from outbox later where later.compacted and later.topic = o.topic and later.key = o.key
                and later.id > o.id))
        order by o.id limit $2)"""

_OLD_INBOX = """
    delete from inbox where event_id in (
        select event_id from inbox where handled_at < $1 and status = 'handled' order by handled_at limit $2)"""


async def forget(now: datetime, cause: Cause, connection: Any) -> Sequence[Consequence]:
    """Delete what is older than the retention; the last snapshot of each key of a compacted topic stays for ever."""
    await _delete_in_chunks(connection, _OLD_OUTBOX, now - RETENTION)
    await _delete_in_chunks(connection, _OLD_INBOX, now - INBOX_RETENTION)
    return []


async def _delete_in_chunks(connection: Any, statement: str, before: datetime) -> None:
    """Short statements, and not for ever in one transaction: what is left is old enough for the next hour."""
    for _ in range(_MOST_CHUNKS):
        if await connection.execute(statement, before, _CHUNK) != f"DELETE {_CHUNK}":
            return
