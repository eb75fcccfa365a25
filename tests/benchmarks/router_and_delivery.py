"""Router and delivery as processes of their own on a real Kafka and Postgres, and the documents they are given."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psutil
from aiokafka import AIOKafkaConsumer

from deploy.demo.documents import Line, Party, ubl_invoice
from deploy.demo.keys import as_entry
from shared.chassis.keys import make_key
from shared.contracts.access import Credential
from shared.contracts.directory import CompanyChanged, OfficeChanged, OfficePeriod, SoftwareChanged
from shared.contracts.event import Event
from shared.contracts.invoices import InvoiceSubmitted
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Iban, Language, OfficeId, SoftwareSlug
from tests.backends import KafkaServer, PostgresServer
from tests.benchmarks.spending import family
from tests.component.processes import Process, Processes

RUNNING = ("invoice_router", "delivery")
COMPANIES, SOFTWARES, LINES, PARTITIONS = 200, 5, 15, 12
OFFICE = OfficeId("janssens")
PATIENCE_SECONDS = 900.0
_KEY = make_key("live", "benchofficekey00", b"secret of the benchmark".ljust(32))
_NUMBER = b"NUMBER-OF-THE-INVOICE"


class RouterAndDelivery(Processes):
    """The two services, and what they stand on. `programs` are run in their place, by service, where there are any."""

    def __init__(
        self, kafka: KafkaServer, store: PostgresServer, folder: Path, programs: dict[str, tuple[str, ...]]
    ) -> None:
        super().__init__(kafka, store, folder.name, folder, patience_s=PATIENCE_SECONDS)
        self._programs = programs
        self._running: dict[str, Process] = {}

    async def prepare(self) -> str:
        """Topics and companies; and an office that chose Kafka. Its password there."""
        await self.make_topics(*RUNNING, partitions=PARTITIONS)
        async with self.both():
            await self.publish(_directory())
            await self.until(f"select count(*) = {COMPANIES} from invoice_router.companies")
            password = await self._choose_kafka()
            await self.until("select not exists (select from delivery.tasks where kind = 'open_edge')")
        return password

    @asynccontextmanager
    async def both(self) -> AsyncIterator[None]:
        """Both services, ended at the end."""
        administrator = {"KAFKA_ADMIN_USERNAME": self.kafka.username, "KAFKA_ADMIN_PASSWORD": self.kafka.password}
        async with AsyncExitStack() as stack:
            for service in RUNNING:
                own = administrator if service == "delivery" else {}
                running = self.running(service, *self._programs.get(service, ()), own=own, ending=signal.SIGTERM)
                self._running[service] = await stack.enter_async_context(running)
            yield

    async def submit(self, count: int) -> set[str]:
        """So many documents, each stored and told of as intake does it. Their digests."""
        templates = [_template(_number(serial)) for serial in range(COMPANIES)]
        bodies: list[Event] = []
        digests = set[str]()
        for serial in range(count):
            company = serial * 7919 % COMPANIES
            data = templates[company].replace(_NUMBER, f"VF-2026-{serial:06d}".encode())
            claim = await self.documents.put(data, _number(company), "application/xml")
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
        await self.publish(bodies)
        return digests

    def office(self, password: str) -> AIOKafkaConsumer:
        """An ordinary consumer of the office's topic, with the office's own credentials; not started."""
        return AIOKafkaConsumer(
            f"office.{OFFICE}.documents.v1",
            group_id=f"office.{OFFICE}.benchmark",
            auto_offset_reset="earliest",
            **self.client(f"office.{OFFICE}", password),
        )

    def families(self) -> dict[str, list[psutil.Process]]:
        """The process of each service, and those that it started."""
        return {service: family(process.pid) for service, process in self._running.items()}

    async def _choose_kafka(self) -> str:
        call = {"headers": {"Authorization": f"Bearer {_KEY}"}}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.ports.of('delivery')}", timeout=30) as door:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while time.monotonic() < deadline:
                with contextlib.suppress(httpx.TransportError):
                    answer = await door.put("/v1/channels/kafka", **call)
                    if answer.status_code == 200 and answer.json()["ready"]:
                        return str(answer.json()["password"])
                await asyncio.sleep(0.2)
        raise TimeoutError(self.last_words())


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
