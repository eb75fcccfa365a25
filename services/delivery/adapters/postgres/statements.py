"""Booked statements and who may read them, in Postgres."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.domain.notices import may_read_statements
from services.delivery.domain.statements import BookedStatement
from shared.contracts.connections import ConnectionChanged
from shared.contracts.documents import Claim
from shared.contracts.statements import TransactionsBooked
from shared.values import ConnectionId, EnterpriseNumber, SoftwareSlug, StatementId


class PostgresStatements(PostgresCounters):
    """Bound to one transaction of the worker or of the API role."""

    async def statement_readers(
        self, numbers: Collection[EnterpriseNumber]
    ) -> dict[EnterpriseNumber, list[SoftwareSlug]]:
        rows = await self._connection.fetch(
            """select enterprise_number, software, scopes from connections
               where state = 'active' and enterprise_number = any($1::text[])
               order by software, connection_id""",
            list(numbers),
        )
        readers: dict[EnterpriseNumber, dict[SoftwareSlug, None]] = {}
        for row in rows:
            if may_read_statements(tuple(row["scopes"])):
                found = readers.setdefault(EnterpriseNumber(row["enterprise_number"]), {})
                found[SoftwareSlug(row["software"])] = None
        return {number: list(softwares) for number, softwares in readers.items()}

    async def save_statements(self, statements: Sequence[BookedStatement]) -> None:
        await self._connection.executemany(
            """insert into statements (statement_id, enterprise_number, event_id, booked_at, body, readers)
               values ($1, $2, $3, $4, $5, $6) on conflict (statement_id) do update
               set body = excluded.body, readers = excluded.readers""",
            [
                (
                    each.statement_id,
                    each.body.enterprise_number,
                    each.event_id,
                    each.booked_at,
                    each.body.model_dump_json(),
                    list(each.readers),
                )
                for each in sorted(statements, key=lambda statement: statement.statement_id)
            ],
        )
        readings = [(software, each.booked_at, each.statement_id) for each in statements for software in each.readers]
        if readings:
            await self._connection.execute(
                """insert into statement_readings (software, booked_at, statement_id)
                   select * from unnest($1::text[], $2::timestamptz[], $3::text[]) on conflict do nothing""",
                *(list(column) for column in zip(*sorted(readings), strict=True)),
            )

    async def statements_since(self, number: EnterpriseNumber, moment: datetime) -> list[BookedStatement]:
        rows = await self._connection.fetch(
            """select event_id, booked_at, body, readers from statements
               where enterprise_number = $1 and booked_at >= $2 order by booked_at, statement_id""",
            number,
            moment,
        )
        return [
            BookedStatement(
                row["event_id"],
                row["booked_at"],
                TransactionsBooked.model_validate_json(row["body"]),
                tuple(SoftwareSlug(each) for each in row["readers"]),
            )
            for row in rows
        ]

    async def connection_states(self, ids: Collection[ConnectionId]) -> dict[ConnectionId, tuple[str, int]]:
        rows = await self._connection.fetch(
            "select connection_id, state, sequence from connections where connection_id = any($1::text[])", list(ids)
        )
        return {ConnectionId(row["connection_id"]): (row["state"], row["sequence"]) for row in rows}

    async def save_connections(self, snapshots: Sequence[tuple[ConnectionChanged, int]]) -> None:
        await self._connection.executemany(
            """insert into connections as c (connection_id, enterprise_number, software, state, scopes, sequence)
               values ($1, $2, $3, $4, $5, $6) on conflict (connection_id) do update
               set state = excluded.state, scopes = excluded.scopes, sequence = excluded.sequence
               where c.sequence < excluded.sequence""",
            [
                (b.connection_id, b.enterprise_number, b.software, b.state, list(b.scopes), sequence)
                for b, sequence in sorted(snapshots, key=lambda pair: (pair[0].connection_id, pair[1]))
            ],
        )

    async def statement_movements(self, statement_id: StatementId) -> Claim | None:
        claim = await self._connection.fetchval(
            "select body -> 'movements' from statements where statement_id = $1", statement_id
        )
        return Claim.model_validate_json(claim) if claim is not None else None
