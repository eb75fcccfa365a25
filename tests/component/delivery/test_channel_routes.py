"""The routes of channels as offices see them, in front of real receivers of this machine."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from standardwebhooks import Webhook

from services.delivery.adapters.folder import FolderCourier
from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.adapters.office_webhook import WebhookCourier
from services.delivery.adapters.sealed_secrets import SealedSecrets
from services.delivery.adapters.sftp import SftpCourier
from services.delivery.adapters.webhooks import Webhooks
from services.delivery.domain.channel_secrets import sftp_secret
from services.delivery.domain.channels import Channel, kafka_channel_id
from services.delivery.domain.edges import edge_of
from services.delivery.domain.handovers import HandOver, NewHandover
from shared.chassis.messages import EdgeRecord
from shared.values import ChannelId, DocumentId, OfficeId
from tests.adapters.delivery.sftp_server import PASSWORD, USERNAME, Office, serving
from tests.component.delivery.doors import NOW, Runtime, key_of, opened
from tests.component.delivery.receiving import HERE, KEY, Receiver, receiving

OFFICE = OfficeId("janssens")
SECRET, NEWER = "whsec_" + "A" * 32, "whsec_" + "B" * 32


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as running:
        yield running


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Office]:
    async with serving(tmp_path / "office") as running:
        yield running


@pytest.fixture
def runtime() -> Runtime:
    return Runtime()


@pytest.fixture
async def door(runtime: Runtime, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    sender, sftp = Webhooks(HERE), SftpCourier(HERE)
    (tmp_path / "root").mkdir()
    lent = {
        "webhook_reach": HERE,
        "channel_secrets": SealedSecrets(KEY),
        "couriers": {"folder": FolderCourier(tmp_path / "root"), "sftp": sftp, "webhook": WebhookCourier(sender)},
    }
    async with opened(runtime, **lent) as client:
        client.headers.update(key_of("janssens"))
        yield client
    await sftp.close()
    await sender.close()


def worker(runtime: Runtime) -> MemoryDelivery:
    return MemoryDelivery(runtime.tables)


async def made(door: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await door.post("/v1/channels", json=asked)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def kept(runtime: Runtime, channel: dict[str, Any]) -> Channel:
    found = await worker(runtime).channel(ChannelId(channel["id"]))
    assert found is not None
    return found


def sftp_of(server: Office, **others: Any) -> dict[str, Any]:
    place = {"host": "127.0.0.1", "port": server.port, "username": USERNAME, "password": PASSWORD}
    return place | {"host_key": server.fingerprint} | others


async def test_a_channel_is_made_read_listed_changed_and_removed(door: httpx.AsyncClient, runtime: Runtime) -> None:
    answer = await door.post("/v1/channels", json={"kind": "folder", "name": "WinBooks", "client_codes": ["K12"]})
    told = answer.json()
    assert answer.headers["location"] == f"/v1/channels/{told['id']}"
    assert (told["files"], told["folder"]) == (
        ["json", "pdf", "xml"],
        {"path": "janssens/CLIENTCODE/YEAR"},
    )
    assert (told["enabled"], told["waiting"], told["failed"], told["sftp"]) == (True, 0, 0, None)
    assert (await door.get(answer.headers["location"])).json() == told
    listed = (await door.get("/v1/channels")).json()
    assert (listed["feed"], listed["kafka"], listed["channels"]) == ({"href": "/v1/documents"}, None, [told])
    changed = await door.patch(
        f"/v1/channels/{told['id']}", json={"files": ["xml", "pdf"], "language": "fr", "enabled": False}
    )
    assert changed.json() == told | {
        "files": ["pdf", "xml"],
        "language": "fr",
        "enabled": False,
        "stopped_reason": "by_office",
    }
    on = (await door.patch(f"/v1/channels/{told['id']}", json={"enabled": True, "language": None})).json()
    assert (on["enabled"], on["stopped_reason"], on["language"], on["client_codes"]) == (True, None, None, ["K12"])
    assert [each.task for each in runtime.written] == [HandOver(channel_id=told["id"])]
    assert (await door.delete(f"/v1/channels/{told['id']}")).status_code == 204
    assert (await door.get(f"/v1/channels/{told['id']}")).json()["code"] == "channel_unknown"


async def test_the_same_idempotency_key_gives_the_same_channel(door: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "once"}
    ids = [(await door.post("/v1/channels", json={"kind": "folder"}, headers=headers)).json()["id"] for _ in range(2)]
    assert ids[0] == ids[1] and len((await door.get("/v1/channels")).json()["channels"]) == 1


async def test_a_channel_is_unknown_to_everybody_else(door: httpx.AsyncClient, runtime: Runtime) -> None:
    path = f"/v1/channels/{(await made(door, kind='folder'))['id']}"
    for caller in ("peeters", "robaws"):
        for method, end, body in (
            ("GET", "", None),
            ("PATCH", "", {"name": "mine"}),
            ("DELETE", "", None),
            ("POST", "/test", None),
            ("POST", "/retry", None),
            ("GET", "/handovers", None),
        ):
            answer = await door.request(method, path + end, json=body, headers=key_of(caller))
            assert answer.status_code == (404 if caller == "peeters" else 403), (method, end)
    assert (await door.get("/v1/channels", headers=key_of("peeters"))).json()["channels"] == []
    assert (await door.get("/v1/channels/nonsense")).json()["code"] == "channel_unknown"
    assert (await door.get(path)).json()["name"] == ""


async def test_no_secret_is_answered_or_kept_as_it_is(
    door: httpx.AsyncClient, runtime: Runtime, server: Office, receiver: Receiver
) -> None:
    key = "-----BEGIN PRIVATE KEY-----\nunreadable\n-----END PRIVATE KEY-----"
    sftp = await made(door, kind="sftp", sftp=sftp_of(server, private_key=key, passphrase="of the key"))
    hook = await made(door, kind="webhook", webhook={"url": receiver.url, "secret": SECRET})
    place = {name: value for name, value in sftp_of(server).items() if name != "password"}
    assert sftp["sftp"] == {**place, "folder": "", "secret": True}
    assert hook["webhook"] == {"url": receiver.url}
    everything = json.dumps((await door.get("/v1/channels")).json()) + repr(runtime.tables) + repr(runtime.written)
    for secret in (PASSWORD, "unreadable", "of the key", SECRET, SECRET.removeprefix("whsec_")):
        assert secret not in everything
    opened = SealedSecrets(KEY).open((await kept(runtime, sftp)).sealed_secret)
    assert sftp_secret(opened).password == PASSWORD
    for wrong in ({"kind": "sftp", "sftp": sftp_of(server, pasword=PASSWORD)}, {"kind": "mail", "secret": PASSWORD}):
        refused = await door.post("/v1/channels", json=wrong)
        assert refused.status_code == 422 and PASSWORD not in refused.text


async def test_a_kept_password_goes_to_the_server_it_was_entered_for_and_to_no_other(
    door: httpx.AsyncClient, server: Office
) -> None:
    path = f"/v1/channels/{(await made(door, kind='sftp', sftp=sftp_of(server)))['id']}"
    place = {name: value for name, value in sftp_of(server).items() if name != "password"}
    assert (await door.patch(path, json={"sftp": place | {"folder": "elsewhere"}})).status_code == 200
    for other in ({"host": "127.0.0.2"}, {"port": 2222}, {"username": "root"}):
        refused = await door.patch(path, json={"sftp": place | other})
        assert (refused.status_code, refused.json()["code"]) == (422, "channel_secret_missing"), other
    moved = await door.patch(path, json={"sftp": place | {"username": "root", "password": "another"}})
    assert moved.json()["sftp"]["username"] == "root"


async def test_an_office_has_25_channels_and_one_on_kafka_which_is_the_one_it_chose_before(
    door: httpx.AsyncClient, runtime: Runtime
) -> None:
    await door.put("/v1/channels/kafka")
    listed = (await door.get("/v1/channels")).json()
    assert listed["kafka"]["topic"] == "office.janssens.documents.v1"
    assert [(each["id"], each["kind"], each["files"]) for each in listed["channels"]] == [
        (kafka_channel_id(OFFICE), "kafka", ["xml"])
    ]
    second = await door.post("/v1/channels", json={"kind": "kafka"})
    assert (second.status_code, second.json()["code"]) == (409, "channels_exhausted")
    for _ in range(24):
        await made(door, kind="folder")
    beyond = await door.post("/v1/channels", json={"kind": "folder"})
    assert (beyond.status_code, beyond.json()["code"]) == (409, "channels_exhausted")
    path = f"/v1/channels/{kafka_channel_id(OFFICE)}"
    assert (await door.patch(path, json={"enabled": False})).json()["stopped_reason"] == "by_office"
    assert (await door.put("/v1/channels/kafka")).status_code == 200
    assert (await door.get(path)).json()["enabled"] is False, "asked again it answers the same and changes nothing"


async def test_the_test_button_delivers_a_sample_by_sftp_and_shows_the_key_of_an_unknown_server(
    door: httpx.AsyncClient, server: Office, runtime: Runtime
) -> None:
    channel = await made(door, kind="sftp", sftp=sftp_of(server, host_key=None))
    path = f"/v1/channels/{channel['id']}"
    seen = (await door.post(f"{path}/test")).json()
    assert (seen["delivered"], seen["outcome"], seen["code"]) == (False, "retry", "host_key_unknown")
    assert server.fingerprint in seen["words"] and server.files() == []
    soon = await door.post(f"{path}/test")
    assert (soon.status_code, soon.headers["retry-after"]) == (429, "2")
    await _later(runtime, channel)
    place = {name: value for name, value in sftp_of(server).items() if name != "password"}
    await door.patch(path, json={"sftp": place})
    tried = (await door.post(f"{path}/test")).json()
    assert tried["delivered"] and tried["number"].startswith("TEST-")
    assert server.files() == sorted(f"TEST/{NOW.year}/Invoices-OUT-01/{name}" for name in tried["files"])
    assert b"Do not book it" in (server.root / server.files()[-1]).read_bytes()
    assert (await door.get(f"{path}/handovers")).json()["handovers"] == [], "a sample is no document"


async def test_a_sample_for_a_webhook_is_signed_and_marked_and_its_refusal_is_told_in_the_receiver_s_words(
    door: httpx.AsyncClient, receiver: Receiver, runtime: Runtime
) -> None:
    channel = await made(door, kind="webhook", webhook={"url": receiver.url, "secret": SECRET})
    path = f"/v1/channels/{channel['id']}"
    tried = (await door.post(f"{path}/test")).json()
    assert (tried["delivered"], tried["words"]) == (True, "HTTP 200")
    ((headers, body),) = receiver.got
    Webhook(SECRET).verify(body, headers)
    assert json.loads(body)["test"] is True
    await door.patch(path, json={"webhook": {"url": receiver.url, "secret": NEWER}})
    await _later(runtime, channel)
    receiver.will_answer(422)
    refused = (await door.post(f"{path}/test")).json()
    assert (refused["delivered"], refused["outcome"], refused["words"]) == (False, "refused", "HTTP 422")
    Webhook(NEWER).verify(receiver.got[1][1], receiver.got[1][0])


async def test_a_sample_for_kafka_goes_onto_the_office_s_own_topic_marked_as_a_test(
    door: httpx.AsyncClient, runtime: Runtime
) -> None:
    await door.put("/v1/channels/kafka")
    path = f"/v1/channels/{kafka_channel_id(OFFICE)}"
    assert (await door.post(f"{path}/test")).json()["code"] == "edge_not_ready"
    await worker(runtime).edge_opened(edge_of("office", OFFICE), NOW)
    await _later(runtime, {"id": kafka_channel_id(OFFICE)})
    assert (await door.post(f"{path}/test")).json()["delivered"] is True
    (record,) = [each for each in runtime.written if isinstance(each, EdgeRecord)]
    assert record.topic == "office.janssens.documents.v1" and dict(record.headers)["relais_test"] == "true"
    assert isinstance(record.value, bytes) and b"Do not book it" in record.value


async def test_what_failed_is_shown_with_its_reason_and_retry_takes_it_up_again(
    door: httpx.AsyncClient, runtime: Runtime
) -> None:
    channel = await made(door, kind="folder")
    store, channel_id = worker(runtime), ChannelId(channel["id"])
    documents = [DocumentId.of(uuid4()) for _ in range(3)]
    await store.append_handovers([NewHandover(channel_id, each, "", NOW) for each in documents])
    first, second, _ = await store.waiting_handovers(channel_id, 10)
    await store.save_handovers(
        [
            replace(first, state="failed", attempts=1, last_error="name_taken: x exists", ended_at=NOW),
            replace(second, state="handed_over", attempts=1, receipt="x/y.xml", ended_at=NOW),
        ]
    )
    path = f"/v1/channels/{channel_id}"
    assert [(await door.get(path)).json()[name] for name in ("waiting", "failed")] == [1, 1]
    page = (await door.get(f"{path}/handovers?limit=2")).json()
    assert [(each["position"], each["state"]) for each in page["handovers"]] == [(3, "waiting"), (2, "done")]
    rest = (await door.get(f"{path}/handovers?before={page['next_before']}")).json()
    (failed,) = rest["handovers"]
    assert (failed["document_id"], failed["last_error"]) == (documents[0], "name_taken: x exists")
    assert rest["next_before"] is None
    assert (await door.get(f"{path}/handovers?state=lost")).status_code == 422
    stopped = replace(await kept(runtime, channel), enabled=False, stopped_reason="retries_exhausted")
    await store.save_channel(stopped)
    assert (await door.post(f"{path}/retry")).json() == {"documents": 2}
    assert [(await door.get(path)).json()[name] for name in ("enabled", "waiting", "failed")] == [True, 2, 0]
    assert HandOver(channel_id=channel_id) in [each.task for each in runtime.written]
    await door.patch(path, json={"enabled": False})
    await door.post(f"{path}/retry")
    assert (await door.get(path)).json()["stopped_reason"] == "by_office"


async def test_a_taken_sample_has_what_waits_tried_at_once(
    door: httpx.AsyncClient, runtime: Runtime, tmp_path: Path
) -> None:
    channel = await made(door, kind="folder")
    store, channel_id = worker(runtime), ChannelId(channel["id"])
    await store.append_handovers([NewHandover(channel_id, DocumentId.of(uuid4()), "", NOW)])
    (waiting,) = await store.waiting_handovers(channel_id, 10)
    await store.save_handovers([replace(waiting, attempts=7, next_at=NOW + timedelta(hours=4))])
    await store.save_channel(replace(await kept(runtime, channel), failing_since=NOW))
    tried = (await door.post(f"/v1/channels/{channel_id}/test")).json()
    assert tried["delivered"] and tried["words"].startswith("janssens/TEST/")
    assert await store.channels_due(NOW) == [channel_id]
    assert (await kept(runtime, channel)).failing_since is None
    assert len([each for each in (tmp_path / "root").rglob("*") if each.is_file()]) == 3


async def _later(runtime: Runtime, channel: dict[str, Any]) -> None:
    """Enough time passes for another test."""
    await worker(runtime).save_channel(replace(await kept(runtime, channel), tested_at=NOW - timedelta(seconds=3)))
