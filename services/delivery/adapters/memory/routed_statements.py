"""Statements at the disposal of offices, and the lists of both sides, in memory."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from services.delivery.adapters.memory.tables import MemoryCaller
from services.delivery.domain.listing import Order
from services.delivery.domain.notices import may_read_statements
from services.delivery.domain.statement_lists import BookedPlace, StatementEntry, StatementFilter, StatementRow
from services.delivery.domain.statements import BookedStatement, RoutedStatement
from shared.values import ConnectionId, EnterpriseNumber, OfficeId, SoftwareSlug, StatementId


class MemoryRoutedStatements(MemoryCaller):
    """See the port for what each does."""

    async def append_statement_entries(self, entries: Sequence[StatementEntry]) -> list[StatementEntry]:
        fresh: dict[tuple[OfficeId, StatementId], StatementEntry] = {}
        for entry in entries:
            feed = self._tables.statement_feeds.setdefault(entry.office_id, {})
            statement_id = entry.statement.statement_id
            if (entry.office_id, statement_id) in fresh or (statement_id in feed and not entry.redelivery):
                continue
            position = self._tables.statement_heads.get(entry.office_id, 0) + 1
            self._tables.statement_heads[entry.office_id] = position
            before = feed.get(statement_id)
            statement = before.statement if before is not None else entry.statement
            fetched_at = before.fetched_at if before is not None else None
            feed[statement_id] = StatementRow(
                position, entry.added_at, statement, entry.redelivery, fetched_at=fetched_at
            )
            fresh[entry.office_id, statement_id] = entry
        return list(fresh.values())

    async def routed_statements(
        self, office: OfficeId, ids: Collection[StatementId]
    ) -> dict[StatementId, RoutedStatement]:
        feed = self._tables.statement_feeds.get(office, {})
        return {each: self._now(feed[each]).statement for each in sorted(ids) if each in feed}

    async def connections_of_software(
        self, software: SoftwareSlug, numbers: Collection[EnterpriseNumber]
    ) -> dict[EnterpriseNumber, list[ConnectionId]]:
        found: dict[EnterpriseNumber, list[ConnectionId]] = {}
        for connection_id, (body, _) in sorted(self._tables.connections.items()):
            own = body.software == software and body.enterprise_number in numbers
            if own and body.state == "active" and may_read_statements(body.scopes):
                found.setdefault(body.enterprise_number, []).append(connection_id)
        return found

    async def office_statements(
        self, office: OfficeId, behind: int | None, limit: int, wanted: StatementFilter, order: Order
    ) -> list[StatementRow]:
        newest = order == "newest"
        rows = sorted(self._statement_feed(office, wanted), key=lambda row: row.position, reverse=newest)
        if behind is not None:
            rows = [row for row in rows if (row.position < behind if newest else row.position > behind)]
        return rows[:limit]

    async def software_statements(
        self, software: SoftwareSlug, behind: BookedPlace | None, limit: int, wanted: StatementFilter, order: Order
    ) -> list[BookedStatement]:
        newest = order == "newest"
        own = [each for each in self._statements_of(software) if wanted.holds(each)]
        if behind is not None:
            border = behind.booked_at, behind.statement_id
            own = [each for each in own if (_place(each) < border if newest else _place(each) > border)]
        return sorted(own, key=_place, reverse=newest)[:limit]

    async def software_statement(self, software: SoftwareSlug, statement_id: StatementId) -> BookedStatement | None:
        return next((each for each in self._statements_of(software) if each.statement_id == statement_id), None)

    async def office_statement(self, office: OfficeId, statement_id: StatementId) -> StatementRow | None:
        return (await self.lock_statement_entries(office, [statement_id])).get(statement_id)

    async def lock_statement_entries(
        self, office: OfficeId, ids: Collection[StatementId]
    ) -> dict[StatementId, StatementRow]:
        rows = {row.statement.statement_id: row for row in self._statement_feed(office, StatementFilter())}
        return {each: rows[each] for each in sorted(ids) if each in rows}

    async def save_statement_marks(self, rows: Collection[StatementRow]) -> None:
        for row in rows:
            feed = self._tables.statement_feeds[row.statement.office_id]
            known = feed[row.statement.statement_id]
            marks = {"acknowledgement": row.acknowledgement, "fetched_at": row.fetched_at}
            feed[row.statement.statement_id] = replace(known, **marks)  # type: ignore[arg-type]

    def _statement_feed(self, office: OfficeId, wanted: StatementFilter) -> Iterator[StatementRow]:
        seen = self._is("office", office) and self._of_mode("live")
        for row in self._tables.statement_feeds.get(office, {}).values() if seen else ():
            now = self._now(row)
            if wanted.holds(now.statement.booked, now.statement.client_code, now.acknowledgement.outcome):
                yield now

    def _statements_of(self, software: SoftwareSlug) -> Iterator[BookedStatement]:
        seen = self._is("software", software) and self._of_mode("live")
        for each in self._tables.statements.values() if seen else ():
            if software in each.readers:
                yield each

    def _now(self, row: StatementRow) -> StatementRow:
        """With the statement as it is now: who was told of it may have changed."""
        booked = self._tables.statements[row.statement.statement_id]
        return replace(row, statement=replace(row.statement, booked=booked))


def _place(statement: BookedStatement) -> tuple[object, ...]:
    return statement.booked_at, statement.statement_id
