"""What offices asked to have delivered again, in Postgres."""

from typing import Any

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.adapters.postgres.document_lists import Conditions
from services.delivery.domain.listing import DocumentFilter
from services.delivery.domain.redelivery import Preview, Redelivery
from shared.values import DocumentId, OfficeId, RedeliveryId

_ENTRIES = "from feed_entries e join documents d using (document_id) where e.office_id = $1"


class PostgresRedeliveries(PostgresCounters):
    """Bound to one transaction of the worker or of the API role."""

    async def lock_redelivery(self, redelivery_id: RedeliveryId) -> Redelivery | None:
        row = await self._connection.fetchrow(
            "select * from redeliveries where redelivery_id = $1 for update", redelivery_id
        )
        return _redelivery(row) if row is not None else None

    async def redelivery_documents(self, redelivery_id: RedeliveryId, skip: int, limit: int) -> list[DocumentId]:
        rows = await self._connection.fetch(
            """select document_id from redelivery_documents
               where redelivery_id = $1 and place > $2 order by place limit $3""",
            redelivery_id,
            skip,
            limit,
        )
        return [DocumentId(row["document_id"]) for row in rows]

    async def save_redelivery(self, redelivery: Redelivery) -> None:
        await self._connection.execute(
            "update redeliveries set done = $2, finished_at = $3 where redelivery_id = $1",
            redelivery.redelivery_id,
            redelivery.done,
            redelivery.finished_at,
        )
        if redelivery.finished_at is not None:
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

    async def open_redeliveries(self, office: OfficeId) -> int:
        count: int = await self._connection.fetchval(
            "select count(*) from redeliveries where office_id = $1 and finished_at is null", office
        )
        return count

    async def add_redelivery(self, redelivery: Redelivery, wanted: DocumentFilter) -> bool:
        status: str = await self._connection.execute(
            """insert into redeliveries (redelivery_id, office_id, mode, asked_at, channels, total, companies,
                   never_fetched, done, finished_at, asked)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (redelivery_id) do nothing""",
            redelivery.redelivery_id,
            redelivery.office_id,
            redelivery.mode,
            redelivery.asked_at,
            list(redelivery.channels),
            redelivery.preview.documents,
            redelivery.preview.companies,
            redelivery.preview.never_fetched,
            redelivery.done,
            redelivery.finished_at,
            redelivery.asked,
        )
        if not status.endswith(" 1"):
            return False
        conditions = Conditions(redelivery.office_id)
        conditions.add_filter(wanted)
        await self._connection.execute(
            f"""insert into redelivery_documents (redelivery_id, place, document_id)
                select ${len(conditions.values) + 1}, row_number() over (order by e.position), d.document_id
                {_ENTRIES}{conditions.text}""",
            *conditions.values,
            redelivery.redelivery_id,
        )
        return True

    async def redelivery(self, redelivery_id: RedeliveryId) -> Redelivery | None:
        row = await self._connection.fetchrow("select * from redeliveries where redelivery_id = $1", redelivery_id)
        return _redelivery(row) if row is not None else None


def _redelivery(row: Any) -> Redelivery:
    return Redelivery(
        redelivery_id=RedeliveryId(row["redelivery_id"]),
        office_id=OfficeId(row["office_id"]),
        asked=row["asked"],
        mode=row["mode"],
        asked_at=row["asked_at"],
        channels=tuple(row["channels"]),
        preview=Preview(row["total"], row["companies"], row["never_fetched"]),
        done=row["done"],
        finished_at=row["finished_at"],
    )
