"""Delivery's store in Postgres, bound to one transaction of the worker or of the API role."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from services.delivery.adapters.rows import SAVE_DOCUMENTS, document_columns, document_of, timeline_text
from services.delivery.domain.documents import Document
from services.delivery.domain.edges import Edge
from services.delivery.domain.feeds import Entry
from services.delivery.domain.notices import Notice, may_read_statements
from services.delivery.ports import StoredNotice, StreamPage
from shared.contracts.connections import ConnectionChanged
from shared.contracts.directory import OfficeChanged, SoftwareChanged
from shared.values import DocumentId, EnterpriseNumber, OfficeId, SoftwareSlug

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy


class _Reading:
    """What the API role asks for; row-level security leaves only the caller's rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def read_stream(self, software: SoftwareSlug, after: int, types: Sequence[str], limit: int) -> StreamPage:
        head = await self._connection.fetchval("select last_position from streams where software = $1", software)
        if head is None or head <= after:
            return StreamPage((), after, False)
        # Up to the head read before: whatever commits between the two statements comes with the next page.
        rows = await self._connection.fetch(
            """select position, text from stream_events
               where software = $1 and position > $2 and position <= $3
                     and (cardinality($4::text[]) = 0 or type = any($4::text[]))
               order by position limit $5""",
            software,
            after,
            head,
            list(types),
            limit + 1,
        )
        notices = tuple(StoredNotice(row["position"], row["text"]) for row in rows[:limit])
        more = len(rows) > limit
        return StreamPage(notices, notices[-1].position if more else head, more)

    async def read_feed(self, office: OfficeId, after: int, limit: int) -> list[tuple[int, datetime, Document]]:
        rows = await self._connection.fetch(
            """select e.position as feed_position, e.added_at, d.* from feed_entries e
               join documents d using (document_id)
               where e.office_id = $1 and e.position > $2 order by e.position limit $3""",
            office,
            after,
            limit,
        )
        return [(row["feed_position"], row["added_at"], document_of(row)) for row in rows]

    async def own_documents(self, software: SoftwareSlug, after: int, limit: int) -> list[Document]:
        rows = await self._connection.fetch(
            "select * from documents where software = $1 and position > $2 order by position limit $3",
            software,
            after,
            limit,
        )
        return [document_of(row) for row in rows]

    async def document(self, document_id: DocumentId) -> Document | None:
        row = await self._connection.fetchrow("select * from documents where document_id = $1", document_id)
        return document_of(row) if row is not None else None

    async def lock_document(self, document_id: DocumentId) -> Document | None:
        row = await self._connection.fetchrow("select * from documents where document_id = $1 for update", document_id)
        return document_of(row) if row is not None else None

    async def save_progress(self, document: Document) -> None:
        await self._connection.execute(
            """update documents set state = $2, reason = $3, version = $4, timeline = $5
               where document_id = $1""",
            document.document_id,
            document.state,
            document.reason,
            document.version,
            timeline_text(document),
        )

    async def chose_kafka(self, office: OfficeId) -> bool:
        return bool(
            await self._connection.fetchval(
                "select exists (select from channels where office_id = $1 and channel = 'kafka')", office
            )
        )

    async def choose_kafka(self, office: OfficeId, at: datetime) -> bool:
        status: str = await self._connection.execute(
            """insert into channels (office_id, channel, chosen_at) values ($1, 'kafka', $2)
               on conflict do nothing""",
            office,
            at,
        )
        return status.endswith(" 1")

    async def edge_is_open(self, principal: str) -> bool:
        return bool(
            await self._connection.fetchval(
                "select exists (select from edge_principals where principal = $1)", principal
            )
        )


class PostgresDelivery(_Reading):
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
        positions = await self._count_up("streams", "software", [notice.software for notice in notices])
        await self._connection.execute(
            """insert into stream_events (software, position, id, type, time, enterprise_number, text)
               select * from unnest($1::text[], $2::bigint[], $3::uuid[], $4::text[], $5::timestamptz[],
                                    $6::text[], $7::text[])""",
            [notice.software for notice in notices],
            positions,
            [notice.id for notice in notices],
            [notice.type for notice in notices],
            [notice.time for notice in notices],
            [notice.enterprise_number for notice in notices],
            [notice.text for notice in notices],
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

    async def kafka_offices(self, offices: Collection[OfficeId]) -> set[OfficeId]:
        rows = await self._connection.fetch(
            "select office_id from channels where channel = 'kafka' and office_id = any($1::text[])",
            list(offices),
        )
        return {OfficeId(row["office_id"]) for row in rows}

    async def save_connections(self, snapshots: Sequence[tuple[ConnectionChanged, int]]) -> None:
        await self._connection.executemany(
            """insert into connections as c
                   (connection_id, enterprise_number, software, mode, state, scopes, sequence)
               values ($1, $2, $3, $4, $5, $6, $7) on conflict (connection_id) do update
               set mode = excluded.mode, state = excluded.state, scopes = excluded.scopes,
                   sequence = excluded.sequence where c.sequence < excluded.sequence""",
            [
                (b.connection_id, b.enterprise_number, b.software, b.mode, b.state, list(b.scopes), sequence)
                for b, sequence in sorted(snapshots, key=lambda pair: (pair[0].connection_id, pair[1]))
            ],
        )

    async def save_softwares(self, snapshots: Sequence[tuple[SoftwareChanged, int]]) -> list[SoftwareSlug]:
        await self._connection.executemany(
            """insert into softwares as s (software, name, state, sequence) values ($1, $2, $3, $4)
               on conflict (software) do update set name = excluded.name, state = excluded.state,
                   sequence = excluded.sequence where s.sequence < excluded.sequence""",
            [
                (body.software, body.name, body.state, sequence)
                for body, sequence in sorted(snapshots, key=lambda pair: (pair[0].software, pair[1]))
            ],
        )
        names = sorted({body.software for body, _ in snapshots})
        rows = await self._connection.fetch(
            """select software from unnest($1::text[]) as asked(software)
               where not exists (select from edge_principals where kind = 'software' and owner = software)""",
            names,
        )
        return [SoftwareSlug(row["software"]) for row in rows]

    async def save_offices(self, snapshots: Sequence[tuple[OfficeChanged, int]]) -> None:
        await self._connection.executemany(
            """insert into offices as o (office_id, name, client, sequence) values ($1, $2, $3, $4)
               on conflict (office_id) do update set name = excluded.name, client = excluded.client,
                   sequence = excluded.sequence where o.sequence < excluded.sequence""",
            [
                (body.office_id, body.name, body.client, sequence)
                for body, sequence in sorted(snapshots, key=lambda pair: (pair[0].office_id, pair[1]))
            ],
        )

    async def save_edge(self, edge: Edge, opened_at: datetime) -> None:
        row: tuple[Any, ...] = (edge.principal, edge.kind, edge.owner, list(edge.topics), edge.submissions)
        await self._connection.execute(
            """insert into edge_principals (principal, kind, owner, topics, submissions, opened_at)
               values ($1, $2, $3, $4, $5, $6) on conflict (principal) do update
               set topics = excluded.topics, submissions = excluded.submissions""",
            *row,
            opened_at,
        )

    async def forget_notices(self, before: datetime) -> None:
        await self._connection.execute("delete from stream_events where time < $1", before)


def _distinct(entries: Sequence[Entry]) -> list[Entry]:
    return list({(entry.office_id, entry.document_id): entry for entry in reversed(entries)}.values())[::-1]
