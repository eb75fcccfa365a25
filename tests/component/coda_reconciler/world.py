"""The reconciler without Kafka and Postgres: memory adapters and batches made by hand."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from services.coda_reconciler import handlers
from services.coda_reconciler.adapters.memory import MemoryReconciler
from services.coda_reconciler.ports import ReconcilerStore
from shared.chassis.messages import Batch, Parked, Publish, Received
from shared.contracts.deliveries import PaymentDecided
from shared.contracts.directory import CompanyChanged, Mandate
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.invoices import InvoiceAccepted
from shared.contracts.statements import BankFileReceived
from shared.values import (
    ConnectionId,
    DocumentId,
    EnterpriseNumber,
    Iban,
    Language,
    Money,
    Sha256,
    SoftwareSlug,
    StructuredReference,
)
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, REFERENCE

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


class MemoryDocuments:
    """The object store as a dictionary."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    async def put(self, data: bytes, owner: str, media_type: str) -> Claim:
        digest = Sha256.of(data)
        self.objects[f"{owner}/{digest}"] = data
        return Claim(path=f"{owner}/{digest}", sha256=digest, size=len(data), media_type=media_type)

    async def put_all(self, documents: Sequence[tuple[bytes, str, str]]) -> list[Claim]:
        return [await self.put(*document) for document in documents]

    async def get(self, claim: Claim) -> bytes:
        return self.objects[claim.path]


class RecordedLocks:
    """Remembers what a batch locked, in its order."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    async def lock(self, keys: Sequence[str]) -> None:
        self.keys += keys

    async def park(self, event: Received[Any], key: str) -> None:
        raise NotImplementedError

    async def take(self, event_type: Any, keys: Sequence[str]) -> list[Parked[Any]]:
        raise NotImplementedError


class World:
    """One reconciler. Each method hands it one event and returns what it publishes."""

    def __init__(self, store: ReconcilerStore | None = None) -> None:
        self.memory = MemoryReconciler()
        self.store: Any = store or self.memory
        self.documents = MemoryDocuments()
        self.locks = RecordedLocks()
        self.events = 0

    def received(self, body: Event, sequence: int = 0) -> Received[Any]:
        self.events += 1
        identity = UUID(int=self.events)
        return Received(id=identity, correlation_id="test", body=body, time=NOW, sequence=sequence, key=body.key)

    async def bank_file(self, data: bytes) -> list[Event]:
        return bodies(await self.hand_over(await self.prepared_file(data)))

    async def prepared_file(self, data: bytes) -> Received[BankFileReceived]:
        claim = await self.documents.put(data, "unassigned", "text/plain")
        event = self.received(
            BankFileReceived(sha256=claim.sha256, received_at=NOW, received_from="software:bank", document=claim)
        )
        [event_prepared] = await handlers.read_bank_files([event], documents=self.documents, reader=self.store)
        return with_prepared(event, event_prepared)

    async def hand_over(self, event: Received[BankFileReceived]) -> Any:
        batch: Batch[Any] = Batch([event], NOW, self.locks)
        return await handlers.book_bank_files(batch, self.store, documents=self.documents)

    async def company(
        self, company: str = COMPANY, *ibans: str, sequence: int = 1, until: date | None = None
    ) -> list[Event]:
        mandates = tuple(Mandate(iban=Iban(iban), since=date(2026, 1, 1), until=until) for iban in ibans or (IBAN,))
        body = CompanyChanged(
            enterprise_number=EnterpriseNumber(company), name="Bakkerij", language=Language.NL, mandates=mandates
        )
        event = self.received(body, sequence)
        [prepared] = await handlers.read_waiting_statements([event], documents=self.documents, reader=self.store)
        batch: Batch[Any] = Batch([with_prepared(event, prepared)], NOW, self.locks)
        return bodies(await handlers.follow_companies(batch, self.store, documents=self.documents))

    async def decide(self, allocation_id: str, decision: str, document_id: DocumentId, **changes: Any) -> list[Event]:
        facts: dict[str, Any] = {
            "enterprise_number": EnterpriseNumber(COMPANY),
            "document_id": document_id,
            "allocation_id": allocation_id,
            "decision": decision,
            "decided_by": "office:janssens",
        }
        batch: Batch[Any] = Batch([self.received(PaymentDecided(**facts | changes))], NOW, self.locks)
        return bodies(await handlers.follow_decisions(batch, self.store))

    def unallocated(self) -> int:
        """Thousandths of credits that no invoice took."""
        moved = self.memory.movements
        return sum(state.remaining for key, state in self.memory.states.items() if moved[key].amount > 0)

    async def invoice(self, amount: str, *, number: str = "2026-1", version: int = 1, **changes: Any) -> list[Event]:
        batch: Batch[Any] = Batch([self.received(accepted(amount, number, version, **changes), 1)], NOW, self.locks)
        return bodies(await handlers.open_items(batch, self.store))


def accepted(amount: str, number: str, version: int, **changes: Any) -> InvoiceAccepted:
    claim = Claim(path=f"{COMPANY}/{'0' * 64}", sha256=Sha256("0" * 64), size=1, media_type="application/xml")
    facts: dict[str, Any] = {
        "document_id": DocumentId.of(uuid5(NAMESPACE_OID, f"{number}/{version}")),
        "enterprise_number": EnterpriseNumber(COMPANY),
        "connection_id": ConnectionId.of(UUID(int=1)),
        "software": SoftwareSlug("robaws"),
        "family": "invoice",
        "number": number,
        "issue_date": date(2026, 2, 1),
        "tax_inclusive": Money.of(amount, "EUR"),
        "payable": Money.of(amount, "EUR"),
        "reference": StructuredReference(REFERENCE),
        "version": version,
        "supersedes": DocumentId.of(uuid5(NAMESPACE_OID, f"{number}/{version - 1}")) if version > 1 else None,
        "document": claim,
        "sidecar": claim,
    }
    return InvoiceAccepted(**(facts | changes))


def with_prepared(event: Received[Any], prepared: Any) -> Received[Any]:
    if isinstance(prepared, Exception):
        raise prepared
    return Received(
        id=event.id, correlation_id="test", body=event.body, time=NOW, sequence=event.sequence, key=event.key,
        prepared=prepared,
    )  # fmt: skip


def bodies(consequences: Any) -> list[Event]:
    return [consequence.body for consequence in consequences if isinstance(consequence, Publish)]
