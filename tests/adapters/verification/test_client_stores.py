"""Offices' clients and lists of them: memory behaves like Postgres."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import asyncpg
import pytest

from services.verification.domain.client_lists import ClientRow
from services.verification.domain.directory import Company, Office, Period
from services.verification.domain.requests import Request
from services.verification.ports import Bounce, Claim, CompanyEdit, Imported
from shared.contracts.directory import Mandate
from shared.values import (
    ConnectionId,
    EmailAddress,
    EnterpriseNumber,
    Iban,
    Language,
    OfficeId,
    SoftwareSlug,
)

FIRST, SECOND, THIRD = (EnterpriseNumber(text) for text in ("0010.080.080", "0010.080.179", "0010.080.278"))
JANSSENS, DUPONT = OfficeId("janssens"), OfficeId("dupont")
DAY = date(2026, 11, 2)
ACCOUNT, OTHER_ACCOUNT = Iban("BE68539007547034"), Iban("BE71096123456769")


def served(number, office=JANSSENS, since=date(2020, 1, 1), until=None, **changes):
    return replace(
        Company(number, f"Bakkerij {number}", Language.NL), periods=(Period(office, since, until, True),), **changes
    )


@pytest.fixture
async def offices(directory):
    async with directory("operator:operator") as store:
        for office in (JANSSENS, DUPONT):
            await store.put_office(Office(office, office.title(), Language.NL, client=True))
    return directory


async def put(directory, *companies):
    async with directory("operator:operator") as store:
        for company in companies:
            await store.put_company(company)


async def taken_in(directory, *rows, office=JANSSENS, principal=None, dry_run=False):
    async with directory(principal or f"office:{office}") as store:
        await store.stage_clients(rows[:1])
        await store.stage_clients(rows[1:])
        await store.lock_directory()
        refusals, refused, total = await store.staged_refusals(office, DAY, 1000)
        if refusals:
            assert total == len(refusals)
            assert refused == {each.row for each in refusals}
            return [(each.row, each.column, each.code, each.found) for each in refusals]
        return await store.import_staged(office, DAY, dry_run=dry_run)


async def found(directory, *numbers):
    async with directory("worker") as store:
        return await store.companies(numbers)


async def test_the_same_entry_again_leaves_a_bounced_address_bounced(offices):
    company = served(FIRST, email=EmailAddress("an@example.be"))
    await put(offices, company)
    async with offices("worker") as store:
        await store.mark_bounced([Bounce(FIRST, 1)])
        before = await store.companies([FIRST])
        await store.put_company(company)
        await store.edit_company(FIRST, CompanyEdit(email=company.email))
        assert await store.companies([FIRST]) == before
        assert before[FIRST].bounced
        await store.edit_company(FIRST, CompanyEdit(email=EmailAddress("bea@example.be"), name="An", language="fr"))
        after = (await store.companies([FIRST]))[FIRST]
    assert (after.bounced, after.address_version, after.name, after.language) == (False, 2, "An", "fr")


async def test_a_claim_tells_whether_another_office_serves_the_company_from_that_day(offices):
    await put(offices, served(FIRST), served(SECOND, until=date(2026, 11, 30)))
    async with offices("office:dupont") as store:
        assert await store.claim(FIRST, DUPONT, DAY) == Claim(known=True, taken=True)
        assert await store.claim(SECOND, DUPONT, DAY) == Claim(known=True, taken=True)
        assert await store.claim(SECOND, DUPONT, date(2026, 11, 30)) == Claim(known=True, taken=False)
        assert await store.claim(THIRD, DUPONT, DAY) == Claim(known=False, taken=False)
    async with offices("office:janssens") as store:
        assert await store.claim(FIRST, JANSSENS, DAY) == Claim(known=True, taken=False)


async def test_an_office_adds_changes_and_ends_a_client_of_its_own(offices):
    async with offices("office:janssens") as store:
        claim = await store.claim(FIRST, JANSSENS, DAY)
        await store.add_client(Company(FIRST, "An", Language.FR), claim, JANSSENS, DAY)
        await store.edit_company(FIRST, CompanyEdit(client_code="C1", mandates=(Mandate(iban=ACCOUNT, since=DAY),)))
        assert await store.client_numbers(JANSSENS, "", 10, DAY) == [FIRST]
    known = (await found(offices, FIRST))[FIRST]
    assert (known.name, known.client_code, known.periods) == ("An", "C1", (Period(JANSSENS, DAY, None, client=True),))
    async with offices("office:dupont") as store:
        assert not await store.end_client(FIRST, DUPONT, DAY)
        assert await store.client_numbers(DUPONT, "", 10, DAY) == []
    async with offices("office:janssens") as store:
        assert await store.end_client(FIRST, JANSSENS, date(2026, 12, 1))
        assert not await store.end_client(FIRST, JANSSENS, date(2026, 12, 1))
        assert await store.client_numbers(JANSSENS, "", 10, date(2026, 12, 1)) == []
    assert (await found(offices, FIRST))[FIRST].periods[0].until == date(2026, 12, 1)


async def test_a_client_that_ends_on_the_day_it_began_never_was_one(offices):
    await put(offices, served(FIRST, since=DAY))
    async with offices("office:janssens") as store:
        assert await store.end_client(FIRST, JANSSENS, DAY)
    assert (await found(offices, FIRST))[FIRST].periods == ()


async def test_clients_are_listed_by_their_numbers_page_after_page(offices):
    await put(offices, served(THIRD), served(FIRST), served(SECOND, DUPONT))
    async with offices("operator:operator") as store:
        assert await store.client_numbers(None, "", 2, DAY) == [FIRST, SECOND]
        assert await store.client_numbers(None, SECOND, 2, DAY) == [THIRD]
        assert await store.client_numbers(DUPONT, "", 2, DAY) == [SECOND]
    async with offices("office:janssens") as store:
        assert await store.client_numbers(JANSSENS, FIRST, 5, DAY) == [THIRD]


async def test_an_account_is_one_companys_at_a_time(offices):
    old = Mandate(iban=ACCOUNT, since=date(2021, 1, 1), until=date(2025, 1, 1))
    await put(
        offices, served(FIRST, mandates=(old,)), served(SECOND, mandates=(Mandate(iban=OTHER_ACCOUNT, since=DAY),))
    )
    wanted = [Mandate(iban=ACCOUNT, since=date(2025, 1, 1)), Mandate(iban=OTHER_ACCOUNT, since=date(2026, 1, 1))]
    async with offices("office:dupont") as store:
        assert await store.accounts_elsewhere(THIRD, wanted) == [OTHER_ACCOUNT]
        assert await store.accounts_elsewhere(SECOND, wanted) == []
        early = [Mandate(iban=ACCOUNT, since=date(2024, 12, 31)), replace_until(wanted[1], DAY)]
        assert await store.accounts_elsewhere(THIRD, early) == [ACCOUNT]


def replace_until(mandate, until):
    return Mandate(iban=mandate.iban, since=mandate.since, until=until)


async def test_accounts_that_the_operator_takes_end_where_they_begin_elsewhere(offices):
    held = (Mandate(iban=ACCOUNT, since=date(2021, 1, 1)), Mandate(iban=OTHER_ACCOUNT, since=DAY))
    await put(offices, served(FIRST, mandates=held))
    taken = [Mandate(iban=ACCOUNT, since=DAY), Mandate(iban=OTHER_ACCOUNT, since=DAY)]
    async with offices("operator:operator") as store:
        await store.lock_accounts([ACCOUNT, OTHER_ACCOUNT])
        assert await store.account_holders(SECOND, taken) == [FIRST]
        await store.take_accounts(SECOND, taken)
        assert await store.account_holders(SECOND, taken) == []
    assert (await found(offices, FIRST))[FIRST].mandates == (Mandate(iban=ACCOUNT, since=date(2021, 1, 1), until=DAY),)


async def test_a_list_adds_changes_and_leaves_companies_and_again_changes_nothing(offices):
    bounced = served(
        SECOND, email=EmailAddress("old@example.be"), mandates=(Mandate(iban=ACCOUNT, since=date(2020, 1, 1)),)
    )
    await put(offices, bounced, served(THIRD, email=EmailAddress("c@example.be"), client_code="C3"))
    async with offices("worker") as store:
        await store.mark_bounced([Bounce(SECOND, 1)])
    rows = (
        ClientRow(2, FIRST, "An", Language.FR, EmailAddress("an@example.be"), "C1", (OTHER_ACCOUNT,)),
        ClientRow(3, SECOND, email=EmailAddress("new@example.be"), ibans=(ACCOUNT,)),
        ClientRow(4, THIRD, f"Bakkerij {THIRD}", Language.NL, EmailAddress("c@example.be"), "C3"),
    )
    nothing_yet = await found(offices, FIRST, SECOND, THIRD)
    assert await taken_in(offices, *rows, dry_run=True) == Imported((FIRST, SECOND), 1, 1)
    assert await found(offices, FIRST, SECOND, THIRD) == nothing_yet
    assert await taken_in(offices, *rows) == Imported((FIRST, SECOND), 1, 1)
    after = await found(offices, FIRST, SECOND, THIRD)
    assert after[FIRST] == Company(
        FIRST, "An", Language.FR, "C1", email=EmailAddress("an@example.be"), address_version=1,
        periods=(Period(JANSSENS, DAY, None, client=True),), mandates=(Mandate(iban=OTHER_ACCOUNT, since=DAY),),
    )  # fmt: skip
    assert (after[SECOND].email, after[SECOND].address_version, after[SECOND].bounced) == ("new@example.be", 2, False)
    assert (after[SECOND].name, after[SECOND].mandates) == (bounced.name, bounced.mandates)
    assert after[THIRD] == nothing_yet[THIRD]
    assert await taken_in(offices, *rows) == Imported((), 0, 3)
    assert await found(offices, FIRST, SECOND, THIRD) == after


async def test_a_list_tells_every_row_that_the_directory_refuses(offices):
    held = Mandate(iban=ACCOUNT, since=date(2020, 1, 1))
    await put(offices, served(FIRST, DUPONT, mandates=(held,)))
    rows = (
        ClientRow(2, FIRST, "Mine"),
        ClientRow(3, SECOND),
        ClientRow(4, THIRD, "Third", ibans=(ACCOUNT, OTHER_ACCOUNT)),
        ClientRow(5, THIRD, "Third"),
        ClientRow(6, EnterpriseNumber("0010.080.377"), "Fourth", ibans=(OTHER_ACCOUNT,)),
    )
    assert await taken_in(offices, *rows) == [
        (2, "enterprise_number", "company_served_by_another_office", FIRST),
        (3, "name", "name_missing", ""),
        (4, "ibans", "mandate_of_another_company", ACCOUNT),
        (5, "enterprise_number", "row_doubled", THIRD),
        (6, "ibans", "mandate_doubled", OTHER_ACCOUNT),
    ]
    assert set(await found(offices, FIRST, SECOND, THIRD)) == {FIRST}


async def test_a_list_takes_up_a_company_that_no_office_serves_any_more(offices):
    ended = Mandate(iban=ACCOUNT, since=date(2020, 1, 1), until=date(2025, 1, 1))
    await put(
        offices, served(FIRST, DUPONT, until=date(2025, 6, 1), email=EmailAddress("an@example.be"), mandates=(ended,))
    )
    assert await taken_in(offices, ClientRow(2, FIRST, ibans=(ACCOUNT,))) == Imported((FIRST,), 0, 0)
    known = (await found(offices, FIRST))[FIRST]
    assert known.office_on(DAY) == JANSSENS
    assert [(period.office_id, period.until) for period in known.periods] == [
        (DUPONT, date(2025, 6, 1)),
        (JANSSENS, None),
    ]
    assert (known.email, known.mandates) == ("an@example.be", (Mandate(iban=ACCOUNT, since=DAY),))


async def test_a_list_of_the_operator_is_an_offices_and_fills_up_to_its_planned_period(offices):
    planned = date(2027, 1, 1)
    await put(offices, served(FIRST, since=planned))
    rows = (ClientRow(2, FIRST, "New name"),)
    assert await taken_in(offices, *rows, principal="operator:operator") == Imported((FIRST,), 0, 0)
    known = (await found(offices, FIRST))[FIRST]
    assert known.name == "New name"
    assert [(period.since, period.until) for period in known.periods] == [(DAY, planned), (planned, None)]


async def test_companies_that_a_blocked_request_waits_for_are_told_apart(offices):
    waiting = Request(ConnectionId.of(UUID(int=1)), SECOND, SoftwareSlug("robaws"), state="blocked")
    refused = Request(ConnectionId.of(UUID(int=2)), THIRD, SoftwareSlug("robaws"), state="refused")
    async with offices("worker") as store:
        await store.save_requests([waiting, refused])
    async with offices("office:janssens") as store:
        assert await store.awaited([FIRST, SECOND, THIRD]) == [SECOND]


async def test_versions_of_many_companies_count_up_at_once(offices):
    await put(offices, served(FIRST), served(SECOND))
    async with offices("worker") as store:
        await store.next_company_version(FIRST)
        assert await store.next_company_versions([FIRST, SECOND, THIRD]) == {FIRST: 2, SECOND: 1}


async def test_the_operator_moves_the_periods_of_a_company(offices):
    await put(offices, served(FIRST))
    async with offices("operator:operator") as store:
        moved = (Period(JANSSENS, date(2020, 1, 1), DAY, client=True), Period(DUPONT, DAY, None, client=True))
        await store.replace_periods(FIRST, moved)
        assert (await store.companies([FIRST]))[FIRST].periods == moved


async def test_an_office_writes_no_period_of_another_office(in_postgres):
    async with in_postgres("operator:operator") as store:
        for office in (JANSSENS, DUPONT):
            await store.put_office(Office(office, office.title(), Language.NL, client=True))
        await store.put_company(served(FIRST))
    for office, number in ((DUPONT, FIRST), (DUPONT, SECOND)):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with in_postgres("office:janssens") as store:
                company = Company(number, "Stolen", Language.NL)
                await store.add_client(company, Claim(known=number == FIRST, taken=False), office, DAY)


async def test_an_import_keeps_out_whoever_changes_a_company_until_it_ends(in_postgres):
    async with in_postgres("worker") as importing:
        await importing.lock_directory()
        with pytest.raises(asyncpg.LockNotAvailableError):
            async with in_postgres("worker") as store:
                await store._connection.execute("set local lock_timeout = '50ms'")
                await store.lock_companies([FIRST])
    async with in_postgres("worker") as one, in_postgres("worker") as other:
        await one.lock_companies([FIRST])
        await other.lock_companies([SECOND])
