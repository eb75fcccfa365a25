"""Who may do what with a connection, and how it ends: on the real tables, under row-level security."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.token_mailer.domain.tokens import OneTimeToken, TokenKey, derive_token
from shared.contracts.connections import ConnectionRevoked
from shared.contracts.directory import CompanyChanged, OfficePeriod
from shared.values import ConnectionId, Language, OfficeId
from tests.component.token_mailer.world import (
    BILLIT,
    JANSSENS,
    LAMBERT,
    LIVE,
    NUMBER,
    TEST,
    World,
    office,
    software,
)  # fmt: skip
from tests.conftest import Database


@pytest.fixture
async def world(database: Database) -> World:
    world = World(await database.api("token_mailer"), await database.worker("token_mailer"))
    await world.know(
        software("robaws", LIVE, TEST), software("billit", BILLIT), office("janssens", JANSSENS),
        office("lambert", LAMBERT),
    )  # fmt: skip
    return world


async def registered(world: World, number: int = 7, **facts: Any) -> tuple[ConnectionId, OneTimeToken, dict[str, Any]]:
    connection, code = await world.connect(number, **facts)
    async with world.caller(LIVE) as robaws:
        path = f"/v1/connections/{connection.connection_id}/activate"
        answer = await robaws.post(path, json={"token": code.grouped})
        assert answer.status_code == 200, answer.text
    return connection.connection_id, code, answer.json()


def served(*periods: tuple[str, date, date | None], version: int = 1) -> tuple[CompanyChanged, int]:
    offices = tuple(OfficePeriod(office_id=OfficeId(name), since=since, until=until) for name, since, until in periods)
    return CompanyChanged(enterprise_number=NUMBER, name="x", language=Language.FR, offices=offices), version


async def test_the_code_that_was_registered_ends_the_connection_for_whoever_has_it(world: World) -> None:
    connection_id, code, _ = await registered(world)
    async with world.caller() as anyone:
        for _ in range(2):
            answer = await anyone.post("/v1/connections/revoke", json={"token": code.grouped.lower()})
            assert (answer.status_code, answer.json()["connection_id"]) == (200, connection_id)
    (told,) = world.told(ConnectionRevoked)
    assert told.revoked_by == "company"
    state = await world.worker.fetchval("select state from connections")
    ends = await world.worker.fetchval("select ends_at <= now() from connection_credentials")
    assert (state, ends) == ("revoked", True)


async def test_who_did_not_ask_ends_the_request_with_the_code_that_was_mailed(world: World) -> None:
    connection, code = await world.connect(7)
    async with world.caller() as anyone, world.caller(LIVE) as robaws:
        assert (await anyone.post("/v1/connections/revoke", json={"token": code})).status_code == 200
        path = f"/v1/connections/{connection.connection_id}/activate"
        assert (await robaws.post(path, json={"token": code})).status_code == 410


async def test_wrong_codes_are_counted_by_where_they_come_from(world: World) -> None:
    _, code, _ = await registered(world)
    wrong = derive_token(TokenKey(bytes(32)), ConnectionId.of(UUID(int=1)), 1, bytes(16))
    async with world.caller() as anyone:
        for _ in range(10):
            answer = await anyone.post("/v1/connections/revoke", json={"token": wrong}, headers=came_from("192.0.2.1"))
            assert (answer.status_code, answer.json()["code"]) == (404, "token_invalid")
        body = {"token": code}
        there = await anyone.post("/v1/connections/revoke", json=body, headers=came_from("192.0.2.1"))
        elsewhere = await anyone.post("/v1/connections/revoke", json=body, headers=came_from("192.0.2.2"))
    assert (there.status_code, there.json()["code"]) == (429, "token_locked")
    assert elsewhere.status_code == 200


def came_from(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": f"203.0.113.9, {address}"}


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
async def test_the_page_acts_only_when_its_form_is_sent(world: World, language: str) -> None:
    _, code, _ = await registered(world)
    async with world.caller(**{"Accept-Language": f"{language}-BE,xx;q=0.5"}) as browser:
        page = await browser.get("/connections/revoke", params={"token": code})
        assert (page.status_code, world.told(ConnectionRevoked)) == (200, [])
        assert f'<html lang="{language}">' in page.text and code not in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"] and "<script" not in page.text
        refused = await browser.post("/connections/revoke", data={"token": "<b>nonsense", "language": language})
        assert refused.status_code == 404 and 'role="alert"' in refused.text and "<b>" not in refused.text
        done = await browser.post("/connections/revoke", data={"token": code.grouped, "language": language})
    assert done.status_code == 200 and 'role="status"' in done.text and "<form" not in done.text
    assert len(world.told(ConnectionRevoked)) == 1


async def test_the_office_of_today_may_end_a_connection_and_the_one_before_it_may_not(world: World) -> None:
    connection, _ = await world.connect(7)
    path, today = f"/v1/connections/{connection.connection_id}", datetime.now(UTC).date()
    moved = served(("janssens", date(2020, 1, 1), today), ("lambert", today, None), version=2)
    await world.serve(moved)
    await world.serve(served(("janssens", date(2020, 1, 1), None), version=1))  # late, and so ignored
    async with world.caller(JANSSENS) as before, world.caller(LAMBERT) as now:
        assert (await before.delete(path)).json()["code"] == "connection_unknown"
        assert (await now.delete(path)).status_code == 204
    assert [each.revoked_by for each in world.told(ConnectionRevoked)] == ["office"]


async def test_before_the_company_is_told_of_the_office_of_the_request_may_end_it(world: World) -> None:
    connection, _ = await world.connect(7)
    path = f"/v1/connections/{connection.connection_id}"
    async with world.caller(LAMBERT) as other, world.caller(JANSSENS) as own:
        assert (await other.delete(path)).status_code == 404
        assert (await own.delete(path)).status_code == 204


async def test_who_revoked_is_told_truthfully(world: World) -> None:
    connection_id, _, _ = await registered(world)
    async with world.caller(LIVE) as robaws:
        assert (await robaws.delete(f"/v1/connections/{connection_id}")).status_code == 204
    assert [each.revoked_by for each in world.told(ConnectionRevoked)] == ["software"]


@pytest.mark.parametrize(("mode", "own", "other"), [("live", LIVE, TEST), ("test", TEST, LIVE)], ids=["live", "test"])
async def test_a_key_of_the_other_mode_finds_no_connection(world: World, mode: Any, own: str, other: str) -> None:
    connection, code = await world.connect(7, mode=mode)
    path = f"/v1/connections/{connection.connection_id}"
    async with world.caller(other) as wrong, world.caller(own) as right:
        for answer in (
            await wrong.post(f"{path}/activate", json={"token": code}),
            await wrong.post(f"{path}/token/resend"),
            await wrong.post(f"{path}/rotate"),
            await wrong.delete(path),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "connection_unknown")
        assert (await wrong.get(f"/v2/get-credentials/{code}")).json()["code"] == "token_invalid"
        assert (await right.get(f"/v2/get-credentials/{code}")).status_code == 200


async def test_ten_wrong_tries_lock_however_many_come_at_once(world: World) -> None:
    connection, code = await world.connect(7)
    path = f"/v1/connections/{connection.connection_id}/activate"
    wrong = derive_token(TokenKey(bytes(32)), connection.connection_id, 1, bytes(16))
    async with world.caller(LIVE) as robaws:
        answers = await asyncio.gather(*(robaws.post(path, json={"token": wrong}) for _ in range(40)))
        assert Counter(answer.json()["code"] for answer in answers) == {"token_invalid": 10, "token_locked": 30}
        locked = await robaws.post(path, json={"token": code})
    assert (locked.status_code, 590 <= int(locked.headers["Retry-After"]) <= 600) == (429, True)


async def test_of_twenty_who_register_one_token_at_once_all_get_the_same_credential(world: World) -> None:
    connection, code = await world.connect(7)
    path = f"/v1/connections/{connection.connection_id}/activate"
    async with world.caller(LIVE) as robaws:
        answers = await asyncio.gather(*(robaws.post(path, json={"token": code}) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["password"] for answer in answers}) == 1
    assert await world.worker.fetchval("select count(*) from connection_credentials") == 1


async def test_a_service_whose_clock_is_wrong_decides_by_the_databases(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon, past = datetime.now(UTC) + timedelta(hours=1), datetime.now(UTC) - timedelta(hours=1)
    await world.know(software("robaws", LIVE, ends_at=soon), software("billit", BILLIT, ends_at=past), sequence=2)
    for module in ("credentials", "http"):
        monkeypatch.setattr(f"shared.chassis.{module}.datetime", _TenHoursAhead)
    connection, code = await world.connect(7)
    path = f"/v1/connections/{connection.connection_id}/activate"
    async with world.caller(LIVE) as robaws, world.caller(BILLIT) as billit:
        assert (await robaws.post(path, json={"token": code})).status_code == 200
        assert (await billit.post(path, json={"token": code})).json()["code"] == "credentials_expired"


class _TenHoursAhead(datetime):
    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return datetime.now(tz) + timedelta(hours=10)
