"""Router and delivery as processes of their own on a real Kafka and Postgres, and the documents they are given."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.database_roles import ADMINISTRATION, api_role, worker_role
from deploy.demo.documents import Line, Party, ubl_invoice
from deploy.demo.keys import as_entry
from deploy.local.environment import Surroundings, service_environment
from deploy.local.ports import Ports
from deploy.local.processes import base_environment
from deploy.local.secrets import Secrets
from deploy.migrate import migrate
from shared.chassis.administration import TopicSpec
from shared.chassis.documents import Documents
from shared.chassis.keys import make_key
from shared.contracts.access import Credential
from shared.contracts.catalogue import CATALOGUE, LISTENERS, SERVICES
from shared.contracts.directory import CompanyChanged, OfficeChanged, OfficePeriod, SoftwareChanged
from shared.contracts.event import Event
from shared.contracts.invoices import InvoiceSubmitted
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Iban, Language, OfficeId, SoftwareSlug
from tests.backends import PASSWORD, ROOT, KafkaServer, PostgresServer
from tests.component.chassis.one_service.records import Records

RUNNING = ("invoice_router", "delivery")
COMPANIES, SOFTWARES, LINES, PARTITIONS = 200, 5, 15, 12
OFFICE = OfficeId("janssens")
PATIENCE_SECONDS = 900.0
_KEY = make_key("live", "benchofficekey00", b"secret of the benchmark".ljust(32))
_NUMBER = b"NUMBER-OF-THE-INVOICE"


class RouterAndDelivery:
    """The two services, and what they stand on. `programs` are the modules that are run, by service."""

    def __init__(
        self, kafka: KafkaServer, store: PostgresServer, folder: Path, name: str, programs: dict[str, tuple[str, ...]]
    ) -> None:
        self._kafka, self._store, self._folder, self._name = kafka, store, folder, name
        self._programs = programs
        ports = Ports(folder / "http.json", free_ports=True)
        self._ports = {service: ports.of(service) for service in RUNNING}
        self._secrets = Secrets(folder / "secrets.json")
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    async def prepare(self) -> str:
        """Topics, tables, companies; and an office that chose Kafka. Its password there."""
        await self._make_database()
        topics = {event.topic for event in CATALOGUE if event.owner in RUNNING}
        topics |= {topic for topic, listeners in LISTENERS.items() if set(RUNNING) & set(listeners)}
        specs = [TopicSpec(topic, PARTITIONS) for topic in sorted(topics)]
        letters = [TopicSpec(f"{service}.dead_letters.v1", 1) for service in RUNNING]
        await self._kafka.administration().ensure_topics([*specs, *letters])
        async with self.running():
            await self._publish([*_directory()])
            await self.until(f"select count(*) = {COMPANIES} from invoice_router.companies")
            password = await self._choose_kafka()
            await self.until("select not exists (select from delivery.tasks where kind = 'open_edge')")
        return password

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Both services, ended at the end."""
        try:
            for service in RUNNING:
                with (self._folder / f"{service}.log").open("ab") as log:
                    self._processes[service] = await asyncio.create_subprocess_exec(
                        *(sys.executable, "-m", *self._programs[service]),
                        env=self._environment(service),
                        cwd=ROOT,
                        stdout=log,
                        stderr=log,
                    )
            yield
        finally:
            for process in self._processes.values():
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
            await asyncio.gather(*(process.wait() for process in self._processes.values()))

    async def submit(self, count: int) -> set[str]:
        """So many documents, each stored and told of as intake does it. Their digests."""
        documents = Documents((self._folder / "documents").as_uri())
        templates = [_template(_number(serial)) for serial in range(COMPANIES)]
        bodies: list[Event] = []
        digests = set[str]()
        for serial in range(count):
            company = serial * 7919 % COMPANIES
            data = templates[company].replace(_NUMBER, f"VF-2026-{serial:06d}".encode())
            claim = await documents.put(data, _number(company), "application/xml")
            digests.add(claim.sha256)
            bodies.append(
                InvoiceSubmitted(
                    document_id=DocumentId.of(uuid4()),
                    enterprise_number=_number(company),
                    connection_id=ConnectionId.of(UUID(int=company)),
                    software=_software(company % SOFTWARES),
                    received_at=datetime.now(UTC),
                    document=claim,
                )
            )
        await self._publish(bodies)
        return digests

    def office(self, password: str) -> AIOKafkaConsumer:
        """An ordinary consumer of the office's topic, with the office's own credentials; not started."""
        return AIOKafkaConsumer(
            f"office.{OFFICE}.documents.v1",
            group_id=f"office.{OFFICE}.benchmark",
            auto_offset_reset="earliest",
            **self._client(f"office.{OFFICE}", password),
        )

    def families(self) -> dict[str, list[psutil.Process]]:
        """The process of each service, and those that it started."""
        roots = {service: psutil.Process(process.pid) for service, process in self._processes.items()}
        return {service: [root, *root.children(recursive=True)] for service, root in roots.items()}

    async def until(self, query: str) -> float:
        """When (monotonic) it was first seen to be so."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._owner() as owner:
            while True:
                if await owner.fetchval(query):
                    return time.monotonic()
                await asyncio.sleep(0.05)

    async def value(self, query: str) -> int:
        """What the database answers now."""
        async with self._owner() as owner:
            return int(await owner.fetchval(query))

    @asynccontextmanager
    async def _owner(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self._store.url(self._name))
        try:
            yield connection
        finally:
            await connection.close()

    def last_words(self) -> str:
        """The end of what each service wrote to its log."""
        logs = (self._folder / f"{service}.log" for service in RUNNING)
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in logs)

    async def _make_database(self) -> None:
        roles = [role for service in SERVICES for role in (worker_role(service), api_role(service))]
        maintenance = await asyncpg.connect(self._store.maintenance_url)
        await maintenance.execute(f"create database {self._name}")
        await maintenance.close()
        await migrate(self._store.url(self._name), dict.fromkeys([*roles, ADMINISTRATION], PASSWORD))

    def _environment(self, service: str) -> dict[str, str]:
        facts = Surroundings(self._kafka.bootstrap_servers, 1, 1, self._folder / "documents")
        own = {
            "KAFKA_USERNAME": self._kafka.username,
            "KAFKA_PASSWORD": self._kafka.password,
            "DATABASE_URL": self._store.url(self._name, worker_role(service), PASSWORD),
            "API_DATABASE_URL": self._store.url(self._name, api_role(service), PASSWORD),
        }
        if service == "delivery":
            own |= {"KAFKA_ADMIN_USERNAME": self._kafka.username, "KAFKA_ADMIN_PASSWORD": self._kafka.password}
        prefixed = {f"{service.upper()}_{name}": value for name, value in own.items()}
        environment = service_environment(service, self._ports[service], facts, self._secrets)
        return {**base_environment(), **environment, **prefixed}

    async def _choose_kafka(self) -> str:
        call = {"headers": {"Authorization": f"Bearer {_KEY}"}}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self._ports['delivery']}", timeout=30) as door:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while time.monotonic() < deadline:
                with contextlib.suppress(httpx.TransportError):
                    answer = await door.put("/v1/channels/kafka", **call)
                    if answer.status_code == 200 and answer.json()["ready"]:
                        return str(answer.json()["password"])
                await asyncio.sleep(0.2)
        raise TimeoutError(self.last_words())

    async def _publish(self, bodies: Sequence[Event]) -> None:
        client = self._client(self._kafka.username, self._kafka.password)
        async with AIOKafkaProducer(linger_ms=20, **client) as producer:
            sent = []
            for body in bodies:
                record = Records().record(body.model_dump(mode="json"), event=type(body), ce_sequence="1")
                sent.append(await producer.send(record.topic, record.value, key=record.key, headers=record.headers))
            await asyncio.gather(*sent)

    def _client(self, username: str, password: str) -> dict[str, Any]:
        return {
            "bootstrap_servers": self._kafka.bootstrap_servers,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": username,
            "sasl_plain_password": password,
        }


def _directory() -> list[Event]:
    """The office with its key, the softwares, and the companies that the office serves."""
    entry = as_entry(_KEY)
    credential = Credential(id=entry["credential_id"], secret_sha256=entry["secret_sha256"])
    period = OfficePeriod(office_id=OFFICE, since=date(2020, 1, 1))
    return [
        OfficeChanged(office_id=OFFICE, name="J", language=Language.NL, client=True, credentials=(credential,)),
        *(SoftwareChanged(software=_software(serial), name="S") for serial in range(SOFTWARES)),
        *(
            CompanyChanged(enterprise_number=_number(serial), name="B", language=Language.NL, offices=(period,))
            for serial in range(COMPANIES)
        ),
    ]


def _template(company: EnterpriseNumber) -> bytes:
    """An ordinary invoice of the company with a number to be filled in."""
    return ubl_invoice(
        number=_NUMBER.decode(),
        issued=date(2026, 11, 2),
        due=date(2026, 12, 2),
        supplier=Party("Bakkerij De Korenaar BV", company),
        customer=Party("Molen De Hoop BV", EnterpriseNumber("0010.080.377"), "Havenlaan 7", "Oostende", "8400"),
        lines=[Line(f"Desembrood nummer {place}", place, Decimal("3.25"), 6) for place in range(1, LINES + 1)],
        iban=Iban("BE71096123456769"),
    )


def _number(serial: int) -> EnterpriseNumber:
    base = 10_000_000 + serial
    return EnterpriseNumber(f"{base:08d}{97 - base % 97:02d}")


def _software(serial: int) -> SoftwareSlug:
    return SoftwareSlug(f"software-{serial}")
