"""Bank statements that need an operator, in Postgres."""

from collections.abc import Collection, Sequence
from typing import Any

import asyncpg

from services.console.domain.statements import MissingStatement, Place, PutAside
from shared.contracts.statements import StatementGapAlarmed, StatementQuarantined
from shared.values import EnterpriseNumber, Sha256, StatementId


class StatementTables:
    """Bound to one transaction of the worker or of an operator's call."""

    _connection: asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

    async def put_aside(self, places: Collection[Place]) -> list[PutAside]:
        rows = await self._connection.fetch(
            """select put_aside.* from put_aside
               join unnest($1::text[], $2::int[]) as place (file_sha256, file_index) using (file_sha256, file_index)""",
            [digest for digest, _ in places],
            [index for _, index in places],
        )
        return [_put_aside(row) for row in rows]

    async def keep_put_aside(self, statements: Sequence[PutAside]) -> None:
        await self._connection.executemany(
            """insert into put_aside (file_sha256, file_index, told, told_at, released_to, released_at)
               values ($1, $2, $3, $4, $5, $6) on conflict (file_sha256, file_index) do update
               set told = excluded.told, told_at = excluded.told_at, released_to = excluded.released_to,
                   released_at = excluded.released_at""",
            [
                (
                    *each.place,
                    each.told.model_dump_json() if each.told is not None else None,
                    each.at,
                    each.released_to,
                    each.released_at,
                )
                for each in sorted(statements, key=lambda each: each.place)
            ],
        )

    async def missing(self, ids: Collection[StatementId]) -> list[MissingStatement]:
        rows = await self._connection.fetch(
            "select * from missing_statements where statement_id = any($1::text[])", list(ids)
        )
        return [_missing(row) for row in rows]

    async def keep_missing(self, statements: Sequence[MissingStatement]) -> None:
        await self._connection.executemany(
            """insert into missing_statements (statement_id, version, told, told_at, closed_at)
               values ($1, $2, $3, $4, $5) on conflict (statement_id) do update
               set version = excluded.version, told = excluded.told, told_at = excluded.told_at,
                   closed_at = excluded.closed_at""",
            [
                (
                    each.statement_id,
                    each.version,
                    each.told.model_dump_json() if each.told is not None else None,
                    each.at,
                    each.closed_at,
                )
                for each in sorted(statements, key=lambda each: each.statement_id)
            ],
        )

    async def newest_put_aside(self, limit: int) -> list[PutAside]:
        rows = await self._connection.fetch(
            """select * from put_aside where told_at is not null
               order by (released_at is null) desc, told_at desc, file_sha256 desc, file_index desc limit $1""",
            limit,
        )
        return [_put_aside(row) for row in rows]

    async def newest_missing(self, limit: int) -> list[MissingStatement]:
        rows = await self._connection.fetch(
            """select * from missing_statements where told_at is not null and closed_at is null
               order by told_at, statement_id limit $1""",
            limit,
        )
        return [_missing(row) for row in rows]


def _put_aside(row: Any) -> PutAside:
    return PutAside(
        (Sha256(row["file_sha256"]), row["file_index"]),
        StatementQuarantined.model_validate_json(row["told"]) if row["told"] is not None else None,
        row["told_at"],
        EnterpriseNumber(row["released_to"]) if row["released_to"] is not None else None,
        row["released_at"],
    )


def _missing(row: Any) -> MissingStatement:
    return MissingStatement(
        StatementId(row["statement_id"]),
        row["version"],
        StatementGapAlarmed.model_validate_json(row["told"]) if row["told"] is not None else None,
        row["told_at"],
        row["closed_at"],
    )
