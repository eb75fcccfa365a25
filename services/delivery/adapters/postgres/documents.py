"""Documents on their way and the feeds of offices, in Postgres."""

from collections.abc import Collection, Mapping, Sequence

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.adapters.postgres.document_rows import (
    ADD_DOCUMENTS,
    SAVE_DOCUMENTS,
    acknowledgement_of,
    document_columns,
    document_of,
    timeline_text,
)
from services.delivery.domain.documents import Document
from services.delivery.domain.feeds import Acknowledgement, Entry
from shared.values import DocumentId, OfficeId


class PostgresDocuments(PostgresCounters):
    """Bound to one transaction of the worker or of the API role."""

    async def accepted_documents(self, ids: Collection[DocumentId]) -> set[DocumentId]:
        rows = await self._connection.fetch(
            "select document_id from documents where document_id = any($1::text[]) and issue_date is not null",
            list(ids),
        )
        return {DocumentId(row["document_id"]) for row in rows}

    async def documents(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        rows = await self._connection.fetch(
            "select * from documents where document_id = any($1::text[]) order by document_id for update",
            list(ids),
        )
        return {DocumentId(row["document_id"]): document_of(row) for row in rows}

    async def newer_versions(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        rows = await self._connection.fetch(
            "select * from documents where supersedes = any($1::text[]) order by supersedes, document_id", list(ids)
        )
        return {DocumentId(row["supersedes"]): document_of(row) for row in rows}

    async def add_documents(self, documents: Collection[Document]) -> set[DocumentId]:
        rows = await self._connection.fetch(ADD_DOCUMENTS, *document_columns(documents)) if documents else []
        return {DocumentId(row["document_id"]) for row in rows}

    async def save_documents(self, documents: Collection[Document]) -> None:
        if documents:
            await self._connection.execute(SAVE_DOCUMENTS, *document_columns(documents))

    async def append_entries(self, entries: Sequence[Entry]) -> list[int]:
        if not entries:
            return []
        counters = await self._lock_counters("feeds", "office_id", {entry.office_id for entry in entries})
        present = await self._entries(entries)
        fresh = [entry for entry in _distinct(entries) if entry.redelivery or _key(entry) not in present]
        positions = await self._count_up("feeds", "office_id", [entry.office_id for entry in fresh], counters)
        await self._connection.execute(
            """insert into feed_entries (office_id, position, document_id, added_at, redelivery)
               select * from unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[])
               on conflict (office_id, document_id) do update
               set position = excluded.position, added_at = excluded.added_at, redelivery = excluded.redelivery,
                   outcome = '', outcome_reason = '', outcome_at = null""",
            [entry.office_id for entry in fresh],
            positions,
            [entry.document_id for entry in fresh],
            [entry.added_at for entry in fresh],
            [entry.redelivery for entry in fresh],
        )
        for entry, position in zip(fresh, positions, strict=True):
            present[_key(entry)] = position
        return [present[_key(entry)] for entry in entries]

    async def _entries(self, entries: Sequence[Entry]) -> dict[tuple[str, str], int]:
        rows = await self._connection.fetch(
            """select office_id, document_id, position from feed_entries
               join unnest($1::text[], $2::text[]) as asked(office_id, document_id)
                   using (office_id, document_id)""",
            [entry.office_id for entry in entries],
            [entry.document_id for entry in entries],
        )
        return {(row["office_id"], row["document_id"]): row["position"] for row in rows}

    async def document(self, document_id: DocumentId) -> Document | None:
        row = await self._connection.fetchrow("select * from documents where document_id = $1", document_id)
        return document_of(row) if row is not None else None

    async def lock_document(self, document_id: DocumentId) -> Document | None:
        return (await self.lock_documents([document_id])).get(document_id)

    async def lock_documents(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        return await self.documents(ids)

    async def save_progress(self, documents: Collection[Document]) -> None:
        await self._connection.execute(
            """update documents set state = told.state, reason = told.reason, version = told.version,
                                    timeline = told.timeline
               from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::jsonb[])
                    as told (document_id, state, reason, version, timeline)
               where documents.document_id = told.document_id""",
            [document.document_id for document in documents],
            [document.state for document in documents],
            [document.reason for document in documents],
            [document.version for document in documents],
            [timeline_text(document) for document in documents],
        )

    async def acknowledge(self, office: OfficeId, said: Mapping[DocumentId, Acknowledgement]) -> None:
        await self._connection.execute(
            """update feed_entries set outcome = told.outcome, outcome_reason = told.reason, outcome_at = told.at
               from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[])
                    as told (document_id, outcome, reason, at)
               where feed_entries.office_id = $1 and feed_entries.document_id = told.document_id""",
            office,
            list(said),
            [each.outcome for each in said.values()],
            [each.reason for each in said.values()],
            [each.at for each in said.values()],
        )

    async def acknowledgements(
        self, office: OfficeId, ids: Collection[DocumentId]
    ) -> dict[DocumentId, Acknowledgement]:
        rows = await self._connection.fetch(
            """select document_id, outcome, outcome_reason, outcome_at from feed_entries
               where office_id = $1 and document_id = any($2::text[])""",
            office,
            list(ids),
        )
        return {DocumentId(row["document_id"]): acknowledgement_of(row) for row in rows}


def _key(entry: Entry) -> tuple[str, str]:
    return entry.office_id, entry.document_id


def _distinct(entries: Sequence[Entry]) -> list[Entry]:
    return list({_key(entry): entry for entry in reversed(entries)}.values())[::-1]
