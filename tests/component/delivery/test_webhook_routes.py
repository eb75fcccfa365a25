"""The routes of webhook endpoints as softwares see them, in front of a receiver of this machine."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from standardwebhooks import Webhook

from services.delivery import endpoints
from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.adapters.webhooks import Webhooks
from services.delivery.domain.cursors import cursor_at
from services.delivery.domain.notices import notice_of
from services.delivery.domain.webhook_queue import Waiting
from services.delivery.domain.webhooks import Replay, SendWebhooks, disabled
from shared.chassis.http import build_app
from shared.contracts.connections import ConnectionRevoked
from shared.values import SoftwareSlug, WebhookEndpointId
from tests.component.delivery.doors import CONNECTION, NOW, NUMBER, Runtime, key_of
from tests.component.delivery.receiving import HERE, KEY, Receiver, receiving

ENDPOINTS = "/v1/webhook_endpoints"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as running:
        yield running


@pytest.fixture
async def runtime() -> Runtime:
    runtime = Runtime()
    body = ConnectionRevoked(
        connection_id=CONNECTION, enterprise_number=NUMBER, software=SoftwareSlug("robaws"), revoked_by="office"
    )
    moments = [NOW - timedelta(hours=hours) for hours in (3, 2, 1)]
    await MemoryDelivery(runtime.tables).append_notices([notice_of(uuid4(), at, body) for at in moments])
    return runtime


@pytest.fixture
async def door(runtime: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    sender = Webhooks(HERE)
    resources = {"webhooks": sender, "webhook_key": KEY, "webhook_reach": HERE}
    app = build_app("delivery", [endpoints.routes], runtime, resources=resources)  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://door", headers=key_of("robaws")) as client:
        yield client
    await sender.close()


async def made(door: httpx.AsyncClient, url: str = "https://hooks.example/x", **others: Any) -> dict[str, Any]:
    answer = await door.post(ENDPOINTS, json={"url": url, **others})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_new_endpoint_shows_its_secret_once_and_hears_from_now_on(
    door: httpx.AsyncClient, runtime: Runtime
) -> None:
    answer = await door.post(ENDPOINTS, json={"url": "https://hooks.example/x", "types": ["connection.revoked"]})
    told = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    assert len(base64.b64decode(told["secret"].removeprefix("whsec_"))) == 32
    assert answer.headers["location"] == f"{ENDPOINTS}/{told['id']}"
    seen = (await door.get(answer.headers["location"])).json()
    assert "secret" not in seen and seen["types"] == ["connection.revoked"]
    assert told["secret"] not in repr(runtime.tables)
    assert runtime.tables.webhooks.endpoints[told["id"]].position == 3
    assert [(each.task, each.key) for each in runtime.written] == [(SendWebhooks(endpoint_id=told["id"]), told["id"])]


async def test_the_same_idempotency_key_gives_the_same_endpoint_and_secret(door: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "once"}
    first, again = [
        (await door.post(ENDPOINTS, json={"url": "https://hooks.example"}, headers=headers)).json() for _ in range(2)
    ]
    assert (first["id"], first["secret"]) == (again["id"], again["secret"])
    assert len((await door.get(ENDPOINTS)).json()["webhook_endpoints"]) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "http://hooks.example/"}, "webhook_url_not_https"),
        ({"url": "https://10.0.0.1/"}, "webhook_url_address"),
        ({"url": "nonsense"}, "webhook_url_malformed"),
        ({"url": "https://hooks.example:25/"}, "webhook_url_port"),
        ({"url": "https://hooks.example/", "types": ["office.gossip"]}, "request_malformed"),
        ({}, "request_malformed"),
    ],
)
async def test_an_endpoint_that_cannot_be_called_is_refused_with_the_reason(
    door: httpx.AsyncClient, body: dict[str, Any], code: str
) -> None:
    answer = await door.post(ENDPOINTS, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_sixth_endpoint_is_refused_until_one_is_removed(door: httpx.AsyncClient) -> None:
    ids = [(await made(door))["id"] for _ in range(5)]
    answer = await door.post(ENDPOINTS, json={"url": "https://hooks.example"})
    assert (answer.status_code, answer.json()["code"]) == (409, "webhook_endpoints_exhausted")
    assert (await door.delete(f"{ENDPOINTS}/{ids[0]}")).status_code == 204
    await made(door)


async def test_an_endpoint_is_unknown_to_everybody_else(door: httpx.AsyncClient) -> None:
    endpoint_id = (await made(door))["id"]
    calls = [
        ("GET", "", None),
        ("PATCH", "", {"enabled": False}),
        ("DELETE", "", None),
        ("POST", "/rotate", None),
        ("POST", "/test", None),
        ("GET", "/attempts", None),
        ("POST", "/replay", {}),
    ]
    for method, end, body in calls:
        for key, wanted in (("billit", endpoint_id), ("robaws", WebhookEndpointId.of(uuid4())), ("robaws", "nonsense")):
            answer = await door.request(method, f"{ENDPOINTS}/{wanted}{end}", json=body, headers=key_of(key))
            assert (answer.status_code, answer.json()["code"]) == (404, "webhook_endpoint_unknown")
        office = await door.request(method, f"{ENDPOINTS}/{endpoint_id}{end}", json=body, headers=key_of("janssens"))
        assert office.status_code == 403
    assert (await door.get(ENDPOINTS, headers=key_of("billit"))).json() == {"webhook_endpoints": []}
    assert (await door.get(f"{ENDPOINTS}/{endpoint_id}")).json()["enabled"]


async def test_an_endpoint_is_switched_off_and_on_and_then_tries_at_once(
    door: httpx.AsyncClient, runtime: Runtime
) -> None:
    endpoint_id = (await made(door))["id"]
    off = (await door.patch(f"{ENDPOINTS}/{endpoint_id}", json={"enabled": False, "description": "mending"})).json()
    assert (off["enabled"], off["disabled_reason"], off["description"]) == (False, "by_software", "mending")
    store = MemoryDelivery(runtime.tables)
    endpoint = await store.webhook(endpoint_id)
    assert endpoint is not None
    await store.save_waiting(endpoint, [Waiting(1, "e", "connection.revoked", "", 7, NOW + timedelta(hours=9))], [])
    on = (await door.patch(f"{ENDPOINTS}/{endpoint_id}", json={"enabled": True})).json()
    assert (on["enabled"], on["disabled_reason"], on["waiting"]) == (True, None, 1)
    (waiting,) = await store.waiting(endpoint_id)
    assert (waiting.attempts, waiting.next_at) == (0, NOW)
    assert [each.key for each in runtime.written] == [endpoint_id, endpoint_id]


async def test_why_an_endpoint_is_off_is_seen(door: httpx.AsyncClient, runtime: Runtime) -> None:
    endpoint_id = (await made(door))["id"]
    tables = runtime.tables.webhooks.endpoints
    tables[endpoint_id] = disabled(tables[endpoint_id], "gone", NOW)
    seen = (await door.get(f"{ENDPOINTS}/{endpoint_id}")).json()
    assert (seen["enabled"], seen["disabled_reason"]) == (False, "gone")
    answer = await door.post(f"{ENDPOINTS}/{endpoint_id}/replay", json={"dry_run": False})
    assert (answer.status_code, answer.json()["code"]) == (409, "webhook_endpoint_disabled")


async def test_a_rotation_shows_another_secret_and_until_when_the_older_one_signs(door: httpx.AsyncClient) -> None:
    first = await made(door)
    turned = (await door.post(f"{ENDPOINTS}/{first['id']}/rotate")).json()
    assert turned["secret"] != first["secret"]
    assert turned["older_secrets_end_at"] == [(NOW + timedelta(hours=24)).isoformat().replace("+00:00", "Z")]


async def test_a_test_is_sent_at_once_and_answers_with_what_came_of_it(
    door: httpx.AsyncClient, receiver: Receiver
) -> None:
    endpoint = await made(door, receiver.url)
    receiver.will_answer(200)
    told = (await door.post(f"{ENDPOINTS}/{endpoint['id']}/test")).json()
    ((headers, body),) = receiver.got
    event = json.loads(body)
    assert headers["webhook-signature"] == Webhook(endpoint["secret"]).sign(event["id"], NOW, body.decode())
    assert (event["type"], event["id"], event["data"]) == (
        "webhook.test",
        told["event_id"],
        {"endpoint_id": endpoint["id"]},
    )
    assert (told["delivered"], told["status"], told["reason"]) == (True, 200, None)
    soon = await door.post(f"{ENDPOINTS}/{endpoint['id']}/test")
    assert (soon.status_code, soon.json()["code"], soon.headers["retry-after"]) == (429, "rate_limited", "2")
    log = (await door.get(f"{ENDPOINTS}/{endpoint['id']}/attempts")).json()
    assert (log["attempts"], log["next_before"]) == ([told], None)


async def test_a_test_of_a_server_that_says_no_tells_so(door: httpx.AsyncClient, receiver: Receiver) -> None:
    endpoint = await made(door, receiver.url)
    receiver.will_answer(503)
    told = (await door.post(f"{ENDPOINTS}/{endpoint['id']}/test")).json()
    assert (told["delivered"], told["status"], told["reason"]) == (False, 503, "status_not_success")


async def test_a_range_is_counted_first_and_replayed_when_asked(door: httpx.AsyncClient, runtime: Runtime) -> None:
    path = f"{ENDPOINTS}/{(await made(door))['id']}/replay"
    since = (NOW - timedelta(hours=2)).isoformat()
    assert (await door.post(path, json={})).json() == {"events": 3, "dry_run": True}
    assert (await door.post(path, json={"since": since})).json()["events"] == 2
    assert (await door.post(path, json={"since": since, "until": NOW.isoformat()})).json()["events"] == 2
    cursors = {"cursor": cursor_at("robaws", 1), "until_cursor": cursor_at("robaws", 2)}
    assert (await door.post(path, json=cursors)).json()["events"] == 1
    assert len(runtime.written) == 1, "counting sends nothing"
    assert (await door.post(path, json=cursors | {"dry_run": False})).json() == {"events": 1, "dry_run": False}
    (endpoint,) = runtime.tables.webhooks.endpoints.values()
    assert (endpoint.replay, len(runtime.written)) == (Replay(1, 2), 2)
    again = await door.post(path, json={"dry_run": False})
    assert (again.status_code, again.json()["code"]) == (409, "replay_running")
    foreign = await door.post(path, json={"cursor": cursor_at("billit", 1)})
    assert (foreign.status_code, foreign.json()["code"]) == (400, "cursor_invalid")


async def test_a_cursor_behind_which_events_were_forgotten_says_so(door: httpx.AsyncClient, runtime: Runtime) -> None:
    cursor = (await door.get("/v1/events", params={"limit": "1"})).json()["cursor"]
    await MemoryDelivery(runtime.tables).forget_notices(NOW - timedelta(minutes=90))
    answer = await door.get("/v1/events", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_expired")
    rest = (await door.get("/v1/events", params={"cursor": answer.json()["cursor"]})).json()
    assert len(rest["events"]) == 1
    assert len((await door.get("/v1/events")).json()["events"]) == 1
    await MemoryDelivery(runtime.tables).forget_notices(NOW)
    assert (await door.get("/v1/events", params={"cursor": rest["cursor"]})).status_code == 200


async def test_a_type_that_does_not_exist_is_refused_instead_of_never_coming(door: httpx.AsyncClient) -> None:
    answer = await door.get("/v1/events", params={"types": "connection.revoked,connection.revokd"})
    assert (answer.status_code, answer.json()["code"]) == (422, "event_type_unknown")
    assert len((await door.get("/v1/events", params={"types": "connection.revoked"})).json()["events"]) == 3
