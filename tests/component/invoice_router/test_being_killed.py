"""SIGKILL between reading, commit and Kafka's offset: each document is accepted and routed once."""

import signal
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from deploy.local.kafka import Kafka
from shared.contracts.directory import CompanyChanged, OfficePeriod
from shared.contracts.event import Event
from shared.contracts.invoices import (
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRepeated,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Language, OfficeId, SoftwareSlug
from tests.backends import PASSWORD, KafkaServer, PostgresServer
from tests.component.killing import killed_before_its_commit, killed_before_its_offset
from tests.component.processes import Processes
from tests.conftest import Database
from tests.unit.invoice_router.documents import COMPANY, invoice

SERVICE = "invoice_router"
NUMBER = EnterpriseNumber(COMPANY)
DOCUMENTS = 40


async def test_documents_are_accepted_and_routed_once_wherever_the_router_is_killed(
    own_folder: Path, own_kafka: Kafka, postgres: PostgresServer, database: Database
) -> None:
    server = KafkaServer(own_kafka.bootstrap_servers, "admin", PASSWORD, "own")
    processes = Processes(server, postgres, database.name, own_folder)
    await processes.make_topics(SERVICE)  # of one partition each, so that all documents are one line
    worker = await database.worker(SERVICE)

    async with processes.running(SERVICE) as first:
        await processes.publish([served()])
        await processes.until("select count(*) = 1 from invoice_router.companies")
        await killed_before_its_commit(processes, first, SERVICE, NUMBER, submit(processes, range(DOCUMENTS)))
    assert await worker.fetchval("select count(*) from invoices") == 0
    assert await processes.offset(SERVICE, InvoiceSubmitted) == 0

    await killed_before_its_offset(
        processes, own_kafka, SERVICE, NUMBER, "select count(*) > 0 from invoice_router.invoices"
    )
    assert await processes.offset(SERVICE, InvoiceSubmitted) < await worker.fetchval("select count(*) from invoices")
    assert await processes.told(InvoiceAccepted) == []

    async with processes.running(SERVICE, ending=signal.SIGTERM):
        await submit(processes, [DOCUMENTS])
        await processes.until(
            f"""select (select count(*) from invoice_router.invoices where office_id is not null) = {DOCUMENTS + 1}
                and not exists (select from invoice_router.outbox where acknowledged_at is null)"""
        )
    every = sorted(DocumentId.of(UUID(int=serial)) for serial in range(DOCUMENTS + 1))
    for event in (InvoiceAccepted, InvoiceRouted):
        assert sorted(body.document_id for body in await processes.told(event)) == every
    for event in (InvoiceHeld, InvoiceRepeated, InvoiceQuarantined):
        assert await processes.told(event) == []
    assert await worker.fetchval("select count(*) from dead_letters") == 0


async def submit(processes: Processes, serials: Iterable[int]) -> None:
    bodies: list[Event] = []
    for serial in serials:
        claim = await processes.documents.put(invoice(number=f"N{serial}"), NUMBER, "application/xml")
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
    await processes.publish(bodies)


def served() -> CompanyChanged:
    period = OfficePeriod(office_id=OfficeId("janssens"), since=date(2020, 1, 1))
    return CompanyChanged(enterprise_number=NUMBER, name="B", language=Language.NL, offices=(period,))
