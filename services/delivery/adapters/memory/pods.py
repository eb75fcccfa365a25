"""What goes into pods and is fetched from them, in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from services.delivery.adapters.memory.pod_tables import PodTables, Row
from services.delivery.adapters.memory.tables import MemoryCaller
from services.delivery.domain.deliverables import Model
from services.delivery.domain.notices import may_read_statements
from services.delivery.domain.pods import Offer, OwnCompany, PodEntry, PodFeed, PodOffsets, PodSettings
from services.delivery.domain.statements import BookedStatement
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, StatementId


class MemoryPods(MemoryCaller):
    """See the ports for what each does."""

    async def offer(self, offers: Sequence[Offer]) -> None:
        for offer in offers:
            rows = self._rows(self._feed_of(offer.owner, offer.enterprise_number))
            if all(row.again or row.offer.subject != offer.subject for row in rows):
                rows.append(Row(len(rows) + 1, False, offer))

    async def offer_once_more(self, offers: Sequence[Offer]) -> None:
        for offer in offers:
            feed_id = self._feed_of(offer.owner, offer.enterprise_number)
            rows, done = self._rows(feed_id), self._offsets(feed_id).again_read_to
            waiting = (row.offer.subject for row in rows if row.again and row.position > done)
            if offer.subject not in waiting:
                rows.append(Row(len(rows) + 1, True, offer))

    async def statement_connections(
        self, numbers: Collection[EnterpriseNumber]
    ) -> dict[EnterpriseNumber, list[ConnectionId]]:
        found: dict[EnterpriseNumber, list[ConnectionId]] = {}
        for connection_id, (body, _) in sorted(self._tables.connections.items()):
            if body.enterprise_number in numbers and body.state == "active" and may_read_statements(body.scopes):
                found.setdefault(body.enterprise_number, []).append(connection_id)
        return found

    async def keep_for_an_office(self, statements: Sequence[BookedStatement]) -> None:
        self._pods.kept |= {each.statement_id: each.body.enterprise_number for each in statements}

    async def kept_for_an_office(self, numbers: Collection[EnterpriseNumber]) -> list[BookedStatement]:
        return await self.booked_statements([each for each, number in self._pods.kept.items() if number in numbers])

    async def found_an_office(self, statements: Collection[StatementId]) -> None:
        for each in statements:
            self._pods.kept.pop(each, None)

    async def booked_statements(self, ids: Collection[StatementId]) -> list[BookedStatement]:
        found = [self._tables.statements[each] for each in ids if each in self._tables.statements]
        return sorted(found, key=lambda each: (each.booked_at, each.statement_id))

    async def pod_id(self, owner: str) -> int:
        return self._pods.pods.setdefault((owner, self._mode), len(self._pods.pods) + 1)

    async def pod_feeds(
        self, owner: str, numbers: Collection[EnterpriseNumber], models: Sequence[Model]
    ) -> list[PodFeed]:
        for number in sorted(numbers):
            self._feed_of(owner, number)
        found = []
        for feed in self._own_feeds():
            waiting = [each for again in (False, True) for each in await self.pod_page(feed.feed_id, again, models, 1)]
            if feed.enterprise_number in numbers or waiting:
                found.append(feed)
        return found

    async def pod_feed(self, feed_id: int) -> PodFeed | None:
        return next((feed for feed in self._own_feeds() if feed.feed_id == feed_id), None)

    async def pod_page(self, feed_id: int, again: bool, models: Sequence[Model], limit: int) -> list[PodEntry]:
        done = self._offsets(feed_id).of(again)
        return [entry for entry in self._entries(feed_id, again, models) if entry.position > done][:limit]

    async def pod_entry(self, feed_index: str) -> PodEntry | None:
        entries = (entry for feed in self._own_feeds() for entry in self._entries(feed.feed_id, None, None))
        return next((entry for entry in entries if str(entry.feed_index) == feed_index), None)

    async def pod_entries(
        self, feed_id: int, again: bool, models: Sequence[Model], after: int, until: int
    ) -> list[PodEntry]:
        return [entry for entry in self._entries(feed_id, again, models) if after < entry.position <= until]

    async def lock_offsets(self, feed_id: int) -> PodOffsets:
        return self._offsets(feed_id)

    async def move_offset(self, feed_id: int, again: bool, position: int) -> None:
        known = self._offsets(feed_id)
        moved: Any = {"again_read_to" if again else "read_to": max(position, known.of(again))}
        self._pods.offsets[feed_id] = replace(known, **moved)

    async def note_delivered(self, feed_id: int, documents: Collection[DocumentId], at: datetime) -> set[DocumentId]:
        noted: set[DocumentId] = set()
        rows = self._rows(feed_id)
        for place, row in enumerate(rows):
            if row.offer.subject in documents and not row.again and row.delivered_at is None:
                rows[place] = replace(row, delivered_at=at)
                noted.add(DocumentId(row.offer.subject))
        return noted

    async def pod_settings(self, principal: str) -> PodSettings:
        return self._pods.settings.get((principal, self._mode), PodSettings())

    async def save_pod_settings(self, principal: str, settings: PodSettings) -> None:
        self._pods.settings[principal, self._mode] = settings

    async def companies_of(self, office: OfficeId) -> list[EnterpriseNumber]:
        seen = self._is("office", office) and self._of_mode("live")
        own = {
            number
            for number, (client, _) in self._tables.clients.items()
            if seen and any(period.office_id == office for period in client.offices)
        }
        return sorted(own)

    async def company_of_connection(self, connection: ConnectionId, day: date) -> OwnCompany | None:
        body, _ = self._tables.connections.get(connection, (None, 0))
        known = self._tables.clients.get(body.enterprise_number) if body is not None else None
        if known is None or self._principal != f"connection:{connection}" or not self._of_mode("live"):
            return None
        client, _ = known
        serving = (each.since <= day and (each.until is None or day < each.until) for each in client.offices)
        return OwnCompany(client.enterprise_number, client.name, client.language, any(serving))

    @property
    def _pods(self) -> PodTables:
        return self._tables.pods

    def _feed_of(self, owner: str, number: EnterpriseNumber) -> int:
        return self._pods.feeds.setdefault((owner, self._mode, number), len(self._pods.feeds) + 1)

    def _own_feeds(self) -> list[PodFeed]:
        own = [
            PodFeed(feed_id, number)
            for (owner, mode, number), feed_id in self._pods.feeds.items()
            if self._principal is None or (owner, mode) == (self._principal, self._mode)
        ]
        return sorted(own, key=lambda feed: feed.feed_id)

    def _rows(self, feed_id: int) -> list[Row]:
        return self._pods.entries.setdefault(feed_id, [])

    def _offsets(self, feed_id: int) -> PodOffsets:
        return self._pods.offsets.get(feed_id, PodOffsets())

    def _entries(self, feed_id: int, again: bool | None, models: Sequence[Model] | None) -> list[PodEntry]:
        if feed_id not in {feed.feed_id for feed in self._own_feeds()}:
            return []
        found = []
        for row in self._rows(feed_id):
            if again in (None, row.again) and (models is None or row.offer.model in models):
                entry = self._entry(feed_id, row)
                found += [entry] if entry is not None else []
        return found

    def _entry(self, feed_id: int, row: Row) -> PodEntry | None:
        if row.offer.model == "sales_invoice":
            document = self._tables.documents.get(DocumentId(row.offer.subject))
            seen = document is not None and self._sees(document)
            return PodEntry(feed_id, row.position, row.again, document=document) if seen else None
        statement = self._tables.statements.get(StatementId(row.offer.subject))
        return PodEntry(feed_id, row.position, row.again, statement=statement.body) if statement else None
