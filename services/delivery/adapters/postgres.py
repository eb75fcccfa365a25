"""Delivery's store in Postgres, bound to one transaction of the worker or of the API role."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from services.delivery.adapters.reading import PostgresReading
from services.delivery.adapters.rows import SAVE_DOCUMENTS, document_columns, document_of
from services.delivery.adapters.webhook_queue import PostgresWebhookQueue
from services.delivery.domain.documents import Document
from services.delivery.domain.edges import Edge
from services.delivery.domain.feeds import Entry
from services.delivery.domain.notices import Notice, may_read_statements
from services.delivery.domain.statements import BookedStatement
from shared.contracts.connections import ConnectionChanged
from shared.contracts.statements import TransactionsBooked
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, SoftwareSlug


class PostgresDelivery(PostgresReading, PostgresWebhookQueue):
    """Both ports: the role decides what can be done and seen."""

    async def known_documents(self, ids: Collection[DocumentId]) -> set[DocumentId]:
        rows = await self._connection.fetch(
            "select document_id from documents where document_id = any($1::text[])", list(ids)
        )
        return {DocumentId(row["document_id"]) for row in rows}

    async def documents(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        rows = await self._connection.fetch(
            "select * from documents where document_id = any($1::text[]) order by document_id for update",
            list(ids),
        )
        return {DocumentId(row["document_id"]): document_of(row) for row in rows}

    async def save_documents(self, documents: Collection[Document]) -> None:
        if documents:
            await self._connection.execute(SAVE_DOCUMENTS, *document_columns(documents))

    async def append_notices(self, notices: Sequence[Notice]) -> list[int]:
        if not notices:
            return []
        positions = await self._count_up("streams", "software", [notice.event.software for notice in notices])
        await self._connection.execute(
            """insert into stream_events (software, position, id, type, time, text, mode)
               select * from unnest($1::text[], $2::bigint[], $3::uuid[], $4::text[], $5::timestamptz[],
                                    $6::text[], $7::text[])""",
            [notice.event.software for notice in notices],
            positions,
            [notice.event.id for notice in notices],
            [notice.event.type for notice in notices],
            [notice.event.time for notice in notices],
            [notice.text for notice in notices],
            [notice.mode for notice in notices],
        )
        return positions

    async def append_entries(self, entries: Sequence[Entry]) -> list[int]:
        if not entries:
            return []
        await self._lock_counters("feeds", "office_id", {entry.office_id for entry in entries})
        present = await self._entries(entries)
        fresh = [entry for entry in _distinct(entries) if (entry.office_id, entry.document_id) not in present]
        positions = await self._count_up("feeds", "office_id", [entry.office_id for entry in fresh])
        await self._connection.execute(
            """insert into feed_entries (office_id, position, document_id, added_at)
               select * from unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[])""",
            [entry.office_id for entry in fresh],
            positions,
            [entry.document_id for entry in fresh],
            [entry.added_at for entry in fresh],
        )
        for entry, position in zip(fresh, positions, strict=True):
            present[entry.office_id, entry.document_id] = position
        return [present[entry.office_id, entry.document_id] for entry in entries]

    async def _entries(self, entries: Sequence[Entry]) -> dict[tuple[str, str], int]:
        rows = await self._connection.fetch(
            """select office_id, document_id, position from feed_entries
               join unnest($1::text[], $2::text[]) as asked(office_id, document_id)
                   using (office_id, document_id)""",
            [entry.office_id for entry in entries],
            [entry.document_id for entry in entries],
        )
        return {(row["office_id"], row["document_id"]): row["position"] for row in rows}

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

    async def _count_up(self, table: str, key: str, owners: Sequence[str]) -> list[int]:
        """The next position for each owner, in the order given."""
        counters = await self._lock_counters(table, key, set(owners))
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

    async def kafka_offices(self, offices: Collection[OfficeId]) -> set[OfficeId]:
        rows = await self._connection.fetch(
            "select office_id from channels where channel = 'kafka' and office_id = any($1::text[])",
            list(offices),
        )
        return {OfficeId(row["office_id"]) for row in rows}

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

    async def forget_notices(self, before: datetime) -> None:
        rows = await self._connection.fetch(
            """with gone as (delete from stream_events where time < $1 returning software)
               select distinct software from gone""",
            before,
        )
        softwares = [row["software"] for row in rows]
        # Locked by a statement of its own, so that the one after it sees all that was told before.
        await self._lock_counters("streams", "software", softwares)
        await self._connection.execute(
            """update streams t set forgotten_to = coalesce(
                   (select min(position) - 1 from stream_events e where e.software = t.software), t.last_position)
               where software = any($1::text[])""",
            softwares,
        )


def _distinct(entries: Sequence[Entry]) -> list[Entry]:
    return list({(entry.office_id, entry.document_id): entry for entry in reversed(entries)}.values())[::-1]
