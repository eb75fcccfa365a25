"""Documents on their way and the feeds of offices, in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from services.delivery.adapters.memory.tables import MemoryCaller
from services.delivery.domain.documents import Document
from services.delivery.domain.feeds import Acknowledgement, Entry, FeedRow
from shared.values import DocumentId, OfficeId


class MemoryDocuments(MemoryCaller):
    """See the port for what each does."""

    async def accepted_documents(self, ids: Collection[DocumentId]) -> set[DocumentId]:
        known = self._tables.documents
        return {each for each in ids if each in known and known[each].issue_date and self._sees(known[each])}

    async def documents(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        return {each: self._tables.documents[each] for each in sorted(ids) if each in self._tables.documents}

    async def newer_versions(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        known = sorted(self._tables.documents.values(), key=lambda document: document.document_id)
        return {each.supersedes: each for each in known if each.supersedes is not None and each.supersedes in ids}

    async def add_documents(self, documents: Collection[Document]) -> set[DocumentId]:
        new = {each.document_id: each for each in documents if each.document_id not in self._tables.documents}
        self._tables.documents |= new
        return set(new)

    async def save_documents(self, documents: Collection[Document]) -> None:
        self._tables.documents |= {document.document_id: document for document in documents}

    async def append_entries(self, entries: Sequence[Entry]) -> list[int]:
        positions = []
        moved: set[DocumentId] = set()
        for entry in entries:
            feed = self._tables.feeds.setdefault(entry.office_id, {})
            comes_again = bool(entry.redelivery) and entry.document_id not in moved
            if entry.document_id not in feed or comes_again:
                document = self._tables.documents[entry.document_id]
                position = self._tables.feed_heads.get(entry.office_id, 0) + 1
                self._tables.feed_heads[entry.office_id] = position
                feed[entry.document_id] = FeedRow(position, entry.added_at, document, entry.redelivery)
                moved.add(entry.document_id)
            positions.append(feed[entry.document_id].position)
        return positions

    async def document(self, document_id: DocumentId) -> Document | None:
        document = self._tables.documents.get(document_id)
        return document if document is not None and self._sees(document) else None

    async def lock_document(self, document_id: DocumentId) -> Document | None:
        return (await self.lock_documents([document_id])).get(document_id)

    async def lock_documents(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        known = self._tables.documents
        found = [known[each] for each in sorted(ids) if each in known]
        seen = [each for each in found if self._sees(each) and self._is("office", each.office_id)]
        return {each.document_id: each for each in seen}

    async def save_progress(self, documents: Collection[Document]) -> None:
        known = await self.lock_documents([each.document_id for each in documents])
        for document in documents:
            if document.document_id in known:
                self._tables.documents[document.document_id] = replace(
                    known[document.document_id],
                    state=document.state,
                    reason=document.reason,
                    version=document.version,
                    timeline=document.timeline,
                )

    async def acknowledge(self, office: OfficeId, said: Mapping[DocumentId, Acknowledgement]) -> None:
        feed = self._tables.feeds.get(office, {}) if self._is("office", office) else {}
        for document_id, acknowledgement in said.items():
            if document_id in feed:
                feed[document_id] = replace(feed[document_id], acknowledgement=acknowledgement)

    async def acknowledgements(
        self, office: OfficeId, ids: Collection[DocumentId]
    ) -> dict[DocumentId, Acknowledgement]:
        feed = self._tables.feeds.get(office, {}) if self._is("office", office) else {}
        return {each: feed[each].acknowledgement for each in ids if each in feed}
