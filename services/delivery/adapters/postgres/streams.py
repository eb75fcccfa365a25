"""What softwares are told, in Postgres."""

from collections.abc import Sequence
from datetime import datetime

from services.delivery.adapters.postgres.told import PostgresTold, Told
from services.delivery.domain.notices import Notice
from services.delivery.ports import StreamPage
from shared.contracts.access import Mode
from shared.values import SoftwareSlug

_TOLD = Told("streams", "stream_events", "software")


class PostgresStreams(PostgresTold):
    """Bound to one transaction of the worker or of the API role."""

    async def append_notices(self, notices: Sequence[Notice]) -> list[int]:
        if not notices:
            return []
        positions = await self._count_up(_TOLD.counters, _TOLD.receiver, [notice.event.software for notice in notices])
        await self._connection.execute(
            """insert into stream_events (software, position, id, type, time, text, mode)
               select * from unnest($1::text[], $2::bigint[], $3::uuid[], $4::text[], $5::timestamptz[],
                                    $6::text[], $7::text[])""",
            [notice.event.software for notice in notices],
            positions,
            [notice.event.id for notice in notices],
            [notice.event.type for notice in notices],
            [notice.event.time for notice in notices],
            [notice.text for notice in notices],
            [notice.mode for notice in notices],
        )
        return positions

    async def forget_notices(self, before: datetime) -> None:
        rows = await self._connection.fetch(
            """with gone as (delete from stream_events where time < $1 returning software)
               select distinct software from gone""",
            before,
        )
        await self._note_forgotten(_TOLD, [row["software"] for row in rows])

    async def read_stream(
        self, software: SoftwareSlug, mode: Mode, after: int, types: Sequence[str], limit: int
    ) -> StreamPage:
        return await self._read_page(_TOLD, software, after, types, limit, where="mode = $6", of=(mode,))

    async def forgotten_to(self, software: SoftwareSlug) -> int:
        return await self._forgotten_to(_TOLD, software)
