"""A mailbox gets documents when its office has given back the code that a sample brought there, and not before."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.adapters.sealed_secrets import SealedSecrets
from services.delivery.domain.confirmations import MOST_WRONG, awaiting, code_of, told, unproven
from services.delivery.domain.handovers import HandOver, NewHandover
from services.delivery.domain.package_mails import package_mail
from shared.chassis.messages import Do
from shared.values import ChannelId, DocumentId, EmailAddress, Language
from tests.adapters.delivery.parcels import a_channel, a_parcel
from tests.component.delivery.channelling import House, Script, due_tasks
from tests.component.delivery.doors import NOW, Runtime, key_of, opened
from tests.component.delivery.receiving import HERE, KEY

BOX, OTHER = "in@pakket.example", "uit@pakket.example"


@pytest.fixture
def runtime() -> Runtime:
    return Runtime()


@pytest.fixture
def mail() -> Script:
    return Script()


@pytest.fixture
async def door(runtime: Runtime, mail: Script) -> AsyncIterator[httpx.AsyncClient]:
    secrets = {"channel_secrets": SealedSecrets(KEY), "webhook_key": KEY}
    lent = {"webhook_reach": HERE, "couriers": {"mail": mail}, **secrets}
    async with opened(runtime, **lent) as client:
        client.headers.update(key_of("janssens"))
        yield client


async def chosen(door: httpx.AsyncClient) -> str:
    answer = await door.post("/v1/channels", json={"kind": "mail", "mail": {"address": BOX}})
    assert answer.status_code == 201 and answer.json()["confirmed"] is False
    return f"/v1/channels/{answer.json()['id']}"


async def the_code(door: httpx.AsyncClient, mail: Script, path: str) -> str:
    """What a sample brings; the answer to the office does not tell it."""
    answer = await door.post(f"{path}/test")
    assert answer.status_code == 200
    code = mail.got[-1].code
    assert re.fullmatch(r"[0-9]{8}", code) and code not in answer.text
    return code


async def given(door: httpx.AsyncClient, path: str, code: str) -> httpx.Response:
    return await door.post(f"{path}/confirm", json={"code": code})


def later(runtime: Runtime) -> None:
    """As if the last sample had gone long ago."""
    channels = runtime.tables.channels.channels
    for channel_id, channel in channels.items():
        channels[channel_id] = replace(channel, tested_at=NOW - timedelta(hours=1))


async def test_what_waits_goes_when_the_code_of_the_sample_came_back(
    door: httpx.AsyncClient, runtime: Runtime, mail: Script
) -> None:
    path = await chosen(door)
    channel_id, worker = ChannelId(path.rpartition("/")[2]), MemoryDelivery(runtime.tables)
    await worker.append_handovers([NewHandover(channel_id, DocumentId.of(uuid4()), "", NOW)])
    assert await worker.channels_due(NOW) == []
    code = await the_code(door, mail, path)
    wrong = await given(door, path, f"{(int(code) + 1) % 10**8:08d}")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "channel_code_wrong")
    runtime.written.clear()
    confirmed = await given(door, path, f" {code} ")
    assert (confirmed.status_code, confirmed.json()["confirmed"], confirmed.json()["waiting"]) == (200, True, 1)
    (task,) = runtime.written
    assert isinstance(task, Do) and isinstance(task.task, HandOver)
    assert await worker.channels_due(NOW) == [channel_id]
    assert (await given(door, path, "0")).status_code == 200, "it stays confirmed"
    later(runtime)
    await door.post(f"{path}/test")
    assert mail.got[-1].code == "", "and a sample brings no code any more"


async def test_another_address_is_proven_anew_and_other_settings_are_not(
    door: httpx.AsyncClient, runtime: Runtime, mail: Script
) -> None:
    path = await chosen(door)
    await given(door, path, await the_code(door, mail, path))
    same = await door.patch(path, json={"mail": {"address": BOX}, "name": "Inkomend"})
    assert same.json()["confirmed"] is True
    assert (await door.patch(path, json={"mail": {"address": OTHER}})).json()["confirmed"] is False
    later(runtime)
    await given(door, path, await the_code(door, mail, path))
    assert (await door.get(path)).json()["confirmed"] is True


async def test_who_guesses_is_stopped_and_only_the_last_code_counts(
    door: httpx.AsyncClient, runtime: Runtime, mail: Script
) -> None:
    path = await chosen(door)
    assert (await given(door, path, "not sent")).status_code == 422, "none was sent yet"
    first = await the_code(door, mail, path)
    again = await door.post(f"{path}/test")
    assert (again.status_code, again.headers["Retry-After"]) == (429, "60"), "no flood of mails to a stranger"
    for _ in range(MOST_WRONG):
        assert (await given(door, path, "x")).status_code == 422
    assert (await given(door, path, first)).status_code == 422, "too late"
    later(runtime)
    second = await the_code(door, mail, path)
    assert second != first and (await given(door, path, first)).status_code == 422
    assert (await given(door, path, second)).status_code == 200
    assert (await door.post(f"{path}/confirm", json={"code": second}, headers=key_of("peeters"))).status_code == 404


async def test_what_is_routed_meanwhile_waits_in_order() -> None:
    house = House()
    channel = await house.choose("mail")
    await house.store.save_channel(unproven(channel))
    assert due_tasks(await house.route("1", "2")) == []
    await house.run(channel)
    assert house.couriers["mail"].got == []
    await house.store.save_channel(channel)
    await house.work()
    assert house.couriers["mail"].numbers == ["1", "2"]


def test_what_is_kept_of_a_code_tells_nothing_without_the_key() -> None:
    channel = a_channel("mail")
    code = code_of(KEY, channel, UUID(int=1))
    kept = awaiting(KEY, channel, code)
    assert code not in kept.awaited_code and told(KEY, kept, code).works
    assert not told(b"another key", kept, code).works
    assert not told(KEY, replace(kept, channel_id=ChannelId.of(uuid4())), code).works


@pytest.mark.parametrize("language", Language)
def test_the_code_stands_at_the_head_of_the_mail_in_every_language(language: Language) -> None:
    parcel: Any = replace(a_parcel(), language=language, test=True, code="01234567")
    message = package_mail(parcel, "Relais <a@b.example>", EmailAddress(BOX))
    assert message is not None
    body = message_from_bytes(message, policy=default).get_body(("plain",))  # type: ignore[attr-defined]
    assert "01234567" in body.get_content().splitlines()[0]
