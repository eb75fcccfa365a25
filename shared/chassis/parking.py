"""Events that wait for a fact, and the locks that keep a fact from slipping past those who wait for it.

Whoever misses a fact locks its key, looks again, then parks. Whoever writes the fact takes that lock first, then
looks for parked events. At READ COMMITTED the second of the two sees what the first committed.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from shared.chassis.database import Connection
from shared.chassis.envelope import Record, StoredRecord, pack_headers, read_event, text_headers
from shared.chassis.messages import F, Parked, Received


class PostgresParking:
    """Parking bound to one transaction. `records` are the batch's own records by event id."""

    def __init__(self, connection: Connection, service: str, records: Mapping[UUID, Record]) -> None:
        self._connection, self._service = connection, service
        self._records = dict(records)

    async def lock(self, keys: Sequence[str]) -> None:
        if keys:
            await self._connection.execute(
                "select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest($1::text[]) as key",
                [f"{self._service}/{key}" for key in sorted(keys)],
            )

    async def park(self, event: Received[Any], key: str) -> None:
        record = self._records[event.id]
        await self._connection.execute(
            """insert into parked (wanted, event_id, topic, partition, position, key, headers, value)
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (event_id) do update set wanted = excluded.wanted""",
            key,
            event.id,
            record.topic,
            record.partition,
            record.offset,
            event.key,
            json.dumps(text_headers(record.headers)),
            record.value,
        )

    async def take(self, event_type: type[F], keys: Sequence[str]) -> list[Parked[F]]:
        if not keys:
            return []
        rows = await self._connection.fetch(
            """with taken as (delete from parked where wanted = any($1::text[]) and topic = $2 returning *)
               select * from taken order by id""",
            list(keys),
            event_type.topic,
        )
        parked = []
        for row in rows:
            record = stored_record(row)
            event = read_event(record, event_type)
            self._records[event.id] = record
            parked.append(Parked(key=row["wanted"], event=event))
        return parked


class MemoryParking:
    """The same behaviour without a database, for tests of handlers; locks are not needed by one at a time."""

    def __init__(self) -> None:
        self.waiting: list[Parked[Any]] = []

    async def lock(self, keys: Sequence[str]) -> None:
        """One handler runs at a time, so there is nobody to keep out."""

    async def park(self, event: Received[Any], key: str) -> None:
        self.waiting = [parked for parked in self.waiting if parked.event.id != event.id]
        self.waiting.append(Parked(key=key, event=event))

    async def take(self, event_type: type[F], keys: Sequence[str]) -> list[Parked[F]]:
        taken: list[Parked[F]] = []
        kept: list[Parked[Any]] = []
        for parked in self.waiting:
            asked = parked.key in keys and isinstance(parked.event.body, event_type)
            (taken if asked else kept).append(parked)
        self.waiting = kept
        return taken


def stored_record(row: Any) -> StoredRecord:
    """A record as a row of `parked` or `dead_letters` keeps it."""
    return StoredRecord(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["position"],
        key=row["key"].encode(),
        value=row["value"],
        headers=pack_headers(json.loads(row["headers"])),
    )
