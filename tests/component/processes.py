"""Services as processes of their own over one Kafka and one Postgres: how they are run, what they are told and tell."""

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from deploy.database_roles import api_role, worker_role
from deploy.local.environment import Surroundings, service_environment
from deploy.local.ports import Ports
from deploy.local.processes import base_environment
from deploy.local.secrets import Secrets
from shared.chassis.administration import TopicSpec
from shared.chassis.documents import Documents
from shared.contracts.catalogue import CATALOGUE, LISTENERS
from shared.contracts.event import Event
from tests.backends import PASSWORD, ROOT, KafkaServer, PostgresServer
from tests.component.chassis.one_service.records import Records

Process = asyncio.subprocess.Process


class Processes:
    """Processes of services, and what they stand on. `database` is a name; what they write stays in `folder`.

    `patience_s` is how long anything is waited for that is looked at every `pause_s`.
    """

    def __init__(
        self,
        kafka: KafkaServer,
        store: PostgresServer,
        database: str,
        folder: Path,
        *,
        smtp_port: int = 1,
        patience_s: float = 60.0,
        pause_s: float = 0.05,
    ) -> None:
        self.kafka, self.store, self.database, self.folder = kafka, store, database, folder
        self.patience_s, self.pause_s = patience_s, pause_s
        self.documents = Documents((folder / "documents").as_uri())
        self.secrets = Secrets(folder / "secrets.json")
        self.ports = Ports(folder / "http.json", free_ports=True)
        self._logs: set[Path] = set()
        self._facts = Surroundings(kafka.bootstrap_servers, 1, smtp_port, folder / "documents")

    @asynccontextmanager
    async def running(
        self,
        service: str,
        *program: str,
        name: str = "",
        own: Mapping[str, str] | None = None,
        ending: signal.Signals = signal.SIGKILL,
    ) -> AsyncIterator[Process]:
        """The service as it is started everywhere, or the module `program` in its place; ended by a signal.

        `name` tells replicas apart; `own` are settings, without the service's prefix.
        """
        name = name or service
        self._logs.add(self.folder / f"{name}.log")
        with (self.folder / f"{name}.log").open("ab") as log:
            started = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *(program or (f"services.{service}.main",))),
                env=self._environment(service, self.ports.of(name), own or {}),
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        try:
            yield started
        finally:
            with contextlib.suppress(ProcessLookupError):
                started.send_signal(ending)
            await started.wait()

    def _environment(self, service: str, port: int, own: Mapping[str, str]) -> dict[str, str]:
        own = {
            "KAFKA_USERNAME": self.kafka.username,
            "KAFKA_PASSWORD": self.kafka.password,
            "DATABASE_URL": self.store.url(self.database, worker_role(service), PASSWORD),
            "API_DATABASE_URL": self.store.url(self.database, api_role(service), PASSWORD),
            **own,
        }
        prefixed = {f"{service.upper()}_{name}": value for name, value in own.items()}
        return {**base_environment(), **service_environment(service, port, self._facts, self.secrets), **prefixed}

    async def make_topics(self, *services: str, partitions: int = 1) -> None:
        """Those of which the services write or hear."""
        letters = [TopicSpec(f"{service}.dead_letters.v1", 1) for service in services]
        topics = [TopicSpec(topic, partitions) for topic in sorted(topics_of(*services))]
        await self.kafka.administration().ensure_topics([*topics, *letters])

    async def publish(self, bodies: Iterable[Event], **headers: str) -> None:
        """Tell events, each key's in their order; `headers` replace single ones."""
        async with AIOKafkaProducer(acks="all", linger_ms=20, **self.client()) as producer:
            sent: list[Any] = []
            for body in bodies:
                told = {"ce_sequence": "1", **headers}
                record = Records().record(body.model_dump(mode="json"), event=type(body), **told)
                sent.append(await producer.send(record.topic, record.value, key=record.key, headers=record.headers))
            await asyncio.gather(*sent)

    async def told(self, event: type[Event]) -> list[Any]:
        """The distinct events of a topic of one partition, in their order."""
        async with AIOKafkaConsumer(auto_offset_reset="earliest", **self.client()) as consumer:
            place = TopicPartition(event.topic, 0)
            consumer.assign([place])
            end, found = (await consumer.end_offsets([place]))[place], {}
            while await consumer.position(place) < end:
                for record in (await consumer.getmany(timeout_ms=200)).get(place, []):
                    identity = UUID(dict(record.headers)["ce_id"].decode())
                    found[identity] = event.model_validate_json(record.value)
            return list(found.values())

    async def offset(self, service: str, event: type[Event]) -> int:
        """How far Kafka knows that the service has read a topic; 0 before it says anything."""
        admin = AIOKafkaAdminClient(**self.client())
        await admin.start()
        try:
            offsets = await admin.list_consumer_group_offsets(f"{service}.{event.topic}")
            return sum(max(place.offset, 0) for topic, place in offsets.items() if topic.topic == event.topic)
        finally:
            await admin.close()

    def client(self, username: str = "", password: str = "") -> dict[str, Any]:
        """How a client of Kafka connects: as the administrator, or as somebody else."""
        return {
            "bootstrap_servers": self.kafka.bootstrap_servers,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": username or self.kafka.username,
            "sasl_plain_password": password or self.kafka.password,
        }

    async def value(self, query: str) -> Any:
        """What the database answers its superuser now."""
        async with self._owner() as owner:
            return await owner.fetchval(query)

    async def until(self, query: str) -> float:
        """When (monotonic) the database was first seen to say that it is so."""
        async with self._owner() as owner:
            return await self.until_seen(lambda: owner.fetchval(query), query)

    async def until_seen(self, look: Callable[[], Awaitable[Any]], what: str) -> float:
        """When (monotonic) it was first seen to be so. Raises `TimeoutError` with what the processes said last."""
        deadline = time.monotonic() + self.patience_s
        while not await look():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what} did not come: {self.last_words()}")
            await asyncio.sleep(self.pause_s)
        return time.monotonic()

    def last_words(self) -> str:
        """The end of what each process wrote to its log."""
        return "\n".join(f"{log.stem}: {log.read_text(errors='replace')[-2000:]}" for log in sorted(self._logs))

    @asynccontextmanager
    async def holding_company(self, service: str, number: str) -> AsyncIterator[None]:
        """Somebody else's transaction over the company: the service waits for it before it writes."""
        async with self._owner() as owner, owner.transaction():
            await owner.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{service}/company:{number}")
            yield

    async def until_company_is_waited_for(self) -> None:
        """A process of this database is at a lock that somebody else holds."""
        await self.until(
            """select exists (select from pg_locks join pg_database on pg_database.oid = database
                              where datname = current_database() and locktype = 'advisory' and not granted)"""
        )

    @asynccontextmanager
    async def _owner(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.store.url(self.database))
        try:
            yield connection
        finally:
            await connection.close()


def topics_of(*services: str) -> set[str]:
    """The events' topics that the services write or hear."""
    written = {event.topic for event in CATALOGUE if event.owner in services}
    return written | {topic for topic, listeners in LISTENERS.items() if set(services) & set(listeners)}
