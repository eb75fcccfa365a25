"""What a benchmark stands on: a Postgres that writes to its disk, and brokers and databases that are new."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.database_roles import ADMINISTRATION, api_role, worker_role
from deploy.local.ports import Ports
from deploy.migrate import migrate
from shared.contracts.catalogue import SERVICES
from tests.backends import PASSWORD, KafkaServer, PostgresServer, local_kafka, local_postgres


@dataclass(frozen=True)
class Machine:
    """A server of Postgres and a folder, both of one benchmark."""

    store: PostgresServer
    folder: Path
    ports: Ports

    @asynccontextmanager
    async def side(self, name: str) -> AsyncIterator[tuple[KafkaServer, Path]]:
        """A new broker, a new folder, and a new database of that name, with the tables and roles of every service."""
        own = self.folder / name
        own.mkdir(mode=0o755)
        await self._make_database(name)
        kafka = local_kafka(own, self.ports)
        await kafka.start()
        try:
            yield KafkaServer(kafka.bootstrap_servers, "admin", PASSWORD, "own"), own
        finally:
            await kafka.stop()

    async def _make_database(self, name: str) -> None:
        roles = [role for service in SERVICES for role in (worker_role(service), api_role(service))]
        maintenance = await asyncpg.connect(self.store.maintenance_url)
        await maintenance.execute(f"create database {name}")
        await maintenance.close()
        await migrate(self.store.url(name), dict.fromkeys([*roles, ADMINISTRATION], PASSWORD))


@asynccontextmanager
async def one_machine() -> AsyncIterator[Machine]:
    """Gone with all its data at the end."""
    with tempfile.TemporaryDirectory(prefix="relais-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL drops to another account when root runs this
        ports = Ports(folder / "ports.json", free_ports=True)
        postgres = local_postgres(folder, ports, fsync=True)
        await postgres.start()
        try:
            yield Machine(PostgresServer(postgres.owner_url, "own"), folder, ports)
        finally:
            await postgres.stop()
