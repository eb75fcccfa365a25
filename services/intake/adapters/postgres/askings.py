"""How much the softwares ask, in Postgres, so that it holds over all replicas."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.intake.adapters.askings import CountedAskings
from services.intake.domain.probing import Asker, Asking
from shared.values import EnterpriseNumber, SoftwareSlug

_COLUMNS = "askers.software, askers.day, askers.companies, askers.newest_at, askers.throttled_since"


class PostgresAskings(CountedAskings):
    """Over one connection inside a transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def _asked_on(self, day: date, askings: Sequence[Asking]) -> set[Asking]:
        rows = await self._connection.fetch(
            """select software, enterprise_number from asked_companies
               join unnest($2::text[], $3::text[]) as given (software, enterprise_number)
                   using (software, enterprise_number)
               where day = $1""",
            day,
            [one.software for one in askings],
            [one.enterprise_number for one in askings],
        )
        return {Asking(SoftwareSlug(row[0]), EnterpriseNumber(row[1])) for row in rows}

    async def _askers(self, softwares: Sequence[SoftwareSlug], day: date, *, lock: bool) -> dict[SoftwareSlug, Asker]:
        if lock:
            await self._connection.execute(
                """insert into askers (software, day) select name, $2 from unnest($1::text[]) as name order by name
                   on conflict (software) do nothing""",
                list(softwares),
                day,
            )
        rows = await self._connection.fetch(
            f"""select {_COLUMNS}, softwares.daily_companies as quota
                from askers left join softwares using (software)
                where askers.software = any($1::text[]) order by askers.software
                {"for update of askers" if lock else ""}""",
            list(softwares),
        )
        found = (Asker(**{**row, "software": SoftwareSlug(row["software"])}) for row in map(dict, rows))
        return {software: Asker(software, day) for software in softwares} | {one.software: one for one in found}

    async def _save_askers(self, askers: Sequence[Asker]) -> None:
        await self._connection.execute(
            """update askers set day = given.day, companies = given.companies, newest_at = given.newest_at,
                   throttled_since = given.throttled_since
               from unnest($1::text[], $2::date[], $3::integer[], $4::timestamptz[], $5::timestamptz[])
                   as given (software, day, companies, newest_at, throttled_since)
               where askers.software = given.software""",
            [one.software for one in askers],
            [one.day for one in askers],
            [one.companies for one in askers],
            [one.newest_at for one in askers],
            [one.throttled_since for one in askers],
        )

    async def _add_asked(self, day: date, askings: Sequence[Asking]) -> None:
        await self._connection.execute(
            """insert into asked_companies (software, day, enterprise_number)
               select software, $1, number from unnest($2::text[], $3::text[]) as given (software, number)
               on conflict do nothing""",
            day,
            [one.software for one in askings],
            [one.enterprise_number for one in askings],
        )

    async def _latest_unknown(self, softwares: Sequence[SoftwareSlug], sample: int) -> dict[SoftwareSlug, list[bool]]:
        rows = await self._connection.fetch(
            """select given.software, latest.unknown
               from unnest($1::text[]) as given (software),
                    lateral (select reason = 'company_unknown' as unknown from connections
                             where connections.software = given.software and answered_at is not null
                               and mode = 'live'
                             order by answered_at desc limit $2) as latest""",
            list(softwares),
            sample,
        )
        found: dict[SoftwareSlug, list[bool]] = {software: [] for software in softwares}
        for row in rows:
            found[SoftwareSlug(row["software"])].append(row["unknown"])
        return found

    async def forget_askings(self, before: date) -> int:
        status = await self._connection.execute("delete from asked_companies where day < $1", before)
        return int(status.rpartition(" ")[2])
