"""The whole platform: Kafka, PostgreSQL, the tables, the topics, mail, the services and the door."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.database_roles import ADMINISTRATION
from deploy.local.addresses import Addresses, read_addresses, write_addresses
from deploy.local.door import BEHIND_THE_DOOR, Door
from deploy.local.environment import (
    Surroundings,
    administration_environment,
    database_passwords,
    service_environment,
)
from deploy.local.kafka import ADMINISTRATOR, Kafka
from deploy.local.mail import bounces_of
from deploy.local.parts import Part, ProcessPart, answers_http
from deploy.local.ports import Ports, require_free
from deploy.local.postgres import SUPERUSER, Postgres
from deploy.local.processes import Command, base_environment
from deploy.local.secrets import Secrets
from deploy.local.supervisor import Supervisor, tell
from deploy.local.sweeping import sweep_daily
from shared.contracts.catalogue import SERVICES

ROOT = Path(__file__).parents[2]
BANK_FILES = "inbox/bank-files"
"""The watched folder: a bank's file that is put there comes in."""


class Platform:
    """Everything on one machine, with its data in `folder`; use it as an asynchronous context manager.

    `replicas` says how many processes a service has (default 1): slot 0 is the part `intake`, slot 1 the
    part `intake.1` ... `fsync=False` makes PostgreSQL faster and unsafe, for tests. Entering raises
    `CannotStart` and leaves nothing running.
    """

    def __init__(
        self,
        folder: Path,
        free_ports: bool = False,
        replicas: Mapping[str, int] | None = None,
        fsync: bool = True,
        say: Callable[[str], None] = tell,
    ) -> None:
        self.folder = folder.resolve()
        self.supervisor = Supervisor(self.folder / "run", say)
        self._say = say
        self._free_ports = free_ports
        self._fsync = fsync
        self._replicas = {name: (replicas or {}).get(name, 1) for name in SERVICES}
        self._sweeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Starts everything in order, each part when those it needs are ready."""
        self.supervisor.claim()
        try:
            self._compose()
            await self.supervisor.start(self.postgres, self.kafka)
            await self._migrate()
            await self.supervisor.start(self._administration(), self._mail())
            await self.supervisor.start(
                *(self._service(name, slot) for name in SERVICES for slot in range(self._replicas[name]))
            )
            await self.supervisor.start(self._door())
            write_addresses(self.folder / "run" / "addresses.json", self.addresses)
            self._sweeping = asyncio.create_task(sweep_daily(self._sweep()))
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stops everything in reverse order."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.wait({self._sweeping})
        await self.supervisor.stop()

    async def kill(self, name: str, slot: int = 0, restart: bool = True) -> None:
        """SIGKILL to one process; with `restart` it comes back by itself."""
        await self.supervisor.kill(part_name(name, slot), restart)

    async def stop_part(self, name: str, slot: int = 0) -> None:
        """Stops one process in good order; it stays down until `start_part`."""
        await self.supervisor.stop_part(part_name(name, slot))

    async def start_part(self, name: str, slot: int = 0) -> None:
        """Starts a process that was stopped or killed."""
        await self.supervisor.start_part(part_name(name, slot))

    async def add_replica(self, name: str) -> int:
        """Starts one more process of a service and gives its slot; the door knows it from its next start."""
        slot = self._replicas[name]
        self._replicas[name] = slot + 1
        await self.supervisor.start(self._service(name, slot))
        return slot

    def log(self, name: str, slot: int = 0) -> Path:
        """The log file of one process."""
        return self.folder / "log" / f"{part_name(name, slot)}.log"

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts in the order of their start."""
        return self.supervisor.parts

    def _compose(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("log", "documents", "offices", "mail", "kafka", "inbox", BANK_FILES):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)
        self.secrets = Secrets(self.folder / "secrets.json")
        self.ports = Ports(self.folder / "run" / "ports.json", self._free_ports)
        port = self.ports.of
        self.kafka = Kafka(
            self.folder / "kafka",
            port("kafka"),
            port("kafka_controller"),
            self.secrets.kafka_password(ADMINISTRATOR),
            self.log("kafka"),
        )
        self.postgres = Postgres(
            self.folder / "postgres",
            port("postgres"),
            self.secrets.database_password(SUPERUSER),
            self.log("postgres"),
            self._fsync,
        )
        self.surroundings = Surroundings(
            self.kafka.bootstrap_servers,
            self.postgres.port,
            port("smtp"),
            self.folder / "documents",
            bounce_folder=bounces_of(self.folder / "mail"),
            office_folders=self.folder / "offices",
            bank_files=self.folder / BANK_FILES,
        )
        self.addresses = self._addresses()

    def _addresses(self) -> Addresses:
        known = read_addresses(self.folder / "run" / "addresses.json")
        host, port = self.surroundings.host, self.ports.of
        return Addresses(
            door=f"http://{host}:{port('door')}",
            console=f"http://{host}:{port('console')}",
            mailbox=f"http://{host}:{port('mailbox')}",
            kafka=self.kafka.bootstrap_servers,
            postgres=self.postgres.owner_url,
            operator=self.secrets.operator_key,
            softwares=known["softwares"] if known else {},
            sandbox=known.get("sandbox", {}) if known else {},
            offices=known["offices"] if known else {},
        )

    async def _migrate(self) -> None:
        from deploy.migrate import migrate  # here: the parts before it run and are tested without any table

        begun = time.monotonic()
        await migrate(self.postgres.owner_url, database_passwords(self.secrets))
        self._say(f"{'tables':<18}ready in {time.monotonic() - begun:.1f} s")

    def _sweep(self) -> Command:
        told = {
            "SWEEP_DATABASE_URL": self.postgres.owner_url,
            "SWEEP_OBJECT_STORE_URL": self.surroundings.documents.as_uri(),
        }
        return Command((sys.executable, "-m", "deploy.sweep"), {**base_environment(), **told}, ROOT, self.log("sweep"))

    def _administration(self) -> Part:
        port = self.ports.of(ADMINISTRATION)
        environment = administration_environment(port, self.surroundings, self.secrets)
        return self._python(ADMINISTRATION, ("deploy.administration",), environment, port)

    def _mail(self) -> Part:
        port = self.ports.of("mailbox")
        arguments = (
            "deploy.local.mail",
            "--smtp-port",
            str(self.surroundings.smtp_port),
            "--http-port",
            str(port),
            "--folder",
            str(self.folder / "mail"),
        )
        return self._python("mailbox", arguments, {}, port)

    def _service(self, name: str, slot: int) -> Part:
        port = self.ports.of(part_name(name, slot))
        environment = service_environment(name, port, self.surroundings, self.secrets)
        return self._python(part_name(name, slot), (f"services.{name}.main",), environment, port)

    def _door(self) -> Part:
        upstreams = {
            name: [self.ports.of(part_name(name, slot)) for slot in range(self._replicas[name])]
            for name in BEHIND_THE_DOOR
        }
        return Door(self.ports.of("door"), upstreams, self.folder / "door", self.log("door"))

    def _python(self, name: str, arguments: tuple[str, ...], environment: Mapping[str, str], port: int) -> Part:
        command = Command(
            (sys.executable, "-m", *arguments), {**base_environment(), **environment}, ROOT, self.log(name)
        )
        return PythonPart(name, command, port)


class PythonPart(ProcessPart):
    """A program of this checkout that answers `GET /ready` with 200 when it is ready."""

    def __init__(self, name: str, command: Command, port: int) -> None:
        super().__init__(name, command, lambda: answers_http(port))
        self._port = port

    async def prepare(self) -> None:
        """Sees that its port is free, so that nobody else's answer is taken for its own."""
        await asyncio.to_thread(require_free, self._port, self.name)


def part_name(service: str, slot: int) -> str:
    """`intake` for slot 0, `intake.1` for slot 1."""
    return service if slot == 0 else f"{service}.{slot}"
