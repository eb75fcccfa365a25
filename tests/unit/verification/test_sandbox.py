"""The table of the sandbox: ten numbers, and what a test request is told of each."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from deploy.demo.directory import TEST_NUMBERS
from services.verification.domain.directory import Software
from services.verification.domain.requests import Request
from services.verification.domain.sandbox import (
    SIMULATED_COMPANIES,
    ContinueTrial,
    bounced,
    contact_in_sandbox,
    continued,
    follow,
    obstacle_in_sandbox,
    simulated,
    tried,
)
from shared.chassis.messages import Cause, Do, Publish
from shared.contracts import ConnectionBlocked, ConnectionRefused, ConnectionVerified
from shared.contracts.documents import Sealed
from shared.contracts.reasons import REASONS
from shared.contracts.sandbox import OFFICE
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROBAWS = Software(SoftwareSlug("robaws"), "Robaws")
CONNECTS, UNKNOWN, NO_OFFICE, NO_CLIENT, NO_EMAIL, BOUNCES, EXPIRES, ELSEWHERE, MENDED, SLOW = TEST_NUMBERS
CAUSE = Cause(id=UUID(int=1), correlation_id="c")


def request(number, ordinal=1):
    return Request(ConnectionId.of(UUID(int=int(number))), number, ROBAWS.software, mode="test", ordinal=ordinal)


def seal(email):
    return Sealed[EmailAddress](key_id="k", ciphertext=email)


def told(trial):
    bodies = [each.body for each in follow(CAUSE, trial, seal, "help@relais.example") if isinstance(each, Publish)]
    return bodies[0] if bodies else None


def test_the_table_has_the_ten_numbers_each_with_a_behaviour_of_its_own() -> None:
    assert tuple(each.number for each in SIMULATED_COMPANIES) == TEST_NUMBERS
    assert len({each.behaviour for each in SIMULATED_COMPANIES}) == len(TEST_NUMBERS)
    assert {each.reason for each in SIMULATED_COMPANIES} - {""} <= set(REASONS)
    assert all(each.does.endswith(".") for each in SIMULATED_COMPANIES)


def test_every_address_lies_where_no_mail_can_ever_arrive() -> None:
    companies = [each.company for each in SIMULATED_COMPANIES if each.company is not None]
    assert len(companies) == 9
    assert all(company.email.endswith("@sandbox.example") for company in companies)
    assert {period.office_id for company in companies for period in company.periods} == {OFFICE}


@pytest.mark.parametrize("number", [CONNECTS, BOUNCES, EXPIRES])
def test_three_numbers_are_verified_at_once(number) -> None:
    trial = tried(request(number), ROBAWS, NOW)
    body = told(trial)
    assert isinstance(body, ConnectionVerified)
    assert (body.mode, body.office_id, body.address_version) == ("test", OFFICE, 1)
    assert body.token_lifetime_s == (60 if number == EXPIRES else None)
    assert (trial.request.state, trial.request.version, trial.again_at) == ("verified", 1, None)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (UNKNOWN, "company_unknown"),
        (NO_OFFICE, "no_accounting_office"),
        (NO_CLIENT, "office_not_a_client"),
        (NO_EMAIL, "email_unknown"),
    ],
)
def test_four_numbers_are_blocked_for_thirty_days(number, reason) -> None:
    trial = tried(request(number), ROBAWS, NOW)
    body = told(trial)
    assert isinstance(body, ConnectionBlocked)
    assert (body.reason, body.mode, body.expires_at) == (reason, "test", NOW + timedelta(days=30))
    assert trial.again_at is None
    assert "sandbox" not in body.contact


def test_one_number_is_connected_elsewhere_and_refused() -> None:
    body = told(tried(request(ELSEWHERE), ROBAWS, NOW))
    assert isinstance(body, ConnectionRefused)
    assert body.reason == "already_connected"


def test_any_other_number_is_unknown_and_points_to_the_list() -> None:
    other = EnterpriseNumber("0403.170.701")
    assert simulated(other) is None
    body = told(tried(request(other), ROBAWS, NOW))
    assert (body.reason, obstacle_in_sandbox(other)) == ("company_unknown", "company_unknown")
    assert body.contact == "help@relais.example (test numbers: GET /v1/sandbox/companies)"
    assert contact_in_sandbox(CONNECTS, "accounting_office", "desk") == "accounting_office"


def test_the_office_mends_what_was_missing_five_seconds_later() -> None:
    first = tried(request(MENDED), ROBAWS, NOW)
    assert (told(first).reason, first.again_at) == ("email_unknown", NOW + timedelta(seconds=5))
    (task,) = [each for each in follow(CAUSE, first, seal, "desk") if isinstance(each, Do)]
    assert isinstance(task.task, ContinueTrial)
    assert (task.task.ordinal, task.due) == (1, NOW + timedelta(seconds=5))
    second = continued(first.request, ROBAWS, NOW + timedelta(seconds=5))
    assert second is not None
    assert (second.request.state, second.request.version, second.again_at) == ("verified", 2, None)
    assert isinstance(told(second), ConnectionVerified)


def test_the_slow_number_is_answered_eight_seconds_later() -> None:
    first = tried(request(SLOW), ROBAWS, NOW)
    assert (first.told, told(first), first.again_at) == (False, None, NOW + timedelta(seconds=8))
    assert first.request.state == "verifying"
    second = continued(first.request, ROBAWS, NOW + timedelta(seconds=8))
    assert second is not None
    assert isinstance(told(second), ConnectionVerified)
    assert continued(second.request, ROBAWS, NOW) is None


def test_a_bounce_blocks_the_request_and_only_one_that_was_verified() -> None:
    verified = tried(request(BOUNCES), ROBAWS, NOW).request
    trial = bounced(verified, NOW)
    assert trial is not None
    assert (told(trial).reason, trial.request.version) == ("email_bounced", 2)
    assert bounced(trial.request, NOW) is None


def test_a_suspended_software_is_told_so_in_the_sandbox_too() -> None:
    suspended = Software(ROBAWS.software, ROBAWS.name, "suspended")
    assert told(tried(request(CONNECTS), suspended, NOW)).reason == "software_suspended"
