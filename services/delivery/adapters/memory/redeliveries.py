"""What offices asked to have delivered again, in memory."""

from dataclasses import replace

from services.delivery.adapters.memory.document_lists import MemoryDocumentLists
from services.delivery.adapters.memory.routed_statements import MemoryRoutedStatements
from services.delivery.domain.deliverables import Subject
from services.delivery.domain.listing import DocumentFilter
from services.delivery.domain.redelivery import OnChannels, Preview, Redelivery
from services.delivery.domain.statement_lists import StatementFilter
from services.delivery.domain.statements import BookedStatement
from shared.values import Iban, OfficeId, RedeliveryId, SoftwareSlug


class MemoryRedeliveries(MemoryDocumentLists, MemoryRoutedStatements):
    """See the port for what each does."""

    async def lock_redelivery(self, redelivery_id: RedeliveryId) -> Redelivery | None:
        return await self.redelivery(redelivery_id)

    async def redelivery_documents(self, redelivery_id: RedeliveryId, skip: int, limit: int) -> list[Subject]:
        return self._tables.redelivery_documents.get(redelivery_id, [])[skip : skip + limit]

    async def save_redelivery(self, redelivery: Redelivery) -> None:
        self._tables.redeliveries[redelivery.redelivery_id] = redelivery
        if redelivery.queued_at is not None:
            self._tables.redelivery_documents.pop(redelivery.redelivery_id, None)

    async def preview_redelivery(self, office: OfficeId, wanted: DocumentFilter) -> Preview:
        found = [row.document for row in self._feed(office, wanted)]
        companies = {document.enterprise_number for document in found}
        return Preview(len(found), len(companies), sum(not document.was("fetched") for document in found))

    async def preview_statements(
        self, owner: OfficeId | SoftwareSlug, wanted: StatementFilter
    ) -> tuple[Preview, frozenset[Iban]]:
        rows = list(self._statement_feed(owner, wanted)) if isinstance(owner, OfficeId) else []
        found = self._statements_again(owner, wanted)
        accounts = frozenset(each.body.iban for each in found)
        companies = {each.body.enterprise_number for each in found}
        never = sum(row.fetched_at is None for row in rows)
        return Preview(len(found), len(companies), never, len(accounts)), accounts

    async def open_redeliveries(self, owner: OfficeId | SoftwareSlug) -> int:
        known = self._tables.redeliveries.values()
        own = [each for each in known if owner in (each.office_id, each.software)]
        return sum(each.queued_at is None and not each.failure for each in own)

    async def add_redelivery(self, redelivery: Redelivery, wanted: DocumentFilter | StatementFilter) -> bool:
        if redelivery.redelivery_id in self._tables.redeliveries:
            return False
        subjects: list[Subject] = []
        if isinstance(wanted, StatementFilter):
            owner = redelivery.office_id or redelivery.software
            subjects += [each.statement_id for each in self._statements_again(owner, wanted)] if owner else []
        elif redelivery.office_id is not None:
            rows = sorted(self._feed(redelivery.office_id, wanted), key=lambda row: row.position)
            subjects += [row.document.document_id for row in rows]
        self._tables.redeliveries[redelivery.redelivery_id] = redelivery
        self._tables.redelivery_documents[redelivery.redelivery_id] = subjects
        return True

    def _statements_again(self, owner: OfficeId | SoftwareSlug, wanted: StatementFilter) -> list[BookedStatement]:
        """In the order of the office's feed, or of their booking."""
        if isinstance(owner, OfficeId):
            rows = sorted(self._statement_feed(owner, wanted), key=lambda row: row.position)
            return [row.statement.booked for row in rows]
        own = [each for each in self._statements_of(owner) if wanted.holds(each)]
        return sorted(own, key=lambda each: (each.booked_at, each.statement_id))

    async def redelivery(self, redelivery_id: RedeliveryId) -> Redelivery | None:
        found = self._tables.redeliveries.get(redelivery_id)
        if found is None:
            return None
        own = self._is("office", found.office_id) if found.office_id else self._is("software", found.software)
        seen = own and self._of_mode(found.mode)
        return replace(found, on_channels=self._on_channels(redelivery_id)) if seen else None

    async def start_redelivery_again(self, redelivery_id: RedeliveryId) -> bool:
        found = await self.redelivery(redelivery_id)
        if found is None or not found.failure:
            return False
        self._tables.redeliveries[redelivery_id] = replace(found, failure="")
        return True

    def _on_channels(self, redelivery_id: RedeliveryId) -> OnChannels:
        entered = [
            handover
            for of_channel in self._tables.channels.handovers.values()
            for handover in of_channel.values()
            if handover.occasion == redelivery_id
        ]
        states = [handover.state for handover in entered]
        last_at = max((each.ended_at for each in entered if each.ended_at is not None), default=None)
        return OnChannels(states.count("waiting"), states.count("failed"), last_at)
