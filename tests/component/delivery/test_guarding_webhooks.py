"""Nobody reaches the inside of this house by webhook, whatever a URL, a name or a redirect says."""

import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from services.delivery.adapters.webhooks import Webhooks
from services.delivery.domain.addresses import Reach
from tests.component.delivery.receiving import HERE, Receiver, receiving


class Names(AbstractResolver):
    """Says of every name what it is told to, one answer after the other, as a resolver that rebinds does."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.asked = list(answers), 0

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        address = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as running:
        yield running


async def reasons(sender: Webhooks, *urls: str) -> list[str]:
    try:
        return [(await sender.send(url, {}, b"{}")).reason for url in urls]
    finally:
        await sender.close()


async def test_an_address_of_the_inside_is_refused_however_it_is_written(receiver: Receiver) -> None:
    port = receiver.url.split(":")[2].split("/")[0]
    hosts = ("127.0.0.1", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::1]", "localhost", "0.0.0.0")
    found = await reasons(Webhooks(Reach()), *(f"https://{host}:{port}/hook" for host in hosts))
    assert found == ["address_refused"] * len(hosts)
    numbers = await reasons(Webhooks(Reach()), f"https://2130706433:{port}/", f"https://127.1:{port}/")
    assert "" not in numbers
    assert receiver.got == []


async def test_a_name_that_stands_for_the_inside_is_refused_each_time_it_is_looked_up(receiver: Receiver) -> None:
    for address in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::a00:1", "fd00::1"):
        assert await reasons(Webhooks(Reach(), Names(address)), "https://hooks.example/") == ["address_refused"]
    assert receiver.got == []


async def test_a_name_that_is_bound_anew_after_it_was_checked_is_refused_at_the_connection(receiver: Receiver) -> None:
    port = receiver.url.split(":")[2].split("/")[0]
    names = Names("8.8.8.8", "127.0.0.1")
    (checked,) = await names.resolve("hooks.example")
    assert Reach().may_connect(checked["host"])
    assert await reasons(Webhooks(Reach(), names), f"https://hooks.example:{port}/") == ["address_refused"]
    assert (names.asked, receiver.got) == (2, [])


async def test_http_is_spoken_with_trusted_hosts_only(receiver: Receiver) -> None:
    assert await reasons(Webhooks(Reach()), receiver.url) == ["address_refused"]
    assert receiver.got == []
    named = receiver.url.replace("127.0.0.1", "localhost")
    assert await reasons(Webhooks(HERE), receiver.url, named) == ["", ""]
    assert len(receiver.got) == 2


async def test_a_proxy_of_the_environment_is_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(variable, receiver.url)
    assert await reasons(Webhooks(Reach(), Names("127.0.0.1")), "https://hooks.example/") == ["address_refused"]
    assert receiver.got == []


async def test_what_cannot_be_reached_has_a_reason_and_no_answer() -> None:
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    assert await reasons(Webhooks(HERE), f"http://127.0.0.1:{port}/") == ["connection_failed"]


async def test_an_answer_is_read_to_a_bound_and_its_status_counts() -> None:
    async with receiving() as receiver:
        receiver.answers.append(web.Response(body=b"x" * 5_000_000))
        sender = Webhooks(HERE)
        answer = await sender.send(receiver.url, {}, b"{}")
        await sender.close()
    assert (answer.status, answer.reason) == (200, "")
