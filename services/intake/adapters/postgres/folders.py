"""What is watched in the folders of banks, in Postgres."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.intake.adapters.postgres.uploads import PostgresUploads
from services.intake.domain.watching import FileSeen, Sighting


class PostgresFolders(PostgresUploads):
    """Bound to one transaction; only the worker's side sees these rows."""

    async def sightings(self, folder: str) -> dict[str, Sighting]:
        rows = await self._connection.fetch("select * from sightings where folder = $1", folder)
        return {
            row["name"]: Sighting(
                FileSeen(name=row["name"], size=row["size"], modified=row["modified"]), row["since"], row["due_at"]
            )
            for row in rows
        }

    async def save_sightings(self, folder: str, kept: Collection[str], changed: Sequence[Sighting]) -> None:
        await self._connection.execute(
            "delete from sightings where folder = $1 and name <> all($2::text[])", folder, list(kept)
        )
        await self._connection.executemany(
            """insert into sightings (folder, name, size, modified, since, due_at) values ($1, $2, $3, $4, $5, $6)
               on conflict (folder, name) do update set size = excluded.size, modified = excluded.modified,
                   since = excluded.since, due_at = excluded.due_at""",
            [
                (folder, one.file.name, one.file.size, one.file.modified, one.since, one.due_at)
                # In one order, as every other writer of several rows.
                for one in sorted(changed, key=lambda one: one.file.name)
            ],
        )

    async def postpone(self, folder: str, name: str, due_at: datetime) -> None:
        await self._connection.execute(
            "update sightings set due_at = $3 where folder = $1 and name = $2", folder, name, due_at
        )

    async def forget_sighting(self, folder: str, name: str) -> None:
        await self._connection.execute("delete from sightings where folder = $1 and name = $2", folder, name)

    async def forget_folders(self, kept: Collection[str]) -> int:
        status = await self._connection.execute("delete from sightings where folder <> all($1::text[])", list(kept))
        return int(status.rpartition(" ")[2])
