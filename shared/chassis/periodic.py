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
                wait = await self.once(service, database)
                failures = 0
                wake()
            except Exception as error:
                failures += 1
                if not is_transient(error):
                    _log.exception("periodic work failed", name=self.name)
                wait = pause_before(failures, first_seconds=1.0, longest_seconds=60.0)
            await asyncio.sleep(wait)

    async def once(self, service: str, database: Database) -> float:
        """Do it when it is due and nobody else does; returns seconds until it is worth looking again."""
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
        return min(max(float(wait), 0.05), self.every.total_seconds())


RETENTION = timedelta(days=14)
"""Twice the topics' retention: so long what was seen and what was published is known."""


async def forget(now: datetime, cause: Cause, connection: Any) -> Sequence[Consequence]:
    """Delete what is older than the retention; the last snapshot of each key of a compacted topic stays for ever."""
    before = now - RETENTION
    await connection.execute("delete from inbox where handled_at < $1 and status = 'handled'", before)
    await connection.execute(
        """delete from outbox o where acknowledged_at < $1 and not (compacted and not exists (
               select 1 from outbox later where later.compacted and later.topic = o.topic and later.key = o.key
               and later.id > o.id))""",
        before,
    )
    return []
