"""What the API role asks of Postgres; row-level security leaves only the caller's rows."""

from collections.abc import Sequence
from datetime import datetime

from services.delivery.adapters.rows import document_of, timeline_text
from services.delivery.adapters.webhook_reading import PostgresWebhookReading
from services.delivery.domain.documents import Document
from services.delivery.ports import StoredNotice, StreamPage
from shared.contracts.access import Mode
from shared.contracts.documents import Claim
from shared.values import DocumentId, OfficeId, SoftwareSlug, StatementId


class PostgresReading(PostgresWebhookReading):
    """Bound to one transaction."""

    async def read_stream(
        self, software: SoftwareSlug, mode: Mode, after: int, types: Sequence[str], limit: int
    ) -> StreamPage:
        head = await self._connection.fetchval("select last_position from streams where software = $1", software)
        if head is None or head <= after:
            return StreamPage((), after, False)
        # Up to the head read before: whatever commits between the two statements comes with the next page.
        rows = await self._connection.fetch(
            """select position, text from stream_events
               where software = $1 and position > $2 and position <= $3 and mode = $6
                     and (cardinality($4::text[]) = 0 or type = any($4::text[]))
               order by position limit $5""",
            software,
            after,
            head,
            list(types),
            limit + 1,
            mode,
        )
        notices = tuple(StoredNotice(row["position"], row["text"]) for row in rows[:limit])
        more = len(rows) > limit
        return StreamPage(notices, notices[-1].position if more else head, more)

    async def forgotten_to(self, software: SoftwareSlug) -> int:
        position: int | None = await self._connection.fetchval(
            "select forgotten_to from streams where software = $1", software
        )
        return position or 0

    async def read_feed(self, office: OfficeId, after: int, limit: int) -> list[tuple[int, datetime, Document]]:
        rows = await self._connection.fetch(
            """select e.position as feed_position, e.added_at, d.* from feed_entries e
               join documents d using (document_id)
               where e.office_id = $1 and e.position > $2 order by e.position limit $3""",
            office,
            after,
            limit,
        )
        return [(row["feed_position"], row["added_at"], document_of(row)) for row in rows]

    async def own_documents(self, software: SoftwareSlug, after: int, limit: int) -> list[Document]:
        rows = await self._connection.fetch(
            "select * from documents where software = $1 and position > $2 order by position limit $3",
            software,
            after,
            limit,
        )
        return [document_of(row) for row in rows]

    async def document(self, document_id: DocumentId) -> Document | None:
        row = await self._connection.fetchrow("select * from documents where document_id = $1", document_id)
        return document_of(row) if row is not None else None

    async def lock_document(self, document_id: DocumentId) -> Document | None:
        row = await self._connection.fetchrow("select * from documents where document_id = $1 for update", document_id)
        return document_of(row) if row is not None else None

    async def save_progress(self, document: Document) -> None:
        await self._connection.execute(
            """update documents set state = $2, reason = $3, version = $4, timeline = $5
               where document_id = $1""",
            document.document_id,
            document.state,
            document.reason,
            document.version,
            timeline_text(document),
        )

    async def statement_movements(self, statement_id: StatementId) -> Claim | None:
        claim = await self._connection.fetchval(
            "select body -> 'movements' from statements where statement_id = $1", statement_id
        )
        return Claim.model_validate_json(claim) if claim is not None else None

    async def chose_kafka(self, office: OfficeId) -> bool:
        return bool(
            await self._connection.fetchval(
                "select exists (select from channels where office_id = $1 and channel = 'kafka')", office
            )
        )

    async def choose_kafka(self, office: OfficeId, at: datetime) -> bool:
        status: str = await self._connection.execute(
            """insert into channels (office_id, channel, chosen_at) values ($1, 'kafka', $2)
               on conflict do nothing""",
            office,
            at,
        )
        return status.endswith(" 1")

    async def edge_is_open(self, principal: str) -> bool:
        return bool(
            await self._connection.fetchval(
                "select exists (select from edge_principals where principal = $1 and opened_at is not null)", principal
            )
        )
