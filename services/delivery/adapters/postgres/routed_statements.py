"""Statements at the disposal of offices, and the lists of both sides, in Postgres."""

from collections.abc import Collection, Sequence
from typing import Any

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.adapters.postgres.document_lists import Conditions
from services.delivery.adapters.postgres.document_rows import acknowledgement_of
from services.delivery.domain.listing import Order, outcome_of
from services.delivery.domain.notices import may_read_statements
from services.delivery.domain.statement_lists import BookedPlace, StatementEntry, StatementFilter, StatementRow
from services.delivery.domain.statements import BookedStatement, RoutedStatement
from shared.contracts.statements import TransactionsBooked
from shared.values import ConnectionId, EnterpriseNumber, OfficeId, SoftwareSlug, StatementId

_ROWS = """select e.*, s.event_id, s.booked_at, s.body, s.readers
    from statement_entries e join statements s using (statement_id) where e.office_id = $1"""
_OWN = "select s.* from statement_readings r join statements s using (statement_id) where r.software = $1"


class PostgresRoutedStatements(PostgresCounters):
    """Bound to one transaction of the worker or of the API role."""

    async def append_statement_entries(self, entries: Sequence[StatementEntry]) -> list[StatementEntry]:
        if not entries:
            return []
        counters = await self._lock_counters("statement_feeds", "office_id", {entry.office_id for entry in entries})
        rows = await self._connection.fetch(
            # Locked in the order in which an office's call locks those that it acknowledges.
            """select entry.office_id, entry.statement_id from statement_entries as entry
               join unnest($1::text[], $2::text[]) as asked(office_id, statement_id) using (office_id, statement_id)
               order by entry.statement_id for update of entry""",
            [entry.office_id for entry in entries],
            [entry.statement.statement_id for entry in entries],
        )
        present = {(row["office_id"], row["statement_id"]) for row in rows}
        once = {(entry.office_id, entry.statement.statement_id): entry for entry in reversed(entries)}
        fresh = [entry for key, entry in reversed(once.items()) if entry.redelivery or key not in present]
        positions = await self._count_up("statement_feeds", "office_id", [each.office_id for each in fresh], counters)
        await self._connection.execute(
            """insert into statement_entries (office_id, position, statement_id, client_code, added_at, redelivery)
               select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::text[])
               on conflict (office_id, statement_id) do update
               set position = excluded.position, added_at = excluded.added_at, redelivery = excluded.redelivery,
                   outcome = '', outcome_reason = '', outcome_at = null""",
            [entry.office_id for entry in fresh],
            positions,
            [entry.statement.statement_id for entry in fresh],
            [entry.statement.client_code for entry in fresh],
            [entry.added_at for entry in fresh],
            [entry.redelivery for entry in fresh],
        )
        return fresh

    async def routed_statements(
        self, office: OfficeId, ids: Collection[StatementId]
    ) -> dict[StatementId, RoutedStatement]:
        rows = await self._connection.fetch(f"{_ROWS} and e.statement_id = any($2::text[])", office, list(ids))
        return {StatementId(row["statement_id"]): _routed(row) for row in rows}

    async def connections_of_software(
        self, software: SoftwareSlug, numbers: Collection[EnterpriseNumber]
    ) -> dict[EnterpriseNumber, list[ConnectionId]]:
        rows = await self._connection.fetch(
            """select enterprise_number, connection_id, scopes from connections
               where state = 'active' and software = $1 and enterprise_number = any($2::text[])
               order by connection_id""",
            software,
            list(numbers),
        )
        found: dict[EnterpriseNumber, list[ConnectionId]] = {}
        for row in rows:
            if may_read_statements(tuple(row["scopes"])):
                number = EnterpriseNumber(row["enterprise_number"])
                found.setdefault(number, []).append(ConnectionId(row["connection_id"]))
        return found

    async def office_statements(
        self, office: OfficeId, behind: int | None, limit: int, wanted: StatementFilter, order: Order
    ) -> list[StatementRow]:
        conditions = statement_conditions(office, wanted)
        newest = order == "newest"
        if behind is not None:
            conditions.add(f"e.position {'<' if newest else '>'} {{}}", behind)
        by = f" order by e.position {'desc' if newest else 'asc'} limit ${len(conditions.values) + 1}"
        rows = await self._connection.fetch(f"{_ROWS}{conditions.text}{by}", *conditions.values, limit)
        return [_row(row) for row in rows]

    async def software_statements(
        self, software: SoftwareSlug, behind: BookedPlace | None, limit: int, wanted: StatementFilter, order: Order
    ) -> list[BookedStatement]:
        conditions = statement_conditions(software, wanted)
        newest = order == "newest"
        if behind is not None:
            condition = f"(r.booked_at, r.statement_id) {'<' if newest else '>'} ({{}}, {{}})"
            conditions.add(condition, behind.booked_at, behind.statement_id)
        direction = "desc" if newest else "asc"
        by = f" order by r.booked_at {direction}, r.statement_id {direction} limit ${len(conditions.values) + 1}"
        rows = await self._connection.fetch(f"{_OWN}{conditions.text}{by}", *conditions.values, limit)
        return [_booked(row) for row in rows]

    async def software_statement(self, software: SoftwareSlug, statement_id: StatementId) -> BookedStatement | None:
        row = await self._connection.fetchrow(f"{_OWN} and s.statement_id = $2", software, statement_id)
        return _booked(row) if row is not None else None

    async def office_statement(self, office: OfficeId, statement_id: StatementId) -> StatementRow | None:
        row = await self._connection.fetchrow(f"{_ROWS} and e.statement_id = $2", office, statement_id)
        return _row(row) if row is not None else None

    async def lock_statement_entries(
        self, office: OfficeId, ids: Collection[StatementId]
    ) -> dict[StatementId, StatementRow]:
        rows = await self._connection.fetch(
            f"{_ROWS} and e.statement_id = any($2::text[]) order by e.statement_id for update of e", office, list(ids)
        )
        return {StatementId(row["statement_id"]): _row(row) for row in rows}

    async def save_statement_marks(self, rows: Collection[StatementRow]) -> None:
        await self._connection.execute(
            """update statement_entries set outcome = told.outcome, outcome_reason = told.reason,
                      outcome_at = told.at, fetched_at = told.fetched_at
               from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
                    as told (office_id, statement_id, outcome, reason, at, fetched_at)
               where statement_entries.office_id = told.office_id
                     and statement_entries.statement_id = told.statement_id""",
            [row.statement.office_id for row in rows],
            [row.statement.statement_id for row in rows],
            [row.acknowledgement.outcome for row in rows],
            [row.acknowledgement.reason for row in rows],
            [row.acknowledgement.at for row in rows],
            [row.fetched_at for row in rows],
        )


def statement_conditions(owner: str, wanted: StatementFilter) -> Conditions:
    """What `StatementFilter.holds` asks for, of rows `e` of an office's feed and `s` of statements."""
    conditions = Conditions(owner)
    for column, among in (
        ("s.iban", wanted.accounts),
        ("s.enterprise_number", wanted.companies),
        ("e.client_code", wanted.client_codes),
        ("s.statement_id", wanted.statements),
    ):
        if among:
            conditions.add(f"{column} = any({{}}::text[])", [str.__str__(each) for each in among])
    for condition, day in (("s.dated >= {}", wanted.dated_from), ("s.dated <= {}", wanted.dated_to)):
        if day is not None:
            conditions.add(condition, day.isoformat())
    if wanted.acknowledged is not None:
        conditions.add("e.outcome = {}", outcome_of(wanted.acknowledged))
    return conditions


def _booked(row: Any) -> BookedStatement:
    readers = tuple(SoftwareSlug(each) for each in row["readers"])
    return BookedStatement(
        row["event_id"], row["booked_at"], TransactionsBooked.model_validate_json(row["body"]), readers
    )


def _routed(row: Any) -> RoutedStatement:
    return RoutedStatement(OfficeId(row["office_id"]), row["client_code"], _booked(row))


def _row(row: Any) -> StatementRow:
    return StatementRow(
        row["position"],
        row["added_at"],
        _routed(row),
        row["redelivery"],
        acknowledgement_of(row),
        row["fetched_at"],
    )
