"""Verification by itself: its handlers and routes over the store in memory, no Kafka and no Postgres."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from services.verification import endpoints
from services.verification.adapters.memory import MemoryDirectory, Shelf
from shared.chassis.credentials import KnownCredential
from shared.chassis.health import Readiness
from shared.chassis.http import build_app
from shared.chassis.keys import make_key, parse_key, secret_sha256
from shared.values import Sha256

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
OPERATOR_KEY = "an operator's key"


class Connection:
    """What a call needs of a connection of the API role."""

    principal = ""

    @asynccontextmanager
    async def transaction(self):
        yield

    async def fetchrow(self, statement: str, principal: str) -> dict[str, Any]:
        self.principal = principal
        return {"now": NOW}


class Pool:
    async def acquire(self, timeout: float) -> Connection:
        return Connection()

    async def release(self, connection: Connection, timeout: float) -> None:
        """Nothing is held."""


class Runtime:
    """Lends memory to the routes and keeps what follows from the calls."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf, self.consequences = shelf, []
        self.api_pool, self.credentials = Pool(), self
        self.known: dict[str, KnownCredential] = {}

    def key(self, kind: str, owner: str) -> str:
        text = make_key("live", f"{kind[0]}{owner}"[:20].ljust(8, "0"), owner.encode().ljust(32, b"0"))
        parsed = parse_key(text)
        digest = secret_sha256(parsed.secret_text)
        software = owner if kind == "software" else None
        self.known[parsed.credential_id] = KnownCredential(parsed.credential_id, kind, owner, digest, software=software)
        return text

    async def find(self, credential_id: str, *, fresh: bool = False) -> KnownCredential | None:
        return self.known.get(credential_id)

    async def await_arrival(self, credential_id: str) -> KnownCredential | None:
        return None

    def store(self, connection: Connection) -> MemoryDirectory:
        return MemoryDirectory(self.shelf, connection.principal)

    async def write_consequences(self, connection: Connection, consequences: list[Any]) -> None:
        self.consequences += consequences

    def wake(self) -> None:
        """Nobody relays."""

    def ready(self) -> Readiness:
        return Readiness(True, ())


@pytest.fixture
def runtime() -> Runtime:
    return Runtime(Shelf(now=NOW))


@pytest.fixture
async def http(runtime: Runtime):
    resources = {"help_desk": "help@relais.example", "readiness_limits": {"minute": 60, "day": 2000}}
    app = build_app(
        "verification", [endpoints.routes], runtime, resources=resources,
        operator_key_sha256=Sha256.of(OPERATOR_KEY.encode()),
    )  # fmt: skip
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://relais") as client:
        keys = SimpleNamespace(
            operator={"Authorization": f"Bearer {OPERATOR_KEY}"},
            robaws={"Authorization": f"Bearer {runtime.key('software', 'robaws')}"},
            janssens={"Authorization": f"Bearer {runtime.key('office', 'janssens')}"},
            dupont={"Authorization": f"Bearer {runtime.key('office', 'dupont')}"},
        )
        yield SimpleNamespace(client=client, keys=keys)
