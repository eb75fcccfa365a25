"""Delivery's routes over tables in memory: callers with keys, and what the calls published."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from services.delivery import endpoints
from services.delivery.adapters.memory import MemoryDelivery, MemoryTables
from shared.chassis.credentials import KnownCredential
from shared.chassis.health import Readiness
from shared.chassis.http import build_app
from shared.chassis.keys import make_key, parse_key, secret_sha256
from shared.contracts.documents import Claim
from shared.values import ConnectionId, EnterpriseNumber

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BYTES = b"<Invoice/>"
NUMBER, CONNECTION = EnterpriseNumber("0403170701"), ConnectionId.of(uuid4())
CALLERS = {"janssens": "office", "peeters": "office", "robaws": "software", "billit": "software"}
KEYS = {name: make_key("live", f"credential{name}", name.encode().ljust(32)) for name in CALLERS}


class Runtime:
    """A service without a database: tables in memory, and what was published."""

    def __init__(self) -> None:
        self.tables, self.written, self.credentials, self.api_pool = MemoryTables(), [], self, self

    async def find(self, credential_id: str, *, fresh: bool = False) -> KnownCredential | None:
        for name, kind in CALLERS.items():
            key = parse_key(KEYS[name])
            if key.credential_id == credential_id:
                return KnownCredential(credential_id, kind, name, secret_sha256(key.secret_text))
        return None

    async def acquire(self, timeout: float) -> "Connection":
        return Connection()

    async def release(self, connection: Any, **_: Any) -> None:
        """Nothing is held."""

    def store(self, connection: "Connection") -> MemoryDelivery:
        return MemoryDelivery(self.tables, connection.principal)

    async def write_consequences(self, connection: Any, consequences: list[Any]) -> None:
        self.written += consequences

    def wake(self) -> None:
        """Nobody sleeps here."""

    def ready(self) -> Readiness:
        return Readiness(True, ())


class Connection:
    """As much of a connection as a call uses when its store is in memory."""

    principal = ""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        yield

    async def fetchrow(self, statement: str, principal: str) -> dict[str, Any]:
        self.principal = principal
        return {"now": NOW}


class Originals:
    async def get(self, claim: Claim) -> bytes:
        return BYTES


@asynccontextmanager
async def opened(runtime: Runtime, **resources: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the routes; every key is as `key_of` gives it."""
    lent = {
        "documents": Originals(),
        "kafka_bootstrap": "kafka:9092",
        "kafka_password": lambda principal: f"password of {principal}",
    }
    app = build_app("delivery", [endpoints.routes], runtime, resources=lent | resources)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as client:
        yield client


def key_of(name: str) -> dict[str, str]:
    """The headers of a caller's key."""
    return {"Authorization": f"Bearer {KEYS[name]}"}
