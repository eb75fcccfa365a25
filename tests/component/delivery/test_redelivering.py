"""Delivery alone: an office has documents delivered once more, sees beforehand what that is, and gets each once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from services.delivery import tasks
from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.domain.feeds import Entry
from services.delivery.domain.redelivery import MOST_OPEN, Redeliver
from shared.chassis.errors import Unavailable
from shared.chassis.messages import Do
from shared.values import ChannelId, OfficeId
from tests.adapters.delivery.parcels import a_channel
from tests.component.delivery.doors import NOW, Runtime, key_of, opened
from tests.component.delivery.feeds import NUMBER, OFFICE, a_document, document_id, five_documents, get, numbers, post
from tests.component.delivery.redeliveries import performed


@pytest.fixture
async def runtime() -> Runtime:
    return await five_documents()


@pytest.fixture
async def door(runtime: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(runtime) as client:
        yield client


async def test_a_redelivery_is_seen_beforehand_and_comes_once(door: httpx.AsyncClient, runtime: Runtime) -> None:
    await post(door, f"/v1/documents/{document_id(2)}/failed", {"reason": "no such journal"})
    wish = {"companies": [NUMBER], "received_from": "2026-03-02T09:02:00Z", "received_to": "2026-03-02T09:04:00Z"}
    preview = await post(door, "/v1/redeliveries", {**wish, "dry_run": True})
    assert preview.status_code == 200
    counts = {name: preview.json()[name] for name in ("id", "documents", "companies", "never_fetched")}
    assert counts == {"id": None, "documents": 2, "companies": 1, "never_fetched": 1}
    assert not runtime.tables.redeliveries

    asked = await post(door, "/v1/redeliveries", wish, **{"Idempotency-Key": "once"})
    again = await post(door, "/v1/redeliveries", wish, **{"Idempotency-Key": "once"})
    assert (asked.status_code, again.json()["id"]) == (202, asked.json()["id"])
    assert asked.json()["state"] == "queued"
    other = await post(door, "/v1/redeliveries", {"companies": [NUMBER]}, **{"Idempotency-Key": "once"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    await performed(runtime)
    done = await get(door, f"/v1/redeliveries/{asked.json()['id']}")
    assert (done["state"], done["documents"], done["done"]) == ("finished", 2, 2)

    page = await get(door, "/v1/documents?after=5")
    assert [(each["number"][-1], each["position"]) for each in page["documents"]] == [("2", 6), ("4", 7)]
    assert {each["redelivery"] for each in page["documents"]} == {asked.json()["id"]}
    assert {each["acknowledgement"]["outcome"] for each in page["documents"]} == {"open"}
    assert sorted(numbers(await get(door, "/v1/documents"))) == ["1", "2", "4", "5", "7"], "each only once"
    steps = (await get(door, f"/v1/documents/{document_id(4)}", "robaws"))["timeline"]
    assert (steps[-1]["state"], steps[-1]["detail"]) == ("delivered", asked.json()["id"])


async def test_a_long_redelivery_goes_on_run_by_run_and_brings_each_document_once(
    door: httpx.AsyncClient, runtime: Runtime
) -> None:
    worker = MemoryDelivery(runtime.tables)
    many = [replace(a_document(9), document_id=document_id(1_000 + each)) for each in range(1_200)]
    await worker.save_documents(many)
    await worker.append_entries([Entry(OFFICE, each.document_id, NOW) for each in many])
    asked = (await post(door, "/v1/redeliveries", {"client_codes": ["K12"], "channels": ["feed"]})).json()
    await performed(runtime)
    done = await get(door, f"/v1/redeliveries/{asked['id']}")
    assert (done["documents"], done["done"], done["state"]) == (1_205, 1_205, "finished")
    entries = runtime.tables.feeds[OFFICE].values()
    assert sorted(each.position for each in entries) == list(range(1_206, 2_411))


async def test_who_asks_in_a_circle_waits_until_what_it_asked_for_came(
    door: httpx.AsyncClient, runtime: Runtime
) -> None:
    for place in range(MOST_OPEN):
        answer = await post(door, "/v1/redeliveries", {"companies": [NUMBER]}, **{"Idempotency-Key": f"key-{place}"})
        assert answer.status_code == 202
    refused = await post(door, "/v1/redeliveries", {"companies": [NUMBER]})
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    again = await post(door, "/v1/redeliveries", {"companies": [NUMBER]}, **{"Idempotency-Key": "key-0"})
    assert again.status_code == 202, "it is asked for already"
    await performed(runtime)
    assert (await post(door, "/v1/redeliveries", {"companies": [NUMBER]})).status_code == 202


async def test_a_document_that_left_the_office_does_not_come_again(door: httpx.AsyncClient, runtime: Runtime) -> None:
    asked = (await post(door, "/v1/redeliveries", {"documents": [document_id(1), document_id(2)]})).json()
    moved = replace(runtime.tables.documents[document_id(1)], office_id=OfficeId("peeters"))
    runtime.tables.documents[document_id(1)] = moved
    await performed(runtime)
    assert (await get(door, f"/v1/redeliveries/{asked['id']}"))["state"] == "finished"
    assert numbers(await get(door, "/v1/documents?after=5")) == ["2"]
    assert runtime.tables.feeds[OFFICE][document_id(1)].position == 1


async def test_a_redelivery_of_nothing_is_finished_and_one_without_a_wish_is_refused(
    door: httpx.AsyncClient, runtime: Runtime
) -> None:
    asked = await post(door, "/v1/redeliveries", {"documents": [document_id(99)]})
    assert (asked.status_code, asked.json()["state"]) == (202, "finished")
    assert runtime.written == []
    for body in ({}, {"dry_run": True}, {"companies": ["123"]}, {"received_from": "0001-01-01"}):
        assert (await post(door, "/v1/redeliveries", body)).status_code == 422
    other = await door.get(f"/v1/redeliveries/{asked.json()['id']}", headers=key_of("peeters"))
    assert (other.status_code, other.json()["code"]) == (404, "redelivery_unknown")
    assert (await door.get("/v1/redeliveries/nonsense", headers=key_of("janssens"))).status_code == 404


@pytest.mark.parametrize(
    ("channels", "feed", "pods", "pushed"),
    [
        ([], True, True, ["mail", "webhook"]),
        (["feed"], True, False, []),
        (["v2"], False, True, []),
        (["mail", "feed"], True, False, ["mail"]),
    ],
)
async def test_it_comes_by_the_channels_that_were_asked_for(
    door: httpx.AsyncClient, runtime: Runtime, channels: list[str], feed: bool, pods: bool, pushed: list[str]
) -> None:
    worker = MemoryDelivery(runtime.tables)
    own = [a_channel("mail", office_id=OFFICE), a_channel("webhook", office_id=OFFICE)]
    for channel in own:
        await worker.save_channel(channel)
    await post(door, "/v1/redeliveries", {"documents": [document_id(1), document_id(2)], "channels": channels})
    followed = await performed(runtime)
    assert bool((await get(door, "/v1/documents?after=5"))["documents"]) is feed
    again = [row.offer.subject for rows in runtime.tables.pods.entries.values() for row in rows if row.again]
    assert sorted(again) == ([document_id(1), document_id(2)] if pods else [])
    of_kind = {channel.channel_id: channel.kind for channel in own}
    assert sorted({of_kind[ChannelId(each.key)] for each in followed if isinstance(each, Do)}) == pushed


async def test_a_channel_that_nobody_has_is_told_and_nothing_comes(door: httpx.AsyncClient, runtime: Runtime) -> None:
    await MemoryDelivery(runtime.tables).save_channel(foreign := a_channel("mail", office_id=OfficeId("peeters")))
    for named, dry_run in (("telex", True), ("telex", False), (foreign.channel_id, False)):
        wish = {"documents": [document_id(1)], "channels": ["feed", named], "dry_run": dry_run}
        answer = await post(door, "/v1/redeliveries", wish)
        assert (answer.status_code, answer.json()["code"]) == (404, "channel_unknown"), answer.text
    assert await performed(runtime) == []


async def test_it_runs_until_every_channel_has_all_of_it_or_gave_up(door: httpx.AsyncClient, runtime: Runtime) -> None:
    worker, channel = MemoryDelivery(runtime.tables), a_channel("webhook", channel_id=ChannelId.of(UUID(int=7)))
    await worker.save_channel(channel)
    asked = (await post(door, "/v1/redeliveries", {"documents": [document_id(1), document_id(2)]})).json()
    await performed(runtime)
    path = f"/v1/redeliveries/{asked['id']}"
    running = await get(door, path)
    assert (running["state"], running["done"], running["waiting"], running["finished_at"]) == ("running", 2, 2, None)
    first, second = await worker.waiting_handovers(channel.channel_id, 10)
    await worker.save_handovers([replace(first, state="done", ended_at=NOW)])
    assert (await get(door, path))["waiting"] == 1
    await worker.save_handovers([replace(second, state="failed", ended_at=NOW + timedelta(minutes=3))])
    ended = await get(door, path)
    assert (ended["state"], ended["failed"], ended["finished_at"]) == ("partly_failed", 1, "2026-03-02T09:03:00Z")
    await worker.save_handovers([replace(second, state="done", ended_at=NOW + timedelta(minutes=5))])
    assert (await get(door, path))["state"] == "finished", "the office had it tried again"


@pytest.mark.parametrize(
    ("error", "reason"), [(Unavailable("no answer"), "temporarily_unavailable"), (KeyError("x"), "internal_error")]
)
async def test_one_of_which_a_run_died_says_why_and_can_be_started_again(
    door: httpx.AsyncClient, runtime: Runtime, error: Exception, reason: str
) -> None:
    asked = (await post(door, "/v1/redeliveries", {"documents": [document_id(1)], "channels": ["feed"]})).json()
    path, (duty,) = f"/v1/redeliveries/{asked['id']}", runtime.written
    assert isinstance(duty, Do) and isinstance(duty.task, Redeliver)
    await tasks.redelivery_died(duty.task, error, MemoryDelivery(runtime.tables))
    died = await get(door, path)
    assert (died["state"], died["reason"], died["done"]) == ("failed", reason, 0)
    runtime.written.clear()
    started = await post(door, f"{path}/start", {})
    assert (started.status_code, started.json()["state"], started.json()["reason"]) == (202, "queued", "")
    assert (await post(door, f"{path}/start", {})).status_code == 202
    assert len(runtime.written) == 1, "one that goes on is not started twice"
    await performed(runtime)
    assert (await get(door, path))["state"] == "finished"
    assert (await post(door, "/v1/redeliveries/red_x/start", {})).status_code == 404
