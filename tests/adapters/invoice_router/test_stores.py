"""Does memory behave like Postgres? One suite over both."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from services.invoice_router.adapters.memory import MemoryRouter
from services.invoice_router.adapters.postgres import PostgresRouter
from services.invoice_router.domain.entries import Company, DocumentKey, RegisteredInvoice
from services.invoice_router.ports import RouterStore
from shared.contracts.directory import OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.invoices import Finding, InvoiceQuarantined, InvoiceRepeated
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
    facts=bytes(range(256)),
)
SECOND = replace(
    INVOICE,
    document_id=DocumentId.of(UUID(int=3)),
    version=2,
    content_sha256=Sha256("2" * 64),
    supersedes=INVOICE.document_id,
)
LATE = replace(SECOND, document_id=DocumentId.of(UUID(int=4)), version=3, content_sha256=Sha256("3" * 64),
               supersedes=None)  # fmt: skip
OFFICE = OfficeId("janssens")
EVERYTHING = 100


def without_facts(invoice: RegisteredInvoice) -> RegisteredInvoice:
    return replace(invoice, facts=b"")


def by_version(invoices: list[RegisteredInvoice]) -> list[RegisteredInvoice]:
    return sorted(invoices, key=lambda invoice: invoice.version)


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


async def test_an_older_snapshot_of_a_company_is_not_written(store: RouterStore) -> None:
    await store.save_companies([COMPANY])
    await store.save_companies([replace(COMPANY, client_code="K0", sequence=2)])
    assert await store.companies([NUMBER]) == [COMPANY]


async def test_the_newest_version_comes_with_its_facts_and_the_one_that_says_the_same_without(
    store: RouterStore,
) -> None:
    await store.save_invoices([INVOICE])
    await store.save_invoices([SECOND])
    of_another = replace(INVOICE, document_id=DocumentId.of(UUID(int=9)), number="other")
    await store.save_invoices([of_another])
    assert await store.invoices([(INVOICE.key, Sha256("9" * 64))]) == [SECOND]
    assert await store.invoices([(INVOICE.key, SECOND.content_sha256)]) == [SECOND]
    found = await store.invoices([(INVOICE.key, INVOICE.content_sha256)])
    assert by_version(found) == [without_facts(INVOICE), SECOND]
    both = await store.invoices([(INVOICE.key, Sha256("9" * 64)), (of_another.key, Sha256("9" * 64))])
    assert {invoice.document_id for invoice in both} == {SECOND.document_id, of_another.document_id}
    assert await store.invoices([]) == []


async def test_one_that_came_late_is_the_newest_but_not_the_one_that_is_replaced(store: RouterStore) -> None:
    await store.save_invoices([INVOICE, SECOND, LATE])
    found = await store.invoices([(INVOICE.key, Sha256("9" * 64))])
    assert by_version(found) == [SECOND, without_facts(LATE)]
    found = await store.invoices([(INVOICE.key, INVOICE.content_sha256)])
    assert by_version(found) == [without_facts(INVOICE), SECOND, without_facts(LATE)]


@pytest.mark.parametrize(
    "key",
    [
        (NUMBER, "credit_note", INVOICE.number, 2026, ""),
        (NUMBER, "invoice", INVOICE.number, 2025, ""),
        (NUMBER, "invoice", INVOICE.number, 2026, "0202239951"),
        (NUMBER, "invoice", "2026-17", 2026, ""),
        (EnterpriseNumber("0202239951"), "invoice", INVOICE.number, 2026, ""),
    ],
    ids=["family", "year", "issuer", "number", "company"],
)
async def test_another_key_is_another_invoice(store: RouterStore, key: DocumentKey) -> None:
    await store.save_invoices([INVOICE])
    assert await store.invoices([(key, INVOICE.content_sha256)]) == []


async def test_one_number_of_two_issuers_is_kept_twice(store: RouterStore) -> None:
    other = replace(INVOICE, document_id=DocumentId.of(UUID(int=5)), issuer="garage peeters")
    await store.save_invoices([INVOICE, other])
    assert await store.invoices([(other.key, other.content_sha256)]) == [other]


async def test_what_got_an_office_is_no_longer_held_and_keeps_its_facts(store: RouterStore) -> None:
    await store.save_invoices([INVOICE, SECOND])
    held = await store.held_invoices([NUMBER], EVERYTHING)
    assert held == [without_facts(INVOICE), without_facts(SECOND)]
    await store.save_invoices([replace(held[1], office_id=OFFICE, sequence=3)])
    assert await store.held_invoices([NUMBER], EVERYTHING) == [without_facts(INVOICE)]
    found = await store.invoices([(INVOICE.key, Sha256("9" * 64))])
    assert found == [replace(SECOND, office_id=OFFICE, sequence=3)]


async def test_of_what_is_held_the_first_that_were_received_come_first(store: RouterStore) -> None:
    made = [
        replace(INVOICE, document_id=DocumentId.of(UUID(int=20 + n)), number=str(n),
                received_at=INVOICE.received_at - timedelta(days=n))
        for n in range(5)
    ]  # fmt: skip
    await store.save_invoices(made)
    assert [invoice.number for invoice in await store.held_invoices([NUMBER], 3)] == ["4", "3", "2"]
    assert await store.held_invoices([EnterpriseNumber("0202239951")], 3) == []


async def test_a_repeat_is_noted_once(store: RouterStore) -> None:
    repeat = InvoiceRepeated(
        document_id=SECOND.document_id, enterprise_number=NUMBER, connection_id=INVOICE.connection_id,
        software=INVOICE.software, repeats=INVOICE.document_id, family="invoice", number="1",
        received_at=INVOICE.received_at,
    )  # fmt: skip
    await store.note_repeats([repeat])
    await store.note_repeats([repeat.model_copy(update={"repeats": LATE.document_id})])
    if isinstance(store, MemoryRouter):
        assert list(store.repeated.values()) == [repeat]
    else:
        [row] = await store._connection.fetch("select * from repeated_documents")  # type: ignore[attr-defined]
        assert (row["document_id"], row["repeats"]) == (SECOND.document_id, INVOICE.document_id)
        assert (row["received_at"], row["software"]) == (INVOICE.received_at, "robaws")


async def test_nothing_written_is_nothing_changed(store: RouterStore) -> None:
    await store.save_companies([])
    await store.save_invoices([])
    await store.quarantine([])
    await store.note_repeats([])
    assert await store.held_invoices([NUMBER], EVERYTHING) == []


async def test_a_document_is_quarantined_once(store: RouterStore) -> None:
    refusal = InvoiceQuarantined(
        document_id=INVOICE.document_id, enterprise_number=NUMBER, connection_id=INVOICE.connection_id,
        software=INVOICE.software, reason="document_invalid",
        findings=(Finding(code="XML_SYNTAX", severity="refuse", found="« é »"),),
        number="2026-17", received_at=INVOICE.received_at,
    )  # fmt: skip
    await store.quarantine([refusal])
    await store.quarantine([refusal.model_copy(update={"reason": "seller_mismatch"})])
    if isinstance(store, MemoryRouter):
        assert [kept.reason for kept in store.quarantined.values()] == ["document_invalid"]
    else:
        rows = await store._connection.fetch("select * from quarantined_documents")  # type: ignore[attr-defined]
        assert [(row["reason"], row["number"], row["received_at"]) for row in rows] == [
            ("document_invalid", "2026-17", INVOICE.received_at)
        ]


async def test_postgres_refuses_two_documents_of_one_version(database: Database) -> None:
    connection = await asyncpg.connect(database.worker_url("invoice_router"))
    async with connection.transaction():
        with pytest.raises(asyncpg.UniqueViolationError):
            await PostgresRouter(connection).save_invoices([INVOICE, replace(SECOND, version=1)])
    await connection.close()


async def test_a_task_takes_the_lock_that_batches_take(database: Database) -> None:
    task, batch = [await asyncpg.connect(database.worker_url("invoice_router")) for _ in range(2)]
    async with task.transaction():
        await PostgresRouter(task).lock_companies([NUMBER])
        async with batch.transaction():
            taken = "select pg_try_advisory_xact_lock(hashtextextended($1, 0))"
            assert not await batch.fetchval(taken, f"invoice_router/company:{NUMBER}")
            assert await batch.fetchval(taken, "invoice_router/company:0202239951")
    await task.close()
    await batch.close()
