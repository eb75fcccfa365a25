"""Requests verified, blocked, refused, resumed and expired, as the other services hear it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.verification import handlers, tasks
from services.verification.adapters.memory import MemoryDirectory, Shelf
from services.verification.domain.directory import Company, Office, Period, Software
from services.verification.ports import CompanyAwaited, CompanyEdit, CompanyTouched, OfficeTouched, SoftwareTouched
from shared.chassis.messages import Batch, Cause, Do, Publish, Received
from shared.chassis.parking import MemoryParking
from shared.chassis.tasks import TaskRun
from shared.contracts import (
    CompanyChanged,
    ConnectionActivated,
    ConnectionBlocked,
    ConnectionExpired,
    ConnectionRefused,
    ConnectionRequested,
    ConnectionVerified,
    MailBounced,
    OfficeChanged,
    SoftwareChanged,
)
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Language, OfficeId, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NUMBER, ABSENT = EnterpriseNumber("0010.080.080"), EnterpriseNumber("0010.080.179")
JANSSENS, ROBAWS = OfficeId("janssens"), SoftwareSlug("robaws")
HELP_DESK = "help@relais.example"


def seal(email):
    return Sealed[EmailAddress](key_id="k", ciphertext=f"sealed {len(email)}")


ANSWERING = {"seal": seal, "help_desk": HELP_DESK}


@pytest.fixture
def shelf():
    period = Period(JANSSENS, date(2020, 1, 1), None, client=True)
    company = Company(
        NUMBER, "Bakkerij An", Language.FR, email=EmailAddress("an@example.be"), address_version=1, periods=(period,)
    )
    return Shelf(
        companies={NUMBER: company},
        offices={JANSSENS: Office(JANSSENS, "Janssens", Language.NL, client=True)},
        softwares={ROBAWS: Software(ROBAWS, "Robaws")},
        now=NOW,
    )


def connection(number=NUMBER):
    return ConnectionId.of(UUID(int=int(number)))


def received(body, n=1):
    return Received(id=UUID(int=n), correlation_id="c", body=body, time=NOW)


def asking(number=NUMBER, ordinal=1, n=1):
    body = ConnectionRequested(
        connection_id=connection(number), enterprise_number=number, software=ROBAWS, ordinal=ordinal
    )
    return received(body, n)


def batch(*events, now=NOW):
    return Batch(events, now, MemoryParking())


async def verify(shelf, *events):
    return await handlers.verify_requests(batch(*events), MemoryDirectory(shelf), **ANSWERING)


async def settle(shelf, perform, task, now=NOW, **answering):
    cause = Cause(id=UUID(int=77), correlation_id="c")
    run = TaskRun(task=task, attempt=1, now=now, cause=cause, database=None, store=None)
    return await (await perform(run, **answering))(MemoryDirectory(shelf))


async def touch(shelf):
    async def perform(run):
        return await tasks.publish_company(run, **ANSWERING)

    return await settle(shelf, perform, CompanyTouched(enterprise_number=NUMBER))


async def test_a_known_company_is_verified_with_its_address_sealed(shelf):
    (published,) = await verify(shelf, asking())
    body = published.body
    assert isinstance(body, ConnectionVerified)
    assert (body.office_id, body.address_version, body.masked_email) == (JANSSENS, 1, "a***@e***.be")
    assert (body.language, body.company_name, published.sequence) == (Language.FR, "Bakkerij An", 1)
    assert "an@example.be" not in body.model_dump_json()


async def test_a_batch_is_answered_in_its_order_and_each_asking_once(shelf):
    told = await verify(shelf, asking(), asking(ABSENT, n=2), asking(ordinal=2, n=3), asking(n=4))
    assert [type(one.body) for one in told] == [ConnectionVerified, ConnectionBlocked, ConnectionVerified]
    assert [one.sequence for one in told] == [1, 1, 2]
    assert [one.cause.id.int for one in told] == [1, 2, 3]
    assert await verify(shelf, asking(ordinal=2, n=3)) == []


async def test_the_reason_says_whom_to_contact_and_how_long_it_waits(shelf):
    (published,) = await verify(shelf, asking(ABSENT))
    body = published.body
    assert (body.reason, body.contact) == ("company_unknown", "accounting_office")
    assert body.expires_at == NOW + timedelta(days=30)
    shelf.companies[NUMBER] = replace(shelf.companies[NUMBER], periods=())
    (published,) = await verify(shelf, asking())
    assert (published.body.reason, published.body.contact) == ("no_accounting_office", HELP_DESK)


async def test_a_ceased_company_and_a_suspended_software_are_refused(shelf):
    shelf.companies[NUMBER] = replace(shelf.companies[NUMBER], ceased=True)
    (published,) = await verify(shelf, asking())
    assert isinstance(published.body, ConnectionRefused)
    assert published.body.reason == "company_ceased"
    shelf.softwares[ROBAWS] = Software(ROBAWS, "Robaws", "suspended")
    (published,) = await verify(shelf, asking(ordinal=2, n=2))
    assert published.body.reason == "company_ceased", "the company is looked at before the software"
    shelf.companies[NUMBER] = replace(shelf.companies[NUMBER], ceased=False)
    (published,) = await verify(shelf, asking(ordinal=3, n=3))
    assert (type(published.body), published.body.reason) == (ConnectionRefused, "software_suspended")


async def test_a_blocked_request_goes_on_by_itself_when_the_office_adds_the_address(shelf):
    shelf.companies[NUMBER] = replace(shelf.companies[NUMBER], email=None, address_version=0)
    (blocked,) = await verify(shelf, asking())
    assert blocked.body.reason == "email_unknown"
    assert [type(one.body) for one in await touch(shelf)] == [CompanyChanged]
    await MemoryDirectory(shelf).edit_company(NUMBER, CompanyEdit(email=EmailAddress("bea@example.be")))
    snapshot, verified = await touch(shelf)
    assert (snapshot.sequence, snapshot.body.address_version) == (2, 1)
    assert isinstance(verified.body, ConnectionVerified)
    assert (verified.sequence, verified.body.ordinal, verified.cause.id.int) == (2, 1, 77)
    assert [type(one.body) for one in await touch(shelf)] == [CompanyChanged]


async def test_a_bounce_of_the_current_address_blocks_and_a_new_address_goes_on(shelf):
    await verify(shelf, asking())
    bounce = MailBounced(
        connection_id=connection(), enterprise_number=NUMBER, software=ROBAWS, address_version=1, reply_code=550,
        detail="no such user",
    )  # fmt: skip
    events = batch(received(bounce, 5), received(bounce, 6))
    consequences = await handlers.note_bounces(events, MemoryDirectory(shelf), **ANSWERING)
    assert [(type(one), one.once) for one in consequences] == [(Do, True)]
    _, blocked = await touch(shelf)
    assert (blocked.body.reason, blocked.sequence) == ("email_bounced", 2)
    await MemoryDirectory(shelf).edit_company(NUMBER, CompanyEdit(email=EmailAddress("bea@example.be")))
    _, verified = await touch(shelf)
    assert (verified.body.address_version, verified.sequence) == (2, 3)
    assert await handlers.note_bounces(batch(received(bounce, 7)), MemoryDirectory(shelf), **ANSWERING) == []


async def test_an_active_connection_hears_nothing_of_a_new_address(shelf):
    await verify(shelf, asking())
    activated = ConnectionActivated(
        connection_id=connection(), enterprise_number=NUMBER, software=ROBAWS, activated_at=NOW
    )
    assert await handlers.close_requests(batch(received(activated, 8)), MemoryDirectory(shelf)) == []
    await MemoryDirectory(shelf).edit_company(NUMBER, CompanyEdit(email=EmailAddress("bea@example.be")))
    assert [type(one.body) for one in await touch(shelf)] == [CompanyChanged]
    (told,) = await verify(shelf, asking(ordinal=2, n=9))
    assert isinstance(told.body, ConnectionRefused)
    assert (told.body.reason, told.body.since, told.body.ordinal) == ("already_connected", NOW, 2)
    assert shelf.requests[connection()].state == "active"
    assert await verify(shelf, asking(ordinal=2, n=9)) == []


async def test_the_sweep_finds_what_a_day_mended_and_expiry_ends_the_rest(shelf):
    begins = replace(shelf.companies[NUMBER].periods[0], since=date(2026, 11, 10))
    shelf.companies[NUMBER] = replace(shelf.companies[NUMBER], periods=(begins,))
    await verify(shelf, asking(), asking(ABSENT, n=2))
    cause, store = Cause(id=UUID(int=9), correlation_id="c"), MemoryDirectory(shelf)
    found = await tasks.sweep_blocked(NOW, cause, store)
    assert [one.task for one in found] == [CompanyAwaited(enterprise_number=each) for each in sorted((NUMBER, ABSENT))]
    awaited = CompanyAwaited(enterprise_number=NUMBER)
    assert await settle(shelf, tasks.reconsider_company, awaited, **ANSWERING) == []
    later = NOW + timedelta(days=9)
    (verified,) = await settle(shelf, tasks.reconsider_company, awaited, now=later, **ANSWERING)
    assert isinstance(verified.body, ConnectionVerified)
    assert await tasks.expire_requests(NOW + timedelta(days=29), cause, store) == []
    (expired,) = await tasks.expire_requests(NOW + timedelta(days=30), cause, store)
    assert isinstance(expired.body, ConnectionExpired)
    assert (expired.body.reason, expired.sequence) == ("company_unknown", 2)
    assert await tasks.expire_requests(NOW + timedelta(days=31), cause, store) == []


async def test_offices_and_softwares_are_published_with_versions(shelf):
    published, touched = await settle(
        shelf, tasks.publish_office, OfficeTouched(office_id=JANSSENS, clients_changed=True)
    )
    assert isinstance(published, Publish)
    assert isinstance(published.body, OfficeChanged)
    assert (published.sequence, touched.task) == (1, CompanyTouched(enterprise_number=NUMBER))
    (software,) = await settle(shelf, tasks.publish_software, SoftwareTouched(software=ROBAWS))
    assert isinstance(software.body, SoftwareChanged)


async def test_a_company_of_no_client_office_never_leaves_the_directory(shelf):
    shelf.offices[JANSSENS] = replace(shelf.offices[JANSSENS], client=False)
    assert await touch(shelf) == []
