"""How much the softwares ask, counted alike in memory and in Postgres."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.intake.domain.connections import Ask, asked
from services.intake.domain.probing import Asking, Limits, TooMuch
from shared.contracts import SoftwareChanged
from shared.values import EnterpriseNumber, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROBAWS, BILLIT = SoftwareSlug("robaws"), SoftwareSlug("billit")
NUMBERS = [EnterpriseNumber(f"{base:08d}{97 - base % 97:02d}") for base in range(20_000, 20_012)]
LIMITS = Limits(daily_companies=3, sample=4, unknown_percent=30, throttled_pause=timedelta(seconds=60))
MIDNIGHT = datetime(2026, 11, 3, tzinfo=UTC)


def askings(*places, software=ROBAWS):
    return [Asking(software, NUMBERS[place]) for place in places]


async def admit(intake, principal, wanted, now=NOW, limits=LIMITS):
    async with intake(principal) as store:
        return await store.admit(wanted, now, limits)


async def test_a_day_holds_so_many_companies_over_http_and_kafka_together(intake):
    assert await admit(intake, "software:robaws", askings(0, 1)) == {}
    assert await admit(intake, "worker", askings(0, 2, 3, 2, 4)) == dict.fromkeys(
        askings(3, 4), TooMuch("quota", MIDNIGHT)
    )
    assert await admit(intake, "software:robaws", askings(0, 1, 2)) == {}
    assert await admit(intake, "software:billit", askings(3, software=BILLIT)) == {}
    assert await admit(intake, "software:robaws", askings(3), NOW + timedelta(days=1)) == {}


async def test_a_software_has_the_quota_that_the_operator_gave_it(intake):
    async with intake("worker") as store:
        await store.save_softwares([(SoftwareChanged(software=ROBAWS, name="Robaws", daily_companies=1), 1)])
    assert list(await admit(intake, "software:robaws", askings(0, 1))) == askings(1)


async def answered(intake, places, unknown, hours=0):
    known = [asked(None, ROBAWS, "live", Ask(enterprise_number=NUMBERS[place]), NOW)[0] for place in places]
    rows = [
        replace(one, answered_at=NOW + timedelta(hours=hours), reason="company_unknown" if unknown else "")
        for one in known
    ]
    async with intake("worker") as store:
        await store.save_connections(rows)
        return [asker.software for asker in await store.judge([ROBAWS, BILLIT], NOW, LIMITS)]


async def test_too_many_unknown_companies_slow_a_software_down_until_the_share_is_low_again(intake):
    assert await answered(intake, range(3), unknown=True) == [], "too few answers to judge by"
    assert await answered(intake, [3], unknown=False) == [ROBAWS]
    assert await answered(intake, [4], unknown=True) == [], "raised once"
    assert await admit(intake, "software:robaws", askings(9)) == {}
    slowed = await admit(intake, "software:robaws", askings(9, 10), NOW + timedelta(seconds=10))
    assert slowed == {askings(10)[0]: TooMuch("unknown", NOW + timedelta(seconds=60))}
    assert await admit(intake, "software:billit", askings(9, 10, software=BILLIT)) == {}
    assert await answered(intake, range(5, 9), unknown=False, hours=1) == []
    assert await admit(intake, "software:robaws", askings(10), NOW + timedelta(seconds=10)) == {}


async def test_what_was_asked_on_earlier_days_is_forgotten(intake):
    await admit(intake, "software:robaws", askings(0, 1))
    async with intake("worker") as store:
        assert await store.forget_askings(NOW.date()) == 0
        assert await store.forget_askings(MIDNIGHT.date()) == 2


async def test_replicas_that_ask_at_once_stay_within_one_quota(in_postgres):
    refused = await asyncio.gather(*(admit(in_postgres, "software:robaws", askings(place)) for place in range(8)))
    assert sum(len(each) for each in refused) == 5
