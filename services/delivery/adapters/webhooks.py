"""Calling webhooks with aiohttp: no redirect, no proxy, and no connection to an address that is not allowed."""

import asyncio
import contextlib
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from services.delivery.domain.addresses import Reach
from services.delivery.domain.webhooks import TIMEOUT_SECONDS, Answer, answer_of

READ_BYTES = 64 * 1024
"""An answer says nothing beyond its status; so much is read that the connection can be used again."""
_LOOKUPS_AT_ONCE = 64


class AddressRefused(OSError):
    """The address is not one that may be connected to."""


class Lookup(AbstractResolver):
    """The system's resolver in threads of our own: names whose servers are silent hold up nobody else's work."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_LOOKUPS_AT_ONCE, thread_name_prefix="lookup")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError: no address."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _addresses, host, port, family)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=kind,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, address in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class Webhooks:
    """Calls endpoints within `reach`; a host that the operator trusts is not asked for its address."""

    def __init__(
        self, reach: Reach, resolver: AbstractResolver | None = None, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self._reach, self._resolver, self._timeout_seconds = reach, resolver, timeout_seconds
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One try, at most 15 s. Whatever goes wrong is an answer with a reason."""
        target = URL(url, encoded=True)
        trusted = self._reach.trusts(target.host or "")
        if target.scheme != "https" and not trusted:
            return Answer(None, "address_refused")
        try:
            async with self._session(trusted).post(
                target, data=body, headers=headers, allow_redirects=False
            ) as response:
                answer = answer_of(response.status, _wish(response.headers.get("Retry-After")))
                # The answer is known: what is wrong with the rest of it is of no interest.
                with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                    await _drain(response)
                return answer
        except TimeoutError:
            return Answer(None, "timeout")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(None, _reason(error))

    async def close(self) -> None:
        """Ends the connections that are kept open."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    def _session(self, trusted: bool) -> aiohttp.ClientSession:
        if trusted not in self._sessions:
            connector = aiohttp.TCPConnector(
                limit=0,
                resolver=self._resolver or Lookup(),
                socket_factory=_socket if trusted else self._guarded_socket,
            )
            self._sessions[trusted] = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=self._timeout_seconds),
                headers={"User-Agent": "Relais-Webhooks/1", "Content-Type": "application/json"},
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
            )
        return self._sessions[trusted]

    def _guarded_socket(self, place: Any) -> socket.socket:
        """Sees each address just before it is connected to: literals, and whatever a name stands for by now."""
        if not self._reach.may_connect(str(place[4][0])):
            # The same words for every address: of several errors aiohttp keeps the first where all say the same.
            raise AddressRefused("webhook_address_refused: found an address inside, expected a public one")
        return _socket(place)


def _socket(place: Any) -> socket.socket:
    family, kind, protocol, _, _ = place
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    return made


def _addresses(host: str, port: int, family: socket.AddressFamily) -> list[tuple[int, str]]:
    found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [(kind, str(place[0])) for kind, _, _, _, place in found]


async def _drain(response: aiohttp.ClientResponse) -> None:
    read = 0
    async for chunk in response.content.iter_chunked(16 * 1024):
        read += len(chunk)
        if read >= READ_BYTES:
            response.close()
            return


def _reason(error: Exception) -> str:
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    groups = [inner for each in causes for inner in getattr(each, "exceptions", ())]
    if any(isinstance(each, AddressRefused) for each in [*causes, *groups]):
        return "address_refused"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "name_unknown"
    if isinstance(error, aiohttp.ClientSSLError):
        return "tls_failed"
    return "connection_failed" if isinstance(error, aiohttp.ClientConnectionError | OSError) else "answer_unreadable"


def _wish(text: str | None) -> timedelta | None:
    """`Retry-After` (RFC 9110 §10.2.3): seconds or a date; what is neither is no wish."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return timedelta(seconds=min(int(text.strip()[:9]), 10**6))
    with contextlib.suppress(ValueError, TypeError):
        return max(timedelta(), parsedate_to_datetime(text) - datetime.now(UTC))
    return None
