"""OAuth 2.0 client credentials (RFC 6749 §4.4): the answers and errors of the RFC, on real tables."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.chassis import bearers
from shared.chassis.keys import parse_key
from tests.component.token_mailer.world import BILLIT, JANSSENS, LIVE, World, office, software
from tests.conftest import Database

GRANT = {"grant_type": "client_credentials"}
ROBAWS = parse_key(LIVE)
IN_FORM = {"client_id": ROBAWS.credential_id, "client_secret": ROBAWS.secret_text}


@pytest.fixture
async def world(database: Database) -> World:
    world = World(await database.api("token_mailer"), await database.worker("token_mailer"))
    await world.know(
        software("robaws", LIVE), software("billit", BILLIT, scopes=("invoices:write",)), office("janssens", JANSSENS)
    )
    return world


async def asked(world: World, form: dict[str, str], **headers: str) -> httpx.Response:
    async with world.caller(**headers) as client:
        return await client.post("/oauth/token", data=form)


def basic(username: str, password: str) -> str:
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()


async def resent(world: World, bearer: str, connection_id: str) -> tuple[int, str]:
    async with world.caller(bearer) as client:
        answer = await client.post(f"/v1/connections/{connection_id}/token/resend")
        return answer.status_code, answer.json().get("code", "")


async def test_a_software_gets_a_token_by_basic_and_in_the_form_and_calls_with_it(world: World) -> None:
    connection, _ = await world.connect(7)
    tokens = set()
    for form, headers in (
        (GRANT | IN_FORM, {}),
        (GRANT | {"client_id": ROBAWS.credential_id, "client_secret": LIVE}, {}),
        (GRANT | {"client_secret": LIVE}, {}),
        (GRANT, {"Authorization": basic(ROBAWS.credential_id, ROBAWS.secret_text)}),
        (GRANT, {"Authorization": basic("", LIVE)}),
    ):
        answer = await asked(world, form, **headers)
        body = answer.json()
        assert (answer.status_code, body["token_type"], body["expires_in"]) == (200, "Bearer", 600), answer.text
        assert (body["scope"], answer.headers["Cache-Control"]) == ("invoices:write statements:read", "no-store")
        tokens.add(body["access_token"])
    assert len(tokens) == 5
    assert await resent(world, tokens.pop(), connection.connection_id) == (202, "")


@pytest.mark.parametrize(
    ("form", "headers", "status", "error"),
    [
        ({}, {}, 400, "invalid_request"),
        (IN_FORM, {}, 400, "invalid_request"),
        (GRANT | IN_FORM, {"Authorization": basic("x", "y")}, 400, "invalid_request"),
        (GRANT | IN_FORM, {"Content-Type": "application/json"}, 400, "invalid_request"),
        ({"grant_type": "password"} | IN_FORM, {}, 400, "unsupported_grant_type"),
        (GRANT, {}, 401, "invalid_client"),
        (GRANT, {"Authorization": "Basic ???"}, 401, "invalid_client"),
        (GRANT | {"client_id": "nobody0001", "client_secret": "x"}, {}, 401, "invalid_client"),
        (GRANT | IN_FORM | {"client_secret": "wrong"}, {}, 401, "invalid_client"),
        (GRANT | IN_FORM | {"client_secret": BILLIT}, {}, 401, "invalid_client"),
        (GRANT | {"client_id": "x", "client_secret": LIVE[:-1] + "x"}, {}, 401, "invalid_client"),
        (GRANT | {"client_secret": JANSSENS}, {}, 400, "unauthorized_client"),
        (GRANT | IN_FORM | {"scope": "invoices:write statements:write"}, {}, 400, "invalid_scope"),
        (GRANT | {"client_secret": BILLIT, "scope": "statements:read"}, {}, 400, "invalid_scope"),
    ],
    ids=lambda value: str(value)[:30] if not isinstance(value, dict) else None,
)
async def test_errors_have_the_form_of_the_rfc(
    world: World, form: dict[str, str], headers: dict[str, str], status: int, error: str
) -> None:
    answer = await asked(world, form, **headers)
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


async def test_a_parameter_that_stands_twice_is_refused(world: World) -> None:
    async with world.caller() as client:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await client.post("/oauth/token", content=b"grant_type=a&grant_type=a", headers=headers)
    assert answer.json()["error"] == "invalid_request"


async def test_a_suspended_software_gets_no_token_and_the_one_it_has_is_worth_nothing(world: World) -> None:
    connection, _ = await world.connect(7)
    token = (await asked(world, GRANT | IN_FORM)).json()["access_token"]
    await world.know(software("robaws", LIVE, state="suspended"), sequence=2)
    world.credentials._kept.clear()  # two seconds later
    assert (await asked(world, GRANT | IN_FORM)).json()["error"] == "unauthorized_client"
    assert await resent(world, token, connection.connection_id) == (403, "software_suspended")
    await world.know(software("robaws"), sequence=3)
    world.credentials._kept.clear()
    assert await resent(world, token, connection.connection_id) == (401, "credentials_invalid")


async def test_a_token_ends_after_ten_minutes_by_the_databases_clock(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, _ = await world.connect(7)
    monkeypatch.setattr(bearers, "LIFETIME", timedelta(seconds=-1))
    token = (await asked(world, GRANT | IN_FORM)).json()["access_token"]
    assert await resent(world, token, connection.connection_id) == (401, "credentials_expired")


async def test_a_connections_credential_buys_a_token_that_stands_for_the_connection(world: World) -> None:
    connection, code = await world.connect(7)
    async with world.caller(LIVE) as robaws:
        path = f"/v1/connections/{connection.connection_id}"
        given: dict[str, Any] = (await robaws.post(f"{path}/activate", json={"token": code})).json()
    await world.know(world.consequences[-1].body)  # type: ignore[attr-defined]
    form = GRANT | {"client_id": given["username"], "client_secret": given["password"], "scope": "statements:read"}
    answer = await asked(world, form)
    assert (answer.status_code, answer.json()["scope"]) == (200, "statements:read")
    async with world.caller(answer.json()["access_token"]) as client:
        assert (await client.post(f"{path}/rotate")).status_code == 200
        other, _ = await world.connect(8)
        assert (await client.post(f"/v1/connections/{other.connection_id}/rotate")).status_code == 404


async def test_a_rotated_credential_works_for_a_day_more(world: World) -> None:
    connection, code = await world.connect(7)
    path = f"/v1/connections/{connection.connection_id}"
    async with world.caller(LIVE) as robaws:
        first = (await robaws.post(f"{path}/activate", json={"token": code})).json()
        second = (await robaws.post(f"{path}/rotate")).json()
    await world.know(world.consequences[-1].body)  # type: ignore[attr-defined]
    query = "update credentials set ends_at = ends_at - $1::interval where ends_at is not null"
    for waited, works in ((timedelta(hours=23, minutes=59), 200), (timedelta(minutes=1), 401)):
        await world.worker.execute(query, waited)  # the day passes
        world.credentials._kept.clear()
        for given, status in ((first, works), (second, 200)):
            form = GRANT | {"client_id": given["username"], "client_secret": given["password"]}
            assert (await asked(world, form)).status_code == status
