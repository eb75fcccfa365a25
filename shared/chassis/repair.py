"""When Kafka lost what it had acknowledged, it is published again from the outbox; inboxes drop what they know."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from shared.chassis.database import Database, is_transient
from shared.chassis.logs import logger
from shared.chassis.topics import TopicIds

EVERY_SECONDS = 5.0
_SOON_SECONDS = 1.0

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
        self._asked = asyncio.Event()

    async def run(self) -> None:
        """Check until cancelled; soon again after a check that failed."""
        pause = EVERY_SECONDS
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), pause)
            self._asked.clear()
            try:
                await self.check()
                pause = EVERY_SECONDS
            except Exception as error:
                pause = _SOON_SECONDS
                if not is_transient(error):
                    _log.exception("repair failed")
                    pause = EVERY_SECONDS

    def ask(self) -> None:
        """Have it checked now."""
        self._asked.set()

    async def check(self) -> int:
        """Put back every row that Kafka no longer has; returns how many."""
        async with self._database.pool.acquire() as connection:
            published = await connection.fetch("select topic, partition, topic_id, position from published")
        if not published:
            return 0
        names = sorted({row["topic"] for row in published})
        self._topics.watch(names)
        await self._topics.refresh()
        there = [row for row in published if self._known(row["topic"])]
        # What went to a topic that is no more is lost whatever the new one holds, whose leaders may not be there yet.
        same: list[Any] = []
        back = 0
        for row in there:
            if row["topic_id"] == self._topics.current(row["topic"]):
                same.append(row)
            else:
                back += await self._put_back(row, None)
        self._tell(back)
        ends = await self._administration.end_offsets(sorted({row["topic"] for row in same}))
        shortened = 0
        for row in same:
            shortened += await self._put_back(row, ends.get((row["topic"], row["partition"])))
        self._tell(shortened)
        return back + shortened

    def _tell(self, back: int) -> None:
        if back:
            _log.warning("Kafka lost acknowledged records", published_again=back)
            self._wake()

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
