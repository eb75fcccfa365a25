"""Delivery's routes alone: streams, documents and channels as offices and softwares see them."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.domain.documents import Document, Step
from services.delivery.domain.feeds import Entry
from services.delivery.domain.notices import notice_of
from shared.contracts.connections import ConnectionRevoked
from shared.contracts.deliveries import DocumentBooked, DocumentFetched
from shared.contracts.documents import Claim
from shared.values import DocumentId, OfficeId, Sha256, SoftwareSlug
from tests.component.delivery.doors import BYTES, CONNECTION, NOW, NUMBER, Runtime, key_of, opened

DOCUMENT = DocumentId.of(uuid4())


@pytest.fixture
async def runtime() -> Runtime:
    runtime = Runtime()
    worker = MemoryDelivery(runtime.tables)
    body = ConnectionRevoked(
        connection_id=CONNECTION,
        enterprise_number=NUMBER,
        software=SoftwareSlug("robaws"),
        revoked_by="office",
    )
    await worker.append_notices([notice_of(uuid4(), NOW, body) for _ in range(3)])
    claim = Claim(path="a/b", sha256=Sha256.of(BYTES), size=len(BYTES), media_type="application/xml")
    document = Document(
        document_id=DOCUMENT,
        enterprise_number=NUMBER,
        connection_id=CONNECTION,
        software=SoftwareSlug("robaws"),
        state="delivered",
        received_at=NOW,
        office_id=OfficeId("janssens"),
        document=claim,
        position=1,
        timeline=(Step("delivered", NOW),),
    )
    await worker.save_documents([document])
    await worker.append_entries([Entry(OfficeId("janssens"), DOCUMENT, NOW)])
    return runtime


@pytest.fixture
async def door(runtime: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(runtime) as client:
        yield client


async def test_a_software_reads_its_stream_by_cursor(door: httpx.AsyncClient) -> None:
    first = (await door.get("/v1/events?limit=2", headers=key_of("robaws"))).json()
    assert len(first["events"]) == 2 and first["more"]
    rest = (await door.get(f"/v1/events?cursor={first['cursor']}", headers=key_of("robaws"))).json()
    assert len(rest["events"]) == 1 and not rest["more"]
    assert (await door.get("/v1/events", headers=key_of("billit"))).json()["events"] == []
    foreign = await door.get(f"/v1/events?cursor={first['cursor']}", headers=key_of("billit"))
    assert (foreign.status_code, foreign.json()["code"]) == (400, "cursor_invalid")


async def test_a_waiting_software_is_answered_in_time(door: httpx.AsyncClient) -> None:
    answer = await door.get("/v1/payments?wait=0.3", headers=key_of("robaws"))
    assert (answer.status_code, answer.json()["payments"]) == (200, [])


async def test_an_office_reads_the_original_and_that_is_told_once(door: httpx.AsyncClient, runtime: Runtime) -> None:
    feed = (await door.get("/v1/documents?after=0", headers=key_of("janssens"))).json()
    assert [each["id"] for each in feed["documents"]] == [DOCUMENT] and feed["next_after"] == 1
    for _ in range(2):
        answer = await door.get(feed["documents"][0]["original"], headers=key_of("janssens"))
        assert answer.content == BYTES and answer.headers["content-type"] == "application/xml"
        assert answer.headers["repr-digest"].startswith("sha-256=:")
    assert [type(each.body) for each in runtime.written] == [DocumentFetched]


async def test_a_document_is_unknown_to_everybody_else(door: httpx.AsyncClient) -> None:
    for name in ("peeters", "billit"):
        answer = await door.get(f"/v1/documents/{DOCUMENT}", headers=key_of(name))
        assert (answer.status_code, answer.json()["code"]) == (404, "document_unknown")
    answer = await door.get(f"/v1/documents/{DOCUMENT}/original", headers=key_of("robaws"))
    assert answer.status_code in (401, 403)
    assert (await door.get("/v1/documents/nonsense", headers=key_of("robaws"))).status_code == 404


async def test_a_booked_document_cannot_be_refused_any_more(door: httpx.AsyncClient, runtime: Runtime) -> None:
    for _ in range(2):
        booked = await door.post(f"/v1/documents/{DOCUMENT}/booked", headers=key_of("janssens"))
        assert booked.json()["state"] == "booked"
    assert [type(each.body) for each in runtime.written] == [DocumentBooked]
    refused = await door.post(f"/v1/documents/{DOCUMENT}/refused", headers=key_of("janssens"), json={"reason": "twice"})
    assert (refused.status_code, refused.json()["code"]) == (409, "document_booked")
    own = (await door.get(f"/v1/documents/{DOCUMENT}", headers=key_of("robaws"))).json()
    assert [step["state"] for step in own["timeline"]] == ["delivered", "booked"]
    assert "client_code" not in own and "office_id" not in own


async def test_a_reason_that_cannot_be_stored_is_told_to_whoever_wrote_it(door: httpx.AsyncClient) -> None:
    answer = await door.post(f"/v1/documents/{DOCUMENT}/refused", headers=key_of("janssens"), json={"reason": "a\0b"})
    assert (answer.status_code, answer.json()["code"]) == (422, "request_malformed")


async def test_an_office_that_chooses_kafka_gets_its_edge(door: httpx.AsyncClient, runtime: Runtime) -> None:
    assert (await door.get("/v1/channels", headers=key_of("janssens"))).json()["kafka"] is None
    answer = (await door.put("/v1/channels/kafka", headers=key_of("janssens"))).json()
    assert (answer["topic"], answer["username"]) == ("office.janssens.documents.v1", "office.janssens")
    assert (answer["ready"], answer["password"]) == (False, "password of office.janssens")
    (duty,) = runtime.written
    assert (duty.task.edge_kind, duty.task.owner) == ("office", "janssens")
    assert (await door.get("/v1/channels", headers=key_of("janssens"))).json()["kafka"]["ready"] is False
