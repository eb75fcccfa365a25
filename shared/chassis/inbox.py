"""What was seen, and how far each topic was read: written in the transaction of what it caused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.chassis.database import Connection


@dataclass(frozen=True, slots=True)
class Position:
    """How far one partition of one incarnation of a topic was read."""

    topic: str
    partition: int
    topic_id: str
    next_offset: int


async def take_in(connection: Connection, topics: Mapping[UUID, str]) -> tuple[set[UUID], datetime]:
    """Insert the ids; return those that were not seen before, and the transaction's time (UTC).

    A concurrent holder of the same id is waited for, so an id is new to exactly one transaction that commits.
    """
    rows = await connection.fetch(
        """with fresh as (
               insert into inbox (event_id, topic)
               select event_id, topic from unnest($1::uuid[], $2::text[]) as u(event_id, topic) order by event_id
               on conflict do nothing returning event_id)
           select (select array_agg(event_id) from fresh) as fresh, now() as now""",
        list(topics),
        list(topics.values()),
    )
    return set(rows[0]["fresh"] or ()), rows[0]["now"]


async def mark_read(connection: Connection, positions: Sequence[Position]) -> None:
    """Remember the next offset of each partition; a higher one of the same incarnation is never lowered."""
    await connection.execute(
        """insert into consumed as c (topic, partition, topic_id, next_offset)
           select * from unnest($1::text[], $2::int[], $3::text[], $4::bigint[])
           on conflict (topic, partition) do update set topic_id = excluded.topic_id, next_offset =
               case when c.topic_id = excluded.topic_id then greatest(c.next_offset, excluded.next_offset)
                    else excluded.next_offset end""",
        [position.topic for position in positions],
        [position.partition for position in positions],
        [position.topic_id for position in positions],
        [position.next_offset for position in positions],
    )


async def positions_read(connection: Connection, topics: Sequence[str]) -> dict[tuple[str, int], Position]:
    """How far each partition of these topics was read, and of which incarnation, by (topic, partition)."""
    rows = await connection.fetch(
        "select topic, partition, topic_id, next_offset from consumed where topic = any($1::text[])", list(topics)
    )
    return {(row["topic"], row["partition"]): Position(**row) for row in rows}
