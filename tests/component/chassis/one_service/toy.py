"""A service of the tests' own, with events, tasks, tables and topics that nobody else has."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.database_roles import api_role, ensure_roles, ensure_schema, worker_role
from deploy.local.ports import Ports
from shared.chassis.administration import Administration, TopicSpec
from shared.chassis.brake import Brake
from shared.chassis.connecting import KafkaAddress
from shared.chassis.database import Database
from shared.chassis.declared import events_of
from shared.chassis.documents import Documents
from shared.chassis.envelope import StoredRecord
from shared.chassis.messages import Batch, Cause, Consequence, Task
from shared.chassis.metrics import Metrics
from shared.chassis.outbox import Outbox
from shared.chassis.producer import Producer
from shared.chassis.relay import Relay
from shared.chassis.runtime import Running
from shared.chassis.service import Service
from shared.chassis.session import Session
from shared.chassis.settings import ServiceSettings, settings_for
from shared.chassis.subscription import BoundHandler, Prepare, Subscription
from shared.chassis.tasks import TaskKind, TaskRunner
from shared.chassis.topics import TopicIds
from shared.contracts.event import Event
from shared.contracts.operations import ReplayRequested
from tests.backends import PASSWORD, ROOT, KafkaServer, PostgresServer
from tests.component.chassis.one_service.records import Records
from tests.waiting import PATIENCE_S

PARTITIONS = 3
Handler = Callable[[Batch[Any], Any], Awaitable[Sequence[Consequence]]]


class Work(Task, kind="work"):
    """Something to do on the outside."""

    n: int


class ToySettings(ServiceSettings):
    """What the toy is told."""

    model_config = settings_for("toy")


class Incarnation:
    """Topic ids without Kafka: every topic is its first incarnation."""

    def current(self, topic: str) -> str:
        return "first"


@dataclass
class Toy(Records):
    """One toy: `name` is its service name and schema; what it starts is stopped by `close`."""

    name: str
    kafka: KafkaServer
    server: PostgresServer
    database_name: str
    folder: Path
    started: list[Running[Any]] = field(default_factory=list)
    opened: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        owner = self.name

        class Asked(Event, topic=f"{owner}.asked.v1", owner=owner, key="name"):
            name: str
            n: int

        class Answered(Event, topic=f"{owner}.answered.v1", owner=owner, key="name"):
            name: str
            n: int

        class Fact(Event, topic=f"{owner}.fact.v1", owner=owner, key="name"):
            name: str

        class Foreign(Event, topic="stranger.told.v1", owner="stranger", key="name"):
            name: str

        self.Asked, self.Answered, self.Fact, self.Foreign = Asked, Answered, Fact, Foreign
        self.ports = Ports(self.folder / "ports.json", free_ports=True)

    @property
    def topics(self) -> list[str]:
        """What Kafka must have for it."""
        own = [event.topic for event in (self.Asked, self.Answered, self.Fact)]
        return [*own, f"{self.name}.dead_letters.v1", ReplayRequested.topic]

    @property
    def worker_url(self) -> str:
        return self.server.url(self.database_name, worker_role(self.name), PASSWORD)

    @property
    def api_url(self) -> str:
        return self.server.url(self.database_name, api_role(self.name), PASSWORD)

    def settings(self) -> ToySettings:
        """With an HTTP port of its own for each process."""
        return ToySettings(
            kafka_bootstrap_servers=self.kafka.bootstrap_servers,
            kafka_username=self.kafka.username,
            kafka_password=self.kafka.password,
            database_url=self.worker_url,
            api_database_url=self.api_url,
            object_store_url=f"file://{self.folder}/documents",
            http_port=self.ports.of(f"http-{uuid4()}"),
            operator_key_sha256="0" * 64,
        )

    # -- the database ------------------------------------------------------------------------------------------

    async def migrate(self) -> None:
        """Make the roles, the schema, the chassis's tables and a table of effects."""
        owner = await asyncpg.connect(self.server.url(self.database_name))
        await ensure_roles(owner, {worker_role(self.name): PASSWORD, api_role(self.name): PASSWORD})
        await owner.execute((ROOT / "deploy/database/ground.sql").read_text())
        await ensure_schema(owner, self.name)
        names = {"schema": self.name, "worker": worker_role(self.name), "api": api_role(self.name)}
        await owner.execute(f"set search_path = {self.name}")
        for path in sorted((ROOT / "shared/chassis/migrations").glob("*.sql")):
            await owner.execute(path.read_text().format(**names))
        await owner.execute(
            f"""create table effects (event_id uuid, name text, n int, at timestamptz default clock_timestamp());
                grant all on effects to {worker_role(self.name)};
                create table facts (name text primary key); grant all on facts to {worker_role(self.name)}"""
        )
        await owner.close()

    async def sql(self, query: str, *arguments: Any) -> list[Any]:
        """Ask as the superuser, in the toy's schema."""
        connection = await asyncpg.connect(self.server.url(self.database_name))
        try:
            await connection.execute(f"set search_path = {self.name}")
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def value(self, query: str, *arguments: Any) -> Any:
        """The first column of the first row."""
        rows = await self.sql(query, *arguments)
        return rows[0][0] if rows else None

    async def until(self, query: str, expected: Any, seconds: float = PATIENCE_S) -> None:
        """Wait until a query answers what is expected."""
        deadline, found = time.monotonic() + seconds, None
        while time.monotonic() < deadline:
            found = await self.value(query)
            if found == expected:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{query}: found {found!r} after {seconds} s, expected {expected!r}")

    async def open(self) -> Database:
        """A pool of the worker role, closed with the toy."""
        database = Database(self.worker_url, size=6, application=self.name)
        await database.open()
        self.opened.append(database)
        return database

    # -- its parts, one by one ---------------------------------------------------------------------------------

    async def subscription(
        self, handler: Handler, *, event: type[Event] | None = None, prepare: Prepare | None = None
    ) -> Subscription:
        """One topic's subscription without Kafka: give it records."""
        event = event or self.Asked
        return Subscription(
            service=self.name,
            name=event.topic,
            read=events_of(event)(TopicIds(self.kafka.administration())),
            database=await self.open(),
            topics=Incarnation(),
            metrics=Metrics(),
            wake=lambda: None,
            handlers=[BoundHandler(handler, lambda connection: connection)],
            prepare=prepare,
            brake=Brake(),
        )

    async def relay(self) -> Relay:
        """A relay with a session and a producer of its own."""
        database = await self.open()
        session = Session(database, self.name, lambda told: None)
        await session.open()
        self.opened.append(session)
        address = KafkaAddress(self.kafka.bootstrap_servers, self.kafka.username, self.kafka.password)
        producer = Producer(address, self.name)
        topics = TopicIds(self.kafka.administration())
        documents = Documents(f"file://{self.folder}/documents")
        relay = Relay(self.name, database, session, producer, topics, documents, Metrics())
        self.opened.append(relay)
        return relay

    async def runner(self, kind: TaskKind) -> TaskRunner:
        """A runner of tasks of one kind."""
        database = await self.open()
        return TaskRunner(
            self.name,
            database,
            lambda connection: connection,
            Metrics(),
            lambda: None,
            {kind.task.kind: kind},
        )

    async def write(self, *consequences: Consequence) -> None:
        """Commit consequences as a handler would."""
        database = await self.open()
        async with database.transaction() as connection:
            now = await connection.fetchval("select now()")
            await Outbox(self.name).write(connection, consequences, now)

    # -- the whole ---------------------------------------------------------------------------------------------

    def service(self, handler: Handler | None = None) -> Service[Any]:
        """A service that listens to Asked; by default each leaves one effect and one answer."""
        service: Service[Any] = Service(self.name, self.settings(), store=lambda connection: connection)
        service.on(self.Asked)(handler or self.answer)
        return service

    async def answer(self, batch: Batch[Any], connection: Any) -> list[Consequence]:
        """One effect and one answer for each."""
        await self.effect(batch, connection)
        return [event.then(self.Answered(name=event.body.name, n=event.body.n)) for event in batch]

    async def effect(self, batch: Batch[Any], connection: Any) -> list[Consequence]:
        """One effect for each, nothing follows."""
        rows = [(event.id, event.body.name, event.body.n) for event in batch]
        await connection.executemany("insert into effects (event_id, name, n) values ($1, $2, $3)", rows)
        return []

    async def start(self, service: Service[Any]) -> Running[Any]:
        """A process of the service inside this one, stopped with the toy."""
        running = service.running()
        self.started.append(running)
        await asyncio.wait_for(running.start(), PATIENCE_S)
        return running

    # -- Kafka -------------------------------------------------------------------------------------------------

    async def make_topics(self, administration: Administration | None = None) -> None:
        specs = [TopicSpec(topic, PARTITIONS) for topic in self.topics]
        await (administration or self.kafka.administration()).ensure_topics(specs)

    def client(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": self.kafka.bootstrap_servers,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": self.kafka.username,
            "sasl_plain_password": self.kafka.password,
        }

    async def publish(self, records: Sequence[StoredRecord]) -> None:
        """Put records on their topics."""
        async with AIOKafkaProducer(**self.client()) as producer:
            sent = [
                await producer.send(record.topic, record.value, key=record.key, headers=record.headers)
                for record in records
            ]
            await asyncio.gather(*sent)

    async def published(self, topic: str) -> list[Any]:
        """Everything that lies on a topic, partition by partition."""
        ends = await self.kafka.administration().end_offsets([topic])
        waiting = {TopicPartition(*place): end for place, end in ends.items() if end}
        found: list[Any] = []
        async with AIOKafkaConsumer(auto_offset_reset="earliest", **self.client()) as consumer:
            if waiting:
                consumer.assign(list(waiting))
            while len(found) < sum(waiting.values()):
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    found.extend(records)
        return sorted(found, key=lambda record: (record.partition, record.offset))

    async def close(self) -> None:
        for running in self.started:
            await running.stop()
        for part in reversed(self.opened):
            await part.close()


def cause() -> Cause:
    """Something that was handled."""
    return Cause(id=uuid4(), correlation_id=str(uuid4()))
