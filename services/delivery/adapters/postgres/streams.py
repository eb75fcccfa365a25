"""What softwares are told, in Postgres."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.domain.notices import Notice
from services.delivery.ports import StoredNotice, StreamPage
from shared.contracts.access import Mode
from shared.values import SoftwareSlug


class PostgresStreams(PostgresCounters):
    """Bound to one transaction of the worker or of the API role."""

    async def append_notices(self, notices: Sequence[Notice]) -> list[int]:
        if not notices:
            return []
        positions = await self._count_up("streams", "software", [notice.event.software for notice in notices])
        await self._connection.execute(
            """insert into stream_events (software, position, id, type, time, text, mode)
               select * from unnest($1::text[], $2::bigint[], $3::uuid[], $4::text[], $5::timestamptz[],
                                    $6::text[], $7::text[])""",
            [notice.event.software for notice in notices],
            positions,
            [notice.event.id for notice in notices],
            [notice.event.type for notice in notices],
            [notice.event.time for notice in notices],
            [notice.text for notice in notices],
            [notice.mode for notice in notices],
        )
        return positions

    async def forget_notices(self, before: datetime) -> None:
        rows = await self._connection.fetch(
            """with gone as (delete from stream_events where time < $1 returning software)
               select distinct software from gone""",
            before,
        )
        softwares = [row["software"] for row in rows]
        # Locked by a statement of its own, so that the one after it sees all that was told before.
        await self._lock_counters("streams", "software", softwares)
        await self._connection.execute(
            """update streams t set forgotten_to = coalesce(
                   (select min(position) - 1 from stream_events e where e.software = t.software), t.last_position)
               where software = any($1::text[])""",
            softwares,
        )

    async def read_stream(
        self, software: SoftwareSlug, mode: Mode, after: int, types: Sequence[str], limit: int
    ) -> StreamPage:
        head = await self._connection.fetchval("select last_position from streams where software = $1", software)
        if head is None or head <= after:
            return StreamPage((), after, False)
        # Up to the head read before: whatever commits between the two statements comes with the next page.
        rows = await self._connection.fetch(
            """select position, text from stream_events
               where software = $1 and position > $2 and position <= $3 and mode = $6
                     and (cardinality($4::text[]) = 0 or type = any($4::text[]))
               order by position limit $5""",
            software,
            after,
            head,
            list(types),
            limit + 1,
            mode,
        )
        return page_of(rows, limit, head)

    async def forgotten_to(self, software: SoftwareSlug) -> int:
        position: int | None = await self._connection.fetchval(
            "select forgotten_to from streams where software = $1", software
        )
        return position or 0


def page_of(rows: Sequence[Any], limit: int, head: int) -> StreamPage:
    """The page that rows make, of which one more than `limit` was asked for; `head` is how far was looked."""
    notices = tuple(StoredNotice(row["position"], row["text"]) for row in rows[:limit])
    more = len(rows) > limit
    return StreamPage(notices, notices[-1].position if more else head, more)
