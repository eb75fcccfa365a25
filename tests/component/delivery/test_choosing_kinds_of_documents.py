"""An office chooses which kinds of documents a channel carries, and which files of a statement."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.adapters.sealed_secrets import SealedSecrets
from services.delivery.domain.addresses import Reach
from tests.adapters.delivery.parcels import a_channel
from tests.component.delivery.channelling import Script
from tests.component.delivery.doors import Runtime, key_of, opened


@pytest.fixture
def runtime() -> Runtime:
    return Runtime()


@pytest.fixture
async def door(runtime: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    lent: dict[str, Any] = {
        "couriers": {"folder": Script(), "mail": Script()},
        "channel_secrets": SealedSecrets(b"k" * 32),
        "webhook_reach": Reach.of([]),
    }
    async with opened(runtime, **lent) as client:
        client.headers.update(key_of("janssens"))
        yield client


async def made(door: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await door.post("/v1/channels", json=asked)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_new_channel_carries_everything_and_each_kind_by_its_own_files(door: httpx.AsyncClient) -> None:
    told = await made(door, kind="folder")
    assert (told["documents"], told["files"]) == (["coda", "sales_invoice"], ["json", "pdf", "xml"])
    assert told["statement_files"] == ["pdf", "cod"], "the bank's lines last"
    narrow = await made(door, kind="folder", documents=["coda", "coda"], statement_files=["cod", "xml", "json"])
    assert (narrow["documents"], narrow["statement_files"]) == (["coda"], ["json", "xml", "cod"])
    invoices = await made(door, kind="folder", documents=["sales_invoice"])
    assert invoices["folder"] == {"path": "janssens/CLIENTCODE/YEAR/Invoices-OUT-01"}


async def test_the_files_of_kafka_are_fixed(door: httpx.AsyncClient) -> None:
    told = await made(door, kind="kafka", statement_files=["pdf", "xml"])
    assert (told["files"], told["statement_files"]) == (["xml"], ["cod"])


async def test_a_channel_of_the_time_before_takes_statements_when_it_is_told_to(
    door: httpx.AsyncClient, runtime: Runtime
) -> None:
    old = a_channel("folder", documents=("sales_invoice",), files=("xml",))
    await MemoryDelivery(runtime.tables).save_channel(old)
    path = f"/v1/channels/{old.channel_id}"
    assert (await door.get(path)).json()["documents"] == ["sales_invoice"]
    told = (await door.patch(path, json={"documents": ["sales_invoice", "coda"]})).json()
    assert (told["documents"], told["files"]) == (["coda", "sales_invoice"], ["xml"])
    assert told["statement_files"] == ["pdf", "cod"]
    again = (await door.patch(path, json={"statement_files": ["cod"]})).json()
    assert (again["documents"], again["statement_files"]) == (["coda", "sales_invoice"], ["cod"])


@pytest.mark.parametrize("asked", [{"documents": []}, {"documents": ["soda"]}, {"statement_files": ["csv"]}])
async def test_what_there_is_not_is_refused(door: httpx.AsyncClient, asked: dict[str, Any]) -> None:
    answer = await door.post("/v1/channels", json={"kind": "folder", **asked})
    assert answer.status_code == 422
