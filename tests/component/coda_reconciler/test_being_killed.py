"""SIGKILL between reading and commit, and between commit and Kafka's offset: every file is booked and settles once.

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
from datetime import date
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
from shared.contracts.catalogue import CATALOGUE, LISTENERS
from shared.contracts.directory import CompanyChanged, Mandate
from shared.contracts.event import Event
from shared.contracts.statements import (
    BankFileReceived,
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    TransactionsBooked,
)
from shared.values import EnterpriseNumber, Iban, Language
from tests.backends import PASSWORD, ROOT, KafkaServer, local_kafka
from tests.component.chassis.one_service.records import Records
from tests.component.coda_reconciler.world import NOW, accepted
from tests.conftest import Database
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, Move, statement

SERVICE = "coda_reconciler"
GROUP = f"{SERVICE}.{BankFileReceived.topic}"
FILES = 30
PATIENCE_S = 60.0
WAITS_FOR_THE_COMPANY = "select exists (select from pg_locks where locktype = 'advisory' and not granted)"


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


def reference(serial: int) -> str:
    return f"{serial:010d}{serial % 97 or 97:02d}"


class Platform:
    """The reconciler as a process of its own, and everything that it meets."""

    def __init__(self, folder: Path, kafka: Kafka, database: Database) -> None:
        self.folder, self.kafka = folder, kafka
        self.documents = Documents((folder / "documents").as_uri())
        secrets, ports = Secrets(folder / "secrets.json"), Ports(folder / "http.json", free_ports=True)
        facts = Surroundings(kafka.bootstrap_servers, 1, 1, folder / "documents")
        self.environment = {
            **base_environment(),
            **service_environment(SERVICE, ports.of("http"), facts, secrets),
            "CODA_RECONCILER_KAFKA_USERNAME": "admin",
            "CODA_RECONCILER_KAFKA_PASSWORD": PASSWORD,
            "CODA_RECONCILER_DATABASE_URL": database.worker_url(SERVICE),
            "CODA_RECONCILER_API_DATABASE_URL": database.api_url(SERVICE),
        }

    @asynccontextmanager
    async def reconciler(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """The service as it is started everywhere; killed at the end."""
        with (self.folder / "service.log").open("ab") as log:
            started = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", f"services.{SERVICE}.main"),
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
        """Of one partition each, so that all files are one line."""
        server = KafkaServer(self.kafka.bootstrap_servers, "admin", PASSWORD, "own")
        names = {event.topic for event in CATALOGUE if event.owner == SERVICE}
        names |= {topic for topic, listeners in LISTENERS.items() if SERVICE in listeners}
        names.add(f"{SERVICE}.dead_letters.v1")
        await server.administration().ensure_topics([TopicSpec(name, 1) for name in sorted(names)])

    async def hand_in(self, serials: Sequence[int]) -> None:
        """A file for each invoice, with half of its amount, and with the other half of the one before it."""
        bodies: list[Event] = []
        for serial in serials:
            moves = [Move(5_000, reference=reference(pays)) for pays in (serial, serial - 1) if 0 < pays <= FILES]
            data = statement(moves, sequence=serial, old=max(2 * serial - 3, 0) * 5_000)
            claim = await self.documents.put(data, "unassigned", "text/plain")
            bodies.append(
                BankFileReceived(sha256=claim.sha256, received_at=NOW, received_from="software:bank", document=claim)
            )
        await self.publish(bodies)

    async def publish(self, bodies: Sequence[Event]) -> None:
        async with AIOKafkaProducer(acks="all", **self.client()) as producer:
            for body in bodies:
                record = Records().record(body.model_dump(mode="json"), event=type(body), ce_sequence="1")
                await producer.send_and_wait(record.topic, record.value, key=record.key, headers=record.headers)

    async def told(self, event: type[Event]) -> list[Any]:
        """The distinct events of a topic, in their order."""
        async with AIOKafkaConsumer(auto_offset_reset="earliest", **self.client()) as consumer:
            place = TopicPartition(event.topic, 0)
            consumer.assign([place])
            end, found = (await consumer.end_offsets([place]))[place], {}
            while await consumer.position(place) < end:
                for record in (await consumer.getmany(timeout_ms=200)).get(place, []):
                    identity = UUID(dict(record.headers)["ce_id"].decode())
                    found[identity] = event.model_validate_json(record.value)
            return list(found.values())

    async def offset(self) -> int:
        """How far Kafka knows that the reconciler has read the files."""
        admin = AIOKafkaAdminClient(**self.client())
        await admin.start()
        try:
            offsets = await admin.list_consumer_group_offsets(GROUP)
            return sum(place.offset for topic, place in offsets.items() if topic.topic == BankFileReceived.topic)
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


async def test_every_file_is_booked_and_settles_once_wherever_the_reconciler_is_killed(
    folder: Path, own_kafka: Kafka, database: Database
) -> None:
    platform = Platform(folder, own_kafka, database)
    await platform.make_topics()
    worker = await database.worker(SERVICE)

    # Between reading and commit: it has read the files and waits for the company that somebody else holds.
    async with platform.reconciler() as first:
        await platform.publish([customer()])
        await platform.until(lambda: worker.fetchval("select count(*) = 1 from mandates"), "the mandate")
        await platform.publish([invoice(serial) for serial in range(1, FILES + 1)])
        await platform.until(lambda: worker.fetchval(f"select count(*) = {FILES} from open_items"), "the invoices")
        async with company_held(database) as holder:
            await platform.hand_in(range(1, FILES + 1))
            await platform.until(lambda: holder.fetchval(WAITS_FOR_THE_COMPANY), "the reconciler at the lock")
            first.send_signal(signal.SIGKILL)
            await first.wait()
    assert await worker.fetchval("select count(*) from movements") == 0
    assert await platform.offset() <= 0

    # Between commit and offset: Kafka dies before the company is given free. One that is only stopped would find the
    # offset in its socket later.
    async with contextlib.AsyncExitStack() as stack:
        async with company_held(database) as holder:
            second = await stack.enter_async_context(platform.reconciler())
            await platform.until(lambda: holder.fetchval(WAITS_FOR_THE_COMPANY), "the reconciler at the lock again")
            own_kafka.kill()
            assert own_kafka.child is not None
            await own_kafka.child.wait()
        await platform.until(lambda: worker.fetchval("select count(*) > 0 from movements"), "a commit")
        second.send_signal(signal.SIGKILL)
        await second.wait()
    await own_kafka.start()
    assert await platform.offset() < await worker.fetchval("select count(*) from statements")
    assert await platform.told(TransactionsBooked) == []

    async with platform.reconciler() as third:
        await platform.hand_in([FILES + 1])
        everything = f"""select (select count(*) from statements) = {FILES + 1}
                         and not exists (select from outbox where acknowledged_at is null)"""
        await platform.until(lambda: worker.fetchval(everything), "all files")
        third.send_signal(signal.SIGTERM)
        await third.wait()
    assert await worker.fetchval("select sum(amount) from allocations") == 10 * FILES
    assert await worker.fetchval("select count(*) from open_items where balance <> 0") == 0
    assert await worker.fetchval("select count(*) from dead_letters") == 0
    await _assert_told_once(platform)


async def _assert_told_once(platform: Platform) -> None:
    booked = await platform.told(TransactionsBooked)
    assert sorted(event.sequence for event in booked) == list(range(1, FILES + 2))
    every = sorted(f"2026-{serial:04d}" for serial in range(1, FILES + 1))
    assert sorted(event.invoice_number for event in await platform.told(InvoicePartiallyPaid)) == every
    assert sorted(event.invoice_number for event in await platform.told(InvoiceSettled)) == every
    assert await platform.told(InvoiceReopened) == []


def customer() -> CompanyChanged:
    mandate = Mandate(iban=Iban(IBAN), since=date(2020, 1, 1))
    return CompanyChanged(
        enterprise_number=EnterpriseNumber(COMPANY), name="B", language=Language.NL, mandates=(mandate,)
    )


def invoice(serial: int) -> Event:
    return accepted("10.00", f"2026-{serial:04d}", 1, reference=reference(serial))


@asynccontextmanager
async def company_held(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Somebody else's transaction over the company."""
    connection = await asyncpg.connect(database.worker_url(SERVICE))
    try:
        async with connection.transaction():
            await connection.execute(
                "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{SERVICE}/company:{COMPANY}"
            )
            yield connection
    finally:
        await connection.close()
