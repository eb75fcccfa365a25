"""Addresses that wait to be confirmed, requests that live on, readiness counted: the same over both adapters."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.verification.domain.directory import Company, Office, Period
from services.verification.domain.requests import Request
from services.verification.ports import CompanyEdit
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Language, OfficeId, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, 30, 20, tzinfo=UTC)
NUMBER, ROBAWS = EnterpriseNumber("0010.080.080"), SoftwareSlug("robaws")
JANSSENS = Office(OfficeId("janssens"), "Janssens", Language.NL, client=True)
COMPANY = Company(
    NUMBER,
    "An",
    Language.NL,
    email=EmailAddress("an@bakkerij.example"),
    periods=(Period(JANSSENS.office_id, date(2020, 1, 1), None, client=True),),
)


async def entered(directory):
    async with directory("operator:operator") as store:
        await store.put_office(JANSSENS)
        await store.put_company(COMPANY)


async def unconfirmed(directory):
    async with directory("worker") as store:
        found = (await store.companies([NUMBER]))[NUMBER].unconfirmed
        standing = await store.standing(NUMBER, NOW.date())
    assert standing.unconfirmed == found
    return found


async def test_an_address_waits_until_it_is_confirmed_or_another_one_comes(directory):
    await entered(directory)
    assert not await unconfirmed(directory)
    async with directory("office:janssens") as store:
        await store.confirm_email(NUMBER, confirmed=False)
    assert await unconfirmed(directory)
    async with directory("office:lambert") as store:
        await store.confirm_email(NUMBER, confirmed=True)
    assert await unconfirmed(directory), "another office confirms nothing"
    async with directory("office:janssens") as store:
        await store.confirm_email(NUMBER, confirmed=True)
    assert not await unconfirmed(directory)
    async with directory("office:janssens") as store:
        await store.confirm_email(NUMBER, confirmed=False)
        await store.edit_company(NUMBER, CompanyEdit(email=EmailAddress("bea@bakkerij.example")))
    assert not await unconfirmed(directory)


async def test_an_active_request_is_still_found_and_a_revoked_one_is_not(directory):
    states = ("blocked", "verified", "active", "revoked", "refused")
    kept = [
        Request(ConnectionId.of(UUID(int=n)), NUMBER, ROBAWS, state=state, version=1, activated_at=NOW)
        for n, state in enumerate(states)
    ]
    async with directory("worker") as store:
        await store.save_requests(kept)
        found = await store.open_requests([NUMBER])
    assert sorted(request.state for request in found) == ["active", "blocked", "verified"]
    assert {request.activated_at for request in found} == {NOW}


async def test_readiness_is_counted_for_each_software_by_minute_and_by_day(directory):
    minute, day = NOW.replace(second=0), NOW.replace(hour=0, minute=0, second=0)
    async with directory("software:robaws") as store:
        assert await store.count_readiness(ROBAWS, NOW) == {"minute": (1, minute), "day": (1, day)}
        assert await store.count_readiness(ROBAWS, NOW) == {"minute": (2, minute), "day": (2, day)}
    later = NOW + timedelta(minutes=1)
    async with directory("software:robaws") as store:
        counted = await store.count_readiness(ROBAWS, later)
    assert counted == {"minute": (1, minute + timedelta(minutes=1)), "day": (3, day)}
    async with directory("software:billit") as store:
        assert (await store.count_readiness(SoftwareSlug("billit"), later))["day"] == (1, day)
