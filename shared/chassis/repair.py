"""When Kafka lost what it had acknowledged, it is published again from the outbox; inboxes drop what they know."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from shared.chassis.database import Database, is_transient
from shared.chassis.logs import logger
from shared.chassis.topics import TopicIds

EVERY_SECONDS = 10.0

_log = logger("repair")


class Measures(Protocol):
    """What is asked of the administration client."""

    async def end_offsets(self, names: list[str]) -> Mapping[tuple[str, int], int]: ...


class Repair:
    """Compares what was acknowledged with what Kafka has; `wake` starts the relay on what it put back."""

    def __init__(
        self, database: Database, topics: TopicIds, administration: Measures, wake: Callable[[], None]
    ) -> None:
        self._database, self._topics = database, topics
        self._administration, self._wake = administration, wake

    async def run(self) -> None:
        """Check until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.check()
            except Exception as error:
                if not is_transient(error):
                    _log.exception("repair failed")

    async def check(self) -> int:
        """Put back every row that Kafka no longer has; returns how many."""
        async with self._database.pool.acquire() as connection:
            published = await connection.fetch("select topic, partition, topic_id, position from published")
        if not published:
            return 0
        names = sorted({row["topic"] for row in published})
        self._topics.watch(names)
        await self._topics.refresh()
        there = [name for name in names if self._known(name)]
        ends = await self._administration.end_offsets(there)
        back = 0
        for row in published:
            if row["topic"] in there:
                back += await self._put_back(row, ends.get((row["topic"], row["partition"])))
        if back:
            _log.warning("Kafka lost acknowledged records", published_again=back)
            self._wake()
        return back

    def _known(self, name: str) -> bool:
        try:
            return bool(self._topics.current(name))
        except Exception:  # a topic that is gone: the administration loop makes it again first
            return False

    async def _put_back(self, row: Any, end: int | None) -> int:
        """Rows of another incarnation, at and above the partition's end, or whose place Kafka never told (-1)."""
        current = self._topics.current(row["topic"])
        if row["topic_id"] == current and (end is None or row["position"] < end):
            return 0
        async with self._database.transaction() as connection:
            done = await connection.execute(
                """update outbox set acknowledged_at = null, topic_id = null, partition = null, position = null
                   where topic = $1 and partition = $2 and acknowledged_at is not null
                     and (topic_id <> $3 or position >= $4 or position < 0)""",
                row["topic"],
                row["partition"],
                current,
                end if end is not None else 2**62,
            )
            await connection.execute(
                "delete from published where topic = $1 and partition = $2 and topic_id = $3",
                row["topic"],
                row["partition"],
                row["topic_id"],
            )
        return int(done.split()[-1])
