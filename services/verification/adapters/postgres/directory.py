"""Companies, offices and softwares."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import asyncpg
from pydantic import TypeAdapter

from services.verification.adapters.postgres.clients import PostgresClients
from services.verification.adapters.postgres.imports import PostgresImports
from services.verification.adapters.postgres.register import PostgresRegisterEntries
from services.verification.adapters.postgres.requests import PostgresRequests
from services.verification.domain.directory import Company, Office, Period, Software
from services.verification.domain.register import standing_with_register, with_register
from services.verification.domain.verdicts import Standing
from services.verification.ports import Bounce, CompanyEdit
from shared.contracts.access import Credential
from shared.contracts.directory import Mandate
from shared.values import EmailAddress, EnterpriseNumber, Iban, Language, OfficeId, SoftwareSlug

_STANDING = "select known.*, email_unconfirmed($1) as unconfirmed from standing($1, $2) as known"
_CREDENTIALS = TypeAdapter(tuple[Credential, ...])


class PostgresDirectory(PostgresRequests, PostgresClients, PostgresImports, PostgresRegisterEntries):
    """The directory store over one connection in a transaction; row-level security decides what exists."""

    async def lock_companies(self, numbers: Sequence[EnterpriseNumber]) -> None:
        # Sorted before they are locked, so that two batches never wait for each other in a circle; and after a share
        # of the directory, which an import has for itself.
        await self._connection.execute(
            """with shared as materialized
                   (select pg_advisory_xact_lock_shared(hashtextextended('verification/directory', 0)))
               select pg_advisory_xact_lock(hashtextextended('verification/company:' || number, 0))
               from shared, (select distinct number from unnest($1::text[]) as number
                             order by number offset 0) as sorted""",
            list(numbers),
        )

    async def companies(self, numbers: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, Company]:
        rows = await self._connection.fetch(
            """select company.*,
                      (select coalesce(json_agg(json_build_array(period.office_id, period.since, period.until,
                                                                 coalesce(office.client, false), period.client_code)
                                                order by period.since, period.office_id), '[]')
                       from office_periods as period left join offices as office using (office_id)
                       where period.enterprise_number = company.enterprise_number)::text as periods,
                      (select coalesce(json_agg(json_build_array(mandate.iban, mandate.since, mandate.until)
                                                order by mandate.iban), '[]')
                       from mandates as mandate
                       where mandate.enterprise_number = company.enterprise_number)::text as mandates
               from companies as company where company.enterprise_number = any($1::text[])""",
            list(numbers),
        )
        return {company.enterprise_number: company for company in map(_company, rows)}

    async def known_companies(self, numbers: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, Company]:
        return with_register(await self.companies(numbers), await self.register_entries(numbers))

    async def companies_served_by(self, office_id: OfficeId) -> list[EnterpriseNumber]:
        rows = await self._connection.fetch(
            "select distinct enterprise_number from office_periods where office_id = $1 order by 1", office_id
        )
        return [EnterpriseNumber(row[0]) for row in rows]

    async def put_company(self, company: Company) -> None:
        await self._connection.execute(
            """insert into companies as known
                   (enterprise_number, name, language, client_code, ceased, email, address_version)
               values ($1, $2, $3, $4, $5, $6, case when $6::text is null then 0 else 1 end)
               on conflict (enterprise_number) do update set
                   name = excluded.name, language = excluded.language, client_code = excluded.client_code,
                   ceased = excluded.ceased, email = excluded.email,
                   address_version = known.address_version
                       + (known.email is distinct from excluded.email)::integer,
                   bounced = known.bounced and known.email is not distinct from excluded.email""",
            company.enterprise_number,
            company.name,
            company.language,
            company.client_code,
            company.ceased,
            company.email,
        )
        await self.replace_periods(company.enterprise_number, company.periods)
        await self._replace_mandates(company.enterprise_number, company.mandates)

    async def edit_company(self, number: EnterpriseNumber, edit: CompanyEdit) -> bool:
        seen = await self._connection.fetchval(
            """with own as (select office_id, since, client_code from office_periods
                            where enterprise_number = $1 order by since desc, office_id desc limit 1),
                    coded as (update office_periods as period set client_code = $2 from own
                              where period.enterprise_number = $1 and period.office_id = own.office_id
                                and period.since = own.since and own.client_code is not null and $2::text is not null
                                and exists (select from companies where enterprise_number = $1))
               update companies as known set
                   name = coalesce($5, known.name),
                   language = coalesce($6, known.language),
                   client_code = case when exists (select from own where client_code is not null)
                                      then known.client_code else coalesce($2, known.client_code) end,
                   email = entered.email,
                   address_version = known.address_version + (known.email is distinct from entered.email)::integer,
                   bounced = known.bounced and known.email is not distinct from entered.email
               from (select case when $4 then null else coalesce($3, email) end as email
                     from companies where enterprise_number = $1) as entered
               where known.enterprise_number = $1 returning true""",
            number,
            edit.client_code,
            edit.email,
            edit.email_removed,
            edit.name,
            edit.language,
        )
        if seen and edit.mandates is not None:
            await self._replace_mandates(number, edit.mandates)
        return bool(seen)

    async def replace_periods(self, number: EnterpriseNumber, periods: Sequence[Period]) -> None:
        await self._connection.execute("delete from office_periods where enterprise_number = $1", number)
        await self._connection.execute(
            """insert into office_periods (enterprise_number, office_id, since, until, client_code)
               select $1, office_id, since, until, client_code
               from unnest($2::text[], $3::date[], $4::date[], $5::text[])
                    as given (office_id, since, until, client_code)""",
            number,
            [period.office_id for period in periods],
            [period.since for period in periods],
            [period.until for period in periods],
            [period.client_code for period in periods],
        )

    async def _replace_mandates(self, number: EnterpriseNumber, mandates: Sequence[Mandate]) -> None:
        await self._connection.execute("delete from mandates where enterprise_number = $1", number)
        await self._connection.execute(
            """insert into mandates (enterprise_number, iban, since, until)
               select $1, iban, since, until
               from unnest($2::text[], $3::date[], $4::date[]) as given (iban, since, until)""",
            number,
            [mandate.iban for mandate in mandates],
            [mandate.since for mandate in mandates],
            [mandate.until for mandate in mandates],
        )

    async def mark_bounced(self, bounces: Sequence[Bounce]) -> list[EnterpriseNumber]:
        rows = await self._connection.fetch(
            """update companies set bounced = true
               from unnest($1::text[], $2::integer[]) as bounce (number, address_version)
               where companies.enterprise_number = bounce.number and email is not null
                 and companies.address_version = bounce.address_version
               returning enterprise_number""",
            [bounce.enterprise_number for bounce in bounces],
            [bounce.address_version for bounce in bounces],
        )
        return sorted({EnterpriseNumber(row[0]) for row in rows})

    async def standing(self, number: EnterpriseNumber, day: date) -> Standing | None:
        row = await self._connection.fetchrow(_STANDING, number, day)
        ceased = await self._connection.fetchval("select kbo_ceased($1)", number)
        return standing_with_register(Standing(**dict(row)) if row is not None else None, ceased)

    async def offices(self, ids: Sequence[OfficeId]) -> dict[OfficeId, Office]:
        rows = await self._connection.fetch("select * from offices where office_id = any($1::text[])", list(ids))
        return {office.office_id: office for office in map(_office, rows)}

    async def put_office(self, office: Office) -> None:
        await self._connection.execute(
            """insert into offices (office_id, name, language, client, credentials)
               values ($1, $2, $3, $4, $5::jsonb)
               on conflict (office_id) do update set name = excluded.name, language = excluded.language,
                   client = excluded.client, credentials = excluded.credentials""",
            office.office_id,
            office.name,
            office.language,
            office.client,
            _CREDENTIALS.dump_json(office.credentials).decode(),
        )

    async def softwares(self, slugs: Sequence[SoftwareSlug] | None = None) -> dict[SoftwareSlug, Software]:
        rows = await self._connection.fetch(
            "select * from softwares where $1::text[] is null or slug = any($1::text[]) order by slug",
            None if slugs is None else list(slugs),
        )
        return {software.software: software for software in map(_software, rows)}

    async def lock_software(self, slug: SoftwareSlug) -> Software | None:
        row = await self._connection.fetchrow("select * from softwares where slug = $1 for update", slug)
        return _software(row) if row is not None else None

    async def put_software(self, software: Software) -> None:
        await self._connection.execute(
            """insert into softwares (slug, name, state, credentials, scopes, daily_companies)
               values ($1, $2, $3, $4::jsonb, $5::text[], $6)
               on conflict (slug) do update set name = excluded.name, state = excluded.state,
                   credentials = excluded.credentials, scopes = excluded.scopes,
                   daily_companies = excluded.daily_companies""",
            software.software,
            software.name,
            software.state,
            _CREDENTIALS.dump_json(software.credentials).decode(),
            list(software.scopes),
            software.daily_companies,
        )

    async def next_company_version(self, number: EnterpriseNumber) -> int:
        return await self._next("update companies set version = version + 1 where enterprise_number = $1", number)

    async def next_company_versions(self, numbers: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, int]:
        rows = await self._connection.fetch(
            """update companies set version = version + 1 where enterprise_number = any($1::text[])
               returning enterprise_number, version""",
            list(numbers),
        )
        return {EnterpriseNumber(row["enterprise_number"]): row["version"] for row in rows}

    async def next_office_version(self, office_id: OfficeId) -> int:
        return await self._next("update offices set version = version + 1 where office_id = $1", office_id)

    async def next_software_version(self, software: SoftwareSlug) -> int:
        return await self._next("update softwares set version = version + 1 where slug = $1", software)

    async def _next(self, update: str, key: str) -> int:
        return int(await self._connection.fetchval(f"{update} returning version", key))


def _company(row: asyncpg.Record) -> Company:
    return Company(
        enterprise_number=EnterpriseNumber(row["enterprise_number"]),
        name=row["name"],
        language=Language(row["language"]),
        client_code=row["client_code"],
        ceased=row["ceased"],
        email=EmailAddress(row["email"]) if row["email"] else None,
        address_version=row["address_version"],
        bounced=row["bounced"],
        unconfirmed=row["email"] is not None and row["unconfirmed_version"] == row["address_version"],
        periods=tuple(
            Period(OfficeId(office), date.fromisoformat(since), _day(until), client, code)
            for office, since, until, client, code in json.loads(row["periods"])
        ),
        mandates=tuple(
            Mandate(iban=Iban(iban), since=date.fromisoformat(since), until=_day(until))
            for iban, since, until in json.loads(row["mandates"])
        ),
        version=row["version"],
    )


def _office(row: asyncpg.Record) -> Office:
    return Office(
        office_id=OfficeId(row["office_id"]),
        name=row["name"],
        language=Language(row["language"]),
        client=row["client"],
        credentials=_credentials(row["credentials"]),
    )


def _software(row: asyncpg.Record) -> Software:
    return Software(
        software=SoftwareSlug(row["slug"]),
        name=row["name"],
        state=row["state"],
        credentials=_credentials(row["credentials"]),
        scopes=tuple(row["scopes"]),
        daily_companies=row["daily_companies"],
    )


def _credentials(text: Any) -> tuple[Credential, ...]:
    return _CREDENTIALS.validate_json(text)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
