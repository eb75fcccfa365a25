"""SIGKILL between reading, commit and Kafka's offset: every file is booked and settles once."""

import signal
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from deploy.local.kafka import Kafka
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
from tests.backends import PASSWORD, KafkaServer, PostgresServer
from tests.component.coda_reconciler.world import NOW, accepted
from tests.component.killing import killed_before_its_commit, killed_before_its_offset
from tests.component.processes import Processes
from tests.conftest import Database
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, Move, statement

SERVICE = "coda_reconciler"
FILES = 30


async def test_every_file_is_booked_and_settles_once_wherever_the_reconciler_is_killed(
    own_folder: Path, own_kafka: Kafka, postgres: PostgresServer, database: Database
) -> None:
    server = KafkaServer(own_kafka.bootstrap_servers, "admin", PASSWORD, "own")
    processes = Processes(server, postgres, database.name, own_folder)
    await processes.make_topics(SERVICE)  # of one partition each, so that all files are one line
    worker = await database.worker(SERVICE)

    async with processes.running(SERVICE) as first:
        await processes.publish([customer()])
        await processes.until("select count(*) = 1 from coda_reconciler.mandates")
        await processes.publish(invoice(serial) for serial in range(1, FILES + 1))
        await processes.until(f"select count(*) = {FILES} from coda_reconciler.open_items")
        await killed_before_its_commit(processes, first, SERVICE, COMPANY, hand_in(processes, range(1, FILES + 1)))
    assert await worker.fetchval("select count(*) from movements") == 0
    assert await processes.offset(SERVICE, BankFileReceived) == 0

    await killed_before_its_offset(
        processes, own_kafka, SERVICE, COMPANY, "select count(*) > 0 from coda_reconciler.movements"
    )
    assert await processes.offset(SERVICE, BankFileReceived) < await worker.fetchval("select count(*) from statements")
    assert await processes.told(TransactionsBooked) == []

    async with processes.running(SERVICE, ending=signal.SIGTERM):
        await hand_in(processes, [FILES + 1])
        await processes.until(
            f"""select (select count(*) from coda_reconciler.statements) = {FILES + 1}
                and not exists (select from coda_reconciler.outbox where acknowledged_at is null)"""
        )
    assert await worker.fetchval("select sum(amount) from allocations") == 10 * FILES
    assert await worker.fetchval("select count(*) from open_items where balance <> 0") == 0
    assert await worker.fetchval("select count(*) from dead_letters") == 0
    await _assert_told_once(processes)


async def _assert_told_once(processes: Processes) -> None:
    booked = await processes.told(TransactionsBooked)
    assert sorted(event.sequence for event in booked) == list(range(1, FILES + 2))
    every = sorted(f"2026-{serial:04d}" for serial in range(1, FILES + 1))
    assert sorted(event.invoice_number for event in await processes.told(InvoicePartiallyPaid)) == every
    assert sorted(event.invoice_number for event in await processes.told(InvoiceSettled)) == every
    assert await processes.told(InvoiceReopened) == []


async def hand_in(processes: Processes, serials: Iterable[int]) -> None:
    """A file for each invoice, with half of its amount, and with the other half of the one before it."""
    bodies: list[Event] = []
    for serial in serials:
        moves = [Move(5_000, reference=reference(pays)) for pays in (serial, serial - 1) if 0 < pays <= FILES]
        data = statement(moves, sequence=serial, old=max(2 * serial - 3, 0) * 5_000)
        claim = await processes.documents.put(data, "unassigned", "text/plain")
        bodies.append(
            BankFileReceived(sha256=claim.sha256, received_at=NOW, received_from="software:bank", document=claim)
        )
    await processes.publish(bodies)


def customer() -> CompanyChanged:
    mandate = Mandate(iban=Iban(IBAN), since=date(2020, 1, 1))
    return CompanyChanged(
        enterprise_number=EnterpriseNumber(COMPANY), name="B", language=Language.NL, mandates=(mandate,)
    )


def invoice(serial: int) -> Event:
    return accepted("10.00", f"2026-{serial:04d}", 1, reference=reference(serial))


def reference(serial: int) -> str:
    return f"{serial:010d}{serial % 97 or 97:02d}"
