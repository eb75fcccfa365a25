"""Lists of documents: what is looked for is found, pages stay right while documents arrive, and all is the caller's."""

import itertools
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.delivery.domain.clients import Client
from services.delivery.domain.documents import Document, Step
from services.delivery.domain.feeds import Acknowledgement, Entry
from services.delivery.domain.listing import EVERYTHING, DocumentFilter, Place, place_of
from shared.contracts.directory import OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.invoices import Difference, Finding
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Language, OfficeId, Sha256, SoftwareSlug

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COMPANIES = (EnterpriseNumber("0403170701"), EnterpriseNumber("0417497106"))
OFFICE, ROBAWS = OfficeId("janssens"), SoftwareSlug("robaws")
CUSTOMERS = ("Peeters & Zonen BV", "Café Hélène", "ACME 100%_x")
As = Callable[..., AbstractAsyncContextManager[Any]]


def claim(name: str) -> Claim:
    return Claim(path=f"a/{name}", sha256=Sha256.of(name.encode()), size=1, media_type="application/xml")


def a_document(number: int, **others: Any) -> Document:
    """Number by number another company, customer, state and day."""
    document = Document(
        document_id=DocumentId.of(UUID(int=number + 1)),
        enterprise_number=COMPANIES[number % 2],
        connection_id=ConnectionId.of(UUID(int=1)),
        software=ROBAWS,
        state=("delivered", "fetched", "booked")[number % 3],
        received_at=NOW + timedelta(minutes=number // 2),
        office_id=OFFICE,
        client_code=f"K{number % 4}",
        family=("invoice", "credit_note")[number % 5 == 0],
        number=f"VF-2026-{number:04d}",
        issue_date=date(2026, 3, 1) + timedelta(days=number % 7),
        customer_name=CUSTOMERS[number % 3],
        customer_number="BE0403170701" if number % 2 else "",
        tax_inclusive=Decimal(number) + Decimal("0.21"),
        payable=Decimal(number),
        invoice_currency="EUR",
        reference="090933755493" if number % 6 == 0 else "",
        document=claim("xml"),
        position=number + 1,
        timeline=(Step("delivered", NOW, "feed", UUID(int=9)),),
    )
    return replace(document, **others)


FILTERS = [
    EVERYTHING,
    DocumentFilter(companies=COMPANIES[:1]),
    DocumentFilter(companies=COMPANIES, client_codes=("K1", "K2")),
    DocumentFilter(states=("fetched", "booked")),
    DocumentFilter(family="credit_note"),
    DocumentFilter(number="VF-2026-0007"),
    DocumentFilter(number="vf-2026-0007"),
    DocumentFilter(customer="peeters"),
    DocumentFilter(customer="hELENE"),
    DocumentFilter(customer="VF-2026"),
    DocumentFilter(customer="100%_"),
    DocumentFilter(customer="be0403"),
    DocumentFilter(reference="090933755493"),
    DocumentFilter(amount=Decimal("7.21")),
    DocumentFilter(amount=Decimal("7")),
    DocumentFilter(issued_from=date(2026, 3, 3), issued_to=date(2026, 3, 5)),
    DocumentFilter(received_from=NOW + timedelta(minutes=3), received_to=NOW + timedelta(minutes=6)),
    DocumentFilter(words=("0012",)),
    DocumentFilter(words=("cafe", "2026")),
    DocumentFilter(words=("%",)),
    DocumentFilter(words=("K1",)),
    DocumentFilter(documents=(DocumentId.of(UUID(int=3)), DocumentId.of(UUID(int=999)))),
    DocumentFilter(acknowledged="open"),
    DocumentFilter(acknowledged="failed"),
    DocumentFilter(acknowledged="processed", states=("booked",)),
]


async def filled(acting: As, count: int = 24) -> list[Document]:
    """Documents in the feed of their office, in a mixed order; every fourth failed, every sixth processed."""
    documents = [a_document(number) for number in range(count)]
    mixed = list(documents)
    random.Random(5).shuffle(mixed)
    async with acting(None) as store:
        await store.save_documents(documents)
        await store.append_entries([Entry(OFFICE, each.document_id, NOW) for each in mixed])
    async with acting("office:janssens") as store:
        failed = {each.document_id: Acknowledgement("failed", "no journal", NOW) for each in documents[::4]}
        done = {each.document_id: Acknowledgement("processed", "", NOW) for each in documents[1::6]}
        await store.acknowledge(OFFICE, failed | done)
    return documents


@pytest.mark.parametrize("wanted", FILTERS, ids=lambda wanted: str(FILTERS.index(wanted)))
async def test_a_list_holds_what_the_filter_says(acting: As, wanted: DocumentFilter) -> None:
    documents = await filled(acting)
    async with acting("office:janssens") as store:
        feed = await store.read_feed(OFFICE, 0, 100, wanted)
        listed = await store.list_feed(OFFICE, None, 100, wanted, "newest")
        every = {row.document.document_id: row for row in await store.read_feed(OFFICE, 0, 100)}
    expected = [each for each in documents if wanted.holds(each, every[each.document_id].acknowledgement.outcome)]
    assert {row.document.document_id for row in feed} == {each.document_id for each in expected}
    assert [row.position for row in feed] == sorted(row.position for row in feed)
    assert [row.document for row in listed] == sorted(
        expected, key=lambda each: (each.received_at, each.document_id), reverse=True
    )
    if wanted.acknowledged is None:
        async with acting("software:robaws") as store:
            own = await store.own_documents(ROBAWS, 0, 100, wanted)
            oldest = await store.list_documents(ROBAWS, None, 100, wanted, "oldest")
        assert own == sorted(expected, key=lambda each: each.position)
        assert oldest == sorted(expected, key=lambda each: (each.received_at, each.document_id))


def test_the_filters_of_this_suite_find_something_and_leave_something_out() -> None:
    documents = [a_document(number) for number in range(24)]
    found = [sum(wanted.holds(each, "failed") for each in documents) for wanted in FILTERS if not wanted.acknowledged]
    assert found[0] == 24 and all(0 < count < 24 for place, count in enumerate(found) if place not in (0, 6, 9, 20))
    assert [found[place] for place in (6, 9, 20)] == [0, 0, 0], "another case, another field, the office's own code"


async def test_an_office_finds_its_companies_by_name_and_nobody_else_does(acting: As) -> None:
    documents = await filled(acting, 8)
    periods = (OfficePeriod(office_id=OFFICE, since=date(2026, 1, 1)),)
    own, other = (
        Client(number, name, Language.NL, "", periods)
        for number, name in zip(COMPANIES, ("Bäckerei", "Slagerij"), strict=True)
    )
    async with acting(None) as store:
        await store.save_clients([(own, 1), (replace(other, offices=()), 1)])
    expected = [each.document_id for each in documents if each.enterprise_number == COMPANIES[0]]
    async with acting("office:janssens") as store:
        for words, ids in ((("backerei",), expected), (("BACK", "0004"), expected[2:3]), (("slagerij",), [])):
            rows = await store.list_feed(OFFICE, None, 10, DocumentFilter(words=words), "oldest")
            assert [row.document.document_id for row in rows] == ids
    async with acting("software:robaws") as store:
        assert await store.list_documents(ROBAWS, None, 10, DocumentFilter(words=("backerei",)), "oldest") == []


async def test_pages_stay_right_while_documents_arrive(acting: As) -> None:
    documents = await filled(acting, 20)
    seen: list[DocumentId] = []
    behind: Place | None = None
    arriving = itertools.count(100)
    for _ in range(20):
        async with acting("software:robaws") as store:
            page = await store.list_documents(ROBAWS, behind, 3, EVERYTHING, "newest")
        if not page:
            break
        seen += [each.document_id for each in page]
        behind = place_of(page[-1])
        async with acting(None) as store:
            await store.save_documents([a_document(next(arriving))])
    assert sorted(seen) == sorted(each.document_id for each in documents)


async def test_a_document_that_is_only_received_stands_in_the_list_and_not_in_the_stream(acting: As) -> None:
    received = a_document(1, state="received", office_id=None, issue_date=None, position=0)
    async with acting(None) as store:
        assert await store.add_documents([received]) == {received.document_id}
        assert await store.add_documents([replace(received, state="valid")]) == set()
        assert await store.accepted_documents([received.document_id]) == set()
    async with acting("software:robaws") as store:
        assert await store.own_documents(ROBAWS, 0, 10) == []
        assert await store.list_documents(ROBAWS, None, 10, EVERYTHING, "newest") == [received]
        assert await store.document(received.document_id) == received


async def test_everything_that_is_known_comes_back_as_it_was_saved(acting: As) -> None:
    document = a_document(
        3,
        self_billed=True,
        due_date=date(2026, 4, 1),
        supersedes=DocumentId.of(uuid4()),
        superseded_by=DocumentId.of(uuid4()),
        repeats=DocumentId.of(uuid4()),
        findings=(Finding(code="BR-CO-15", severity="warn", found="é"),),
        differences=(Difference(field="payable", before="1", after="2"),),
        pdf=claim("pdf"),
        sidecar=claim("json"),
        tax_inclusive=Decimal("12345678901234.567"),
    )
    async with acting(None) as store:
        await store.save_documents([document])
        assert await store.documents([document.document_id]) == {document.document_id: document}
        assert await store.newer_versions([document.supersedes]) == {document.supersedes: document}
        assert await store.newer_versions([document.document_id]) == {}


async def test_an_office_acknowledges_its_own_entries_only(acting: As) -> None:
    (document,) = await filled(acting, 1)
    said = {document.document_id: Acknowledgement("processed", "", NOW)}
    async with acting("office:peeters") as store:
        await store.acknowledge(OfficeId("peeters"), said)
        await store.acknowledge(OFFICE, said)
        assert await store.acknowledgements(OFFICE, [document.document_id]) == {}
    async with acting("office:janssens") as store:
        before = await store.acknowledgements(OFFICE, [document.document_id, DocumentId.of(uuid4())])
        assert before == {document.document_id: Acknowledgement("failed", "no journal", NOW)}
        await store.acknowledge(OFFICE, said)
        assert await store.acknowledgements(OFFICE, [document.document_id]) == said


async def test_an_entry_that_comes_again_moves_to_a_new_position_and_is_open(acting: As) -> None:
    documents = await filled(acting, 5)
    ids = [each.document_id for each in documents]
    async with acting(None) as store:
        again = [Entry(OFFICE, ids[0], NOW, "red_1"), Entry(OFFICE, ids[2], NOW, "red_1")]
        assert await store.append_entries(again) == [6, 7]
        assert await store.append_entries([Entry(OFFICE, ids[0], NOW)]) == [6]
    async with acting("office:janssens") as store:
        rows = await store.read_feed(OFFICE, 0, 10)
        further = await store.read_feed(OFFICE, 5, 10)
    assert sorted(row.document.document_id for row in rows) == sorted(ids), "each only once"
    assert [(row.document.document_id, row.redelivery, row.acknowledgement.outcome) for row in further] == [
        (ids[0], "red_1", ""),
        (ids[2], "red_1", ""),
    ]


async def test_numbers_are_those_of_accepted_documents_that_the_caller_sees(acting: As) -> None:
    documents = [
        a_document(0),
        a_document(2, superseded_by=DocumentId.of(uuid4())),
        a_document(4, office_id=OfficeId("peeters")),
        a_document(6, issue_date=date(2025, 12, 31)),
        a_document(8, issue_date=None, state="quarantined"),
        a_document(1),
    ]
    async with acting(None) as store:
        await store.save_documents(documents)
    for principal, expected in (("office:janssens", {0, 2, 6}), ("software:robaws", {0, 2, 4, 6})):
        async with acting(principal) as store:
            found = await store.issued_numbers(COMPANIES[0], None, 10)
            of_year = await store.issued_numbers(COMPANIES[0], 2026, 10)
            latest = await store.issued_numbers(COMPANIES[0], None, 1)
        assert {each.number for each in found} == {f"VF-2026-{number:04d}" for number in expected}
        assert {each.number for each in found if each.superseded} == {"VF-2026-0002"}
        assert {each.issue_date.year for each in of_year} == {2026}
        assert latest == [max(found, key=lambda each: (each.issue_date, -each.document_id.uuid.int))]
    async with acting("software:billit") as store:
        assert await store.issued_numbers(COMPANIES[0], None, 10) == []
