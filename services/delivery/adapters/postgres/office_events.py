"""What offices are told beside their documents, in Postgres."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from services.delivery.adapters.postgres.told import PostgresTold, Told
from services.delivery.domain.office_notices import OfficeNotice, stored_notice
from services.delivery.ports import StreamPage
from shared.values import EnterpriseNumber, EventId, OfficeId, StatementId

_TOLD = Told("office_streams", "office_events", "office_id")


class PostgresOfficeEvents(PostgresTold):
    """Bound to one transaction of the worker or of the API role."""

    async def append_office_events(self, notices: Sequence[OfficeNotice]) -> None:
        if not notices:
            return
        positions = await self._count_up(_TOLD.counters, _TOLD.receiver, [notice.office_id for notice in notices])
        await self._connection.execute(
            """insert into office_events (office_id, position, event_id, type, time, enterprise_number, text)
               select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::text[],
                                    $7::text[])""",
            [notice.office_id for notice in notices],
            positions,
            [notice.event_id for notice in notices],
            [notice.event.type for notice in notices],
            [notice.event.time for notice in notices],
            [notice.enterprise_number for notice in notices],
            [notice.text for notice in notices],
        )

    async def office_notices(self, office: OfficeId, ids: Collection[EventId]) -> dict[EventId, OfficeNotice]:
        rows = await self._connection.fetch(
            "select enterprise_number, text from office_events where office_id = $1 and event_id = any($2::text[])",
            office,
            list(ids),
        )
        found = [stored_notice(row["text"], _number(row["enterprise_number"])) for row in rows]
        return {notice.event_id: notice for notice in found}

    async def told_offices(self, gaps: Collection[StatementId]) -> dict[StatementId, OfficeId]:
        rows = await self._connection.fetch(
            "select statement_id, office_id from gap_tellings where statement_id = any($1::text[])", list(gaps)
        )
        return {StatementId(row["statement_id"]): OfficeId(row["office_id"]) for row in rows}

    async def save_told_offices(self, told: Mapping[StatementId, OfficeId]) -> None:
        if told:
            await self._connection.execute(
                """insert into gap_tellings (statement_id, office_id) select * from unnest($1::text[], $2::text[])
                   on conflict (statement_id) do update set office_id = excluded.office_id""",
                *(list(column) for column in zip(*sorted(told.items()), strict=True)),
            )

    async def forget_office_events(self, before: datetime) -> None:
        rows = await self._connection.fetch(
            """with gone as (
                   delete from office_events e where time < $1 and not exists (
                       select from handovers h
                       where h.office_id = e.office_id and h.subject = e.event_id and h.state <> 'done')
                   returning office_id
               )
               select distinct office_id from gone""",
            before,
        )
        await self._note_forgotten(_TOLD, [row["office_id"] for row in rows])

    async def read_office_events(self, office: OfficeId, after: int, types: Sequence[str], limit: int) -> StreamPage:
        return await self._read_page(_TOLD, office, after, types, limit)

    async def office_forgotten_to(self, office: OfficeId) -> int:
        return await self._forgotten_to(_TOLD, office)


def _number(text: str | None) -> EnterpriseNumber | None:
    return EnterpriseNumber(text) if text is not None else None
