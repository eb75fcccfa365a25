"""Documents on their way and the feeds of offices, in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from services.delivery.adapters.memory.tables import MemoryCaller
from services.delivery.domain.documents import Document
from services.delivery.domain.feeds import Entry
from shared.values import DocumentId, OfficeId, SoftwareSlug


class MemoryDocuments(MemoryCaller):
    """See the port for what each does."""

    async def known_documents(self, ids: Collection[DocumentId]) -> set[DocumentId]:
        return set(ids) & set(self._tables.documents)

    async def documents(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        return {each: self._tables.documents[each] for each in sorted(ids) if each in self._tables.documents}

    async def save_documents(self, documents: Collection[Document]) -> None:
        self._tables.documents |= {document.document_id: document for document in documents}

    async def append_entries(self, entries: Sequence[Entry]) -> list[int]:
        positions = []
        for entry in entries:
            feed = self._tables.feeds.setdefault(entry.office_id, {})
            feed.setdefault(entry.document_id, (len(feed) + 1, entry.added_at))
            positions.append(feed[entry.document_id][0])
        return positions

    async def read_feed(self, office: OfficeId, after: int, limit: int) -> list[tuple[int, datetime, Document]]:
        feed = self._tables.feeds.get(office, {}) if self._is("office", office) else {}
        entries = [
            (position, added_at, self._tables.documents[document_id])
            for document_id, (position, added_at) in feed.items()
            if position > after and self._sees(self._tables.documents[document_id])
        ]
        return sorted(entries, key=lambda entry: entry[0])[:limit]

    async def own_documents(self, software: SoftwareSlug, after: int, limit: int) -> list[Document]:
        own = [
            document
            for document in self._tables.documents.values()
            if document.software == software and document.position > after and self._sees(document)
        ]
        return sorted(own, key=lambda document: document.position)[:limit]

    async def document(self, document_id: DocumentId) -> Document | None:
        document = self._tables.documents.get(document_id)
        return document if document is not None and self._sees(document) else None

    async def lock_document(self, document_id: DocumentId) -> Document | None:
        document = await self.document(document_id)
        return document if document is not None and self._is("office", document.office_id) else None

    async def save_progress(self, document: Document) -> None:
        known = await self.lock_document(document.document_id)
        if known is not None:
            self._tables.documents[document.document_id] = replace(
                known,
                state=document.state,
                reason=document.reason,
                version=document.version,
                timeline=document.timeline,
            )
