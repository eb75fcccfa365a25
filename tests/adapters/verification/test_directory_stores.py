"""Memory behaves like Postgres: the same cases over both."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from services.verification.domain.directory import Company, Office, Period, Software
from services.verification.domain.requests import Request
from services.verification.domain.verdicts import Standing
from services.verification.ports import Bounce, CompanyEdit
from shared.contracts.access import Credential
from shared.contracts.directory import Mandate
from shared.values import (
    ConnectionId,
    CredentialId,
    EmailAddress,
    EnterpriseNumber,
    Iban,
    Language,
    OfficeId,
    Sha256,
    SoftwareSlug,
)

NUMBER = EnterpriseNumber("0010.080.080")
OTHER = EnterpriseNumber("0010.080.179")
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
OFFICE = Office(OfficeId("janssens"), "Kantoor Janssens", Language.NL, client=True)
SECOND = Office(OfficeId("dupont"), "Bureau Dupont", Language.FR, client=False)
ROBAWS = Software(
    SoftwareSlug("robaws"),
    "Robaws",
    credentials=(Credential(id=CredentialId("abcdefgh"), secret_sha256=Sha256.of(b"x"), scopes=("a",)),),
)


def company(number=NUMBER, office=OFFICE, email="an@example.be", **changes):
    base = Company(
        number,
        "Bakkerij An",
        Language.NL,
        client_code="C12",
        email=EmailAddress(email) if email else None,
        periods=(Period(office.office_id, date(2020, 1, 1), None, client=office.client),),
        mandates=(Mandate(iban=Iban("BE68539007547034"), since=date(2021, 1, 1)),),
    )
    return replace(base, **changes)


def request_of(n=1, number=NUMBER, **changes):
    base = Request(ConnectionId.of(UUID(int=n)), number, SoftwareSlug("robaws"), version=1)
    return replace(base, **changes)


async def filled(directory, *companies):
    async with directory("operator:operator") as store:
        for office in (OFFICE, SECOND):
            await store.put_office(office)
        for one in companies or (company(),):
            await store.put_company(one)


async def test_a_company_comes_back_as_it_was_put(directory):
    await filled(directory)
    async with directory("worker") as store:
        found = await store.companies([NUMBER, OTHER])
    assert found == {NUMBER: company(address_version=1)}


async def test_a_changed_address_counts_up_and_forgets_the_bounce(directory):
    await filled(directory)
    async with directory("worker") as store:
        assert await store.mark_bounced([Bounce(NUMBER, 1), Bounce(OTHER, 1)]) == [NUMBER]
        assert (await store.companies([NUMBER]))[NUMBER].bounced
        await store.edit_company(NUMBER, CompanyEdit(client_code="X9"))
        assert (await store.companies([NUMBER]))[NUMBER].bounced
        await store.put_company(company(email="bea@example.be"))
        found = (await store.companies([NUMBER]))[NUMBER]
        assert (found.address_version, found.bounced, found.email) == (2, False, "bea@example.be")
        assert await store.mark_bounced([Bounce(NUMBER, 1)]) == []


async def test_a_bounced_address_that_is_entered_again_stays_bounced_until_it_is_another(directory):
    await filled(directory)
    async with directory("worker") as store:
        address = (await store.companies([NUMBER]))[NUMBER].email
        assert await store.mark_bounced([Bounce(NUMBER, 1)]) == [NUMBER]
        await store.edit_company(NUMBER, CompanyEdit(email=address))
        await store.put_company(company())
        found = (await store.companies([NUMBER]))[NUMBER]
        assert (found.email, found.bounced, found.address_version) == (address, True, 1)
        await store.edit_company(NUMBER, CompanyEdit(email=EmailAddress("bea@example.be")))
        found = (await store.companies([NUMBER]))[NUMBER]
        assert (found.email, found.bounced, found.address_version) == ("bea@example.be", False, 2)


async def test_an_edit_changes_only_what_it_names(directory):
    await filled(directory)
    async with directory("worker") as store:
        assert await store.edit_company(NUMBER, CompanyEdit(client_code="X9"))
        assert (await store.companies([NUMBER]))[NUMBER] == company(client_code="X9", address_version=1)
        assert await store.edit_company(NUMBER, CompanyEdit(email_removed=True, mandates=()))
        found = (await store.companies([NUMBER]))[NUMBER]
        assert (found.email, found.address_version, found.mandates) == (None, 2, ())
        assert not await store.edit_company(OTHER, CompanyEdit(client_code="X9"))


async def test_an_office_sees_and_edits_only_what_it_serves_today(directory):
    ended = (Period(OFFICE.office_id, date(2019, 1, 1), date(2020, 1, 1), client=True),)
    await filled(directory, company(), company(OTHER, periods=ended))
    async with directory("office:janssens") as store:
        assert set(await store.companies([NUMBER, OTHER])) == {NUMBER}
        assert await store.edit_company(NUMBER, CompanyEdit(email=EmailAddress("new@example.be")))
        assert not await store.edit_company(OTHER, CompanyEdit(client_code="stolen"))
        assert set(await store.offices([OFFICE.office_id, SECOND.office_id])) == {OFFICE.office_id}
    async with directory("office:dupont") as store:
        assert await store.companies([NUMBER, OTHER]) == {}
        assert not await store.edit_company(NUMBER, CompanyEdit(email_removed=True, mandates=()))
    async with directory("worker") as store:
        assert (await store.companies([NUMBER]))[NUMBER].email == "new@example.be"


async def test_readiness_is_told_to_a_software_that_sees_no_company(directory):
    await filled(directory, company(), company(OTHER, office=SECOND, email=None))
    async with directory("software:robaws") as store:
        assert await store.companies([NUMBER, OTHER]) == {}
        day = date(2026, 11, 2)
        assert await store.standing(NUMBER, day) == Standing(False, True, True, True, False)
        assert await store.standing(OTHER, day) == Standing(False, True, False, False, False)
        assert await store.standing(NUMBER, date(2019, 1, 1)) == Standing(False, False, False, True, False)
        assert await store.standing(EnterpriseNumber("0010.080.278"), day) is None


async def test_softwares_are_listed_and_replaced_with_their_keys(directory):
    async with directory("operator:operator") as store:
        await store.put_software(replace(ROBAWS, name="Old", credentials=()))
        await store.put_software(ROBAWS)
        await store.put_software(Software(SoftwareSlug("akti"), "Akti", "suspended"))
    async with directory("public:anyone") as store:
        found = await store.softwares()
        assert list(found) == ["akti", "robaws"]
        assert found[ROBAWS.software] == ROBAWS
        assert list(await store.softwares([ROBAWS.software])) == ["robaws"]


async def test_versions_of_snapshots_count_up_one_by_one(directory):
    await filled(directory)
    async with directory("worker") as store:
        await store.put_software(ROBAWS)
        assert [await store.next_company_version(NUMBER) for _ in range(2)] == [1, 2]
        assert [await store.next_office_version(OFFICE.office_id) for _ in range(2)] == [1, 2]
        assert [await store.next_software_version(ROBAWS.software) for _ in range(2)] == [1, 2]
        assert await store.companies_served_by(OFFICE.office_id) == [NUMBER]


async def test_requests_come_back_and_are_found_by_what_they_wait_for(directory):
    soon, late = NOW + timedelta(days=1), NOW + timedelta(days=9)
    blocked = request_of(1, state="blocked", reason="email_unknown", expires_at=soon, scopes=("a", "b"))
    other = request_of(2, OTHER, state="blocked", reason="company_unknown", expires_at=late, language=Language.FR)
    verified = request_of(3, state="verified", office_id=OFFICE.office_id, address_version=2)
    async with directory("worker") as store:
        await store.save_requests([])
        await store.save_requests([blocked, other, verified, request_of(4, state="refused")])
        assert await store.requests([blocked.connection_id, other.connection_id]) == {
            blocked.connection_id: blocked,
            other.connection_id: other,
        }
        assert await store.open_requests([NUMBER]) == [blocked, verified]
        assert await store.waited_in_vain(soon, 10) == [blocked]
        again = replace(blocked, state="verified", reason="", expires_at=None, scopes=(), version=2)
        await store.save_requests([again])
        assert (await store.requests([blocked.connection_id]))[blocked.connection_id] == again


async def test_the_sweep_looks_first_at_what_it_saw_longest_ago(directory):
    async with directory("worker") as store:
        await store.save_requests([request_of(1, state="blocked"), request_of(2, OTHER, state="blocked")])
        first = await store.blocked_longest_unchecked(1, NOW + timedelta(days=400))
        second = await store.blocked_longest_unchecked(1, NOW + timedelta(days=401))
    assert sorted(first + second) == [NUMBER, OTHER]


async def test_the_api_role_sees_no_request_and_writes_no_foreign_company(in_postgres):
    await filled(in_postgres)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with in_postgres("software:robaws") as store:
            await store.requests([ConnectionId.of(UUID(int=1))])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with in_postgres("office:dupont") as store:
            await store.put_company(company(OTHER))
