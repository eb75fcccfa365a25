"""Askings over HTTP and what the software sees of them while the others tell their parts."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.intake import handlers
from services.intake.adapters.memory import MemoryIntake
from services.intake.endpoints import compatibility
from shared.chassis.errors import InvalidMessage
from shared.chassis.messages import Batch, Received
from shared.chassis.parking import MemoryParking
from shared.contracts import (
    ConnectionActivated,
    ConnectionBlocked,
    ConnectionRequested,
    ConnectionRevoked,
    ConnectionVerified,
    TokenMailed,
)
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ASK = {"enterprise_number": "BE 0010.080.080"}


def of(connection_id, software="robaws"):
    return {
        "connection_id": ConnectionId(connection_id),
        "enterprise_number": EnterpriseNumber("0010.080.080"),
        "software": SoftwareSlug(software),
    }


def verified(connection_id, ordinal=1):
    return ConnectionVerified(
        **of(connection_id), ordinal=ordinal, office_id=OfficeId("janssens"), language=Language.FR,
        company_name="Bakkerij An", email=Sealed(key_id="k", ciphertext="c"), masked_email="a***@e***.be",
        address_version=1,
    )  # fmt: skip


def blocked(connection_id):
    return ConnectionBlocked(
        **of(connection_id), reason="email_unknown", contact="accounting_office", language=Language.FR,
        expires_at=NOW + timedelta(days=30),
    )  # fmt: skip


async def tell(runtime, body, sequence=1, event_id=None):
    event = Received(id=event_id or uuid4(), correlation_id="c", body=body, time=NOW, sequence=sequence)
    return await handlers.follow_connections(Batch([event], NOW, MemoryParking()), MemoryIntake(runtime.shelf))


async def ask(http, body=None, key="robaws", **headers):
    headers |= getattr(http.keys, key)
    return await http.client.post("/v1/connections", json=body or ASK, headers=headers)


async def show(http, connection_id, key="robaws"):
    return await http.client.get(f"/v1/connections/{connection_id}", headers=getattr(http.keys, key))


async def test_an_asking_is_taken_and_published_once_more_when_repeated(http, runtime):
    first, second = await ask(http), await ask(http)
    assert (first.status_code, first.json()["state"]) == (202, "requested")
    assert first.headers["location"] == f"/v1/connections/{first.json()['id']}"
    assert first.json() == second.json()
    assert [one.body.ordinal for one in runtime.consequences] == [1, 2]
    assert {one.body.key for one in runtime.consequences} == {"0010080080"}
    assert (await ask(http, key="billit")).json()["id"] != first.json()["id"]


async def test_a_number_that_is_none_is_refused_with_its_code(http, runtime):
    swapped = await ask(http, {"enterprise_number": "0403.170.710"})
    assert (swapped.status_code, swapped.json()["code"]) == (422, "enterprise_number_checksum")
    malformed = await ask(http, {"enterprise_number": "hello"})
    assert malformed.json()["code"] == "enterprise_number_malformed"
    assert runtime.consequences == []


async def test_the_software_sees_each_step_and_nobody_else_does(http, runtime):
    connection_id = (await ask(http)).json()["id"]
    await tell(runtime, blocked(connection_id), 1)
    seen = (await show(http, connection_id)).json()
    assert (seen["state"], seen["reason"], seen["contact"]) == ("blocked", "email_unknown", "accounting_office")
    assert "{contact}" not in seen["explanation"]
    await tell(runtime, verified(connection_id), 2)
    mailed = TokenMailed(
        **of(connection_id), issue=1, masked_email="a***@e***.be", expires_at=NOW + timedelta(hours=72)
    )
    await tell(runtime, mailed, 1)
    seen = (await show(http, connection_id)).json()
    assert (seen["state"], seen["reason"], seen["masked_email"]) == ("token_sent", None, "a***@e***.be")
    await tell(runtime, ConnectionActivated(**of(connection_id), activated_at=NOW), 2)
    seen = (await show(http, connection_id)).json()
    assert seen["state"] == "active"
    assert sorted(line["kind"] for line in seen["timeline"]) == [
        "connection.activated", "connection.blocked", "connection.requested", "connection.verified", "token.mailed",
    ]  # fmt: skip
    assert (await show(http, connection_id, "billit")).status_code == 404
    listed = await http.client.get("/v1/connections", headers=http.keys.billit)
    assert listed.json() == {"connections": [], "next": None}


async def test_pages_of_connections_follow_each_other(http):
    for number in ("0010.080.080", "0010.080.179", "0010.080.278"):
        await ask(http, {"enterprise_number": number})
    first = (await http.client.get("/v1/connections?limit=2", headers=http.keys.robaws)).json()
    rest = (await http.client.get(f"/v1/connections?limit=2&after={first['next']}", headers=http.keys.robaws)).json()
    ids = [one["id"] for one in first["connections"] + rest["connections"]]
    assert (len(ids), ids, rest["next"]) == (3, sorted(ids), None)


async def test_a_late_answer_does_not_take_back_what_is_active(http, runtime):
    connection_id = (await ask(http)).json()["id"]
    await tell(runtime, ConnectionActivated(**of(connection_id), activated_at=NOW), 2)
    await tell(runtime, blocked(connection_id), 1)
    assert (await show(http, connection_id)).json()["state"] == "active"
    again = await ask(http)
    assert (again.json()["state"], len(runtime.consequences)) == ("active", 1)


async def test_a_revoked_connection_is_asked_for_as_a_new_one(http, runtime):
    connection_id = (await ask(http)).json()["id"]
    await tell(runtime, ConnectionRevoked(**of(connection_id), revoked_by="company"), 3)
    assert (await show(http, connection_id)).json()["state"] == "revoked"
    again = (await ask(http)).json()
    assert again["id"] != connection_id
    assert [one.body.ordinal for one in runtime.consequences] == [1, 1]


async def test_an_event_of_a_connection_nobody_asked_for_is_invalid(runtime):
    with pytest.raises(InvalidMessage, match="connection_unknown"):
        await tell(runtime, blocked(ConnectionId.of(UUID(int=1))))


async def test_an_idempotency_key_answers_once_and_stands_for_one_request(http, runtime):
    first = await ask(http, **{"Idempotency-Key": "k1"})
    again = await ask(http, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert len(runtime.consequences) == 1
    other = await ask(http, {"enterprise_number": "0010.080.179"}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    runtime.shelf.held.add(("software:robaws", "live", "k2"))
    busy = await ask(http, **{"Idempotency-Key": "k2"})
    assert (busy.status_code, busy.json()["code"]) == (409, "idempotency_key_in_flight")


async def test_a_key_of_each_mode_has_idempotency_keys_and_connections_of_its_own(http, runtime):
    live = await ask(http, **{"Idempotency-Key": "k1"})
    test = await ask(http, {"enterprise_number": "0010.080.179"}, key="robaws_test", **{"Idempotency-Key": "k1"})
    assert (live.status_code, test.status_code) == (202, 202)
    assert "idempotency-replayed" not in test.headers
    assert [one.body.mode for one in runtime.consequences] == ["live", "test"]
    assert len({one.cause.id for one in runtime.consequences}) == 2, "else the second is dropped as a repetition"
    for shown, key, status in ((live, "robaws", 200), (live, "robaws_test", 404), (test, "robaws", 404)):
        assert (await show(http, shown.json()["id"], key)).status_code == status


async def request_token(http, **headers):
    path = "/v2/request-access-token/invoicing-software/"
    key = http.keys.robaws["Authorization"].removeprefix("Bearer ")
    return await http.client.post(path, json={"vat": "BE0010080080"}, headers={"X-Software-Company": key} | headers)


async def answer_when_asked(runtime, body):
    await runtime.woken.wait()
    asked = runtime.consequences[-1].body
    assert isinstance(asked, ConnectionRequested)
    await tell(runtime, body(asked.connection_id))


async def test_the_v2_caller_hears_201_once_the_company_is_verified(http, runtime):
    answer, _ = await asyncio.gather(request_token(http), answer_when_asked(runtime, verified))
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"


async def test_the_v2_caller_hears_the_reason_in_the_companys_language(http, runtime):
    answer, _ = await asyncio.gather(request_token(http), answer_when_asked(runtime, blocked))
    body = answer.json()
    assert (answer.status_code, body["reason"], body["contact"]) == (400, "email_unknown", "accounting_office")
    assert "bureau comptable" in body["detail"]
    assert "{" not in body["detail"]


async def test_the_v2_caller_is_told_to_come_back_when_it_takes_too_long(http, monkeypatch):
    monkeypatch.setattr(compatibility, "LONGEST_WAIT_MS", 100)
    answer = await request_token(http)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["code"] == "temporarily_unavailable"


async def test_the_v2_caller_that_repeats_its_key_asks_once(http, runtime):
    key = {"Idempotency-Key": "k1"}
    first, _ = await asyncio.gather(request_token(http, **key), answer_when_asked(runtime, verified))
    again = await request_token(http, **key)
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 201, first.json()["id"])
    assert [one.body.ordinal for one in runtime.consequences] == [1]


def activated(connection_id):
    return ConnectionActivated(**of(connection_id), activated_at=NOW)


def revoked(connection_id):
    return ConnectionRevoked(**of(connection_id), revoked_by="company")


@pytest.mark.parametrize(("body", "status"), [(activated, 201), (revoked, 400)])
async def test_the_v2_caller_hears_what_overtook_the_verification(http, runtime, body, status):
    answer, _ = await asyncio.gather(request_token(http), answer_when_asked(runtime, body))
    assert answer.status_code == status
    assert status == 201 or answer.json()["reason"] == "consent_withdrawn"
