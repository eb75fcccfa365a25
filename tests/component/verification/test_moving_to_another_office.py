"""A company moves to another office: its connections stay, their softwares hear from which day."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.verification import handlers, tasks
from services.verification.adapters.memory import MemoryDirectory, Shelf
from services.verification.domain.directory import Company, Office, Period, Software
from services.verification.ports import CompanyTouched
from shared.chassis.messages import Batch, Cause, Publish, Received
from shared.chassis.parking import MemoryParking
from shared.chassis.tasks import TaskRun
from shared.contracts import ConnectionActivated, ConnectionOfficeChanged, ConnectionRequested, ConnectionRevoked
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Language, OfficeId, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NUMBER, ROBAWS = EnterpriseNumber("0010.080.080"), SoftwareSlug("robaws")
JANSSENS, LAMBERT = OfficeId("janssens"), OfficeId("lambert")
OF = {"connection_id": ConnectionId.of(UUID(int=1)), "enterprise_number": NUMBER, "software": ROBAWS}
FIRST = Period(JANSSENS, date(2020, 1, 1), None, client=True)


def seal(email):
    return Sealed[EmailAddress](key_id="k", ciphertext=f"sealed {len(email)}")


ANSWERING = {"seal": seal, "help_desk": "help@relais.example"}


def batch(body):
    received = Received(id=UUID(int=9), correlation_id="c", body=body, time=NOW)
    return Batch([received], NOW, MemoryParking())


@pytest.fixture
async def shelf():
    company = Company(
        NUMBER, "An", Language.NL, email=EmailAddress("an@bakkerij.example"), address_version=1, periods=(FIRST,)
    )
    offices = (Office(id, id, Language.NL, client=True) for id in (JANSSENS, LAMBERT))
    shelf = Shelf(
        companies={NUMBER: company},
        offices={office.office_id: office for office in offices},
        softwares={ROBAWS: Software(ROBAWS, "Robaws")},
        now=NOW,
    )
    store = MemoryDirectory(shelf)
    await handlers.verify_requests(batch(ConnectionRequested(**OF)), store, **ANSWERING)
    await handlers.close_requests(batch(ConnectionActivated(**OF, activated_at=NOW)), store)
    return shelf


async def moves(shelf, *periods):
    """The softwares of a company whose office periods are now these hear this."""
    shelf.companies[NUMBER] = replace(shelf.companies[NUMBER], periods=periods)
    task = CompanyTouched(enterprise_number=NUMBER)
    cause = Cause(id=UUID(int=77), correlation_id="c")
    run = TaskRun(task=task, attempt=1, now=NOW, cause=cause, database=None, store=None)
    told = await (await tasks.publish_company(run, **ANSWERING))(MemoryDirectory(shelf))
    return [one for one in told if isinstance(one, Publish) and isinstance(one.body, ConnectionOfficeChanged)]


async def test_the_software_hears_as_soon_as_it_is_known_from_which_day_and_once(shelf):
    new_year = date(2027, 1, 1)
    periods = replace(FIRST, until=new_year), Period(LAMBERT, new_year, None, client=True)
    (told,) = await moves(shelf, *periods)
    assert (told.body.since, told.body.connection_id, told.sequence) == (new_year, OF["connection_id"], 2)
    assert "lambert" not in told.body.model_dump_json()
    assert await moves(shelf, *periods) == []
    assert shelf.requests[OF["connection_id"]].state == "active"
    (back,) = await moves(shelf, FIRST)
    assert (back.body.since, back.sequence) == (NOW.date(), 3)


async def test_an_office_that_began_earlier_than_it_was_entered_receives_from_today(shelf):
    (told,) = await moves(shelf, replace(FIRST, until=date(2026, 6, 1)), Period(LAMBERT, date(2026, 6, 1), None, True))
    assert told.body.since == NOW.date()


async def test_an_office_that_is_no_client_receives_nothing_until_it_is_one(shelf):
    june = date(2026, 6, 1)
    shelf.offices[LAMBERT] = replace(shelf.offices[LAMBERT], client=False)
    periods = replace(FIRST, until=june), Period(LAMBERT, june, None, client=False)
    assert await moves(shelf, *periods) == []
    shelf.offices[LAMBERT] = replace(shelf.offices[LAMBERT], client=True)
    assert len(await moves(shelf, *periods)) == 1


async def test_a_connection_that_was_revoked_hears_of_no_office(shelf):
    store = MemoryDirectory(shelf)
    assert await handlers.end_requests(batch(ConnectionRevoked(**OF, revoked_by="office")), store) == []
    await handlers.close_requests(batch(ConnectionActivated(**OF, activated_at=NOW)), store)
    assert await moves(shelf, Period(LAMBERT, date(2026, 6, 1), None, client=True)) == []


async def test_a_company_that_moved_before_its_token_came_back_is_with_its_new_office(shelf):
    moved = Period(LAMBERT, date(2026, 6, 1), None, client=True)
    shelf.companies[NUMBER] = replace(shelf.companies[NUMBER], periods=(moved,))
    await handlers.close_requests(batch(ConnectionActivated(**OF, activated_at=NOW)), MemoryDirectory(shelf))
    assert await moves(shelf, moved) == []
