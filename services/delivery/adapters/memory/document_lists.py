"""Lists of documents by what is looked for, in memory."""

from collections.abc import Iterator
from dataclasses import replace

from services.delivery.adapters.memory.tables import MemoryCaller
from services.delivery.domain.documents import Document
from services.delivery.domain.feeds import FeedRow
from services.delivery.domain.listing import EVERYTHING, DocumentFilter, Order, Place, place_of
from services.delivery.domain.series import Issued
from shared.values import EnterpriseNumber, OfficeId, SoftwareSlug


class MemoryDocumentLists(MemoryCaller):
    """See the port for what each does."""

    async def read_feed(
        self, office: OfficeId, after: int, limit: int, wanted: DocumentFilter = EVERYTHING
    ) -> list[FeedRow]:
        rows = [row for row in self._feed(office, wanted) if row.position > after]
        return sorted(rows, key=lambda row: row.position)[:limit]

    async def own_documents(
        self, software: SoftwareSlug, after: int, limit: int, wanted: DocumentFilter = EVERYTHING
    ) -> list[Document]:
        own = [document for document in self._own(software, wanted) if document.position > after]
        return sorted(own, key=lambda document: document.position)[:limit]

    async def list_feed(
        self, office: OfficeId, behind: Place | None, limit: int, wanted: DocumentFilter, order: Order
    ) -> list[FeedRow]:
        rows = {row.document.document_id: row for row in self._feed(office, wanted)}
        listed = _by_receipt([row.document for row in rows.values()], behind, order)
        return [rows[document.document_id] for document in listed[:limit]]

    async def list_documents(
        self, software: SoftwareSlug, behind: Place | None, limit: int, wanted: DocumentFilter, order: Order
    ) -> list[Document]:
        return _by_receipt(list(self._own(software, wanted)), behind, order)[:limit]

    async def issued_numbers(self, company: EnterpriseNumber, year: int | None, limit: int) -> list[Issued]:
        found = [
            Issued(
                each.document_id,
                each.family,
                each.number,
                each.issue_date,
                each.received_at,
                each.superseded_by is not None,
            )
            for each in self._tables.documents.values()
            if each.enterprise_number == company and each.issue_date is not None and self._sees(each)
        ]
        of_year = [each for each in found if year in (None, each.issue_date.year)]
        return sorted(of_year, key=lambda each: (-each.issue_date.toordinal(), each.document_id))[:limit]

    def _feed(self, office: OfficeId, wanted: DocumentFilter) -> Iterator[FeedRow]:
        feed = self._tables.feeds.get(office, {}) if self._is("office", office) else {}
        for document_id, entry in feed.items():
            row = replace(entry, document=self._tables.documents[document_id])
            name = self._name_of(row.document.enterprise_number, office)
            if self._sees(row.document) and wanted.holds(row.document, row.acknowledgement.outcome, name):
                yield row

    def _name_of(self, number: EnterpriseNumber, office: OfficeId) -> str:
        """The company's name, as far as the office may know it."""
        client = self._tables.clients[number][0] if number in self._tables.clients else None
        served = client is not None and any(period.office_id == office for period in client.offices)
        return client.name if client is not None and served and self._of_mode("live") else ""

    def _own(self, software: SoftwareSlug, wanted: DocumentFilter) -> Iterator[Document]:
        for document in self._tables.documents.values():
            if document.software == software and self._sees(document) and wanted.holds(document):
                yield document


def _by_receipt(documents: list[Document], behind: Place | None, order: Order) -> list[Document]:
    def place(document: Document) -> tuple[object, ...]:
        return document.received_at, document.document_id

    newest = order == "newest"
    if behind is not None:
        border = (behind.received_at, behind.document_id)
        documents = [each for each in documents if (place(each) < border if newest else place(each) > border)]
    return sorted(documents, key=lambda each: (place_of(each).received_at, each.document_id), reverse=newest)
