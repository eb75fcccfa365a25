"""What offices and connections fetch from their pods, in Postgres; row-level security decides what exists."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from services.delivery.adapters.postgres.document_rows import document_of
from services.delivery.adapters.postgres.pods import PostgresPods
from services.delivery.domain.deliverables import Model
from services.delivery.domain.pods import OwnCompany, PodEntry, PodFeed, PodOffsets, PodSettings
from shared.contracts.statements import TransactionsBooked
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Language, OfficeId

_ENTRIES = """
select entry.feed_id, entry.position as entry_position, entry.again, statement.body as statement, document.*
from pod_entries as entry
left join documents as document on entry.model = 'sales_invoice' and document.document_id = entry.subject
left join statements as statement on entry.model = 'coda' and statement.statement_id = entry.subject
where (document.document_id is not null or statement.statement_id is not null)
"""


class PostgresPodReading(PostgresPods):
    """Bound to one transaction of the API role."""

    async def pod_id(self, owner: str) -> int:
        known = await self._pod_id(owner)
        if known is None:
            await self._connection.execute(
                "insert into pods (owner, mode) values ($1, public.app_mode()) on conflict do nothing", owner
            )
            known = await self._pod_id(owner)
        return int(known)

    async def _pod_id(self, owner: str) -> Any:
        return await self._connection.fetchval(
            "select pod_id from pods where owner = $1 and mode = public.app_mode()", owner
        )

    async def pod_feeds(
        self, owner: str, numbers: Collection[EnterpriseNumber], models: Sequence[Model]
    ) -> list[PodFeed]:
        await self._feeds({(owner, str(number)) for number in numbers})
        rows = await self._connection.fetch(
            """select feed_id, enterprise_number from pod_feeds as feed left join pod_offsets as done using (feed_id)
               where feed.owner = $1 and (enterprise_number = any($2::text[]) or exists (
                   select from pod_entries as entry
                   where entry.feed_id = feed.feed_id and not again and position > coalesce(done.read_to, 0)
                     and model = any($3::text[])) or exists (
                   select from pod_entries as entry
                   where entry.feed_id = feed.feed_id and again and position > coalesce(done.again_read_to, 0)
                     and model = any($3::text[])))
               order by feed_id""",
            owner,
            list(numbers),
            list(models),
        )
        return [_feed(row) for row in rows]

    async def pod_feed(self, feed_id: int) -> PodFeed | None:
        row = await self._connection.fetchrow(
            "select feed_id, enterprise_number from pod_feeds where feed_id = $1", feed_id
        )
        return _feed(row) if row is not None else None

    async def pod_page(self, feed_id: int, again: bool, models: Sequence[Model], limit: int) -> list[PodEntry]:
        rows = await self._connection.fetch(
            f"""{_ENTRIES} and entry.feed_id = $1 and entry.again = $2 and entry.model = any($3::text[])
                    and entry.position > coalesce((select case when $2 then again_read_to else read_to end
                                                   from pod_offsets where feed_id = $1), 0)
                order by entry.position limit $4""",
            feed_id,
            again,
            list(models),
            limit,
        )
        return [_entry(row) for row in rows]

    async def pod_entry(self, feed_index: str) -> PodEntry | None:
        row = await self._connection.fetchrow(f"{_ENTRIES} and entry.feed_index = $1", feed_index)
        return _entry(row) if row is not None else None

    async def pod_entries(
        self, feed_id: int, again: bool, models: Sequence[Model], after: int, until: int
    ) -> list[PodEntry]:
        rows = await self._connection.fetch(
            f"""{_ENTRIES} and entry.feed_id = $1 and entry.again = $2 and entry.model = any($3::text[])
                    and entry.position > $4 and entry.position <= $5 order by entry.position""",
            feed_id,
            again,
            list(models),
            after,
            until,
        )
        return [_entry(row) for row in rows]

    async def lock_offsets(self, feed_id: int) -> PodOffsets:
        await self._connection.execute(
            """insert into pod_offsets (feed_id, owner) select feed_id, owner from pod_feeds where feed_id = $1
               on conflict do nothing""",
            feed_id,
        )
        row = await self._connection.fetchrow(
            "select read_to, again_read_to from pod_offsets where feed_id = $1 for update", feed_id
        )
        return PodOffsets(row["read_to"], row["again_read_to"]) if row is not None else PodOffsets()

    async def move_offset(self, feed_id: int, again: bool, position: int) -> None:
        column = "again_read_to" if again else "read_to"
        await self._connection.execute(
            f"update pod_offsets set {column} = $2 where feed_id = $1 and {column} < $2", feed_id, position
        )

    async def note_delivered(self, feed_id: int, documents: Collection[DocumentId], at: datetime) -> set[DocumentId]:
        rows = await self._connection.fetch(
            """update pod_entries set delivered_at = $3
               where feed_id = $1 and subject = any($2::text[]) and not again and delivered_at is null
               returning subject""",
            feed_id,
            list(documents),
            at,
        )
        return {DocumentId(row["subject"]) for row in rows}

    async def pod_settings(self, principal: str) -> PodSettings:
        row = await self._connection.fetchrow(
            "select models, cod from pod_settings where principal = $1 and mode = public.app_mode()", principal
        )
        return PodSettings(tuple(row["models"]), row["cod"]) if row is not None else PodSettings()

    async def save_pod_settings(self, principal: str, settings: PodSettings) -> None:
        await self._connection.execute(
            """insert into pod_settings (principal, mode, models, cod) values ($1, public.app_mode(), $2, $3)
               on conflict (principal, mode) do update set models = excluded.models, cod = excluded.cod""",
            principal,
            list(settings.models),
            settings.cod,
        )

    async def companies_of(self, office: OfficeId) -> list[EnterpriseNumber]:
        rows = await self._connection.fetch(
            "select enterprise_number from clients where $1 = any(office_ids) order by 1", office
        )
        return [EnterpriseNumber(row["enterprise_number"]) for row in rows]

    async def company_of_connection(self, connection: ConnectionId, day: date) -> OwnCompany | None:
        row = await self._connection.fetchrow("select * from company_of_connection($1, $2)", connection, day)
        if row is None:
            return None
        number, language = EnterpriseNumber(row["enterprise_number"]), Language(row["language"])
        return OwnCompany(number, row["name"], language, row["has_office"])


def _feed(row: Any) -> PodFeed:
    return PodFeed(row["feed_id"], EnterpriseNumber(row["enterprise_number"]))


def _entry(row: Any) -> PodEntry:
    return PodEntry(
        row["feed_id"],
        row["entry_position"],
        row["again"],
        document_of(row) if row["document_id"] is not None else None,
        TransactionsBooked.model_validate_json(row["statement"]) if row["statement"] is not None else None,
    )
