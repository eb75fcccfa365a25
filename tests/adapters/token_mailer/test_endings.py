"""Ended connections in both stores: who ended them, which address is the newest, and what an office is shown."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from services.token_mailer.adapters.postgres import CONNECTIONS_SERVED_BY, PostgresTokens
from services.token_mailer.domain.records import Connection
from services.token_mailer.domain.registering import activated, revoked
from shared.contracts.directory import CompanyChanged, OfficePeriod
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId, SoftwareSlug

NOW = datetime(2026, 3, 14, 9, 30, 0, 123456, tzinfo=UTC)
NUMBER, OTHER = EnterpriseNumber("0010.080.080"), EnterpriseNumber("0010.080.377")
JANSSENS, LAMBERT = OfficeId("janssens"), OfficeId("lambert")


def connection(number: int, **facts: Any) -> Connection:
    told: dict[str, Any] = {
        "connection_id": ConnectionId.of(UUID(int=number)),
        "enterprise_number": NUMBER,
        "software": SoftwareSlug("robaws"),
        "mode": "live",
        "office_id": JANSSENS,
        "language": Language.NL,
        "company_name": "Bakkerij",
        "scopes": (),
        "email": sealed(f"{number}"),
        "masked_email": "z***@e***.be",
        "address_version": 1,
    }
    return Connection(**told | facts)


def sealed(address: str) -> Sealed[Any]:
    return Sealed(key_id="0" * 16, ciphertext=address)


def served(*periods: tuple[OfficeId, int, int | None], **facts: Any) -> CompanyChanged:
    """A company with periods of offices in days from today."""
    today = datetime.now(UTC).date()
    offices = tuple(
        OfficePeriod(
            office_id=office,
            since=today + timedelta(days=since),
            until=None if until is None else today + timedelta(days=until),
        )
        for office, since, until in periods
    )
    told: dict[str, Any] = {"enterprise_number": NUMBER, "name": "x", "language": Language.NL, "offices": offices}
    return CompanyChanged(**told | facts)


async def numbers(store: Any, office: OfficeId, **asked: Any) -> list[int]:
    options: dict[str, Any] = {"mode": "live", "after": None, "limit": 10}
    found = await store.connections_served_by(office, **options | asked)
    return [each.connection_id.uuid.int for each in found]


async def test_since_when_it_was_active_and_who_ended_it_when_are_read_back(store: Any) -> None:
    await store.save_connections([pending := connection(1)])
    ended = revoked(activated(pending, NOW), "office", NOW + timedelta(days=1))
    await store.save_connections([ended])
    assert await store.lock_connections([ended.connection_id]) == {ended.connection_id: ended}


async def test_the_newest_address_is_the_one_with_the_highest_version_whoever_brought_it(store: Any) -> None:
    one, two = connection(1), connection(2, address_version=3)
    assert await store.newest_address(one) is None
    await store.save_connections([one, two, connection(3, mode="test", address_version=9)])
    assert await store.newest_address(one) == two.email
    await store.save_company_offices([(served(email=sealed("new"), address_version=4), 1)])
    assert await store.newest_address(one) == sealed("new")
    assert await store.newest_address(connection(3, mode="test")) == sealed("3")
    await store.save_company_offices([(served(email=None, address_version=5), 2)])
    assert await store.newest_address(one) == two.email, "an address that was taken away is not written to"


async def test_an_office_is_shown_the_connections_of_whom_it_serves_today(store: Any) -> None:
    other = connection(4, enterprise_number=OTHER, office_id=LAMBERT)
    await store.save_connections([connection(2), connection(1), connection(3, mode="test"), other])
    assert (await numbers(store, JANSSENS), await numbers(store, LAMBERT)) == ([1, 2], [4])
    await store.save_company_offices([(served((JANSSENS, -900, 0), (LAMBERT, 0, None)), 1)])
    assert (await numbers(store, JANSSENS), await numbers(store, LAMBERT)) == ([], [1, 2, 4])
    await store.save_company_offices([(served((JANSSENS, -900, 5), (LAMBERT, 5, None)), 2)])
    assert (await numbers(store, JANSSENS), await numbers(store, LAMBERT)) == ([1, 2], [4])
    assert await numbers(store, JANSSENS, mode="test") == [3]


async def test_it_is_shown_them_from_behind_the_one_that_was_last(store: Any) -> None:
    await store.save_connections([connection(number) for number in (3, 1, 2)])
    assert await numbers(store, JANSSENS, limit=2) == [1, 2]
    assert await numbers(store, JANSSENS, after=connection(2).connection_id) == [3]


async def test_the_policies_show_an_office_no_more_than_its_own_even_when_another_is_asked_for(
    worker: asyncpg.Pool, api: asyncpg.Pool
) -> None:
    async with worker.acquire() as opened, opened.transaction():
        await PostgresTokens(opened).save_connections(
            [connection(1), connection(2, mode="test"), connection(3, enterprise_number=OTHER, office_id=LAMBERT)]
        )
    async with api.acquire() as opened, opened.transaction():
        await opened.execute("select set_config('app.principal', 'office:janssens', true)")
        await opened.execute("select set_config('app.mode', 'live', true)")
        store = PostgresTokens(opened)
        assert await numbers(store, JANSSENS) == [1]
        assert await numbers(store, JANSSENS, mode="test") == await numbers(store, LAMBERT) == []


async def test_an_offices_connections_are_found_without_reading_everybodys(
    worker: asyncpg.Pool, api: asyncpg.Pool
) -> None:
    async with worker.acquire() as opened, opened.transaction():
        await PostgresTokens(opened).save_connections(
            [
                connection(number, office_id=OfficeId(f"office{number % 50}"), enterprise_number=number_of(number))
                for number in range(1, 2001)
            ]
        )
    async with api.acquire() as opened, opened.transaction():
        await opened.execute("select set_config('app.principal', 'office:office7', true)")
        await opened.execute("select set_config('app.mode', 'live', true), set_config('enable_seqscan', 'off', true)")
        plan = await opened.fetch(f"explain {CONNECTIONS_SERVED_BY}", "office7", "live", "", 500)
        text = "\n".join(row[0] for row in plan)
        assert "connections_of_office" in text and "connections_of_company" in text and "Seq Scan" not in text, text
        assert len(await numbers(PostgresTokens(opened), OfficeId("office7"), limit=500)) == 40


def number_of(serial: int) -> EnterpriseNumber:
    base = 12_000 + serial
    return EnterpriseNumber(f"{base:08d}{97 - base % 97:02d}")
