"""What public clients of the v2 interface depend on, where the door could spoil it (codabox-v2.md)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from deploy.local.door import BEHIND_THE_DOOR, Door
from tests.waiting import PATIENCE_S

PATHS = [
    ("/v2/request-access-token/invoicing-software", "intake"),
    ("/v2/sales-invoices", "intake"),
    ("/v2/peppol/licences", "intake"),
    ("/v2/peppol/licences/1/upload", "intake"),
    ("/v2/get-credentials/7QK2MX", "token_mailer"),
    ("/v2/fiduciaries", "verification"),
    ("/v2/fiduciaries/1", "verification"),
    ("/v2/clients", "verification"),
    ("/v2/clients/1", "verification"),
    ("/v2/delivery/pod-client", "delivery"),
    ("/v2/delivery/feed/1", "delivery"),
    ("/v2/delivery/redownload-feed/1", "delivery"),
    ("/v2/delivery/download/1/cod", "delivery"),
    ("/v2/delivery/redownload/1/pdf", "delivery"),
]


async def answering(name: str) -> asyncio.Server:
    """A service that answers a little JSON with its name, and says so without a charset."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = f'{{"by":"{name}"}}'.encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"Repr-Digest: sha-256=:x:\r\nConnection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


@pytest.fixture
async def door(
    tmp_path: Path, free_port: Callable[[str], int]
) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, asyncio.Server]]]:
    services = {name: await answering(name) for name in BEHIND_THE_DOOR}
    ports = {name: [server.sockets[0].getsockname()[1]] for name, server in services.items()}
    door = Door(free_port("door"), ports, tmp_path / "door", tmp_path / "door.log")
    await door.start()
    async with httpx.AsyncClient(base_url=door.address, timeout=PATIENCE_S) as caller:
        yield caller, services
    await door.stop()
    for server in services.values():
        server.close()


Stood = tuple[httpx.AsyncClient, dict[str, asyncio.Server]]


async def test_fact_1_the_door_adds_no_charset_and_loses_no_length(door: Stood) -> None:
    for path, owner in PATHS:
        answer = await door[0].get(path)
        assert (answer.status_code, answer.json()) == (200, {"by": owner}), path
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["content-length"] == str(len(answer.content))
        assert answer.headers["repr-digest"] == "sha-256=:x:"


async def test_fact_5_both_slash_forms_reach_the_owner_and_none_redirects(door: Stood) -> None:
    for path, owner in PATHS:
        for method in ("GET", "PUT", "POST"):
            answer = await door[0].request(method, f"{path}/")
            assert (answer.status_code, answer.is_redirect, answer.json()) == (200, False, {"by": owner}), path


async def test_fact_3_whatever_is_accepted_passes(door: Stood) -> None:
    for accept in ("application/json", "text/html", "application/x-nothing", ""):
        assert (await door[0].get(PATHS[-1][0], headers={"Accept": accept})).status_code == 200


@pytest.mark.parametrize("slash", ["", "/"])
async def test_fact_11_a_service_that_is_away_is_said_in_one_sentence(door: Stood, slash: str) -> None:
    for server in door[1].values():
        server.close()
    answers = await asyncio.gather(*(door[0].get(f"{path}{slash}") for path, _ in PATHS))
    answers.append(await door[0].get(f"/v2/nowhere{slash}"))
    assert [answer.status_code for answer in answers] == [503] * len(PATHS) + [404]
    for answer in answers:
        assert answer.headers["content-type"] == "application/json"
        assert isinstance(answer.json()["detail"], str)


async def test_fact_11_a_body_that_is_too_large_is_said_in_one_sentence(door: Stood) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door[0].base_url.port)
    writer.write(b"PUT /v2/delivery/feed/1/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 25000001\r\n\r\n")
    writer.write(b" " * 400_000)
    answer = (await asyncio.wait_for(reader.read(2000), PATIENCE_S)).decode()
    writer.close()
    head, _, body = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 413 ")
    assert "\r\nContent-Type: application/json\r\n" in head
    assert isinstance(json.loads(body)["detail"], str)
