"""Documents over test connections: read and told, never accepted, never routed, never in a real company's register."""

from datetime import UTC, date, datetime
from uuid import UUID

from services.invoice_router import handlers
from services.invoice_router.adapters.memory import MemoryRouter
from services.invoice_router.domain.entries import Company
from services.invoice_router.domain.reading import read_invoice
from shared.chassis.messages import Batch, Publish, Received
from shared.chassis.parking import MemoryParking
from shared.contracts.access import Mode
from shared.contracts.directory import OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.invoices import InvoiceAccepted, InvoiceQuarantined, InvoiceRouted, InvoiceSubmitted
from shared.contracts.reasons import reason
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, Sha256, SoftwareSlug
from tests.component.invoice_router.world import read_before
from tests.unit.invoice_router.documents import COMPANY, invoice

NOW = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
NUMBER = EnterpriseNumber(COMPANY)


def submitted(mode: Mode, n: int, company: EnterpriseNumber = NUMBER) -> Received[InvoiceSubmitted]:
    data = invoice()
    claim = Claim(path="a/b", sha256=Sha256.of(data), size=len(data), media_type="application/xml")
    body = InvoiceSubmitted(
        document_id=DocumentId.of(UUID(int=n)),
        enterprise_number=company,
        connection_id=ConnectionId.of(UUID(int=1)),
        software=SoftwareSlug("robaws"),
        mode=mode,
        received_at=NOW,
        document=claim,
    )
    prepared = read_before(read_invoice(data), claim)
    return Received(id=UUID(int=n), correlation_id="c", body=body, time=NOW, prepared=prepared)


async def route(store: MemoryRouter, *events: Received[InvoiceSubmitted]) -> list[Event]:
    consequences = await handlers.route_documents(Batch(events, NOW, MemoryParking()), store)
    return [each.body for each in consequences if isinstance(each, Publish)]


async def served_by_an_office() -> MemoryRouter:
    store = MemoryRouter()
    period = OfficePeriod(office_id=OfficeId("janssens"), since=date(2020, 1, 1), until=None)
    await store.save_companies([Company(NUMBER, (period,), "K1", 1)])
    return store


async def test_a_test_document_of_a_number_that_a_real_office_serves_is_put_aside() -> None:
    (told,) = await route(await served_by_an_office(), submitted("test", 1))
    assert isinstance(told, InvoiceQuarantined)
    assert (told.reason, told.mode) == ("sandbox_document", "test")
    assert (told.number, told.received_at) == ("2026-17", NOW)
    assert told.payable is not None, "by its amount the sandbox tells how it is paid"
    assert reason(told.reason).outcome == "none"


async def test_a_test_document_takes_no_number_from_a_live_one() -> None:
    store = await served_by_an_office()
    first, accepted, routed, again = await route(
        store, submitted("test", 1), submitted("live", 2), submitted("test", 3)
    )
    assert isinstance(first, InvoiceQuarantined) and isinstance(again, InvoiceQuarantined)
    assert isinstance(accepted, InvoiceAccepted) and isinstance(routed, InvoiceRouted)
    assert (accepted.version, accepted.supersedes, routed.office_id) == (1, None, "janssens")


async def test_a_test_document_of_another_company_is_told_what_is_wrong() -> None:
    other = EnterpriseNumber("0010.080.179")
    (told,) = await route(MemoryRouter(), submitted("test", 1, other))
    assert isinstance(told, InvoiceQuarantined)
    assert (told.reason, told.mode, told.findings[0].found) == ("seller_mismatch", "test", COMPANY)
