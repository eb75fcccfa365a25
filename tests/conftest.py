"""What every test may ask for: a Kafka, a Postgres, and a fresh database with every service's tables."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import structlog
from hypothesis import HealthCheck, settings
from xdist.scheduler.loadscope import LoadScopeScheduling

from deploy.database_roles import ADMINISTRATION, api_role, worker_role
from deploy.migrate import migrate
from shared.contracts.catalogue import SERVICES
from tests.backends import (
    MEMORY,
    PASSWORD,
    KafkaServer,
    PostgresServer,
    backend,
    kafka_server,
    postgres_server,
    roomy_memory,
)

# A property is a property of the code, not of the machine: no example has a time limit, and the same are tried every
# time; `make chaos` tries others.
settings.register_profile(
    "relais",
    deadline=None,
    derandomize=os.environ.get("RELAIS_EFFORT") != "chaos",
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("relais")

_TEMPLATE = "relais_template"
_used: dict[str, str] = {}


class Database:
    """A database of one test. Pools of the roles are closed when it ends."""

    def __init__(self, server: PostgresServer, name: str) -> None:
        self._server, self.name = server, name
        self._pools: list[asyncpg.Pool] = []

    @property
    def owner_url(self) -> str:
        """The superuser's URL."""
        return self._server.url(self.name)

    def worker_url(self, service: str) -> str:
        """The URL of the role of handlers, tasks and relay."""
        return self._server.url(self.name, worker_role(service), PASSWORD)

    def api_url(self, service: str) -> str:
        """The URL of the role of endpoints."""
        return self._server.url(self.name, api_role(service), PASSWORD)

    async def worker(self, service: str) -> asyncpg.Pool:
        """A pool of the worker role."""
        return await self._pool(self.worker_url(service))

    async def api(self, service: str) -> asyncpg.Pool:
        """A pool of the api role."""
        return await self._pool(self.api_url(service))

    async def _pool(self, url: str) -> asyncpg.Pool:
        pool = await asyncpg.create_pool(url, min_size=1, max_size=8)
        self._pools.append(pool)
        return pool

    async def close(self) -> None:
        """Close the pools, however busy."""
        for pool in self._pools:
            pool.terminate()


@pytest.fixture(scope="session")
def kafka() -> Iterator[KafkaServer]:
    """One broker for the whole session; give topics names of your own."""
    with kafka_server() as server:
        _used["Kafka"] = server.origin
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for the whole session."""
    with postgres_server() as server:
        _used["Postgres"] = server.origin
        yield server


@pytest.fixture(scope="session")
def passwords() -> dict[str, str]:
    """Of every role that logs in."""
    roles = [role for service in SERVICES for role in (worker_role(service), api_role(service))]
    return dict.fromkeys([*roles, ADMINISTRATION], PASSWORD)


@pytest.fixture
async def database(postgres: PostgresServer, passwords: dict[str, str]) -> AsyncIterator[Database]:
    """A fresh database with every service's schema, copied from one that was migrated once."""
    if not _copies:
        await _make_copies(postgres, passwords)
    made = Database(postgres, _copies.pop())
    yield made
    await made.close()
    owner = await asyncpg.connect(postgres.maintenance_url)
    try:
        await owner.execute(f"drop database {made.name} with (force)")
    finally:
        await owner.close()


async def _make_copies(postgres: PostgresServer, passwords: dict[str, str]) -> None:
    """Make as many as were used so far: the first copy of a connection takes ten times as long as its next ones."""
    global _used_up
    template = f"{_TEMPLATE}_{_RUN}"
    owner = await asyncpg.connect(postgres.maintenance_url)
    try:
        if not await owner.fetchval("select true from pg_database where datname = $1", template):
            await owner.execute(f"create database {template}")
            await migrate(postgres.url(template), passwords)
        for _ in range(min(max(_used_up, 1), _MOST_COPIES)):
            name = f"relais_{uuid4().hex}"
            await owner.execute(f"create database {name} template {template}")
            _copies.append(name)
            _used_up += 1
    finally:
        await owner.close()


_STORIES = Path(__file__).parent / "system"
_MOST_COPIES = 16
_copies: list[str] = []
_used_up = 0
_RUN = uuid4().hex[:8]
"""A server that is given by the environment may hold the template of an older version."""


def pytest_configure() -> None:
    """A traceback as Python writes it: the coloured one, with all variables, takes seconds where a failure is meant."""
    told = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], told])
    if roomy_memory() and "TMPDIR" not in os.environ:
        # A database is a thousand files: in memory the many that are made here cost a tenth of the time.
        tempfile.tempdir = str(MEMORY)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of two workers one begins with all the stories, and the other takes file after file, for most tests wait more
    than they work; whoever runs alone leaves the stories to the end, for their platform stays up.

    First of the stories come those that hurt a platform of their own: beside another one, two cores are too busy for
    what they promise.
    """
    stories_first = "PYTEST_XDIST_WORKER" in os.environ
    items.sort(
        key=lambda item: (
            item.path.is_relative_to(_STORIES) != stories_first,
            "platform" in getattr(item, "fixturenames", ()),
        )
    )


class _FileByFile(LoadScopeScheduling):
    """What one worker takes at once: a file, or all the stories, of which only one may hold the shared platform.

    pytest-xdist's own `loadgroup` does not: with pytest 9.2 the groups of tests are lost on their way.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return _STORIES.name if Path(file).parent.name == _STORIES.name else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _FileByFile:
    """Told by pytest-xdist to share the tests among workers."""
    return _FileByFile(config, log)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells what it used."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["used"] = _used


def pytest_testnodedown(node: Any) -> None:
    """What a worker used, the whole run used."""
    _used.update(getattr(node, "workeroutput", {}).get("used", {}))


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one flag that rewrites golden files (tests/golden)."""
    parser.addoption("--rewrite-golden", action="store_true", help="write tests/golden/files anew")


def pytest_report_header() -> list[str]:
    """Where Kafka and Postgres would come from; nothing is started before a test asks for it."""
    return [f"Kafka: {backend('RELAIS_TEST_KAFKA')}; Postgres: {backend('RELAIS_TEST_POSTGRES_URL')}"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was really used."""
    used = "; ".join(f"{name}: {origin}" for name, origin in _used.items()) or "neither Kafka nor Postgres"
    terminalreporter.write_line(f"Tested on {used}")
