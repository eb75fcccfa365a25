"""Lists of clients: rows are laid aside by COPY, judged and entered in a handful of statements, however many.

The table they are laid aside in is the transaction's own and ends with it. An office's rows become visible to it by
the periods that are entered first; row-level security holds for every statement.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.verification.domain.client_lists import ClientRow, RowRefusal, refusal
from services.verification.ports import Imported
from shared.values import EnterpriseNumber, OfficeId

_COLUMNS = ("row", "enterprise_number", "name", "language", "email", "client_code", "ibans")

_STAGE = """create temporary table if not exists staged_clients
    (row integer, enterprise_number text, name text, language text, email text, client_code text, ibans text[],
     known boolean, taken boolean) on commit drop"""

_JUDGE = """update staged_clients as staged set known = claim.known, taken = claim.taken
    from client_claims($1, $2, (select array_agg(enterprise_number) from staged_clients)) as claim
    where claim.enterprise_number = staged.enterprise_number"""

_REFUSED = """create temporary table refused_rows on commit drop as
    with accounts as materialized (
        select row_number() over () as place, row, enterprise_number, iban
        from staged_clients, unnest(ibans) as iban
    ), fresh as materialized (
        select row_number() over () as place, accounts.row, accounts.enterprise_number, accounts.iban
        from accounts left join mandates as held
            on held.enterprise_number = accounts.enterprise_number and held.iban = accounts.iban
            and (held.until is null or held.until > $1)
        where held.iban is null
    )
    select row, 'row_doubled' as code, enterprise_number as found
    from (select row, enterprise_number, min(row) over (partition by enterprise_number) as first
          from staged_clients) as counted where row > first
    union all
    select row, 'company_served_by_another_office', enterprise_number from staged_clients where taken
    union all
    select row, 'name_missing', '' from staged_clients where not known and name is null
    union all
    select row, 'mandate_doubled', iban
    from (select row, enterprise_number, iban,
                 first_value(enterprise_number) over (partition by iban order by row) as first
          from accounts) as counted where enterprise_number <> first
    union all
    select row, 'mandate_of_another_company', iban
    from mandates_elsewhere((select array_agg(enterprise_number order by place) from fresh),
                            (select array_agg(iban order by place) from fresh),
                            (select array_agg($1::date order by place) from fresh),
                            (select array_agg(null::date order by place) from fresh)) as elsewhere
    join fresh using (place)"""

_ENTER = (
    """insert into companies (enterprise_number, name, language, client_code, email, address_version)
       select enterprise_number, name, coalesce(language, 'nl'), coalesce(client_code, ''), email,
              (email is not null)::integer
       from staged_clients where not known order by enterprise_number""",
    """with added as (
           insert into office_periods (enterprise_number, office_id, since, until, client_code)
           select staged.enterprise_number, $1, $2,
                  (select min(since) from office_periods as later
                   where later.enterprise_number = staged.enterprise_number and later.office_id = $1
                     and later.since > $2),
                  case when own.since is not null then own.client_code when staged.known then '' end
           from staged_clients as staged left join lateral (
               select since, client_code from office_periods as before
               where before.enterprise_number = staged.enterprise_number and before.office_id = $1
               order by since desc limit 1) as own on true
           where not exists (select from office_periods as held
                             where held.enterprise_number = staged.enterprise_number and held.office_id = $1
                               and held.since <= $2 and (held.until is null or held.until > $2))
           order by staged.enterprise_number
           returning enterprise_number)
       insert into changed_clients select enterprise_number from added""",
    """with changed as (
           update companies as known set
               name = coalesce(staged.name, known.name), language = coalesce(staged.language, known.language),
               client_code = coalesce(staged.company_code, known.client_code),
               email = coalesce(staged.email, known.email),
               address_version = known.address_version
                   + (coalesce(staged.email, known.email) is distinct from known.email)::integer,
               bounced = known.bounced and coalesce(staged.email, known.email) is not distinct from known.email
           from (select *, case when exists (select from office_periods as own
                                             where own.enterprise_number = given.enterprise_number
                                               and own.office_id = $1 and own.client_code is not null)
                                then null else given.client_code end as company_code
                 from staged_clients as given) as staged
           where staged.enterprise_number = known.enterprise_number and staged.known
             and (coalesce(staged.name, known.name), coalesce(staged.language, known.language),
                  coalesce(staged.company_code, known.client_code), coalesce(staged.email, known.email))
                 is distinct from (known.name, known.language, known.client_code, known.email)
           returning known.enterprise_number)
       insert into changed_clients select enterprise_number from changed""",
    """with coded as (
           update office_periods as own set client_code = staged.client_code
           from staged_clients as staged
           where staged.enterprise_number = own.enterprise_number and own.office_id = $1
             and own.client_code is not null and own.client_code <> staged.client_code
           returning own.enterprise_number)
       insert into changed_clients select enterprise_number from coded""",
    """with given as (
           insert into mandates as held (enterprise_number, iban, since)
           select staged.enterprise_number, iban, $2 from staged_clients as staged, unnest(staged.ibans) as iban
           order by staged.enterprise_number, iban
           on conflict (enterprise_number, iban) do update set since = excluded.since, until = null
               where held.until <= excluded.since
           returning enterprise_number)
       insert into changed_clients select enterprise_number from given""",
)
"""Companies before their periods, periods before what they make visible. $1 is the office, $2 the day."""


class PostgresImports:
    """The part of the directory store that takes lists of clients."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def stage_clients(self, rows: Sequence[ClientRow]) -> None:
        await self._connection.execute(_STAGE)
        records = [
            (row.row, row.enterprise_number, row.name, row.language, row.email, row.client_code, list(row.ibans))
            for row in rows
        ]
        await self._connection.copy_records_to_table("staged_clients", records=records, columns=_COLUMNS)

    async def staged_refusals(
        self, office_id: OfficeId, day: date, limit: int
    ) -> tuple[list[RowRefusal], set[int], int]:
        await self._connection.execute(_STAGE)
        await self._connection.execute("analyze staged_clients")
        await self._connection.execute(_JUDGE, office_id, day)
        # Statements that make a table take no arguments; a date is only digits and dashes.
        await self._connection.execute(_REFUSED.replace("$1", f"date '{day.isoformat()}'"))
        first = await self._connection.fetch("select * from refused_rows order by row, code, found limit $1", limit)
        rows = await self._connection.fetch("select row, count(*) as refusals from refused_rows group by row")
        refusals = [refusal(row["row"], row["code"], row["found"]) for row in first]
        return refusals, {row["row"] for row in rows}, sum(row["refusals"] for row in rows)

    async def import_staged(self, office_id: OfficeId, day: date, *, dry_run: bool) -> Imported:
        savepoint = self._connection.transaction()
        await savepoint.start()
        try:
            imported = await self._enter(office_id, day)
        except BaseException:
            await savepoint.rollback()
            raise
        await (savepoint.rollback() if dry_run else savepoint.commit())
        return imported

    async def _enter(self, office_id: OfficeId, day: date) -> Imported:
        make = "create temporary table changed_clients (enterprise_number text) on commit drop"
        await self._connection.execute(make)
        companies, periods, facts, codes, mandates = _ENTER
        await self._connection.execute(companies)
        await self._connection.execute(periods, office_id, day)
        await self._connection.execute(facts, office_id)
        await self._connection.execute(codes, office_id)
        await self._connection.execute(mandates.replace("$2", "$1"), day)
        rows = await self._connection.fetch("select distinct enterprise_number from changed_clients order by 1")
        counts = await self._connection.fetchrow(
            "select count(*) as listed, count(*) filter (where not known) as created from staged_clients"
        )
        changed = tuple(EnterpriseNumber(row[0]) for row in rows)
        return Imported(changed, counts["created"], counts["listed"] - len(changed))

    async def awaited(self, numbers: Sequence[EnterpriseNumber]) -> list[EnterpriseNumber]:
        rows = await self._connection.fetch("select * from awaited_companies($1::text[]) order by 1", list(numbers))
        return [EnterpriseNumber(row[0]) for row in rows]
