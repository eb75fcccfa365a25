"""Reconcilers as processes on a real Kafka and Postgres, open invoices, and the bank files that pay them."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import asyncpg
import psutil
from aiokafka import AIOKafkaProducer

from deploy.database_roles import ADMINISTRATION, api_role, worker_role
from deploy.demo.coda.mornings import Mornings, NamedInvoice
from deploy.local.environment import Surroundings, service_environment
from deploy.local.ports import Ports
from deploy.local.processes import base_environment
from deploy.local.secrets import Secrets
from deploy.migrate import migrate
from shared.chassis.administration import TopicSpec
from shared.chassis.documents import Documents
from shared.contracts.catalogue import CATALOGUE, LISTENERS, SERVICES
from shared.contracts.directory import CompanyChanged, Mandate
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.invoices import Customer, InvoiceAccepted
from shared.contracts.statements import BankFileReceived
from shared.values import ConnectionId, DocumentId, Language, Money, Sha256, SoftwareSlug
from tests.backends import PASSWORD, ROOT, KafkaServer, PostgresServer
from tests.component.chassis.one_service.records import Records

SERVICE = "coda_reconciler"
PARTITIONS = 12
PATIENCE_SECONDS = 7200.0


class BankMorning:
    """The reconcilers and what they stand on. `program` is the module that is run, `replicas` times."""

    def __init__(
        self,
        kafka: KafkaServer,
        store: PostgresServer,
        folder: Path,
        program: tuple[str, ...],
        replicas: int,
        accounts: int,
        booked: int,
    ) -> None:
        self._kafka, self._store, self._folder, self._name = kafka, store, folder, folder.name
        self._program, self._replicas = program, replicas
        self._mornings = Mornings(accounts, booked=booked)
        self._accounts, self._booked = accounts, booked
        self._documents = Documents((folder / "documents").as_uri())
        self._processes: list[asyncio.subprocess.Process] = []
        self.statements = self.invoices = 0

    async def prepare(self, days: int, statements: int) -> None:
        """Companies, open invoices of all the mornings, and their files in the topic: so many statements in each."""
        await self._make_database()
        topics = {event.topic for event in CATALOGUE if event.owner == SERVICE}
        topics |= {topic for topic, listeners in LISTENERS.items() if SERVICE in listeners}
        specs = [TopicSpec(topic, PARTITIONS) for topic in sorted(topics)]
        await self._kafka.administration().ensure_topics([*specs, TopicSpec(f"{SERVICE}.dead_letters.v1", 1)])
        received: list[Event] = []
        async with self.running():
            await self._publish(map(_company, self._mornings.accounts()))
            await self.until(f"select count(*) = {self._accounts} from {SERVICE}.companies")
            for file in self._mornings.files(days, statements):
                claim = await self._documents.put(file.data, "unassigned", "text/plain")
                await self._publish(map(_accepted, file.invoices))
                self.invoices += len(file.invoices)
                now = datetime.now(UTC)
                received.append(
                    BankFileReceived(sha256=claim.sha256, received_at=now, received_from="software:b", document=claim)
                )
            await self.until(f"select count(*) = {self.invoices} from {SERVICE}.open_items")
            await self.until(f"select not exists (select from {SERVICE}.outbox where acknowledged_at is null)")
        self.statements = days * self._accounts
        await self._publish(received)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """All replicas, ended at the end."""
        try:
            for replica in range(self._replicas):
                with (self._folder / f"{replica}.log").open("ab") as log:
                    self._processes.append(
                        await asyncio.create_subprocess_exec(
                            *(sys.executable, "-m", *self._program),
                            env=self._environment(replica),
                            cwd=ROOT,
                            stdout=log,
                            stderr=log,
                        )
                    )
            yield
        finally:
            for process in self._processes:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
            await asyncio.gather(*(process.wait() for process in self._processes))
            self._processes.clear()

    def processes(self) -> list[psutil.Process]:
        """Those of the replicas that run."""
        return [psutil.Process(process.pid) for process in self._processes if process.returncode is None]

    async def until(self, query: str) -> float:
        """When (monotonic) it was first seen to be so."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._owner() as owner:
            while True:
                if await owner.fetchval(query):
                    return time.monotonic()
                await asyncio.sleep(0.1)

    async def booked(self) -> int:
        """Movements of the statements that are booked now."""
        async with self._owner() as owner:
            return int(await owner.fetchval(f"select count(*) from {SERVICE}.statements")) * self._booked

    async def assert_settled(self) -> None:
        """Every invoice was paid to the last cent, by one movement. Raises `AssertionError`."""
        async with self._owner() as owner:
            open_items = await owner.fetchval(f"select count(*) from {SERVICE}.open_items where balance <> 0")
            entries = await owner.fetchval(f"select count(*) from {SERVICE}.allocations")
        if (open_items, entries) != (0, self.invoices):
            raise AssertionError(f"{open_items} invoices are open and {entries} of {self.invoices} payments were taken")

    def last_words(self) -> str:
        """The end of what each replica wrote to its log."""
        logs = sorted(self._folder.glob("*.log"))
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in logs)

    @asynccontextmanager
    async def _owner(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self._store.url(self._name))
        try:
            yield connection
        finally:
            await connection.close()

    async def _make_database(self) -> None:
        roles = [role for service in SERVICES for role in (worker_role(service), api_role(service))]
        maintenance = await asyncpg.connect(self._store.maintenance_url)
        await maintenance.execute(f"create database {self._name}")
        await maintenance.close()
        await migrate(self._store.url(self._name), dict.fromkeys([*roles, ADMINISTRATION], PASSWORD))

    def _environment(self, replica: int) -> dict[str, str]:
        facts = Surroundings(self._kafka.bootstrap_servers, 1, 1, self._folder / "documents")
        ports = Ports(self._folder / f"{replica}.json", free_ports=True)
        own = {
            "KAFKA_USERNAME": self._kafka.username,
            "KAFKA_PASSWORD": self._kafka.password,
            "DATABASE_URL": self._store.url(self._name, worker_role(SERVICE), PASSWORD),
            "API_DATABASE_URL": self._store.url(self._name, api_role(SERVICE), PASSWORD),
        }
        prefixed = {f"{SERVICE.upper()}_{name}": value for name, value in own.items()}
        secrets = Secrets(self._folder / "secrets.json")
        return {**base_environment(), **service_environment(SERVICE, ports.of(SERVICE), facts, secrets), **prefixed}

    async def _publish(self, bodies: Iterable[Event]) -> None:
        client: dict[str, Any] = {
            "bootstrap_servers": self._kafka.bootstrap_servers,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": self._kafka.username,
            "sasl_plain_password": self._kafka.password,
        }
        async with AIOKafkaProducer(linger_ms=20, **client) as producer:
            sent: list[Any] = []
            for body in bodies:
                record = Records().record(body.model_dump(mode="json"), event=type(body), ce_sequence="1")
                sent.append(await producer.send(record.topic, record.value, key=record.key, headers=record.headers))
            await asyncio.gather(*sent)


def _company(account: Sequence[Any]) -> CompanyChanged:
    number, iban = account
    mandate = Mandate(iban=iban, since=date(2020, 1, 1))
    return CompanyChanged(enterprise_number=number, name="B", language=Language.NL, mandates=(mandate,))


def _accepted(invoice: NamedInvoice) -> InvoiceAccepted:
    name = f"{invoice.company}/{invoice.number}"
    digest = Sha256.of(name.encode())
    claim = Claim(path=f"{invoice.company}/{digest}", sha256=digest, size=1, media_type="application/xml")
    payable = Money.from_thousandths(invoice.amount, "EUR")
    return InvoiceAccepted(
        document_id=DocumentId.of(uuid5(NAMESPACE_OID, name)),
        enterprise_number=invoice.company,
        connection_id=ConnectionId.of(UUID(int=1)),
        software=SoftwareSlug("software"),
        family="invoice",
        number=invoice.number,
        issue_date=invoice.issued,
        tax_inclusive=payable,
        payable=payable,
        reference=invoice.reference,
        customer=Customer(name=invoice.customer),
        document=claim,
        sidecar=claim,
    )
