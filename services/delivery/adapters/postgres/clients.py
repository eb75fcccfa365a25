"""Client companies and offices, in Postgres."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.domain.clients import Client, Office
from services.delivery.domain.listing import folded
from shared.contracts.directory import OfficePeriod
from shared.values import EnterpriseNumber, Language, OfficeId


class PostgresClients(PostgresCounters):
    """Bound to one transaction of the worker or of the API role."""

    async def clients(self, numbers: Collection[EnterpriseNumber]) -> dict[EnterpriseNumber, Client]:
        rows = await self._connection.fetch(
            "select * from clients where enterprise_number = any($1::text[])", list(numbers)
        )
        return {client.enterprise_number: client for client in map(_client, rows)}

    async def offices(self, ids: Collection[OfficeId]) -> dict[OfficeId, Office]:
        rows = await self._connection.fetch("select * from offices where office_id = any($1::text[])", list(ids))
        return {office.office_id: office for office in map(_office, rows)}

    async def save_clients(self, snapshots: Sequence[tuple[Client, int]]) -> None:
        await self._connection.execute(
            """insert into clients as known
                   (enterprise_number, name, search, language, client_code, offices, office_ids, sequence)
               select enterprise_number, name, search, language, client_code, offices,
                      array(select period ->> 'office_id' from jsonb_array_elements(offices) as period), sequence
               from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::bigint[])
                    as told (enterprise_number, name, search, language, client_code, offices, sequence)
               on conflict (enterprise_number) do update
               set name = excluded.name, search = excluded.search, language = excluded.language,
                   client_code = excluded.client_code, offices = excluded.offices,
                   office_ids = excluded.office_ids, sequence = excluded.sequence
               where known.sequence < excluded.sequence""",
            *_columns(
                [
                    (
                        client.enterprise_number,
                        client.name,
                        folded(client.name),
                        str(client.language),
                        client.client_code,
                        json.dumps([period.model_dump(mode="json") for period in client.offices]),
                        sequence,
                    )
                    for client, sequence in _newest(snapshots, lambda client: client.enterprise_number)
                ],
                7,
            ),
        )

    async def save_offices(self, snapshots: Sequence[tuple[Office, int]]) -> None:
        await self._connection.execute(
            """insert into offices as known (office_id, name, language, client, sequence)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::bigint[])
               on conflict (office_id) do update
               set name = excluded.name, language = excluded.language, client = excluded.client,
                   sequence = excluded.sequence
               where known.sequence < excluded.sequence""",
            *_columns(
                [
                    (office.office_id, office.name, str(office.language), office.client, sequence)
                    for office, sequence in _newest(snapshots, lambda office: office.office_id)
                ],
                5,
            ),
        )


def _newest(snapshots: Sequence[tuple[Any, int]], key: Any) -> list[tuple[Any, int]]:
    """The newest snapshot of each, by key: one statement may write a row once only, and all lock in one order."""
    newest: dict[str, tuple[Any, int]] = {}
    for snapshot, sequence in snapshots:
        if sequence > newest.get(key(snapshot), (snapshot, -1))[1]:
            newest[key(snapshot)] = (snapshot, sequence)
    return [newest[each] for each in sorted(newest)]


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    return [[row[place] for row in rows] for place in range(count)]


def _client(row: Any) -> Client:
    return Client(
        EnterpriseNumber(row["enterprise_number"]),
        row["name"],
        Language(row["language"]),
        row["client_code"],
        tuple(OfficePeriod.model_validate(period) for period in json.loads(row["offices"])),
    )


def _office(row: Any) -> Office:
    return Office(OfficeId(row["office_id"]), row["name"], Language(row["language"]), row["client"])
