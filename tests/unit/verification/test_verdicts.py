"""May this company be connected? The rule alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.verification.domain.directory import Company, Period, Software, company_snapshot, overlapping
from services.verification.domain.requests import Request, answer, answered, asked, reconsidered
from services.verification.domain.verdicts import (
    Standing,
    contact_for,
    obstacle,
    outcome_of,
    software_obstacle,
    standing_of,
)
from shared.contracts import ConnectionRequested
from shared.contracts.reasons import REASONS
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Language, OfficeId, SoftwareSlug
from shared.values.days import belgian_day

NUMBER = EnterpriseNumber("0010.080.080")
GOOD = Standing(ceased=False, served=True, served_by_client=True, has_email=True, bounced=False)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
A, B = OfficeId("aa"), OfficeId("bb")
ROBAWS = Software(SoftwareSlug("robaws"), "Robaws")


def company(*periods, email="an@example.be", version=1):
    address = EmailAddress(email) if email else None
    served = periods or (Period(A, date(2020, 1, 1), None, client=True),)
    return Company(NUMBER, "An", Language.NL, email=address, address_version=version, periods=served)


def request(**changes):
    base = Request(ConnectionId.of(UUID(int=1)), NUMBER, SoftwareSlug("robaws"))
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (None, "company_unknown"),
        (replace(GOOD, ceased=True, served=False), "company_ceased"),
        (replace(GOOD, served=False, served_by_client=False, has_email=False), "no_accounting_office"),
        (replace(GOOD, served_by_client=False, has_email=False), "office_not_a_client"),
        (replace(GOOD, has_email=False), "email_unknown"),
        (replace(GOOD, unconfirmed=True, bounced=True), "email_unverified"),
        (replace(GOOD, bounced=True), "email_bounced"),
        (GOOD, None),
    ],
)
def test_the_first_failed_check_is_the_reason(standing, code):
    assert obstacle(standing) == code


@given(st.builds(Standing, *[st.booleans()] * 6))
def test_every_reason_is_one_of_the_catalogue_and_only_a_good_standing_has_none(standing):
    code = obstacle(standing)
    assert (code is None) == (standing == GOOD)
    if code is not None:
        assert REASONS[code].outcome == outcome_of(code)


def test_what_someone_can_mend_waits_and_the_rest_is_final():
    final = {"company_ceased", "software_suspended", "software_not_allowed"}
    assert {outcome_of(code) for code in final} == {"refused"}
    assert outcome_of("email_unknown") == outcome_of("company_unknown") == "blocked"
    assert software_obstacle(None) == "software_not_allowed"
    assert software_obstacle(ROBAWS) is None


def test_the_office_is_contacted_for_what_it_can_mend_and_else_the_help_desk():
    assert contact_for("email_unknown", "desk") == "accounting_office"
    assert contact_for("no_accounting_office", "desk") == "desk"


def test_an_office_serves_from_its_first_day_until_before_the_last():
    period = Period(A, date(2026, 1, 1), date(2026, 7, 1), client=True)
    served = company(period)
    assert served.office_on(date(2026, 1, 1)) == A
    assert served.office_on(date(2026, 6, 30)) == A
    assert served.office_on(date(2025, 12, 31)) is None
    assert served.office_on(date(2026, 7, 1)) is None


def test_of_two_offices_the_later_client_serves():
    served = company(
        Period(A, date(2020, 1, 1), None, client=True),
        Period(B, date(2024, 1, 1), None, client=False),
    )
    assert served.office_on(date(2026, 1, 1)) == A
    assert standing_of(served, date(2026, 1, 1)) == GOOD


def test_a_day_is_a_day_in_brussels():
    assert belgian_day(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == date(2026, 7, 1)


def test_only_offices_that_are_clients_leave_the_directory():
    stranger = Period(B, date(2020, 1, 1), None, client=False)
    assert not company(stranger).is_shared
    assert [p.office_id for p in company_snapshot(company(stranger), None).offices] == []
    assert replace(company(stranger), version=3).is_shared


def test_overlapping_periods_of_one_office_are_found():
    first = Period(A, date(2020, 1, 1), date(2021, 1, 1), client=True)
    assert overlapping([first, Period(A, date(2020, 12, 31), None, client=True)]) is not None
    assert overlapping([first, Period(A, date(2021, 1, 1), None, client=True)]) is None
    assert overlapping([first, Period(B, date(2020, 6, 1), None, client=True)]) is None


def test_an_asking_that_was_answered_before_is_not_verified_again():
    body = ConnectionRequested(
        connection_id=request().connection_id, enterprise_number=NUMBER, software=SoftwareSlug("robaws"), ordinal=2
    )
    assert asked(request(ordinal=2), body) is None
    assert asked(request(ordinal=1, state="revoked"), body) is None
    assert asked(request(ordinal=1, state="active"), body) == request(ordinal=2, state="active")
    again = asked(request(ordinal=1, state="blocked", version=4), body)
    assert again is not None
    assert (again.ordinal, again.state, again.version) == (2, "verifying", 4)


def test_another_reason_does_not_give_a_blocked_request_more_time():
    blocked = answered(request(), None, ROBAWS, NOW)
    later = reconsidered(blocked, company(email=None), ROBAWS, NOW + timedelta(days=20))
    assert later is not None
    assert (later.reason, later.expires_at) == ("email_unknown", NOW + timedelta(days=30))
    assert reconsidered(later, company(email=None), ROBAWS, NOW + timedelta(days=21)) is None


def test_a_verified_request_hears_of_its_address_only():
    verified = answered(request(), company(), ROBAWS, NOW)
    assert verified.state == "verified"
    assert reconsidered(verified, company(Period(A, date(2027, 1, 1), None, client=True)), ROBAWS, NOW) is None
    assert reconsidered(verified, company(version=2), ROBAWS, NOW).state == "verified"
    assert reconsidered(verified, company(email=None), ROBAWS, NOW).reason == "email_unknown"
    assert reconsidered(request(state="refused"), company(), ROBAWS, NOW) is None


def test_an_answer_without_the_facts_it_tells_is_an_error():
    verified = answered(request(), company(), ROBAWS, NOW)
    with pytest.raises(ValueError, match="verified_without_facts"):
        answer(verified, company(), None, "desk")
