"""What offices and softwares asked to have delivered again, in Postgres."""

from dataclasses import replace
from typing import Any

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.adapters.postgres.document_lists import Conditions
from services.delivery.adapters.postgres.routed_statements import statement_conditions
from services.delivery.domain.deliverables import Subject, subject
from services.delivery.domain.listing import DocumentFilter
from services.delivery.domain.redelivery import OnChannels, Preview, Redelivery
from services.delivery.domain.statement_lists import StatementFilter
from shared.values import Iban, OfficeId, RedeliveryId, SoftwareSlug

_OF_OFFICE = "from statement_entries e join statements s using (statement_id) where e.office_id = $1"
_OF_SOFTWARE = "from statement_readings r join statements s using (statement_id) where r.software = $1"
_ENTRIES = "from feed_entries e join documents d using (document_id) where e.office_id = $1"


class PostgresRedeliveries(PostgresCounters):
    """Bound to one transaction of the worker or of the API role."""

    async def lock_redelivery(self, redelivery_id: RedeliveryId) -> Redelivery | None:
        row = await self._connection.fetchrow(
            "select * from redeliveries where redelivery_id = $1 for update", redelivery_id
        )
        return _redelivery(row) if row is not None else None

    async def redelivery_documents(self, redelivery_id: RedeliveryId, skip: int, limit: int) -> list[Subject]:
        rows = await self._connection.fetch(
            """select subject from redelivery_documents
               where redelivery_id = $1 and place > $2 order by place limit $3""",
            redelivery_id,
            skip,
            limit,
        )
        return [subject(row["subject"]) for row in rows]

    async def save_redelivery(self, redelivery: Redelivery) -> None:
        await self._connection.execute(
            "update redeliveries set done = $2, queued_at = $3, failure = $4 where redelivery_id = $1",
            redelivery.redelivery_id,
            redelivery.done,
            redelivery.queued_at,
            redelivery.failure,
        )
        if redelivery.queued_at is not None:
            await self._connection.execute(
                "delete from redelivery_documents where redelivery_id = $1", redelivery.redelivery_id
            )

    async def preview_redelivery(self, office: OfficeId, wanted: DocumentFilter) -> Preview:
        conditions = Conditions(office)
        conditions.add_filter(wanted)
        row = await self._connection.fetchrow(
            f"""select count(*) as documents, count(distinct d.enterprise_number) as companies,
                       count(*) filter (where not d.timeline @> '[{{"state": "fetched"}}]') as never_fetched
                {_ENTRIES}{conditions.text}""",
            *conditions.values,
        )
        return (
            Preview(row["documents"], row["companies"], row["never_fetched"]) if row is not None else Preview(0, 0, 0)
        )

    async def preview_statements(
        self, owner: OfficeId | SoftwareSlug, wanted: StatementFilter
    ) -> tuple[Preview, frozenset[Iban]]:
        conditions, office = statement_conditions(owner, wanted), isinstance(owner, OfficeId)
        never = "count(*) filter (where e.fetched_at is null)" if office else "0"
        row = await self._connection.fetchrow(
            f"""select count(*) as statements, count(distinct s.enterprise_number) as companies,
                       {never} as never_fetched, coalesce(array_agg(distinct s.iban), '{{}}') as ibans
                {_OF_OFFICE if office else _OF_SOFTWARE}{conditions.text}""",
            *conditions.values,
        )
        if row is None:
            return Preview(0, 0, 0), frozenset()
        accounts = frozenset(map(Iban, row["ibans"]))
        return Preview(row["statements"], row["companies"], row["never_fetched"], len(accounts)), accounts

    async def open_redeliveries(self, owner: OfficeId | SoftwareSlug) -> int:
        column = "office_id" if isinstance(owner, OfficeId) else "software"
        count: int = await self._connection.fetchval(
            f"select count(*) from redeliveries where {column} = $1 and queued_at is null and failure = ''", owner
        )
        return count

    async def add_redelivery(self, redelivery: Redelivery, wanted: DocumentFilter | StatementFilter) -> bool:
        status: str = await self._connection.execute(
            """insert into redeliveries (redelivery_id, office_id, mode, asked_at, channels, total, companies,
                   never_fetched, done, queued_at, asked, software, model, accounts)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
               on conflict (redelivery_id) do nothing""",
            redelivery.redelivery_id,
            redelivery.office_id,
            redelivery.mode,
            redelivery.asked_at,
            list(redelivery.channels),
            redelivery.preview.documents,
            redelivery.preview.companies,
            redelivery.preview.never_fetched,
            redelivery.done,
            redelivery.queued_at,
            redelivery.asked,
            redelivery.software,
            redelivery.model,
            redelivery.preview.accounts,
        )
        if not status.endswith(" 1"):
            return False
        await self._add_subjects(redelivery, wanted)
        return True

    async def _add_subjects(self, redelivery: Redelivery, wanted: DocumentFilter | StatementFilter) -> None:
        owner = str(redelivery.office_id or redelivery.software)
        if isinstance(wanted, StatementFilter):
            conditions = statement_conditions(owner, wanted)
            entries = _OF_OFFICE if redelivery.office_id is not None else _OF_SOFTWARE
            order = "e.position" if redelivery.office_id is not None else "s.booked_at, s.statement_id"
            subjects = "s.statement_id"
        else:
            conditions, entries, order, subjects = Conditions(owner), _ENTRIES, "e.position", "d.document_id"
            conditions.add_filter(wanted)
        await self._connection.execute(
            f"""insert into redelivery_documents (redelivery_id, place, subject)
                select ${len(conditions.values) + 1}, row_number() over (order by {order}), {subjects}
                {entries}{conditions.text}""",
            *conditions.values,
            redelivery.redelivery_id,
        )

    async def redelivery(self, redelivery_id: RedeliveryId) -> Redelivery | None:
        row = await self._connection.fetchrow(
            """select r.*, h.waiting, h.failed, h.last_at
               from redeliveries r, lateral (
                   select count(*) filter (where state = 'waiting') as waiting,
                          count(*) filter (where state = 'failed') as failed, max(ended_at) as last_at
                   from handovers where occasion <> '' and occasion = r.redelivery_id) as h
               where r.redelivery_id = $1""",
            redelivery_id,
        )
        if row is None:
            return None
        return replace(_redelivery(row), on_channels=OnChannels(row["waiting"], row["failed"], row["last_at"]))

    async def start_redelivery_again(self, redelivery_id: RedeliveryId) -> bool:
        status: str = await self._connection.execute(
            "update redeliveries set failure = '' where redelivery_id = $1 and failure <> ''", redelivery_id
        )
        return status.endswith(" 1")


def _redelivery(row: Any) -> Redelivery:
    return Redelivery(
        redelivery_id=RedeliveryId(row["redelivery_id"]),
        office_id=OfficeId(row["office_id"]) if row["office_id"] is not None else None,
        software=SoftwareSlug(row["software"]) if row["software"] is not None else None,
        model=row["model"],
        asked=row["asked"],
        mode=row["mode"],
        asked_at=row["asked_at"],
        channels=tuple(row["channels"]),
        preview=Preview(row["total"], row["companies"], row["never_fetched"], row["accounts"]),
        done=row["done"],
        queued_at=row["queued_at"],
        failure=row["failure"],
    )
