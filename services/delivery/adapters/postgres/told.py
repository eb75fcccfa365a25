"""What receivers are told, each by positions of its own, in Postgres: read by pages, forgotten from the beginning."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.ports import StoredNotice, StreamPage


@dataclass(frozen=True, slots=True)
class Told:
    """The table of positions, the one of what was told, and the column in both that says to whom."""

    counters: str
    events: str
    receiver: str


class PostgresTold(PostgresCounters):
    """Bound to one transaction of the worker or of the API role."""

    async def _read_page(
        self,
        told: Told,
        receiver: str,
        after: int,
        types: Sequence[str],
        limit: int,
        *,
        where: str = "true",
        of: Sequence[Any] = (),
    ) -> StreamPage:
        """What was told after a position; `where` is a further condition, with the values `of` from $6 on."""
        head = await self._connection.fetchval(
            f"select last_position from {told.counters} where {told.receiver} = $1", receiver
        )
        if head is None or head <= after:
            return StreamPage((), after, False)
        # Up to the head read before: whatever commits between the two statements comes with the next page.
        rows = await self._connection.fetch(
            f"""select position, text from {told.events}
                where {told.receiver} = $1 and position > $2 and position <= $3
                      and (cardinality($4::text[]) = 0 or type = any($4::text[])) and {where}
                order by position limit $5""",
            *(receiver, after, head, list(types), limit + 1, *of),
        )
        notices = tuple(StoredNotice(row["position"], row["text"]) for row in rows[:limit])
        more = len(rows) > limit
        return StreamPage(notices, notices[-1].position if more else head, more)

    async def _note_forgotten(self, told: Told, receivers: Collection[str]) -> None:
        """Note how far what these were told is gone now."""
        # Locked by a statement of its own, so that the one after it sees all that was told before.
        await self._lock_counters(told.counters, told.receiver, receivers)
        await self._connection.execute(
            f"""update {told.counters} t set forgotten_to = coalesce(
                    (select min(position) - 1 from {told.events} e where e.{told.receiver} = t.{told.receiver}),
                    t.last_position)
                where {told.receiver} = any($1::text[])""",
            list(receivers),
        )

    async def _forgotten_to(self, told: Told, receiver: str) -> int:
        position: int | None = await self._connection.fetchval(
            f"select forgotten_to from {told.counters} where {told.receiver} = $1", receiver
        )
        return position or 0
