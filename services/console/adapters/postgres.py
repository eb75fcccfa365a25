"""The console's store in Postgres, bound to one transaction of the worker or of an operator's call."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.console.adapters.statement_tables import StatementTables
from services.console.domain.failures import AuditLine, Failure
from services.console.domain.readings import Reading, TopicReading
from shared.contracts.operations import DeadLetter

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy


class PostgresConsole(StatementTables):
    """Letters are kept as JSON text, readings as one row a moment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def keep_failures(self, letters: Sequence[DeadLetter], now: datetime) -> None:
        newest = {letter.dead_letter_id: letter for letter in letters}
        ordered = [newest[each] for each in sorted(newest)]
        await self._connection.execute(
            """insert into failures (dead_letter_id, service, topic, status, failed_at, updated_at, letter)
               select id, service, topic, status, failed_at, $5, letter
               from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $6::text[], $7::text[])
                   as told(id, service, status, failed_at, letter, topic)
               on conflict (dead_letter_id) do update set status = excluded.status, letter = excluded.letter,
                   updated_at = excluded.updated_at, replay_asked_at = null""",
            [letter.dead_letter_id for letter in ordered],
            [letter.service for letter in ordered],
            [letter.status for letter in ordered],
            [letter.failed_at for letter in ordered],
            now,
            [letter.model_dump_json() for letter in ordered],
            [letter.topic for letter in ordered],
        )

    async def failures(self, limit: int) -> list[Failure]:
        rows = await self._connection.fetch(
            "select * from failures order by (status = 'dead') desc, failed_at desc limit $1", limit
        )
        return [_failure(row) for row in rows]

    async def failure(self, dead_letter_id: UUID) -> Failure | None:
        row = await self._connection.fetchrow("select * from failures where dead_letter_id = $1", dead_letter_id)
        return _failure(row) if row is not None else None

    async def mark_asked(self, dead_letter_id: UUID, at: datetime) -> None:
        await self._connection.execute(
            "update failures set replay_asked_at = $2 where dead_letter_id = $1", dead_letter_id, at
        )

    async def dead_by_place(self) -> dict[tuple[str, str], int]:
        rows = await self._connection.fetch(
            "select service, topic, count(*) as dead from failures where status = 'dead' group by service, topic"
        )
        return {(row["service"], row["topic"]): row["dead"] for row in rows}

    async def write_audit(self, line: AuditLine) -> None:
        await self._connection.execute(
            "insert into audit (at, operator, action, dead_letter_id, detail) values ($1, $2, $3, $4, $5)",
            line.at,
            line.operator,
            line.action,
            line.dead_letter_id,
            line.detail,
        )

    async def audit(self, limit: int, dead_letter_id: UUID | None = None) -> list[AuditLine]:
        rows = await self._connection.fetch(
            """select * from audit where $2::uuid is null or dead_letter_id = $2
               order by id desc limit $1""",
            limit,
            dead_letter_id,
        )
        return [
            AuditLine(row["at"], row["operator"], row["action"], row["dead_letter_id"], row["detail"]) for row in rows
        ]

    async def keep_reading(self, reading: Reading, forget_before: datetime) -> None:
        topics = {name: [topic.end, dict(topic.lags)] for name, topic in reading.topics.items()}
        await self._connection.execute(
            "insert into readings (at, topics) values ($1, $2) on conflict (at) do nothing",
            reading.at,
            json.dumps(topics),
        )
        await self._connection.execute("delete from readings where at < $1", forget_before)

    async def readings(self, since: datetime) -> list[Reading]:
        rows = await self._connection.fetch(
            """select at, topics from (
                   select distinct on (floor(extract(epoch from at) / 10)) at, topics from readings
                   where at >= $1 order by floor(extract(epoch from at) / 10), at desc) as thinned
               order by at""",
            since,
        )
        return [Reading(row["at"], _topics(row["topics"])) for row in rows]


def _failure(row: Any) -> Failure:
    return Failure(
        letter=DeadLetter.model_validate_json(row["letter"]),
        updated_at=row["updated_at"],
        replay_asked_at=row["replay_asked_at"],
    )


def _topics(text: str) -> dict[str, TopicReading]:
    return {name: TopicReading(end, lags) for name, (end, lags) in json.loads(text).items()}
