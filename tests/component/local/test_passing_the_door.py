"""The door passes each path to its owner, says when a service is away, and refuses what is too large."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from deploy.local.door import BEHIND_THE_DOOR, Door
from tests.waiting import PATIENCE_S

OWNERS = [
    ("POST", "/v1/connections", "intake"),
    ("GET", "/v1/connections/con_1", "intake"),
    ("POST", "/v1/connections/con_1/activate", "token_mailer"),
    ("POST", "/v1/connections/con_1/rotate", "token_mailer"),
    ("POST", "/v1/connections/con_1/token/resend", "token_mailer"),
    ("DELETE", "/v1/connections/con_1", "token_mailer"),
    ("POST", "/v2/request-access-token/invoicing-software", "intake"),
    ("GET", "/v2/get-credentials/abc", "token_mailer"),
    ("POST", "/oauth/token", "token_mailer"),
    ("POST", "/v1/documents", "intake"),
    ("GET", "/v1/documents", "delivery"),
    ("GET", "/v1/documents/doc_1", "delivery"),
    ("GET", "/v1/documents/doc_1/original", "delivery"),
    ("POST", "/v1/documents/doc_1/booked", "delivery"),
    ("POST", "/v1/documents/validate", "invoice_router"),
    ("POST", "/v1/statements", "intake"),
    ("POST", "/v1/statements/", "intake"),
    ("GET", "/v1/statements", "delivery"),
    ("GET", "/v1/statements/?limit=1", "delivery"),
    ("GET", "/v1/statements/stm_1/coda", "delivery"),
    ("POST", "/v1/statements/acknowledgements", "delivery"),
    ("POST", "/v1/statements/stm_1/processed", "delivery"),
    ("GET", "/v1/softwares", "verification"),
    ("PUT", "/v1/directory/offices/a", "verification"),
    ("GET", "/v1/companies/0403170701/readiness", "verification"),
    ("GET", "/v2/clients/1", "verification"),
    ("GET", "/v1/events?after=1", "delivery"),
    ("PUT", "/v1/channels/kafka", "delivery"),
    ("GET", "/inbox", "delivery"),
    ("GET", "/problems", "intake"),
    ("GET", "/problems/email_unknown", "intake"),
]


async def toy_service(name: str) -> asyncio.Server:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(name)}\r\nConnection: close\r\n\r\n{name}".encode())
        await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


@pytest.fixture
async def door(
    tmp_path: Path, free_port: Callable[[str], int]
) -> AsyncIterator[tuple[Door, dict[str, asyncio.Server]]]:
    services = {name: await toy_service(name) for name in BEHIND_THE_DOOR}
    ports = {name: [server.sockets[0].getsockname()[1]] for name, server in services.items()}
    ports["intake"].append(free_port("a replica that is away"))
    door = Door(free_port("door"), ports, tmp_path / "door", tmp_path / "door.log")
    await door.start()
    yield door, services
    await door.stop()
    for server in services.values():
        server.close()


async def test_each_path_reaches_its_owner_even_with_a_replica_away(
    door: tuple[Door, dict[str, asyncio.Server]],
) -> None:
    async with httpx.AsyncClient(base_url=door[0].address, timeout=PATIENCE_S) as caller:
        found = [(method, path, (await caller.request(method, path)).text) for method, path, _ in OWNERS]
        unknown = await caller.get("/metrics")
    assert found == OWNERS
    assert (unknown.status_code, unknown.json()["code"]) == (404, "route_unknown")


async def test_a_service_that_is_away_is_a_problem_with_a_time_to_come_back(
    door: tuple[Door, dict[str, asyncio.Server]],
) -> None:
    door[1]["verification"].close()
    async with httpx.AsyncClient(base_url=door[0].address, timeout=PATIENCE_S) as caller:
        answer = await caller.get("/v1/softwares")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["code"] == "temporarily_unavailable"
    assert answer.json()["type"] == "/problems/temporarily_unavailable"
    assert answer.json()["status"] == 503


async def test_an_error_of_the_door_has_the_form_that_clients_of_v2_can_show(
    door: tuple[Door, dict[str, asyncio.Server]],
) -> None:
    door[1]["verification"].close()
    async with httpx.AsyncClient(base_url=door[0].address, timeout=PATIENCE_S) as caller:
        away, nowhere = await caller.get("/v2/clients"), await caller.get("/v2/nowhere")
    for answer, status in ((away, 503), (nowhere, 404)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/json"
        assert isinstance(answer.json()["detail"], str)


async def test_the_request_id_is_the_callers_or_one_of_the_doors_also_in_its_errors(
    door: tuple[Door, dict[str, asyncio.Server]],
) -> None:
    async with httpx.AsyncClient(base_url=door[0].address, timeout=PATIENCE_S) as caller:
        mine = await caller.get("/nowhere", headers={"Request-Id": "mine-1"})
        strange = await caller.get("/nowhere", headers={"Request-Id": 'x"y'})
    assert mine.headers["request-id"] == mine.json()["request_id"] == "mine-1"
    assert len(strange.headers["request-id"]) == 36
    assert strange.json()["instance"] == f"/requests/{strange.headers['request-id']}"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/v1/documents", b"application/problem+json"), ("/v2/sales-invoices", b"application/json")],
)
async def test_a_body_that_is_too_large_is_refused_before_all_of_it_came(
    door: tuple[Door, dict[str, asyncio.Server]], path: str, media_type: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door[0].port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 25000001\r\n\r\n".encode())
    writer.write(b" " * 400_000)
    answer = await asyncio.wait_for(reader.read(2000), PATIENCE_S)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"body_too_large"' in answer
    assert b"Content-Type: " + media_type + b"\r\n" in answer


async def test_a_list_of_clients_may_be_longer_than_anything_else(
    door: tuple[Door, dict[str, asyncio.Server]],
) -> None:
    async def refused(path: str, size: int, patience_s: float) -> bool:
        reader, writer = await asyncio.open_connection("127.0.0.1", door[0].port)
        writer.write(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode())
        writer.write(b" " * 400_000)
        try:
            return (await asyncio.wait_for(reader.read(2000), patience_s)).startswith(b"HTTP/1.1 413 ")
        except TimeoutError:
            return False  # it waits for the rest
        finally:
            writer.close()

    assert await refused("/v1/directory/clients/export", 60_000_000, PATIENCE_S)
    assert not await refused("/v1/directory/clients/import", 60_000_000, 1)
