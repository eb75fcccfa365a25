"""SIGKILL between reading and commit, and between commit and Kafka's offset: each document is accepted and routed once.

The process is held at the very place by what it waits for there: the lock of the company, and a Kafka that is gone.
"""

import asyncio
import contextlib
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from deploy.local.environment import Surroundings, service_environment
from deploy.local.kafka import Kafka
from deploy.local.ports import Ports
from deploy.local.processes import base_environment
from deploy.local.secrets import Secrets
from shared.chassis.administration import TopicSpec
from shared.chassis.documents import Documents
from shared.contracts.connections import ConnectionChanged
from shared.contracts.directory import CompanyChanged, OfficeChanged, OfficePeriod, SoftwareChanged
from shared.contracts.event import Event
from shared.contracts.invoices import (
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRepeated,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.contracts.operations import ReplayRequested
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Language, OfficeId, SoftwareSlug
from tests.backends import PASSWORD, ROOT, KafkaServer, local_kafka
from tests.component.chassis.one_service.records import Records
from tests.conftest import Database
from tests.unit.invoice_router.documents import COMPANY, invoice

NUMBER = EnterpriseNumber(COMPANY)
TOLD = (InvoiceAccepted, InvoiceRouted, InvoiceHeld, InvoiceRepeated, InvoiceQuarantined)
HEARD = (InvoiceSubmitted, CompanyChanged, OfficeChanged, SoftwareChanged, ConnectionChanged, ReplayRequested)
GROUP = f"invoice_router.{InvoiceSubmitted.topic}"
DOCUMENTS = 40
PATIENCE_S = 60.0


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that PostgreSQL's account may enter."""
    with tempfile.TemporaryDirectory(prefix="relais-own-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
async def own_kafka(folder: Path) -> AsyncIterator[Kafka]:
    """A broker that this test may stop."""
    part = local_kafka(folder, Ports(folder / "ports.json", free_ports=True))
    await part.start()
    yield part
    await part.stop()


class Platform:
    """The router as a process of its own, and everything that it meets."""

    def __init__(self, folder: Path, kafka: Kafka, database: Database) -> None:
        self.folder, self.kafka, self.database = folder, kafka, database
        self.documents = Documents((folder / "documents").as_uri())
        secrets, ports = Secrets(folder / "secrets.json"), Ports(folder / "http.json", free_ports=True)
        facts = Surroundings(kafka.bootstrap_servers, 1, 1, folder / "documents")
        self.environment = {
            **base_environment(),
            **service_environment("invoice_router", ports.of("http"), facts, secrets),
            "INVOICE_ROUTER_KAFKA_USERNAME": "admin",
            "INVOICE_ROUTER_KAFKA_PASSWORD": PASSWORD,
            "INVOICE_ROUTER_DATABASE_URL": database.worker_url("invoice_router"),
            "INVOICE_ROUTER_API_DATABASE_URL": database.api_url("invoice_router"),
        }

    @asynccontextmanager
    async def router(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """The service as it is started everywhere; killed at the end."""
        with (self.folder / "service.log").open("ab") as log:
            started = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "services.invoice_router.main"),
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        try:
            yield started
        finally:
            with contextlib.suppress(ProcessLookupError):
                started.kill()
            await started.wait()

    async def make_topics(self) -> None:
        """Of one partition each, so that all documents are one line."""
        server = KafkaServer(self.kafka.bootstrap_servers, "admin", PASSWORD, "own")
        names = sorted({event.topic for event in (*TOLD, *HEARD)} | {"invoice_router.dead_letters.v1"})
        await server.administration().ensure_topics([TopicSpec(name, 1) for name in names])

    async def submit(self, serials: Sequence[int]) -> None:
        bodies: list[Event] = []
        for serial in serials:
            claim = await self.documents.put(invoice(number=f"N{serial}"), NUMBER, "application/xml")
            bodies.append(
                InvoiceSubmitted(
                    document_id=DocumentId.of(UUID(int=serial)),
                    enterprise_number=NUMBER,
                    connection_id=ConnectionId.of(UUID(int=1)),
                    software=SoftwareSlug("robaws"),
                    received_at=datetime(2026, 11, 2, 9, tzinfo=UTC),
                    document=claim,
                )
            )
        await self.publish(bodies)

    async def publish(self, bodies: Sequence[Event]) -> None:
        async with AIOKafkaProducer(acks="all", **self.client()) as producer:
            for body in bodies:
                record = Records().record(body.model_dump(mode="json"), event=type(body), ce_sequence="1")
                await producer.send_and_wait(record.topic, record.value, key=record.key, headers=record.headers)

    async def ids(self, event: type[Event]) -> dict[UUID, str]:
        """The distinct events of a topic: their ids, and the document that each is about."""
        async with AIOKafkaConsumer(auto_offset_reset="earliest", **self.client()) as consumer:
            place = TopicPartition(event.topic, 0)
            consumer.assign([place])
            end, found = (await consumer.end_offsets([place]))[place], {}
            while await consumer.position(place) < end:
                for record in (await consumer.getmany(timeout_ms=200)).get(place, []):
                    body = event.model_validate_json(record.value)
                    found[UUID(dict(record.headers)["ce_id"].decode())] = str(body.document_id)  # type: ignore[attr-defined]
            return found

    async def offset(self) -> int:
        """How far Kafka knows that the router has read the documents."""
        admin = AIOKafkaAdminClient(**self.client())
        await admin.start()
        try:
            offsets = await admin.list_consumer_group_offsets(GROUP)
            return sum(place.offset for topic, place in offsets.items() if topic.topic == InvoiceSubmitted.topic)
        finally:
            await admin.close()

    def client(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": self.kafka.bootstrap_servers,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": "admin",
            "sasl_plain_password": PASSWORD,
        }

    async def until(self, look: Callable[[], Awaitable[Any]], what: str) -> None:
        """Wait until it is so; a failure shows what the process said last."""
        deadline = time.monotonic() + PATIENCE_S
        while not await look():
            last = (self.folder / "service.log").read_text(errors="replace")[-2000:]
            assert time.monotonic() < deadline, f"{what} did not come: {last}"
            await asyncio.sleep(0.05)


async def test_documents_are_accepted_and_routed_once_wherever_the_router_is_killed(
    folder: Path, own_kafka: Kafka, database: Database
) -> None:
    platform = Platform(folder, own_kafka, database)
    await platform.make_topics()
    worker = await database.worker("invoice_router")

    # Between reading and commit: it has read the documents and waits for the company that somebody else holds.
    async with platform.router() as first:
        await platform.publish([served()])
        await platform.until(lambda: worker.fetchval("select count(*) = 1 from companies"), "the company")
        async with company_held(database) as holder:
            await platform.submit(range(DOCUMENTS))
            await platform.until(lambda: holder.fetchval(WAITS_FOR_THE_COMPANY), "the router at the lock")
            first.send_signal(signal.SIGKILL)
            await first.wait()
    assert await worker.fetchval("select count(*) from invoices") == 0
    assert await platform.offset() <= 0

    # Between commit and offset: Kafka dies before the company is given free. One that is only stopped would find the
    # offset in its socket later.
    async with contextlib.AsyncExitStack() as stack:
        async with company_held(database) as holder:
            second = await stack.enter_async_context(platform.router())
            await platform.until(lambda: holder.fetchval(WAITS_FOR_THE_COMPANY), "the router at the lock again")
            own_kafka.kill()
            assert own_kafka.child is not None
            await own_kafka.child.wait()
        await platform.until(lambda: worker.fetchval("select count(*) > 0 from invoices"), "a commit")
        second.send_signal(signal.SIGKILL)
        await second.wait()
    await own_kafka.start()
    committed = await worker.fetchval("select count(*) from invoices")
    assert await platform.offset() < committed
    assert await platform.ids(InvoiceAccepted) == {}

    async with platform.router() as third:
        everything = f"""select (select count(*) from invoices where office_id is not null) = {DOCUMENTS}
                         and not exists (select from outbox where acknowledged_at is null)"""
        await platform.until(lambda: worker.fetchval(everything), "all documents")
        await platform.submit([DOCUMENTS])
        await platform.until(lambda: worker.fetchval(f"select count(*) = {DOCUMENTS + 1} from invoices"), "the last")
        third.send_signal(signal.SIGTERM)
        await third.wait()
    every = sorted(DocumentId.of(UUID(int=serial)) for serial in range(DOCUMENTS + 1))
    for told in (InvoiceAccepted, InvoiceRouted):
        assert sorted((await platform.ids(told)).values()) == every
    for told in (InvoiceHeld, InvoiceRepeated, InvoiceQuarantined):
        assert await platform.ids(told) == {}
    assert await worker.fetchval("select count(*) from dead_letters") == 0


WAITS_FOR_THE_COMPANY = "select exists (select from pg_locks where locktype = 'advisory' and not granted)"


def served() -> CompanyChanged:
    period = OfficePeriod(office_id=OfficeId("janssens"), since=date(2020, 1, 1))
    return CompanyChanged(enterprise_number=NUMBER, name="B", language=Language.NL, offices=(period,))


@asynccontextmanager
async def company_held(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Somebody else's transaction over the company."""
    connection = await asyncpg.connect(database.worker_url("invoice_router"))
    try:
        async with connection.transaction():
            await connection.execute(
                "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"invoice_router/company:{NUMBER}"
            )
            yield connection
    finally:
        await connection.close()
