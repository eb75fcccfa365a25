"""The code that an office gave to a company is that office's own: memory behaves like Postgres."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services.verification.domain.client_lists import ClientRow
from services.verification.domain.directory import Company, Office, Period, reassigned
from services.verification.ports import CompanyEdit, Imported
from shared.values import EnterpriseNumber, Language, OfficeId

AN = EnterpriseNumber("0010.080.080")
JANSSENS, DUPONT = OfficeId("janssens"), OfficeId("dupont")
MIGRATION = Path(__file__).resolve().parents[3] / "services/verification/migrations/0007_codes_of_offices.sql"
DAY, MOVED = date(2026, 11, 2), date(2026, 10, 1)

Directory = Callable[[str], AbstractAsyncContextManager[Any]]


@pytest.fixture
async def moved(directory: Directory) -> Directory:
    """A company that went from one office to another, in a directory of either kind."""
    async with directory("operator:operator") as store:
        for office in (JANSSENS, DUPONT):
            await store.put_office(Office(office, office.title(), Language.NL, client=True))
        first = Period(JANSSENS, date(2020, 1, 1), None, client=True)
        await store.put_company(Company(AN, "An", Language.NL, "J7", periods=(first,)))
        await store.replace_periods(AN, reassigned((first,), DUPONT, MOVED))
    return directory


async def codes(directory: Directory) -> tuple[str, list[str]]:
    """The code of the office that serves the company last, and those of all its periods."""
    async with directory("worker") as store:
        company = (await store.companies([AN]))[AN]
    return company.current_code, [company.code_of(period) for period in company.periods]


async def seen_by_the_new_office(directory: Directory) -> Company:
    async with directory("office:dupont") as store:
        companies: dict[EnterpriseNumber, Company] = await store.companies([AN])
    return companies[AN]


async def listed(directory: Directory, row: ClientRow) -> Imported:
    async with directory("office:dupont") as store:
        await store.stage_clients([row])
        await store.lock_directory()
        assert (await store.staged_refusals(DUPONT, DAY, 10))[2] == 0
        imported: Imported = await store.import_staged(DUPONT, DAY, dry_run=False)
    return imported


async def test_the_new_office_has_no_code_and_does_not_see_the_old_one(moved: Directory) -> None:
    assert await codes(moved) == ("", ["J7", ""])
    company = await seen_by_the_new_office(moved)
    assert company.current_code == "" and [period.office_id for period in company.periods] == [DUPONT]


async def test_what_an_office_enters_is_its_own_code(moved: Directory) -> None:
    async with moved("office:dupont") as store:
        assert await store.edit_company(AN, CompanyEdit(client_code="D1"))
        assert await store.edit_company(AN, CompanyEdit(name="Bakkerij An"))
    assert await codes(moved) == ("D1", ["J7", "D1"])


async def test_a_list_changes_the_code_of_its_office_alone(moved: Directory) -> None:
    assert await listed(moved, ClientRow(2, AN, client_code="D2")) == Imported((AN,), 0, 0)
    assert await codes(moved) == ("D2", ["J7", "D2"])
    assert await listed(moved, ClientRow(2, AN, client_code="D2")) == Imported((), 0, 1)
    assert await listed(moved, ClientRow(2, AN, "An & Co")) == Imported((AN,), 0, 0)
    assert await codes(moved) == ("D2", ["J7", "D2"])


async def test_an_office_that_takes_up_a_company_that_is_known_begins_without_a_code(moved: Directory) -> None:
    async with moved("office:dupont") as store:
        assert await store.end_client(AN, DUPONT, DAY)
    async with moved("office:janssens") as store:
        claim = await store.claim(AN, JANSSENS, DAY)
        await store.add_client(Company(AN, "An", Language.NL), claim, JANSSENS, DAY)
    assert await codes(moved) == ("J7", ["J7", "", "J7"]), "it knew the company before"


async def test_an_office_that_served_the_company_before_takes_up_its_own_code(moved: Directory) -> None:
    async with moved("operator:operator") as store:
        await store.edit_company(AN, CompanyEdit(client_code="D1"))
        periods = (await store.companies([AN]))[AN].periods
        await store.replace_periods(AN, reassigned(periods, JANSSENS, DAY))
        periods = (await store.companies([AN]))[AN].periods
        await store.replace_periods(AN, reassigned(periods, DUPONT, date(2027, 1, 1)))
    assert await codes(moved) == ("D1", ["J7", "D1", "J7", "D1"])


async def test_a_list_takes_up_a_company_that_another_office_had_without_its_code(moved: Directory) -> None:
    async with moved("operator:operator") as store:
        await store.put_company(Company(AN, "An", Language.NL, "J7", periods=(Period(JANSSENS, MOVED, DAY, True),)))
    assert await listed(moved, ClientRow(2, AN)) == Imported((AN,), 0, 0)
    assert await codes(moved) == ("", ["J7", ""])


async def test_what_was_entered_before_is_the_code_of_the_office_that_serves_last(database: Any) -> None:
    connection: asyncpg.Connection = await asyncpg.connect(database.owner_url)
    try:
        await connection.execute(
            """set search_path to verification;
               alter table office_periods drop column client_code;
               insert into offices (office_id, name, language, client)
               values ('a', 'A', 'nl', true), ('b', 'B', 'nl', true);
               insert into companies (enterprise_number, name, language, client_code)
               values ('0010080080', 'An', 'nl', 'B2');
               insert into office_periods (enterprise_number, office_id, since, until)
               values ('0010080080', 'a', '2020-01-01', '2021-01-01'), ('0010080080', 'b', '2021-01-01', null);
               set role relais_owner"""
        )
        await connection.execute(MIGRATION.read_text(encoding="utf-8"))
        await connection.execute("reset role")
        rows = await connection.fetch("select office_id, client_code from office_periods order by since")
        assert [tuple(row) for row in rows] == [("a", ""), ("b", None)]
        forced = "select relforcerowsecurity from pg_class where oid = 'office_periods'::regclass"
        assert await connection.fetchval(forced)
    finally:
        await connection.close()
