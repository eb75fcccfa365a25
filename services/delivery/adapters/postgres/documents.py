"""Documents on their way and the feeds of offices, in Postgres."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.adapters.postgres.document_rows import (
    SAVE_DOCUMENTS,
    document_columns,
    document_of,
    timeline_text,
)
from services.delivery.domain.documents import Document
from services.delivery.domain.feeds import Entry
from shared.values import DocumentId, OfficeId, SoftwareSlug


class PostgresDocuments(PostgresCounters):
    """Bound to one transaction of the worker or of the API role."""

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


def _distinct(entries: Sequence[Entry]) -> list[Entry]:
    return list({(entry.office_id, entry.document_id): entry for entry in reversed(entries)}.values())[::-1]
