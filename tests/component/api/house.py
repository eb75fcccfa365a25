"""The public side of every service as its `main.build` makes it, over one real database and without a network.

Nothing is relayed and no task runs: what a call causes stays in the outbox.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from structlog.testing import capture_logs

from deploy.api_description.route_table import BEHIND_THE_DOOR, Route
from deploy.database_roles import api_role
from deploy.local.environment import Surroundings, service_environment
from deploy.local.secrets import Secrets
from shared.chassis.credentials import KnownCredential
from shared.chassis.database import Connection
from shared.chassis.health import Readiness
from shared.chassis.http import build_app
from shared.chassis.keys import make_key, parse_key, secret_sha256
from shared.chassis.messages import Consequence
from shared.chassis.outbox import Outbox
from shared.chassis.service import Service
from shared.chassis.settings import load
from shared.contracts.access import SCOPES
from shared.values import Sha256
from tests.backends import PASSWORD, PostgresServer

OPERATOR_KEY = "an operator's key"
OWNERS = {"software": "robaws", "office": "janssens", "connection": "con_" + "0" * 26}
COMPANY = "0403170701"
BODY_LIMIT_BYTES = 100_000


class Callers:
    """One caller of each kind, and the header by which it is known."""

    def __init__(self) -> None:
        self._known: dict[str, KnownCredential] = {}
        self.headers = {kind: _bearer(self._key(kind, owner)) for kind, owner in OWNERS.items()}
        self.headers["operator"] = _bearer(OPERATOR_KEY)

    def of(self, route: Route) -> dict[str, str]:
        """Whoever may call this route; nobody where anyone may."""
        kind = next((kind for kind in sorted(route.kinds) if kind in self.headers), None)
        return self.headers[kind] if kind else {}

    async def find(self, credential_id: str, *, fresh: bool = False) -> KnownCredential | None:
        return self._known.get(credential_id)

    async def await_arrival(self, credential_id: str) -> KnownCredential | None:
        return None

    def _key(self, kind: str, owner: str) -> str:
        text = make_key("live", f"{kind}0001", owner.encode().ljust(32, b"0"))
        parsed = parse_key(text)
        self._known[parsed.credential_id] = KnownCredential(
            *(parsed.credential_id, kind, owner, secret_sha256(parsed.secret_text)),
            scopes=SCOPES,
            software=OWNERS["software"],
            enterprise_number=COMPANY,
        )
        return text


class Lent:
    """What a running service lends to its routes."""

    def __init__(self, service: Service[Any], api_pool: asyncpg.Pool, callers: Callers) -> None:
        self.api_pool, self.credentials = api_pool, callers
        self.store, self._name = service.running().store, service.name

    async def write_consequences(self, connection: Connection, consequences: list[Consequence]) -> None:
        now = await connection.fetchval("select now()")
        await Outbox(self._name).write_in_turn(connection, consequences, now)

    def wake(self) -> None:
        """Nobody relays."""

    def ready(self) -> Readiness:
        return Readiness(True, ())


class House:
    """All routes and one caller of each kind. Calls are made one after the other."""

    def __init__(self, runner: asyncio.Runner, clients: Mapping[str, httpx.AsyncClient], callers: Callers) -> None:
        self._runner, self._clients, self.callers = runner, clients, callers

    def call(self, route: Route, path: str, headers: Mapping[str, str], content: bytes | None) -> httpx.Response:
        """The answer of the service that has this route to a call of whoever may use it."""
        asked = self._clients[route.service].request(
            route.method, path, content=content, headers={**headers, **self.callers.of(route)}
        )
        # A log that no service configured draws every failure with all its variables: seconds for one 503.
        with capture_logs():
            return self._runner.run(asked)


@contextmanager
def open_house(postgres: PostgresServer, database: str, folder: Path) -> Iterator[House]:
    """Every service's routes over a migrated database."""
    callers, services = Callers(), _services(folder)
    with asyncio.Runner() as runner:
        pools = [runner.run(_pool(postgres, database, service.name)) for service in services]
        clients = {
            service.name: _client(service, Lent(service, pool, callers))
            for service, pool in zip(services, pools, strict=True)
        }
        try:
            yield House(runner, clients, callers)
        finally:
            for client in clients.values():
                runner.run(client.aclose())
            for pool in pools:
                pool.terminate()


def _services(folder: Path) -> Sequence[Service[Any]]:
    secrets, surroundings = Secrets(folder / "secrets.json"), Surroundings("127.0.0.1:1", 1, 1, folder)
    with pytest.MonkeyPatch.context() as environment:
        for name in BEHIND_THE_DOOR:
            for variable, value in service_environment(name, 1, surroundings, secrets).items():
                environment.setenv(variable, value)
        return [
            import_module(f"services.{name}.main").build(load(import_module(f"services.{name}.settings").Settings))
            for name in BEHIND_THE_DOOR
        ]


async def _pool(postgres: PostgresServer, database: str, service: str) -> asyncpg.Pool:
    return await asyncpg.create_pool(postgres.url(database, api_role(service), PASSWORD), min_size=1, max_size=2)


def _client(service: Service[Any], lent: Lent) -> httpx.AsyncClient:
    app = build_app(
        service.name,
        service.declared.routers,
        lent,  # type: ignore[arg-type]
        resources=service.declared.resources,
        operator_key_sha256=Sha256.of(OPERATOR_KEY.encode()),
        body_limit_bytes=BODY_LIMIT_BYTES,
        body_limits_bytes=service.declared.body_limits_bytes,
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://relais")


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
