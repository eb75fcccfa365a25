"""Every reason in its place: with two obstacles at once, the earlier one of the list is told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import combinations
from uuid import UUID

import pytest

from services.verification.domain.directory import Company, Period, Software
from services.verification.domain.requests import Request, answer, answered
from shared.contracts import ConnectionBlocked, ConnectionRefused
from shared.contracts.reasons import ACCOUNTING_OFFICE, REASONS
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Language, OfficeId, SoftwareSlug

NUMBER, ROBAWS = EnterpriseNumber("0010.080.080"), SoftwareSlug("robaws")
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DESK = "help@relais.example"
SERVED = Period(OfficeId("janssens"), date(2020, 1, 1), None, client=True)
GOOD = Company(
    NUMBER, "An", Language.FR, email=EmailAddress("an@bakkerij.example"), address_version=1, periods=(SERVED,)
)


@dataclass(frozen=True)
class World:
    """All that an answer depends on."""

    company: Company | None
    software: Software | None
    request: Request


FINE = World(GOOD, Software(ROBAWS, "Robaws"), Request(ConnectionId.of(UUID(int=1)), NUMBER, ROBAWS))


def of_company(**changes: object) -> Callable[[World], World]:
    return lambda world: replace(world, company=world.company and replace(world.company, **changes))


def another_office(world: World) -> World:
    stranger = replace(SERVED, client=False)
    served = world.company is not None and bool(world.company.periods)
    return of_company(periods=(stranger,))(world) if served else world


IN_ORDER: dict[str, Callable[[World], World]] = {
    "company_unknown": lambda world: replace(world, company=None),
    "company_ceased": of_company(ceased=True),
    "no_accounting_office": of_company(periods=()),
    "office_not_a_client": another_office,
    "email_unknown": of_company(email=None, unconfirmed=False, bounced=False),
    "email_unverified": of_company(unconfirmed=True),
    "email_bounced": of_company(bounced=True),
    "software_not_allowed": lambda world: replace(world, software=None),
    "software_suspended": lambda world: replace(
        world, software=world.software and replace(world.software, state="suspended")
    ),
    "already_connected": lambda world: replace(world, request=replace(world.request, state="active", activated_at=NOW)),
}
OFFICE_MENDS = {"company_unknown", "email_unknown", "email_unverified", "email_bounced"}


def told(world: World) -> ConnectionBlocked | ConnectionRefused:
    after = answered(world.request, world.company, world.software, NOW)
    body = answer(after, world.company, None, DESK)
    assert isinstance(body, ConnectionBlocked | ConnectionRefused)
    return body


@pytest.mark.parametrize("code", IN_ORDER)
def test_each_reason_is_told_with_who_can_mend_it_and_in_the_companys_language(code: str) -> None:
    body = told(IN_ORDER[code](FINE))
    assert body.reason == code
    assert body.contact == (ACCOUNTING_OFFICE if code in OFFICE_MENDS else DESK)
    assert isinstance(body, ConnectionBlocked) == (REASONS[code].outcome == "blocked") == REASONS[code].resumes
    assert body.language == (Language.NL if code == "company_unknown" else Language.FR)


@pytest.mark.parametrize(("earlier", "later"), list(combinations(IN_ORDER, 2)))
def test_of_two_obstacles_the_earlier_in_the_list_is_told(earlier: str, later: str) -> None:
    world = FINE
    for code in (later, earlier):
        world = IN_ORDER[code](world)
    assert told(world).reason == earlier


def test_already_connected_says_since_when() -> None:
    body = told(IN_ORDER["already_connected"](FINE))
    assert isinstance(body, ConnectionRefused)
    assert body.since == NOW
