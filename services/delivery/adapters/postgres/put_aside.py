"""Statements that are put aside, and who handed in their files, in Postgres."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.domain.put_aside import Place, PutAside, sender_of
from shared.contracts.statements import StatementQuarantined
from shared.values import OfficeId, Sha256, SoftwareSlug


class PostgresPutAside(PostgresCounters):
    """Bound to one transaction of the worker."""

    async def save_senders(self, senders: Mapping[Sha256, SoftwareSlug | OfficeId]) -> None:
        await self._connection.execute(
            """insert into bank_file_senders (file_sha256, sender) select * from unnest($1::text[], $2::text[])
               on conflict do nothing""",
            sorted(senders),
            [_principal(senders[each]) for each in sorted(senders)],
        )

    async def senders(self, files: Collection[Sha256]) -> dict[Sha256, SoftwareSlug | OfficeId]:
        rows = await self._connection.fetch(
            "select file_sha256, sender from bank_file_senders where file_sha256 = any($1::text[])", list(files)
        )
        found = {Sha256(row["file_sha256"]): sender_of(row["sender"]) for row in rows}
        return {file: sender for file, sender in found.items() if sender is not None}

    async def put_aside_at(self, places: Collection[Place]) -> dict[Place, PutAside]:
        rows = await self._connection.fetch(
            """select put_aside.* from put_aside
               join unnest($1::text[], $2::int[]) as place (file_sha256, file_index) using (file_sha256, file_index)""",
            [digest for digest, _ in places],
            [index for _, index in places],
        )
        return {each.place: each for each in map(_put_aside, rows)}

    async def put_aside_of(self, files: Collection[Sha256]) -> list[PutAside]:
        rows = await self._connection.fetch(
            "select * from put_aside where file_sha256 = any($1::text[]) order by file_sha256, file_index", list(files)
        )
        return [_put_aside(row) for row in rows]

    async def save_put_aside(self, statements: Sequence[PutAside]) -> None:
        await self._connection.executemany(
            """insert into put_aside (file_sha256, file_index, told, told_by, told_at, released_by, released_at)
               values ($1, $2, $3, $4, $5, $6, $7) on conflict (file_sha256, file_index) do update
               set told = excluded.told, told_by = excluded.told_by, told_at = excluded.told_at,
                   released_by = excluded.released_by, released_at = excluded.released_at""",
            [
                (
                    *each.place,
                    each.told.model_dump_json() if each.told is not None else None,
                    each.told_by,
                    each.told_at,
                    each.released_by,
                    each.released_at,
                )
                for each in sorted(statements, key=lambda each: each.place)
            ],
        )


def _principal(sender: SoftwareSlug | OfficeId) -> str:
    return f"software:{sender}" if isinstance(sender, SoftwareSlug) else f"office:{sender}"


def _put_aside(row: Any) -> PutAside:
    return PutAside(
        (Sha256(row["file_sha256"]), row["file_index"]),
        StatementQuarantined.model_validate_json(row["told"]) if row["told"] is not None else None,
        row["told_by"],
        row["told_at"],
        row["released_by"],
        row["released_at"],
    )
