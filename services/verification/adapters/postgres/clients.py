"""What offices keep of their clients, one by one. What they may not see is answered by functions of the schema."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from services.verification.domain.connected import ConnectedCompany
from services.verification.domain.directory import Company, next_code
from services.verification.ports import Claim
from shared.contracts.directory import Mandate
from shared.values import ConnectionId, EnterpriseNumber, Iban, Language, OfficeId


class PostgresClients:
    """The part of the directory store that keeps offices' clients."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def lock_directory(self) -> None:
        # One lock: the lock table has no room for one of each company of a long list.
        await self._connection.execute("select pg_advisory_xact_lock(hashtextextended('verification/directory', 0))")

    async def lock_accounts(self, ibans: Sequence[Iban]) -> None:
        await self._connection.execute(
            """select pg_advisory_xact_lock(hashtextextended('verification/account:' || iban, 0))
               from (select distinct iban from unnest($1::text[]) as iban order by iban offset 0) as sorted""",
            list(ibans),
        )

    async def claim(self, number: EnterpriseNumber, office_id: OfficeId, day: date) -> Claim:
        row = await self._connection.fetchrow(
            "select known, taken from client_claims($1, $2, $3::text[])", office_id, day, [number]
        )
        return Claim(known=row["known"], taken=row["taken"])

    async def add_client(self, company: Company, claim: Claim, office_id: OfficeId, day: date) -> None:
        number = company.enterprise_number
        if not claim.known:
            await self._connection.execute(
                "insert into companies (enterprise_number, name, language) values ($1, $2, $3)",
                number,
                company.name,
                company.language,
            )
        await self._connection.execute(
            """insert into office_periods (enterprise_number, office_id, since, until, client_code)
               select $1, $2, $3, (select min(since) from office_periods
                                   where enterprise_number = $1 and office_id = $2 and since > $3),
                      case when own.since is null then $4::text else own.client_code end
               from (select) as once left join lateral (
                   select since, client_code from office_periods
                   where enterprise_number = $1 and office_id = $2 order by since desc limit 1) as own on true
               where not exists (select from office_periods
                                 where enterprise_number = $1 and office_id = $2
                                   and since <= $3 and (until is null or until > $3))""",
            number,
            office_id,
            day,
            next_code((), office_id, known=claim.known),
        )

    async def end_client(self, number: EnterpriseNumber, office_id: OfficeId, until: date) -> bool:
        # What would begin on that day or later never was.
        begun = await self._connection.fetchval(
            """with never as (delete from office_periods
                              where enterprise_number = $1 and office_id = $2 and since >= $3 returning true),
                    ended as (update office_periods set until = $3
                              where enterprise_number = $1 and office_id = $2 and since < $3
                                and (until is null or until > $3) returning true)
               select exists (select from never) or exists (select from ended)""",
            number,
            office_id,
            until,
        )
        return bool(begun)

    async def accounts_elsewhere(self, number: EnterpriseNumber, mandates: Sequence[Mandate]) -> list[Iban]:
        rows = await self._connection.fetch(
            "select place from mandates_elsewhere($1::text[], $2::text[], $3::date[], $4::date[]) order by place",
            [number] * len(mandates),
            *_columns(mandates),
        )
        return [mandates[row["place"] - 1].iban for row in rows]

    async def account_holders(self, number: EnterpriseNumber, mandates: Sequence[Mandate]) -> list[EnterpriseNumber]:
        rows = await self._connection.fetch(
            f"select distinct other.enterprise_number from {_ELSEWHERE} order by 1", number, *_columns(mandates)
        )
        return [EnterpriseNumber(row[0]) for row in rows]

    async def take_accounts(self, number: EnterpriseNumber, mandates: Sequence[Mandate]) -> None:
        await self._connection.execute(
            f"""delete from mandates as held using {_ELSEWHERE} and other.since >= asked.since
                and held.enterprise_number = other.enterprise_number and held.iban = other.iban""",
            number,
            *_columns(mandates),
        )
        await self._connection.execute(
            f"""update mandates as held set until = asked.since from {_ELSEWHERE}
                and held.enterprise_number = other.enterprise_number and held.iban = other.iban""",
            number,
            *_columns(mandates),
        )

    async def company_of_connection(self, connection: ConnectionId) -> ConnectedCompany | None:
        row = await self._connection.fetchrow("select * from company_of_connection($1)", connection)
        if row is None:
            return None
        return ConnectedCompany(
            enterprise_number=EnterpriseNumber(row["enterprise_number"]),
            name=row["name"],
            language=Language(row["language"]),
            mandates=tuple(
                Mandate(iban=iban, since=since, until=until) for iban, since, until in json.loads(row["mandates"])
            ),
            activated_at=row["activated_at"],
        )

    async def client_numbers(
        self, office_id: OfficeId | None, after: str, limit: int, day: date
    ) -> list[EnterpriseNumber]:
        if office_id is None:
            query = "select enterprise_number from companies where enterprise_number > $1 order by 1 limit $2"
            rows = await self._connection.fetch(query, after, limit)
        else:
            rows = await self._connection.fetch(
                """select distinct enterprise_number from office_periods
                   where office_id = $3 and enterprise_number > $1 and since <= $4 and (until is null or until > $4)
                   order by 1 limit $2""",
                after,
                limit,
                office_id,
                day,
            )
        return [EnterpriseNumber(row[0]) for row in rows]


_ELSEWHERE = """unnest($2::text[], $3::date[], $4::date[]) as asked (iban, since, until)
                join mandates as other on other.iban = asked.iban
                where other.enterprise_number <> $1 and (other.until is null or other.until > asked.since)
                  and (asked.until is null or asked.until > other.since)"""


def _columns(mandates: Sequence[Mandate]) -> tuple[list[str], list[date], list[date | None]]:
    return [m.iban for m in mandates], [m.since for m in mandates], [m.until for m in mandates]
