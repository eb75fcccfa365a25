"""What follows from a transaction is written in that transaction: events to publish and tasks to do."""

import json
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from pydantic_core import to_json

from shared.chassis.database import Connection
from shared.chassis.envelope import headers_for
from shared.chassis.messages import Consequence, Do, EdgeRecord, Publish, consequence_id
from shared.contracts.documents import Claim
from shared.contracts.operations import DeadLetter

SHARDS = 16
"""Shards of the internal topics, by hash of the key; every edge topic is a shard of its own."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One record to publish; exactly one of `value` and `claim` is given."""

    event_id: UUID
    topic: str
    shard: int
    key: str
    value: bytes | None
    claim: str | None
    headers: str
    compacted: bool = False


def shard_of(key: str) -> int:
    return zlib.crc32(key.encode()) % SHARDS


def edge_shard_of(topic: str) -> int:
    """Two edge topics that fall on one shard would only wait for each other."""
    return SHARDS + (zlib.crc32(topic.encode()) & 0x3FFFFFFF)


class Outbox:
    """Writes the consequences of one service's transactions. `service` is the only owner it publishes for."""

    def __init__(self, service: str) -> None:
        self._service = service

    async def write_in_turn(self, connection: Connection, consequences: Sequence[Consequence], now: datetime) -> None:
        """As `write`, for transactions that lock no aggregate: HTTP calls about one company may commit in any order.

        Whoever publishes for a key waits for those who did before, until they commit, so that one key's outbox ids
        follow its commits. It is the last lock of a transaction, keys sorted, so nobody deadlocks on it.
        """
        keys = sorted({consequence.body.key for consequence in consequences if isinstance(consequence, Publish)})
        await connection.execute(
            "select pg_advisory_xact_lock(hashtextextended($1 || '/outbox/' || key, 0)) from unnest($2::text[]) as key",
            self._service,
            keys,
        )
        await self.write(connection, consequences, now)

    async def write(self, connection: Connection, consequences: Sequence[Consequence], now: datetime) -> None:
        """Give every consequence its final id and insert it: one statement for events, one for tasks."""
        ordinals: Counter[tuple[UUID, str]] = Counter()
        rows: list[OutboxRow] = []
        tasks: list[tuple[Do, UUID]] = []
        for consequence in consequences:
            if isinstance(consequence, Publish):
                ordinals[consequence.cause.id, consequence.body.topic] += 1
                rows.append(self._event(consequence, ordinals[consequence.cause.id, consequence.body.topic], now))
            elif isinstance(consequence, EdgeRecord):
                rows.append(self._edge(consequence, now))
            else:
                name = f"task/{consequence.task.kind}/{consequence.key}"
                ordinals[consequence.cause.id, name] += 1
                ordinal = ordinals[consequence.cause.id, name]
                tasks.append((consequence, uuid5(consequence.cause.id, f"{self._service}/{name}/{ordinal}")))
        if rows:
            await insert_rows(connection, rows)
        if tasks:
            await insert_tasks(connection, tasks)
        if rows or tasks:
            await connection.execute("select pg_notify($1, '')", f"{self._service}_work")

    def dead_letter(self, letter: DeadLetter, cause: UUID, correlation_id: str) -> OutboxRow:
        """A copy for the console, keyed so that a later status of the same letter follows it."""
        topic = self._service + DeadLetter.topic_suffix
        event_id = consequence_id(cause, self._service, topic, letter.attempts)
        headers = headers_for(
            event_id=event_id,
            event_type=f"be.relais.{topic}",
            source=self._service,
            time=letter.failed_at,
            subject=str(letter.dead_letter_id),
            correlation_id=correlation_id,
            causation_id=cause,
        )
        key = str(letter.dead_letter_id)
        value = letter.model_dump_json().encode()
        return OutboxRow(event_id, topic, shard_of(key), key, value, None, json.dumps(headers))

    def _event(self, publish: Publish, ordinal: int, now: datetime) -> OutboxRow:
        body, cause = publish.body, publish.cause
        if body.owner != self._service:
            raise RuntimeError(f"{self._service} may not publish {body.topic}: it belongs to {body.owner}")
        event_id = consequence_id(cause.id, self._service, body.topic, ordinal)
        headers = headers_for(
            event_id=event_id,
            event_type=body.event_type(),
            source=self._service,
            time=now,
            subject=body.key,
            sequence=publish.sequence,
            correlation_id=cause.correlation_id,
            causation_id=cause.id,
            traceparent=cause.traceparent,
        )
        value = body.__pydantic_serializer__.to_json(body)
        return OutboxRow(
            event_id,
            body.topic,
            shard_of(body.key),
            body.key,
            value,
            None,
            to_json(headers).decode(),
            body.compacted,
        )

    def _edge(self, record: EdgeRecord, now: datetime) -> OutboxRow:
        headers = headers_for(
            event_id=record.event_id,
            event_type=record.event_type,
            source=self._service,
            time=now,
            subject=record.subject,
            correlation_id=record.cause.correlation_id,
            causation_id=record.cause.id,
            traceparent=record.cause.traceparent,
            content_type=record.content_type,
        )
        headers.update(record.headers)
        claim = record.value.model_dump_json() if isinstance(record.value, Claim) else None
        value = None if isinstance(record.value, Claim) else record.value
        shard = edge_shard_of(record.topic)
        return OutboxRow(record.event_id, record.topic, shard, record.key, value, claim, json.dumps(headers))


async def insert_rows(connection: Connection, rows: Sequence[OutboxRow]) -> None:
    """Append rows in order. A row that is there already (a cause handled again) stays as it is."""
    columns: list[list[Any]] = [
        [row.event_id for row in rows],
        [row.topic for row in rows],
        [row.shard for row in rows],
        [row.key for row in rows],
        [row.value for row in rows],
        [row.claim for row in rows],
        [row.headers for row in rows],
        [row.compacted for row in rows],
    ]
    await connection.execute(
        """insert into outbox (event_id, topic, shard, key, value, claim, headers, compacted)
           select u.event_id, u.topic, u.shard, u.key, u.value, u.claim::json, u.headers::json, u.compacted
           from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::bytea[], $6::text[], $7::text[], $8::bool[])
                with ordinality as u(event_id, topic, shard, key, value, claim, headers, compacted, place)
           order by u.place
           on conflict do nothing""",
        *columns,
    )


async def insert_tasks(connection: Connection, tasks: Sequence[tuple[Do, UUID]]) -> None:
    """Append tasks in order; one that is there already, or that a waiting `once` task stands for, is not added.

    Due is the clock's time, not the transaction's: who waited for a lock comes after the one who held it.
    """
    await connection.execute(
        """insert into tasks (id, kind, key, payload, correlation_id, traceparent, first_due_at, due_at, once)
           select u.id, u.kind, u.key, u.payload::json, u.correlation_id, u.traceparent,
                  coalesce(u.due, clock.now), coalesce(u.due, clock.now), u.once
           from (select clock_timestamp() as now) as clock,
                unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                       $8::bool[]) with ordinality
                       as u(id, kind, key, payload, correlation_id, traceparent, due, once, ordinal)
           order by u.ordinal
           on conflict do nothing""",
        [identity for _, identity in tasks],
        [do.task.kind for do, _ in tasks],
        [do.key for do, _ in tasks],
        [do.task.model_dump_json() for do, _ in tasks],
        [do.cause.correlation_id for do, _ in tasks],
        [do.cause.traceparent for do, _ in tasks],
        [do.due for do, _ in tasks],
        [do.once for do, _ in tasks],
    )
