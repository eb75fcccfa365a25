"""The connections and their timelines."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import asyncpg

from services.intake.domain.connections import Connection
from services.intake.domain.progress import Entry
from services.intake.ports import Place
from shared.values import ConnectionId, EnterpriseNumber, Language, SoftwareSlug

_COLUMNS = """connection_id, software, mode, enterprise_number, requested_at, updated_at, generation,
              ordinal, language, scopes, verification, verification_version, answered_ordinal, reason,
              contact, told_in, masked_email, expires_at, token, token_issue, token_expires_at, access,
              active_since, address_version, bounced_version, queued_at, mailed_at, answered_at"""


class PostgresConnections:
    """The part of the intake store that keeps connections."""

    _connection: Any

    async def latest(self, places: Sequence[Place]) -> dict[Place, Connection]:
        given = (
            [place.software for place in places],
            [place.mode for place in places],
            [place.enterprise_number for place in places],
        )
        # The first asking at a place has no row to lock; sorted, so that nobody waits in a circle.
        await self._connection.execute(
            """select pg_advisory_xact_lock(hashtextextended(name, 0))
               from (select distinct concat_ws('/', 'intake', software, mode, number) as name
                     from unnest($1::text[], $2::text[], $3::text[]) as place (software, mode, number)
                     order by name offset 0) as sorted""",
            *given,
        )
        rows = await self._connection.fetch(
            f"""select {_COLUMNS} from connections
                where (software, mode, enterprise_number) in
                      (select software, mode, number
                       from unnest($1::text[], $2::text[], $3::text[]) as place (software, mode, number))
                  and generation = (select max(newest.generation) from connections as newest
                                    where newest.software = connections.software
                                      and newest.mode = connections.mode
                                      and newest.enterprise_number = connections.enterprise_number)
                order by connection_id for update""",
            *given,
        )
        found = map(_connection, rows)
        return {Place(one.software, one.mode, one.enterprise_number): one for one in found}

    async def connections(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Connection]:
        rows = await self._connection.fetch(
            f"""select {_COLUMNS} from connections where connection_id = any($1::text[])
                order by connection_id for update""",
            list(ids),
        )
        return {one.connection_id: one for one in map(_connection, rows)}

    async def read_connections(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Connection]:
        rows = await self._connection.fetch(
            f"select {_COLUMNS} from connections where connection_id = any($1::text[])", list(ids)
        )
        return {one.connection_id: one for one in map(_connection, rows)}

    async def connection(self, id: ConnectionId) -> Connection | None:
        row = await self._connection.fetchrow(f"select {_COLUMNS} from connections where connection_id = $1", id)
        return _connection(row) if row is not None else None

    async def own_connections(self, software: SoftwareSlug, after: str, limit: int) -> list[Connection]:
        rows = await self._connection.fetch(
            f"""select {_COLUMNS} from connections where software = $1 and connection_id collate "C" > $2
                order by connection_id collate "C" limit $3""",
            software,
            after,
            limit,
        )
        return [_connection(row) for row in rows]

    async def save_connections(self, connections: Sequence[Connection]) -> None:
        if not connections:
            return
        # As JSON, for unnest flattens an array of arrays such as the scopes.
        rows = json.dumps([asdict(one) for one in connections], default=lambda moment: moment.isoformat())
        await self._connection.execute(
            f"""insert into connections ({_COLUMNS})
                select {_COLUMNS} from jsonb_populate_recordset(null::connections, $1::jsonb)
                on conflict (connection_id) do update set
                    updated_at = excluded.updated_at, ordinal = excluded.ordinal,
                    language = excluded.language, scopes = excluded.scopes,
                    verification = excluded.verification,
                    verification_version = excluded.verification_version,
                    answered_ordinal = excluded.answered_ordinal, reason = excluded.reason,
                    contact = excluded.contact, told_in = excluded.told_in,
                    masked_email = excluded.masked_email, expires_at = excluded.expires_at,
                    token = excluded.token, token_issue = excluded.token_issue,
                    token_expires_at = excluded.token_expires_at, access = excluded.access,
                    active_since = excluded.active_since, address_version = excluded.address_version,
                    bounced_version = excluded.bounced_version, queued_at = excluded.queued_at,
                    mailed_at = excluded.mailed_at, answered_at = excluded.answered_at""",
            rows,
        )

    async def timeline(self, id: ConnectionId) -> list[Entry]:
        rows = await self._connection.fetch(
            """select event_id, connection_id, at, kind, note from timeline
               where connection_id = $1 order by at, event_id""",
            id,
        )
        return [
            Entry(row["event_id"], ConnectionId(row["connection_id"]), row["at"], row["kind"], row["note"])
            for row in rows
        ]

    async def add_entries(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        await self._connection.execute(
            """insert into timeline (event_id, connection_id, at, kind, note)
               select * from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[])
               on conflict (event_id) do nothing""",
            [entry.event_id for entry in entries],
            [entry.connection_id for entry in entries],
            [entry.at for entry in entries],
            [entry.kind for entry in entries],
            [entry.note for entry in entries],
        )


def _connection(row: asyncpg.Record) -> Connection:
    values = dict(row)
    for name, value in (
        ("connection_id", ConnectionId(row["connection_id"])),
        ("software", SoftwareSlug(row["software"])),
        ("enterprise_number", EnterpriseNumber(row["enterprise_number"])),
        ("language", Language(row["language"]) if row["language"] else None),
        ("told_in", Language(row["told_in"]) if row["told_in"] else None),
        ("scopes", tuple(row["scopes"])),
    ):
        values[name] = value
    return Connection(**values)
