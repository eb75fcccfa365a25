"""Reconcilers as processes on a real Kafka and Postgres, open invoices, and the bank files that pay them."""

import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import psutil

from deploy.demo.coda.mornings import Mornings, NamedInvoice
from shared.contracts.directory import CompanyChanged, Mandate
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.invoices import Customer, InvoiceAccepted
from shared.contracts.statements import BankFileReceived
from shared.values import ConnectionId, DocumentId, Language, Money, Sha256, SoftwareSlug
from tests.backends import KafkaServer, PostgresServer
from tests.benchmarks.spending import family
from tests.component.processes import Process, Processes

SERVICE = "coda_reconciler"
PARTITIONS = 12
PATIENCE_SECONDS = 7200.0


class BankMorning(Processes):
    """The reconcilers and what they stand on; `program` is run in their place, if it is any, `replicas` times."""

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
        super().__init__(kafka, store, folder.name, folder, patience_s=PATIENCE_SECONDS, pause_s=0.1)
        self._program, self._replicas = program, replicas
        self._mornings = Mornings(accounts, booked=booked)
        self._accounts, self._booked = accounts, booked
        self._running: list[Process] = []
        self.statements = self.invoices = 0

    async def prepare(self, days: int, statements: int) -> None:
        """Companies, open invoices of all the mornings, and their files in the topic: so many statements in each."""
        await self.make_topics(SERVICE, partitions=PARTITIONS)
        received: list[Event] = []
        async with self.replicas():
            await self.publish(map(_company, self._mornings.accounts()))
            await self.until(f"select count(*) = {self._accounts} from {SERVICE}.companies")
            for file in self._mornings.files(days, statements):
                claim = await self.documents.put(file.data, "unassigned", "text/plain")
                await self.publish(map(_accepted, file.invoices))
                self.invoices += len(file.invoices)
                now = datetime.now(UTC)
                received.append(
                    BankFileReceived(sha256=claim.sha256, received_at=now, received_from="software:b", document=claim)
                )
            await self.until(f"select count(*) = {self.invoices} from {SERVICE}.open_items")
            await self.until(f"select not exists (select from {SERVICE}.outbox where acknowledged_at is null)")
        self.statements = days * self._accounts
        await self.publish(received)

    @asynccontextmanager
    async def replicas(self) -> AsyncIterator[None]:
        """All reconcilers, ended at the end."""
        async with AsyncExitStack() as stack:
            self._running = [
                await stack.enter_async_context(
                    self.running(SERVICE, *self._program, name=f"{SERVICE} {replica}", ending=signal.SIGTERM)
                )
                for replica in range(self._replicas)
            ]
            yield

    async def until_seen(self, look: Callable[[], Awaitable[Any]], what: str) -> float:
        """As in general, and never for somebody who ended. Raises `RuntimeError` with what the processes said last."""

        async def seen() -> Any:
            if any(process.returncode is not None for process in self._running):
                raise RuntimeError(f"a reconciler ended: {self.last_words()}")
            return await look()

        return await super().until_seen(seen, what)

    def families(self) -> dict[str, list[psutil.Process]]:
        """The processes of the replicas that run, and those that they started."""
        running = (process.pid for process in self._running if process.returncode is None)
        return {"the reconcilers": [each for process_id in running for each in family(process_id)]}

    async def booked(self) -> int:
        """Movements of the statements that are booked now."""
        return int(await self.value(f"select count(*) from {SERVICE}.statements")) * self._booked

    async def assert_settled(self) -> None:
        """Every invoice was paid to the last cent, by one movement. Raises `AssertionError`."""
        open_items = await self.value(f"select count(*) from {SERVICE}.open_items where balance <> 0")
        entries = await self.value(f"select count(*) from {SERVICE}.allocations")
        if (open_items, entries) != (0, self.invoices):
            raise AssertionError(f"{open_items} invoices are open and {entries} of {self.invoices} payments were taken")


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
