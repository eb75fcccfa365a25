"""Lists of documents by what is looked for, in Postgres."""

from typing import Any

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.adapters.postgres.document_rows import document_of, feed_row_of
from services.delivery.domain.documents import Document
from services.delivery.domain.feeds import FeedRow
from services.delivery.domain.listing import EVERYTHING, DocumentFilter, Order, Place, folded, outcome_of
from services.delivery.domain.series import Issued
from shared.values import DocumentId, EnterpriseNumber, OfficeId, SoftwareSlug

_FEED = """select e.position as feed_position, e.added_at, e.redelivery, e.outcome, e.outcome_reason, e.outcome_at, d.*
    from feed_entries e join documents d using (document_id) where e.office_id = $1"""
_OWN = "select d.* from documents d where d.software = $1"
_NAMED = """exists (select from clients c
    where c.enterprise_number = d.enterprise_number and strpos(c.search, {0}) > 0)"""
"""A company's name is found by its office alone: nobody else sees a row of it."""


class PostgresDocumentLists(PostgresCounters):
    """Bound to one transaction of the API role. Row-level security shows the caller's own rows of its mode alone; the
    owner is named besides, so that an index is used."""

    async def read_feed(
        self, office: OfficeId, after: int, limit: int, wanted: DocumentFilter = EVERYTHING
    ) -> list[FeedRow]:
        conditions = Conditions(office)
        conditions.add("e.position > {}", after)
        conditions.add_filter(wanted)
        rows = await self._fetch(f"{_FEED}{conditions.text} order by e.position", conditions, limit)
        return [feed_row_of(row) for row in rows]

    async def own_documents(
        self, software: SoftwareSlug, after: int, limit: int, wanted: DocumentFilter = EVERYTHING
    ) -> list[Document]:
        conditions = Conditions(software)
        conditions.add("d.position > {}", after)
        conditions.add_filter(wanted)
        rows = await self._fetch(f"{_OWN}{conditions.text} order by d.position", conditions, limit)
        return [document_of(row) for row in rows]

    async def list_feed(
        self, office: OfficeId, behind: Place | None, limit: int, wanted: DocumentFilter, order: Order
    ) -> list[FeedRow]:
        conditions = Conditions(office)
        conditions.add("d.office_id = {}", office)
        rows = await self._by_receipt(_FEED, conditions, behind, limit, wanted, order)
        return [feed_row_of(row) for row in rows]

    async def list_documents(
        self, software: SoftwareSlug, behind: Place | None, limit: int, wanted: DocumentFilter, order: Order
    ) -> list[Document]:
        rows = await self._by_receipt(_OWN, Conditions(software), behind, limit, wanted, order)
        return [document_of(row) for row in rows]

    async def issued_numbers(self, company: EnterpriseNumber, year: int | None, limit: int) -> list[Issued]:
        rows = await self._connection.fetch(
            """select document_id, family, number, issue_date, received_at, superseded_by from documents
               where enterprise_number = $1 and issue_date is not null
                     and ($2::int is null or issue_date between make_date($2, 1, 1) and make_date($2, 12, 31))
               order by issue_date desc, document_id limit $3""",
            company,
            year,
            limit,
        )
        return [
            Issued(
                DocumentId(row["document_id"]),
                row["family"],
                row["number"],
                row["issue_date"],
                row["received_at"],
                row["superseded_by"] is not None,
            )
            for row in rows
        ]

    async def _by_receipt(
        self,
        select: str,
        conditions: "Conditions",
        behind: Place | None,
        limit: int,
        wanted: DocumentFilter,
        order: Order,
    ) -> list[Any]:
        if behind is not None:
            further = "<" if order == "newest" else ">"
            conditions.add(f"(d.received_at, d.document_id) {further} ({{}}, {{}})", *_values(behind))
        conditions.add_filter(wanted)
        direction = "desc" if order == "newest" else "asc"
        by = f" order by d.received_at {direction}, d.document_id {direction}"
        return await self._fetch(f"{select}{conditions.text}{by}", conditions, limit)

    async def _fetch(self, query: str, conditions: "Conditions", limit: int) -> list[Any]:
        rows: list[Any] = await self._connection.fetch(
            f"{query} limit ${len(conditions.values) + 1}", *conditions.values, limit
        )
        return rows


class Conditions:
    """The conditions of a query and their values, which are never part of its text. `owner` is the first value."""

    def __init__(self, owner: str) -> None:
        self.values: list[Any] = [owner]
        self.text = ""

    def add(self, condition: str, *values: Any) -> None:
        """One more; each `{}` stands for one of the values, in order or by its number."""
        first = len(self.values) + 1
        self.values += values
        self.text += " and " + condition.format(*(f"${first + place}" for place in range(len(values))))

    def add_filter(self, wanted: DocumentFilter) -> None:
        """What `DocumentFilter.holds` asks for."""
        for column, among in (
            ("d.enterprise_number", wanted.companies),
            ("d.client_code", wanted.client_codes),
            ("d.document_id", wanted.documents),
            ("d.state", wanted.states),
        ):
            if among:
                self.add(f"{column} = any({{}}::text[])", list(among))
        for condition, value in (
            ("d.family = {}", wanted.family),
            ("d.number = {}", wanted.number),
            ("d.reference = {}", wanted.reference),
            ("strpos(split_part(d.search, E'\\n', 2), {}) > 0", folded(wanted.customer)),
        ):
            if value:
                self.add(condition, value)
        for condition, end in (
            ("d.issue_date >= {}", wanted.issued_from),
            ("d.issue_date < {}", wanted.issued_to),
            ("d.received_at >= {}", wanted.received_from),
            ("d.received_at < {}", wanted.received_to),
        ):
            if end is not None:
                self.add(condition, end)
        if wanted.amount is not None:
            self.add("{} in (d.tax_inclusive, d.payable)", wanted.amount)
        if wanted.acknowledged is not None:
            self.add("e.outcome = {}", outcome_of(wanted.acknowledged))
        for word in wanted.words:
            self.add(f"(strpos(d.search, {{0}}) > 0 or {_NAMED})", folded(word))


def _values(place: Place) -> tuple[Any, ...]:
    return place.received_at, place.document_id
