"""Does the router alone do what its card says: accept, refuse, hold, route, version?"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest

from services.invoice_router import handlers
from services.invoice_router.adapters.memory import MemoryRouter
from services.invoice_router.domain.reading import Reading, read_document
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.messages import Batch, Publish, Received
from shared.contracts.directory import CompanyChanged, OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.invoices import (
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Language, OfficeId, Sha256, SoftwareSlug
from tests.unit.invoice_router.documents import COMPANY, credit_note, invoice

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


class RecordedLocks:
    """Remembers what a batch locked."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    async def lock(self, keys: Sequence[str]) -> None:
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

    async def submitted(self, data: bytes, company: str = COMPANY) -> Received[InvoiceSubmitted]:
        claim = await self.documents.put(data, company, "application/xml")
        return self.received(
            InvoiceSubmitted(
                document_id=DocumentId.of(uuid5(NAMESPACE_OID, str(self.count))),
                enterprise_number=EnterpriseNumber(company),
                connection_id=ConnectionId.of(UUID(int=1)),
                software=SoftwareSlug("robaws"),
                received_at=NOW,
                document=claim,
            )
        )

    async def submit(self, *documents: bytes, company: str = COMPANY) -> list[Publish]:
        events = [await self.submitted(data, company) for data in documents]
        prepared = await handlers.read_documents(events, documents=self.documents, reader=ReaderHere())
        ready = [with_prepared(event, result) for event, result in zip(events, prepared, strict=True)]
        batch: Batch[Any] = Batch(ready, NOW, self.locks)
        return published(await handlers.route_documents(batch, self.store))

    async def company(self, *offices: tuple[str, date, date | None], sequence: int = 1) -> list[Publish]:
        body = CompanyChanged(
            enterprise_number=EnterpriseNumber(COMPANY),
            name="Bakkerij",
            language=Language.NL,
            client_code="KORENAAR",
            offices=tuple(OfficePeriod(office_id=OfficeId(name), since=a, until=b) for name, a, b in offices),
        )
        batch: Batch[Any] = Batch([self.received(body, sequence)], NOW, self.locks)
        return published(await handlers.follow_companies(batch, self.store))


def with_prepared(event: Received[Any], prepared: Any) -> Received[Any]:
    return Received(id=event.id, correlation_id="test", body=event.body, time=NOW, prepared=prepared)


def published(consequences: Any) -> list[Publish]:
    return [consequence for consequence in consequences if isinstance(consequence, Publish)]


ALWAYS = ("janssens", date(2020, 1, 1), None)


async def test_an_invoice_of_a_served_company_is_accepted_and_routed() -> None:
    world = World()
    await world.company(ALWAYS)
    accepted, routed = await world.submit(invoice())
    assert isinstance(accepted.body, InvoiceAccepted) and isinstance(routed.body, InvoiceRouted)
    assert (routed.body.office_id, routed.body.client_code, routed.body.number) == ("janssens", "KORENAAR", "2026-17")
    assert (accepted.sequence, routed.sequence) == (1, 2)
    sidecar = SalesInvoice.model_validate_json(world.documents.objects[accepted.body.sidecar.path])
    assert sidecar.number == "2026-17" and accepted.body.sidecar.path.startswith(COMPANY)


async def test_the_office_is_that_of_the_day_in_brussels() -> None:
    world = World()
    await world.company(("march", date(2026, 3, 1), date(2026, 4, 1)), ("april", date(2026, 4, 1), None))
    _, routed = await world.submit(invoice())
    assert isinstance(routed.body, InvoiceRouted) and routed.body.office_id == "april"


async def test_an_office_that_begins_later_receives_what_nobody_served() -> None:
    world = World()
    await world.company(("june", date(2026, 6, 1), None), ("may", date(2026, 5, 1), None))
    _, routed = await world.submit(invoice())
    assert isinstance(routed.body, InvoiceRouted) and routed.body.office_id == "may"


async def test_documents_of_an_unknown_company_are_held_and_released_when_an_office_comes() -> None:
    world = World()
    events = await world.submit(invoice(), invoice(number="2026-18"))
    held = [event.body for event in events if isinstance(event.body, InvoiceHeld)]
    assert [body.reason for body in held] == ["company_unknown", "company_unknown"]
    assert await world.company(("gone", date(2020, 1, 1), date(2021, 1, 1))) == []
    released = await world.company(ALWAYS, sequence=2)
    routed = [event.body.number for event in released if isinstance(event.body, InvoiceRouted)]
    assert sorted(routed) == ["2026-17", "2026-18"]
    assert [event.sequence for event in released] == [3, 3]
    assert await world.company(ALWAYS, sequence=3) == []


async def test_a_company_without_an_office_holds_its_documents() -> None:
    world = World()
    await world.company()
    _, held = await world.submit(invoice())
    assert isinstance(held.body, InvoiceHeld) and held.body.reason == "no_accounting_office"


async def test_an_older_snapshot_changes_nothing() -> None:
    world = World()
    await world.company(ALWAYS, sequence=5)
    await world.company(("other", date(2020, 1, 1), None), sequence=4)
    _, routed = await world.submit(invoice())
    assert isinstance(routed.body, InvoiceRouted) and routed.body.office_id == "janssens"


async def test_an_invoice_of_another_supplier_is_quarantined() -> None:
    [refused] = await World().submit(invoice(), company="0202239951")
    assert isinstance(refused.body, InvoiceQuarantined) and refused.body.reason == "seller_mismatch"
    assert (refused.body.findings[0].found, refused.body.findings[0].expected) == (COMPANY, "0202239951")


async def test_a_document_that_cannot_be_read_is_quarantined_and_its_neighbour_accepted() -> None:
    refused, accepted, _ = await World().submit(b"<!DOCTYPE a><a/>", invoice())
    assert isinstance(refused.body, InvoiceQuarantined) and refused.body.reason == "document_invalid"
    assert refused.body.findings[0].code == "XML_DOCTYPE"
    assert isinstance(accepted.body, InvoiceAccepted)


@pytest.mark.parametrize("together", [True, False])
async def test_the_same_content_again_is_accepted_once(together: bool) -> None:
    world, again = World(), invoice().replace(b'currencyID="EUR"', b"currencyID='EUR'")
    if together:
        events = await world.submit(invoice(), again)
    else:
        events = [*await world.submit(invoice()), *await world.submit(again)]
    assert sum(isinstance(event.body, InvoiceAccepted) for event in events) == 1
    repeated = events[-1].body
    assert isinstance(repeated, InvoiceQuarantined) and repeated.reason == "already_accepted"
    assert repeated.findings[0].found == events[0].body.document_id  # type: ignore[attr-defined]


async def test_other_content_under_the_same_number_is_the_next_version() -> None:
    world = World()
    first, _, second, _ = await world.submit(invoice(), invoice(buyer="Garage Janssens"))
    assert isinstance(first.body, InvoiceAccepted) and isinstance(second.body, InvoiceAccepted)
    assert (second.body.version, second.body.supersedes) == (2, first.body.document_id)


async def test_a_credit_note_and_an_invoice_may_have_one_number() -> None:
    events = await World().submit(invoice(), credit_note())
    assert [event.body.version for event in events if isinstance(event.body, InvoiceAccepted)] == [1, 1]


@pytest.mark.parametrize("error", [Unavailable("away"), InvalidMessage("document_missing", "gone")])
async def test_a_store_that_does_not_answer_is_no_fault_of_the_document(error: Exception) -> None:
    world = World()
    event = await world.submitted(invoice())
    world.documents.error = error
    assert await handlers.read_documents([event], documents=world.documents, reader=ReaderHere()) == [error]
