"""Intake by itself: its handlers and routes over the store in memory, no Kafka and no Postgres."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from services.intake import endpoints
from services.intake.adapters.memory import MemoryIntake, Shelf
from services.intake.domain.probing import Limits
from shared.chassis.credentials import KnownCredential
from shared.chassis.documents import Documents
from shared.chassis.health import Readiness
from shared.chassis.http import build_app
from shared.chassis.keys import make_key, parse_key, secret_sha256
from shared.contracts.access import Mode
from shared.values import Sha256

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
OPERATOR_KEY = "an operator's key"


class Connection:
    """What a call needs of a connection of the API role."""

    principal = ""
    mode: Mode = "live"

    @asynccontextmanager
    async def transaction(self):
        yield

    async def fetchrow(self, statement: str, principal: str) -> dict[str, Any]:
        self.principal = principal
        self.mode = "test" if "set_config('app.mode', 'test'" in statement else "live"
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
        self.woken = asyncio.Event()

    def key(self, kind: str, owner: str, mode: Mode = "live") -> str:
        name = f"{kind[0]}{mode[0]}{owner.replace('_', '')}"
        text = make_key(mode, name[:30].ljust(8, "0"), owner.encode().ljust(32, b"0"))
        parsed = parse_key(text)
        connection = self.shelf.connections.get(owner) if kind == "connection" else None
        digest = secret_sha256(parsed.secret_text)
        software = connection.software if connection else owner
        number = connection.enterprise_number if connection else None
        self.known[parsed.credential_id] = KnownCredential(
            parsed.credential_id, kind, owner, digest, mode=mode, software=software, enterprise_number=number
        )
        return text

    async def find(self, credential_id: str, *, fresh: bool = False) -> KnownCredential | None:
        return self.known.get(credential_id)

    async def await_arrival(self, credential_id: str) -> KnownCredential | None:
        return None

    def store(self, connection: Connection) -> MemoryIntake:
        return MemoryIntake(self.shelf, connection.principal, connection.mode)

    async def write_consequences(self, connection: Connection, consequences: list[Any]) -> None:
        self.consequences += consequences

    def wake(self) -> None:
        self.woken.set()

    def ready(self) -> Readiness:
        return Readiness(True, ())


@pytest.fixture
def runtime() -> Runtime:
    return Runtime(Shelf())


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    return Documents(f"file://{tmp_path}/documents")


@pytest.fixture
async def http(runtime: Runtime, documents: Documents):
    resources = {"documents": documents, "limits": Limits(daily_companies=5, sample=4)}
    app = build_app(
        "intake", [endpoints.routes], runtime, resources=resources,
        operator_key_sha256=Sha256.of(OPERATOR_KEY.encode()),
    )  # fmt: skip
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://relais") as client:
        keys = SimpleNamespace(
            operator={"Authorization": f"Bearer {OPERATOR_KEY}"},
            robaws={"Authorization": f"Bearer {runtime.key('software', 'robaws')}"},
            robaws_test={"Authorization": f"Bearer {runtime.key('software', 'robaws', 'test')}"},
            billit={"Authorization": f"Bearer {runtime.key('software', 'billit')}"},
        )
        yield SimpleNamespace(client=client, keys=keys)
