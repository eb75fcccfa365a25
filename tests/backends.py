"""Where the tests' Kafka and Postgres come from: an address in the environment, a container, or a local process.

RELAIS_TEST_KAFKA is a URL `kafka://admin:password@host:port` (SASL_PLAINTEXT, SCRAM-SHA-512, a super user);
RELAIS_TEST_POSTGRES_URL is a libpq URL of a superuser. RELAIS_BACKEND=containers asks for containers.
"""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg
import psutil
import yaml

from deploy.local.kafka import Kafka
from deploy.local.parts import Part
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres
from shared.chassis.administration import Administration
from shared.chassis.errors import Unavailable

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "only-for-tests"
KAFKA_IMAGE = os.environ.get("KAFKA_IMAGE", "apache/kafka:4.3.1")
POSTGRES_IMAGE = os.environ.get("POSTGRES_IMAGE", "postgres:17")
MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory."""
_ROOM_BYTES = 6 * 2**30
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class KafkaServer:
    """A broker, and the administrator's credentials (SASL/SCRAM-SHA-512)."""

    bootstrap_servers: str
    username: str
    password: str
    origin: str

    def administration(self) -> Administration:
        """A client that may do everything."""
        return Administration(self.bootstrap_servers, self.username, self.password)


@dataclass(frozen=True)
class PostgresServer:
    """A server, by the superuser's URL of its maintenance database."""

    maintenance_url: str
    origin: str

    def url(self, database: str, role: str = "", password: str = "") -> str:
        """The URL of a database, as the superuser or as another role."""
        parts = urlsplit(self.maintenance_url)
        place = parts.netloc.rpartition("@")[2]
        login = f"{role}:{quote(password, safe='')}@{place}" if role else parts.netloc
        return urlunsplit((parts.scheme, login, f"/{database}", "", ""))


def roomy_memory() -> bool:
    """Whether the data of all tests fit into memory; elsewhere they lie where the system keeps temporary files."""
    if not os.access(MEMORY, os.W_OK):
        return False
    return min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available) > _ROOM_BYTES


def backend(variable: str) -> str:
    """Which of `environment`, `containers` and `processes` gives what `variable` would name."""
    if os.environ.get(variable):
        return "environment"
    wanted = os.environ.get("RELAIS_BACKEND", "local")
    if wanted not in ("local", "containers"):
        raise RuntimeError(f"RELAIS_BACKEND: found {wanted!r}, expected 'local' or 'containers'")
    return "containers" if wanted == "containers" else "processes"


@contextmanager
def kafka_server() -> Iterator[KafkaServer]:
    """A running broker for as long as the context lasts."""
    chosen = backend("RELAIS_TEST_KAFKA")
    if chosen == "environment":
        address = urlsplit(os.environ["RELAIS_TEST_KAFKA"])
        place = address.netloc.rpartition("@")[2]
        yield KafkaServer(place, unquote(address.username or ""), unquote(address.password or ""), chosen)
    elif chosen == "containers":
        with _kafka_container() as server:
            yield server
    else:
        with _folder() as folder:
            ports = Ports(folder / "ports.json", free_ports=True)
            part = local_kafka(folder, ports)
            with _running(part):
                yield KafkaServer(part.bootstrap_servers, "admin", PASSWORD, chosen)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A running server for as long as the context lasts; what it keeps need not survive it."""
    chosen = backend("RELAIS_TEST_POSTGRES_URL")
    if chosen == "environment":
        yield PostgresServer(os.environ["RELAIS_TEST_POSTGRES_URL"], chosen)
    elif chosen == "containers":
        with _postgres_container() as server:
            yield server
    else:
        with _folder() as folder:
            part = local_postgres(folder, Ports(folder / "ports.json", free_ports=True))
            with _running(part):
                yield PostgresServer(part.owner_url, chosen)


def local_kafka(folder: Path, ports: Ports) -> Kafka:
    """A broker of a test's own in a folder, not started."""
    return Kafka(folder / "kafka", ports.of("kafka"), ports.of("controller"), PASSWORD, folder / "kafka.log")


def local_postgres(folder: Path, ports: Ports, *, fsync: bool = False) -> Postgres:
    """A server of a test's own in a folder that its account may enter, not started."""
    return Postgres(folder / "postgres", ports.of("postgres"), PASSWORD, folder / "postgres.log", fsync=fsync)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="relais-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)  # PostgreSQL drops to another account when root runs the tests
        yield Path(name)


@contextmanager
def _running(part: Part) -> Iterator[None]:
    """Its own loop, in the main thread: it outlives the loops of the tests, as its process does."""
    with asyncio.Runner() as runner:
        runner.run(part.start())
        try:
            yield
        finally:
            runner.run(part.stop())


@contextmanager
def _postgres_container() -> Iterator[PostgresServer]:
    from testcontainers.community.postgres import PostgresContainer

    with _folder() as folder, _engine():
        port = Ports(folder / "ports.json", free_ports=True).of("postgres")
        container = PostgresContainer(POSTGRES_IMAGE, username="postgres", password=PASSWORD, dbname="relais")
        container.with_command("postgres -c fsync=off -c synchronous_commit=off -c max_connections=200")
        container.ports["5432/tcp"] = ("127.0.0.1", port)
        with container:
            url = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{port}/relais"
            asyncio.run(_await_postgres(url))
            yield PostgresServer(url, f"containers ({POSTGRES_IMAGE})")


@contextmanager
def _kafka_container() -> Iterator[KafkaServer]:
    """The broker of docker-compose.yml, with its own start script, on a loopback port of ours."""
    from testcontainers.core.container import DockerContainer

    described: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["kafka"]
    with _folder() as folder, _engine():
        port = Ports(folder / "ports.json", free_ports=True).of("kafka")
        password = folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        container = DockerContainer(KAFKA_IMAGE, entrypoint=described["entrypoint"], user=described["user"])
        for name, value in described["environment"].items():
            container.with_env(name, str(value))
        container.with_env("KAFKA_ADVERTISED_LISTENERS", f"CLIENT://127.0.0.1:9092,HOST://127.0.0.1:{port}")
        container.with_env("KAFKA_LOG_DIRS", "/tmp/kafka-data")
        container.with_env("ADMIN_PASSWORD_FILE", "/opt/relais/password")
        for file in (ROOT / "deploy/compose/kafka.sh", ROOT / "deploy/compose/log4j2.properties", password):
            container.with_volume_mapping(str(file), f"/opt/relais/{file.name}", "ro")
        container.ports["19092/tcp"] = ("127.0.0.1", port)
        with container:
            server = KafkaServer(f"127.0.0.1:{port}", "admin", PASSWORD, f"containers ({KAFKA_IMAGE})")
            asyncio.run(_await_kafka(server))
            yield server


@contextmanager
def _engine() -> Iterator[None]:
    """Says in one sentence that no container engine answers, instead of a client library's trace."""
    import docker

    try:
        docker.from_env().ping()
    except docker.errors.DockerException as error:
        raise RuntimeError(
            f"RELAIS_BACKEND=containers: found no container engine that answers ({error}); start one, or leave "
            "the variable out for local processes"
        ) from None
    yield


async def _await_postgres(url: str) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            with contextlib.suppress(OSError, asyncpg.PostgresError):
                await (await asyncpg.connect(url, timeout=2)).close()
                return
            await asyncio.sleep(0.1)


async def _await_kafka(server: KafkaServer) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            with contextlib.suppress(Unavailable):
                await server.administration().describe()
                return
            await asyncio.sleep(0.1)
