"""What offices asked to have delivered again, in memory."""

from services.delivery.adapters.memory.document_lists import MemoryDocumentLists
from services.delivery.domain.listing import DocumentFilter
from services.delivery.domain.redelivery import Preview, Redelivery
from shared.values import DocumentId, OfficeId, RedeliveryId


class MemoryRedeliveries(MemoryDocumentLists):
    """See the port for what each does."""

    async def lock_redelivery(self, redelivery_id: RedeliveryId) -> Redelivery | None:
        return await self.redelivery(redelivery_id)

    async def redelivery_documents(self, redelivery_id: RedeliveryId, skip: int, limit: int) -> list[DocumentId]:
        return self._tables.redelivery_documents.get(redelivery_id, [])[skip : skip + limit]

    async def save_redelivery(self, redelivery: Redelivery) -> None:
        self._tables.redeliveries[redelivery.redelivery_id] = redelivery
        if redelivery.finished_at is not None:
            self._tables.redelivery_documents.pop(redelivery.redelivery_id, None)

    async def preview_redelivery(self, office: OfficeId, wanted: DocumentFilter) -> Preview:
        found = [row.document for row in self._feed(office, wanted)]
        companies = {document.enterprise_number for document in found}
        return Preview(len(found), len(companies), sum(not document.was("fetched") for document in found))

    async def open_redeliveries(self, office: OfficeId) -> int:
        known = self._tables.redeliveries.values()
        return sum(each.office_id == office and each.finished_at is None for each in known)

    async def add_redelivery(self, redelivery: Redelivery, wanted: DocumentFilter) -> bool:
        if redelivery.redelivery_id in self._tables.redeliveries:
            return False
        rows = sorted(self._feed(redelivery.office_id, wanted), key=lambda row: row.position)
        self._tables.redeliveries[redelivery.redelivery_id] = redelivery
        self._tables.redelivery_documents[redelivery.redelivery_id] = [row.document.document_id for row in rows]
        return True

    async def redelivery(self, redelivery_id: RedeliveryId) -> Redelivery | None:
        found = self._tables.redeliveries.get(redelivery_id)
        seen = found is not None and self._is("office", found.office_id) and self._of_mode(found.mode)
        return found if seen else None
