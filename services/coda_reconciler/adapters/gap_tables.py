"""The records of gaps in Postgres."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg

from services.coda_reconciler.domain.gaps import Gap
from shared.contracts.statements import StatementGapOpened
from shared.values import EnterpriseNumber, StatementId


class GapTables:
    """On the connection of the batch's or the task's transaction."""

    _connection: asyncpg.Connection

    async def open_gaps(self, gaps: Sequence[Gap]) -> None:
        """Write gaps that opened or moved; one that moved keeps when it opened and whether somebody was alarmed."""
        if not gaps:
            return
        await self._connection.execute(
            """insert into gaps as known (statement_id, enterprise_number, iban, version, opened, opened_at)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::jsonb[], $6::timestamptz[])
               on conflict (statement_id) do update
               set version = excluded.version, opened = excluded.opened, closed_at = null,
                   opened_at = case when known.closed_at is null then known.opened_at else excluded.opened_at end,
                   alarmed_at = case when known.closed_at is null then known.alarmed_at end""",
            [gap.statement_id for gap in gaps],
            [gap.opened.enterprise_number for gap in gaps],
            [gap.opened.iban for gap in gaps],
            [gap.version for gap in gaps],
            [gap.opened.model_dump_json() for gap in gaps],
            [gap.opened_at for gap in gaps],
        )

    async def close_gaps(self, versions: Mapping[StatementId, int], now: datetime) -> None:
        """Nothing is missing any more before these statements."""
        if versions:
            await self._connection.execute(
                """update gaps set closed_at = $3, version = told.version
                   from unnest($1::text[], $2::bigint[]) as told (statement_id, version)
                   where gaps.statement_id = told.statement_id""",
                list(versions),
                list(versions.values()),
                now,
            )

    async def alarm_gap(self, company: EnterpriseNumber, statement_id: StatementId, now: datetime) -> Gap | None:
        """Mark an open gap as told, once; None where there is none to tell. Locks the company as booking does."""
        await self._connection.execute(
            "select pg_advisory_xact_lock(hashtextextended('coda_reconciler/company:' || $1, 0))", str(company)
        )
        row = await self._connection.fetchrow(
            """update gaps set alarmed_at = $2, version = version + 1
               where statement_id = $1 and closed_at is null and alarmed_at is null returning *""",
            statement_id,
            now,
        )
        if row is None:
            return None
        await self._connection.execute(
            "update statements set version = $2 where statement_id = $1", statement_id, row["version"]
        )
        return Gap(
            opened=StatementGapOpened.model_validate_json(row["opened"]),
            version=row["version"],
            opened_at=row["opened_at"],
            alarmed_at=row["alarmed_at"],
        )
