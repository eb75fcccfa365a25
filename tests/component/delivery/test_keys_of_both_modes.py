"""A software with a test key and a live one: what it is told by each, and by which doors."""

from collections.abc import AsyncIterator
from typing import Any, get_args
from uuid import uuid4

import httpx
import pytest

from services.delivery import endpoints, handlers
from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.adapters.webhooks import Webhooks
from services.delivery.domain.webhooks import SendWebhooks, WebhookEndpoint
from shared.chassis.credentials import KnownCredential
from shared.chassis.http import build_app
from shared.chassis.keys import make_key, parse_key, secret_sha256
from shared.chassis.messages import Batch, Do, EdgeRecord, Received
from shared.chassis.parking import MemoryParking
from shared.contracts.access import Mode
from shared.contracts.connections import ConnectionRevoked
from shared.contracts.event import Event
from shared.contracts.invoices import InvoiceQuarantined
from shared.values import ConnectionId, DocumentId, SoftwareSlug, WebhookEndpointId
from tests.component.delivery.doors import NOW, NUMBER, Connection, Runtime
from tests.component.delivery.receiving import HERE, KEY, calling, receiving

ROBAWS = SoftwareSlug("robaws")
KEYS: dict[Mode, str] = {mode: make_key(mode, f"robaws{mode}", mode.encode().ljust(32)) for mode in get_args(Mode)}
BOTH = pytest.mark.parametrize(("mode", "other"), [("test", "live"), ("live", "test")])


class ConnectionWithMode(Connection):
    """One that also learns the mode which a call's transaction is opened with."""

    mode: Mode = "live"

    async def fetchrow(self, statement: str, principal: str) -> dict[str, Any]:
        self.mode = "test" if "set_config('app.mode', 'test'" in statement else "live"
        return await super().fetchrow(statement, principal)


class TwoKeys(Runtime):
    """One software, two keys."""

    async def find(self, credential_id: str, *, fresh: bool = False) -> KnownCredential | None:
        for mode, text in KEYS.items():
            key = parse_key(text)
            if key.credential_id == credential_id:
                return KnownCredential(credential_id, "software", ROBAWS, secret_sha256(key.secret_text), mode=mode)
        return None

    async def acquire(self, timeout: float) -> Connection:
        return ConnectionWithMode()

    def store(self, connection: Any) -> MemoryDelivery:
        return MemoryDelivery(self.tables, connection.principal, connection.mode)

    async def hear(self, handler: Any, *bodies: Event) -> list[Any]:
        """What follows where these events are handled."""
        events = [Received(id=uuid4(), correlation_id="c", body=body, time=NOW, sequence=1) for body in bodies]
        consequences: list[Any] = await handler(Batch(events, NOW, MemoryParking()), MemoryDelivery(self.tables))
        return consequences


@pytest.fixture
def runtime() -> TwoKeys:
    return TwoKeys()


@pytest.fixture
async def door(runtime: TwoKeys) -> AsyncIterator[httpx.AsyncClient]:
    sender = Webhooks(HERE)
    resources: dict[str, Any] = {"webhooks": sender, "webhook_key": KEY, "webhook_reach": HERE}
    resources |= {"kafka_bootstrap": "kafka:9092", "kafka_password": lambda principal: f"password of {principal}"}
    app = build_app("delivery", [endpoints.routes], runtime, resources=resources)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as client:
        yield client
    await sender.close()


def key_of(mode: Mode) -> dict[str, str]:
    return {"Authorization": f"Bearer {KEYS[mode]}"}


def revoked(mode: Mode) -> ConnectionRevoked:
    connection_id = ConnectionId.of(uuid4())
    return ConnectionRevoked(
        connection_id=connection_id, enterprise_number=NUMBER, software=ROBAWS, mode=mode, revoked_by="office"
    )


def put_aside(mode: Mode) -> InvoiceQuarantined:
    return InvoiceQuarantined(
        document_id=DocumentId.of(uuid4()),
        connection_id=ConnectionId.of(uuid4()),
        enterprise_number=NUMBER,
        software=ROBAWS,
        mode=mode,
        reason="document_invalid",
    )


@BOTH
async def test_a_key_reads_the_events_and_documents_of_its_own_mode(
    door: httpx.AsyncClient, runtime: TwoKeys, mode: Mode, other: Mode
) -> None:
    told = {each: revoked(each) for each in get_args(Mode)}
    documents = {each: put_aside(each) for each in get_args(Mode)}
    await runtime.hear(handlers.tell_software, *told.values())
    await runtime.hear(handlers.take_quarantined, *documents.values())
    page = (await door.get("/v1/events", headers=key_of(mode))).json()
    assert [each["subject"] for each in page["events"]] == [told[mode].connection_id, documents[mode].document_id]
    nothing = await door.get("/v1/events", params={"cursor": page["cursor"]}, headers=key_of(mode))
    assert (nothing.status_code, nothing.json()["events"]) == (200, [])
    listed = (await door.get("/v1/documents", headers=key_of(mode))).json()["documents"]
    assert [each["id"] for each in listed] == [documents[mode].document_id]
    foreign = await door.get(f"/v1/documents/{documents[other].document_id}", headers=key_of(mode))
    absent = await door.get(f"/v1/documents/{DocumentId.of(uuid4())}", headers=key_of(mode))
    assert (foreign.status_code, foreign.json()["code"]) == (absent.status_code, absent.json()["code"])
    assert (foreign.status_code, foreign.json()["code"]) == (404, "document_unknown")


@BOTH
async def test_an_endpoint_is_unknown_to_a_key_of_the_other_mode(
    door: httpx.AsyncClient, mode: Mode, other: Mode
) -> None:
    # The same idempotency key as well: with another key of the software it stands for another call.
    made = [
        await door.post(
            "/v1/webhook_endpoints",
            json={"url": "https://hooks.example"},
            headers=key_of(each) | {"Idempotency-Key": "once"},
        )
        for each in (mode, other)
    ]
    assert [each.status_code for each in made] == [201, 201]
    own, foreign = (each.json()["id"] for each in made)
    assert own != foreign
    listed = (await door.get("/v1/webhook_endpoints", headers=key_of(mode))).json()["webhook_endpoints"]
    assert [each["id"] for each in listed] == [own]
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/rotate"), ("POST", "/test"), ("GET", "/attempts")):
        answer = await door.request(method, f"/v1/webhook_endpoints/{foreign}{path}", headers=key_of(mode))
        assert (answer.status_code, answer.json()["code"]) == (404, "webhook_endpoint_unknown"), f"{method} {path}"
    assert (await door.get(f"/v1/webhook_endpoints/{foreign}", headers=key_of(other))).status_code == 200


async def test_events_of_mode_test_call_their_own_endpoints_and_are_not_on_kafka(runtime: TwoKeys) -> None:
    heard_by: dict[Mode, WebhookEndpointId] = {}
    for mode in get_args(Mode):
        endpoint = WebhookEndpoint(
            endpoint_id=WebhookEndpointId.of(uuid4()),
            software=ROBAWS,
            url="https://hooks.example",
            created_at=NOW,
            mode=mode,
        )
        await MemoryDelivery(runtime.tables).save_webhook(endpoint)
        heard_by[mode] = endpoint.endpoint_id
    for handler, made in ((handlers.tell_software, revoked), (handlers.take_quarantined, put_aside)):
        (call,) = await runtime.hear(handler, made("test"))
        assert isinstance(call, Do) and call.task == SendWebhooks(endpoint_id=heard_by["test"])
        record, call = await runtime.hear(handler, made("live"))
        assert isinstance(record, EdgeRecord) and record.topic == "software.robaws.events.v1"
        assert isinstance(call, Do) and call.task == SendWebhooks(endpoint_id=heard_by["live"])


async def test_an_endpoint_is_sent_the_events_of_its_mode_and_passes_by_the_others() -> None:
    async with receiving() as receiver, calling() as house:
        endpoint_id = await house.listen(receiver.url, mode="test")
        await house.tell(0, 1)
        assert await house.send(endpoint_id) == 1
        assert receiver.got == [] and (await house.endpoint(endpoint_id)).position == 2
        event = Received(id=uuid4(), correlation_id="c", body=revoked("test"), time=house.now, sequence=1)
        await handlers.tell_software(Batch([event], house.now, MemoryParking()), house.store)
        await house.tell(2)
        await house.send(endpoint_id)
        assert receiver.ids == [house.told()[2]["id"]]
        assert (await house.endpoint(endpoint_id)).position == 4


async def test_a_test_key_is_given_no_access_to_kafka(door: httpx.AsyncClient) -> None:
    refused = await door.put("/v1/channels/kafka", headers=key_of("test"))
    assert (refused.status_code, refused.json()["code"]) == (403, "live_key_needed")
    assert "password" not in refused.text.lower()
    assert (await door.get("/v1/channels", headers=key_of("test"))).json()["kafka"] is None
    given = (await door.get("/v1/channels", headers=key_of("live"))).json()["kafka"]
    assert given["topic"] == "software.robaws.events.v1"
