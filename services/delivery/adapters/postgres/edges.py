"""The edge on Kafka, in Postgres: who may use it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.domain.edges import Edge
from shared.values import SoftwareSlug


class PostgresEdges(PostgresCounters):
    """Bound to one transaction of the worker or of the API role."""

    async def softwares_without_edge(self, softwares: Collection[SoftwareSlug]) -> set[SoftwareSlug]:
        rows = await self._connection.fetch(
            """select software from unnest($1::text[]) as asked(software)
               where not exists (select from edge_principals where kind = 'software' and owner = software)""",
            list(softwares),
        )
        return {SoftwareSlug(row["software"]) for row in rows}

    async def note_software_states(self, states: Sequence[tuple[SoftwareSlug, bool, int]]) -> set[SoftwareSlug]:
        rows = await self._connection.fetch(
            """with told as (
                   select * from unnest($1::text[], $2::boolean[], $3::bigint[]) as one (software, suspended, sequence)
               ), before as (
                   select software, suspended from software_states where software = any($1::text[])
               ), noted as (
                   insert into software_states as known (software, suspended, sequence)
                   select software, suspended, sequence from told order by software
                   on conflict (software) do update
                   set suspended = excluded.suspended, sequence = excluded.sequence
                   where known.sequence < excluded.sequence
                   returning software, suspended
               )
               select noted.software from noted left join before using (software)
               where noted.suspended <> coalesce(before.suspended, false)""",
            *([state[column] for state in states] for column in range(3)),
        )
        return {SoftwareSlug(row["software"]) for row in rows}

    async def suspended_software(self, software: SoftwareSlug) -> bool:
        return bool(
            await self._connection.fetchval(
                "select exists (select from software_states where software = $1 and suspended)", software
            )
        )

    async def want_edge(self, edge: Edge) -> None:
        row: tuple[Any, ...] = (edge.principal, edge.kind, edge.owner, list(edge.topics), edge.submissions, edge.closed)
        await self._connection.execute(
            """insert into edge_principals as known (principal, kind, owner, topics, submissions, closed)
               values ($1, $2, $3, $4, $5, $6) on conflict (principal) do update
               set topics = excluded.topics, submissions = excluded.submissions, closed = excluded.closed,
                   opened_at = case when excluded.closed then null else known.opened_at end""",
            *row,
        )

    async def edge_opened(self, edge: Edge, opened_at: datetime) -> None:
        await self._connection.execute(
            "update edge_principals set opened_at = $2 where principal = $1 and opened_at is null",
            edge.principal,
            opened_at,
        )

    async def edge_is_open(self, principal: str) -> bool:
        return bool(
            await self._connection.fetchval(
                "select exists (select from edge_principals where principal = $1 and opened_at is not null)", principal
            )
        )
