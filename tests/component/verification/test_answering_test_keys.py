"""Test requests beside live ones for the same number: each is answered from its own world, and only from that."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from deploy.demo.directory import TEST_NUMBERS
from services.verification import handlers, tasks
from services.verification.adapters.memory import MemoryDirectory, Shelf
from services.verification.domain.directory import Company, Office, Period, Software
from services.verification.domain.sandbox import ContinueTrial
from services.verification.ports import CompanyTouched
from shared.chassis.credentials import KnownCredential
from shared.chassis.keys import make_key, parse_key, secret_sha256
from shared.chassis.messages import Batch, Cause, Do, Publish, Received
from shared.chassis.parking import MemoryParking
from shared.chassis.tasks import TaskRun
from shared.contracts import ConnectionBlocked, ConnectionRequested, ConnectionVerified, MailBounced
from shared.contracts.documents import Sealed
from shared.contracts.sandbox import OFFICE
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Language, OfficeId, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
CONNECTS, UNKNOWN, _, _, _, BOUNCES, _, ELSEWHERE, MENDED, SLOW = TEST_NUMBERS
ROBAWS, JANSSENS = SoftwareSlug("robaws"), OfficeId("janssens")


def seal(email):
    return Sealed[EmailAddress](key_id="k", ciphertext=email)


ANSWERING = {"seal": seal, "help_desk": "help@relais.example"}


@pytest.fixture
def shelf():
    """A directory in which real companies have the numbers of simulated ones."""
    period = Period(JANSSENS, date(2020, 1, 1), None, client=True)
    real = {
        number: Company(
            number, "Echt BV", Language.NL, email=EmailAddress("echt@example.be"), address_version=1, periods=(period,)
        )
        for number in TEST_NUMBERS
    }
    return Shelf(
        companies=real,
        offices={JANSSENS: Office(JANSSENS, "Janssens", Language.NL, client=True)},
        softwares={ROBAWS: Software(ROBAWS, "Robaws")},
        now=NOW,
    )


def asking(number, mode="test", ordinal=1, n=1):
    connection_id = ConnectionId.of(UUID(int=int(number) + (mode == "live")))
    body = ConnectionRequested(
        connection_id=connection_id, enterprise_number=number, software=ROBAWS, mode=mode, ordinal=ordinal
    )
    return Received(id=UUID(int=n), correlation_id="c", body=body, time=NOW)


async def verify(shelf, *events):
    batch = Batch(events, NOW, MemoryParking())
    return await handlers.verify_requests(batch, MemoryDirectory(shelf), **ANSWERING)


async def perform(shelf, task, work, now=NOW):
    cause = Cause(id=UUID(int=77), correlation_id="c")
    run = TaskRun(task=task, attempt=1, now=now, cause=cause, database=None, store=None)
    return await (await work(run, **ANSWERING))(MemoryDirectory(shelf))


async def test_the_same_number_is_two_companies_in_two_worlds(shelf) -> None:
    test, live = await verify(shelf, asking(CONNECTS), asking(CONNECTS, "live", n=2))
    assert isinstance(test.body, ConnectionVerified) and isinstance(live.body, ConnectionVerified)
    assert (test.body.mode, test.body.office_id, test.body.company_name) == ("test", OFFICE, "Bakkerij De Proef")
    assert (live.body.mode, live.body.office_id, live.body.company_name) == ("live", JANSSENS, "Echt BV")
    assert test.body.email.ciphertext.endswith("@sandbox.example")
    assert live.body.email.ciphertext == "echt@example.be"


async def test_a_test_request_never_goes_on_because_of_a_real_company(shelf) -> None:
    (blocked,) = await verify(shelf, asking(UNKNOWN))
    assert blocked.body.reason == "company_unknown"
    followed = await perform(shelf, CompanyTouched(enterprise_number=UNKNOWN), tasks.publish_company)
    assert [each.body for each in followed if isinstance(each.body, ConnectionVerified)] == []


async def test_a_simulated_bounce_marks_no_real_address(shelf) -> None:
    (verified,) = await verify(shelf, asking(BOUNCES))
    bounce = MailBounced(
        connection_id=verified.body.connection_id, enterprise_number=BOUNCES, software=ROBAWS, mode="test",
        address_version=1, reply_code=550, detail="550",
    )  # fmt: skip
    received = Received(id=UUID(int=5), correlation_id="c", body=bounce, time=NOW)
    (blocked,) = await handlers.note_bounces(
        Batch([received, received], NOW, MemoryParking()), MemoryDirectory(shelf), **ANSWERING
    )
    assert isinstance(blocked, Publish) and isinstance(blocked.body, ConnectionBlocked)
    assert (blocked.body.reason, blocked.sequence) == ("email_bounced", 2)
    assert not shelf.companies[BOUNCES].bounced


async def test_what_takes_long_is_answered_by_its_task_once(shelf) -> None:
    (waiting,) = await verify(shelf, asking(SLOW))
    assert isinstance(waiting, Do) and isinstance(waiting.task, ContinueTrial)
    assert waiting.due == NOW + timedelta(seconds=8)
    (verified,) = await perform(shelf, waiting.task, tasks.continue_trial)
    assert isinstance(verified.body, ConnectionVerified)
    assert await perform(shelf, waiting.task, tasks.continue_trial) == []


async def test_the_office_mends_the_asking_that_waits_and_no_older_one(shelf) -> None:
    blocked, mending = await verify(shelf, asking(MENDED))
    assert blocked.body.reason == "email_unknown"
    _, later = await verify(shelf, asking(MENDED, ordinal=2, n=2))
    assert await perform(shelf, mending.task, tasks.continue_trial) == []
    (verified,) = await perform(shelf, later.task, tasks.continue_trial)
    assert (verified.body.ordinal, verified.sequence) == (2, 3)


async def test_the_list_of_test_numbers_is_told_to_anyone(http) -> None:
    told = (await http.client.get("/v1/sandbox/companies")).json()["companies"]
    assert [each["enterprise_number"] for each in told] == list(TEST_NUMBERS)
    by_number = {each["enterprise_number"]: each for each in told}
    assert by_number[SLOW]["answered_after_s"] == 8
    assert by_number[MENDED]["resumes_after_s"] == 5
    assert [each["token_lifetime_s"] for each in told if each["token_lifetime_s"]] == [60]


async def test_readiness_answers_a_test_key_from_the_sandbox(http, runtime, shelf) -> None:
    runtime.shelf.companies, runtime.shelf.offices = shelf.companies, shelf.offices
    key = make_key("test", "robawstest1", bytes(32))
    parsed = parse_key(key)
    digest = secret_sha256(parsed.secret_text)
    runtime.known[parsed.credential_id] = KnownCredential(
        parsed.credential_id, "software", "robaws", digest, mode="test", software="robaws"
    )
    tester = {"Authorization": f"Bearer {key}"}
    path = f"/v1/companies/{ELSEWHERE}/readiness"
    assert (await http.client.get(path, headers=tester)).json()["reason"] == "already_connected"
    assert (await http.client.get(path, headers=http.keys.robaws)).json()["state"] == "ready"
    other = EnterpriseNumber("0403.170.701")
    told = (await http.client.get(f"/v1/companies/{other}/readiness", headers=tester)).json()
    assert (told["reason"], told["contact"].endswith("GET /v1/sandbox/companies)")) == ("company_unknown", True)


async def test_no_office_of_the_directory_may_have_the_id_of_the_simulated_one(http) -> None:
    answer = await http.client.put(
        f"/v1/directory/offices/{OFFICE}", headers=http.keys.operator, json={"name": "Kantoor"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "office_id_reserved")
