"""Does memory behave like Postgres? One suite over both."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import asyncpg
import pytest

from services.invoice_router.adapters.memory import MemoryRouter
from services.invoice_router.adapters.postgres import PostgresRouter
from services.invoice_router.domain.register import Company, RegisteredInvoice
from services.invoice_router.ports import RouterStore
from shared.contracts.directory import OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.invoices import Finding, InvoiceQuarantined
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, Sha256, SoftwareSlug
from tests.conftest import Database

NUMBER = EnterpriseNumber("0403170701")
COMPANY = Company(NUMBER, (OfficePeriod(office_id=OfficeId("janssens"), since=date(2020, 1, 1)),), "K1", 3)
INVOICE = RegisteredInvoice(
    document_id=DocumentId.of(UUID(int=1)),
    enterprise_number=NUMBER,
    connection_id=ConnectionId.of(UUID(int=2)),
    software=SoftwareSlug("robaws"),
    family="invoice",
    number="2026-17 « é »",
    issue_date=date(2026, 2, 1),
    version=1,
    content_sha256=Sha256("1" * 64),
    received_at=datetime(2026, 2, 2, 8, 0, 0, 123456, tzinfo=UTC),
    document=Claim(path=f"{NUMBER}/{'0' * 64}", sha256=Sha256("0" * 64), size=7, media_type="application/xml"),
)
SECOND = replace(INVOICE, document_id=DocumentId.of(UUID(int=3)), version=2, content_sha256=Sha256("2" * 64))


@pytest.fixture
def in_memory() -> RouterStore:
    return MemoryRouter()


@pytest.fixture
async def in_postgres(database: Database) -> AsyncIterator[RouterStore]:
    connection = await asyncpg.connect(database.worker_url("invoice_router"))
    transaction = connection.transaction()
    await transaction.start()
    yield PostgresRouter(connection)
    await transaction.rollback()
    await connection.close()


@pytest.fixture(params=["in_memory", "in_postgres"])
def store(request: pytest.FixtureRequest) -> RouterStore:
    made: RouterStore = request.getfixturevalue(request.param)
    return made


async def test_a_company_is_read_as_it_was_written(store: RouterStore) -> None:
    assert await store.companies([NUMBER]) == []
    await store.save_companies([COMPANY])
    await store.save_companies([replace(COMPANY, client_code="K2", sequence=4)])
    assert await store.companies([NUMBER]) == [replace(COMPANY, client_code="K2", sequence=4)]


async def test_all_versions_of_an_invoice_are_found_by_its_key(store: RouterStore) -> None:
    await store.save_invoices([INVOICE, SECOND])
    found = await store.invoices([INVOICE.key])
    assert sorted(found, key=lambda invoice: invoice.version) == [INVOICE, SECOND]
    assert await store.invoices([(NUMBER, "credit_note", INVOICE.number, 2026)]) == []


async def test_what_got_an_office_is_no_longer_held(store: RouterStore) -> None:
    await store.save_invoices([INVOICE, SECOND])
    await store.save_invoices([replace(INVOICE, office_id=OfficeId("janssens"), sequence=3)])
    assert await store.held_invoices([NUMBER]) == [SECOND]
    assert replace(INVOICE, office_id=OfficeId("janssens"), sequence=3) in await store.invoices([INVOICE.key])


async def test_nothing_written_is_nothing_changed(store: RouterStore) -> None:
    await store.save_companies([])
    await store.save_invoices([])
    await store.quarantine([])
    assert await store.held_invoices([NUMBER]) == []


async def test_a_document_is_quarantined_once(store: RouterStore) -> None:
    refusal = InvoiceQuarantined(
        document_id=INVOICE.document_id, enterprise_number=NUMBER, connection_id=INVOICE.connection_id,
        software=INVOICE.software, reason="document_invalid",
        findings=(Finding(code="XML_SYNTAX", severity="refuse", found="« é »"),),
    )  # fmt: skip
    await store.quarantine([refusal])
    await store.quarantine([refusal.model_copy(update={"reason": "seller_mismatch"})])
    if isinstance(store, MemoryRouter):
        assert [kept.reason for kept in store.quarantined.values()] == ["document_invalid"]
    else:
        rows = await store._connection.fetch("select reason from quarantined_documents")  # type: ignore[attr-defined]
        assert [row["reason"] for row in rows] == ["document_invalid"]


async def test_postgres_refuses_two_documents_of_one_version(database: Database) -> None:
    connection = await asyncpg.connect(database.worker_url("invoice_router"))
    async with connection.transaction():
        with pytest.raises(asyncpg.UniqueViolationError):
            await PostgresRouter(connection).save_invoices([INVOICE, replace(SECOND, version=1)])
    await connection.close()
