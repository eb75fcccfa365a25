"""Positions that leave no holes: each comes from its owner's counter row, locked until the transaction ends."""

from collections.abc import Collection, Mapping, Sequence

from services.delivery.adapters.postgres.webhook_rows import Connection


class PostgresCounters:
    """Bound to one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def _lock_counters(self, table: str, key: str, owners: Collection[str]) -> dict[str, int]:
        names = sorted(owners)
        await self._connection.execute(
            f"insert into {table} ({key}) select unnest($1::text[]) on conflict do nothing", names
        )
        rows = await self._connection.fetch(
            f"""select {key}, last_position from {table} where {key} = any($1::text[])
                order by {key} for update""",
            names,
        )
        return {row[key]: row["last_position"] for row in rows}

    async def _count_up(
        self, table: str, key: str, owners: Sequence[str], locked: Mapping[str, int] | None = None
    ) -> list[int]:
        """The next position for each owner, in the order given; `locked` is what `_lock_counters` gave before."""
        counters = dict(locked) if locked is not None else await self._lock_counters(table, key, set(owners))
        positions = []
        for owner in owners:
            counters[owner] += 1
            positions.append(counters[owner])
        await self._connection.execute(
            f"""update {table} t set last_position = n.position
                from unnest($1::text[], $2::bigint[]) as n(owner, position) where t.{key} = n.owner""",
            list(counters),
            list(counters.values()),
        )
        return positions
