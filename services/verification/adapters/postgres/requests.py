"""The requests and their answers."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import asyncpg

from services.verification.domain.requests import Request
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId, SoftwareSlug

_COLUMNS = """connection_id, enterprise_number, software, mode, ordinal, language, scopes, state, reason,
              office_id, address_version, expires_at, version, activated_at"""


class PostgresRequests:
    """The part of the directory store that keeps requests."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def requests(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Request]:
        rows = await self._connection.fetch(
            f"""select {_COLUMNS} from requests where connection_id = any($1::text[])
                order by connection_id for update""",
            list(ids),
        )
        return {request.connection_id: request for request in map(_request, rows)}

    async def open_requests(self, numbers: Sequence[EnterpriseNumber]) -> list[Request]:
        rows = await self._connection.fetch(
            f"""select {_COLUMNS} from requests
                where enterprise_number = any($1::text[]) and state in ('blocked', 'verified', 'active')
                order by connection_id for update""",
            list(numbers),
        )
        return [_request(row) for row in rows]

    async def blocked_longest_unchecked(self, limit: int, now: datetime) -> list[EnterpriseNumber]:
        rows = await self._connection.fetch(
            """update requests set checked_at = $2
               where connection_id in (select connection_id from requests where state = 'blocked'
                                       order by checked_at, connection_id limit $1 for update skip locked)
               returning enterprise_number""",
            limit,
            now,
        )
        return sorted({EnterpriseNumber(row["enterprise_number"]) for row in rows})

    async def waited_in_vain(self, now: datetime, limit: int) -> list[Request]:
        rows = await self._connection.fetch(
            f"""select {_COLUMNS} from requests where state = 'blocked' and expires_at <= $1
                order by expires_at, connection_id limit $2""",
            now,
            limit,
        )
        return [_request(row) for row in rows]

    async def save_requests(self, requests: Sequence[Request]) -> None:
        if not requests:
            return
        # As JSON, for unnest flattens an array of arrays such as the scopes.
        rows = json.dumps([asdict(request) for request in requests], default=lambda moment: moment.isoformat())
        await self._connection.execute(
            f"""insert into requests ({_COLUMNS})
                select {_COLUMNS} from jsonb_populate_recordset(null::requests, $1::jsonb)
                on conflict (connection_id) do update set
                    ordinal = excluded.ordinal, language = excluded.language, scopes = excluded.scopes,
                    state = excluded.state, reason = excluded.reason, office_id = excluded.office_id,
                    address_version = excluded.address_version, expires_at = excluded.expires_at,
                    version = excluded.version, activated_at = excluded.activated_at""",
            rows,
        )

    async def confirm_email(self, number: EnterpriseNumber, *, confirmed: bool) -> None:
        await self._connection.execute(
            """update companies set unconfirmed_version = case when $2 then 0 else address_version end
               where enterprise_number = $1""",
            number,
            confirmed,
        )

    async def count_readiness(self, software: SoftwareSlug, now: datetime) -> dict[str, tuple[int, datetime]]:
        rows = await self._connection.fetch(
            """insert into readiness_calls as known (software, span, begins, calls)
               select $1, span, date_trunc(span, $2::timestamptz, 'UTC'), 1 from unnest(array['day', 'minute']) as span
               on conflict (software, span) do update set begins = excluded.begins,
                   calls = case when known.begins = excluded.begins then known.calls + 1 else 1 end
               returning span, calls, begins""",
            software,
            now,
        )
        return {row["span"]: (row["calls"], row["begins"]) for row in rows}


def _request(row: asyncpg.Record) -> Request:
    return Request(
        connection_id=ConnectionId(row["connection_id"]),
        enterprise_number=EnterpriseNumber(row["enterprise_number"]),
        software=SoftwareSlug(row["software"]),
        mode=row["mode"],
        ordinal=row["ordinal"],
        language=Language(row["language"]) if row["language"] else None,
        scopes=tuple(row["scopes"]),
        state=row["state"],
        reason=row["reason"],
        office_id=OfficeId(row["office_id"]) if row["office_id"] else None,
        address_version=row["address_version"],
        expires_at=row["expires_at"],
        version=row["version"],
        activated_at=row["activated_at"],
    )
