"""One router in memory: hands it events of one batch, and gives back what it publishes."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from services.invoice_router import handlers
from services.invoice_router.adapters.memory import MemoryRouter
from services.invoice_router.domain.differences import facts_of
from services.invoice_router.domain.heads import InvoiceHead, Sidecar
from services.invoice_router.domain.reading import Reading, read_document
from services.invoice_router.ports import InvoiceReader, ReadDocument
from shared.chassis.messages import Batch, Publish, Received
from shared.contracts.directory import CompanyChanged, OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.invoices import InvoiceSubmitted
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Language, OfficeId, Sha256, SoftwareSlug
from tests.unit.invoice_router.documents import COMPANY

NOW = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
"""Already the first of April in Brussels."""


class MemoryDocuments:
    """The object store as a dictionary; `error` is raised instead when set."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.error: Exception | None = None

    async def put(self, data: bytes, owner: str, media_type: str) -> Claim:
        digest = Sha256.of(data)
        self.objects[f"{owner}/{digest}"] = data
        return Claim(path=f"{owner}/{digest}", sha256=digest, size=len(data), media_type=media_type)

    async def get(self, claim: Claim) -> bytes:
        if self.error is not None:
            raise self.error
        return self.objects[claim.path]


class ReaderHere:
    """Reads in this process."""

    async def read(self, data: bytes) -> Reading:
        return read_document(data)

    async def read_sidecar(self, data: bytes) -> Sidecar:
        reading = await self.read(data)
        return Sidecar(reading.invoice.model_dump_json().encode(), reading.pdf)


class RecordedLocks:
    """Remembers what a batch locked."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    async def lock(self, keys: Collection[str]) -> None:
        self.keys += keys

    async def park(self, event: Received[Any], key: str) -> None:
        raise NotImplementedError

    async def take(self, event_type: Any, keys: Sequence[str]) -> list[Any]:
        raise NotImplementedError


class World:
    """One router. Each method hands it events of one batch and returns what it publishes."""

    def __init__(self) -> None:
        self.store, self.documents, self.locks, self.count = MemoryRouter(), MemoryDocuments(), RecordedLocks(), 0

    def received(self, body: Event, sequence: int = 0) -> Received[Any]:
        self.count += 1
        return Received(id=UUID(int=self.count), correlation_id="test", body=body, time=NOW, sequence=sequence)

    async def submitted(
        self, data: bytes, company: str = COMPANY, at: datetime = NOW, **facts: Any
    ) -> Received[InvoiceSubmitted]:
        claim = await self.documents.put(data, company, "application/xml")
        own = {"connection_id": ConnectionId.of(UUID(int=1)), "software": SoftwareSlug("robaws")}
        return self.received(
            InvoiceSubmitted(
                document_id=DocumentId.of(uuid5(NAMESPACE_OID, str(self.count))),
                enterprise_number=EnterpriseNumber(company),
                received_at=at,
                document=claim,
                **own | facts,
            )
        )

    async def submit(self, *documents: bytes, company: str = COMPANY, at: datetime = NOW, **facts: Any) -> list[Event]:
        events = [await self.submitted(data, company, at, **facts) for data in documents]
        return [publish.body for publish in await self.route(events)]

    async def route(
        self, events: Sequence[Received[InvoiceSubmitted]], reader: InvoiceReader | None = None
    ) -> list[Publish]:
        """As the chassis does: read, then decide in one batch."""
        reader = reader or ReaderHere()
        prepared = await handlers.read_documents(events, documents=self.documents, reader=reader)
        ready = [replace(event, prepared=result) for event, result in zip(events, prepared, strict=True)]
        batch: Batch[Any] = Batch(ready, NOW, self.locks)
        return published(await handlers.route_documents(batch, self.store))

    async def company(
        self, *offices: tuple[str, date, date | None] | tuple[str, date, date | None, str], sequence: int = 1
    ) -> list[Publish]:
        """Periods of offices, some with the office's own code."""
        body = CompanyChanged(
            enterprise_number=EnterpriseNumber(COMPANY),
            name="Bakkerij",
            language=Language.NL,
            client_code="KORENAAR",
            offices=tuple(
                OfficePeriod(office_id=OfficeId(name), since=a, until=b, client_code=code[0] if code else None)
                for name, a, b, *code in offices
            ),
        )
        batch: Batch[Any] = Batch([self.received(body, sequence)], NOW, self.locks)
        return published(await handlers.follow_companies(batch, self.store))


def read_before(invoice: SalesInvoice, sidecar: Claim) -> ReadDocument:
    """As the step before the transaction leaves it."""
    json = invoice.model_dump_json().encode()
    return ReadDocument(InvoiceHead.model_validate_json(json), json, sidecar, facts_of(json))


def published(consequences: Any) -> list[Publish]:
    return [consequence for consequence in consequences if isinstance(consequence, Publish)]


ALWAYS = ("janssens", date(2020, 1, 1), None)
