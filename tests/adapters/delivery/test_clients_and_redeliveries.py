"""Client companies and offices as the directory tells of them; what offices asked to have again."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.delivery.domain.clients import Client, Office
from services.delivery.domain.documents import Document, Step
from services.delivery.domain.feeds import Entry
from services.delivery.domain.listing import DocumentFilter
from services.delivery.domain.redelivery import Preview, Redelivery
from shared.contracts.directory import OfficePeriod
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Language, OfficeId, RedeliveryId, SoftwareSlug

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBERS = (EnterpriseNumber("0403170701"), EnterpriseNumber("0417497106"))
OFFICE, OTHER = OfficeId("janssens"), OfficeId("peeters")
As = Callable[..., AbstractAsyncContextManager[Any]]


def a_client(*offices: OfficeId, number: EnterpriseNumber = NUMBERS[0], code: str = "K12") -> Client:
    periods = tuple(OfficePeriod(office_id=each, since=date(2026, 1, 1)) for each in offices)
    return Client(number, "Peeters BV", Language.NL, code, periods)


def a_document(number: int, office: OfficeId = OFFICE, *, fetched: bool = False) -> Document:
    steps = (Step("delivered", NOW, "feed"), *((Step("fetched", NOW, "feed"),) if fetched else ()))
    return Document(
        document_id=DocumentId.of(UUID(int=number)),
        enterprise_number=NUMBERS[number % 2],
        connection_id=ConnectionId.of(UUID(int=1)),
        software=SoftwareSlug("robaws"),
        state=steps[-1].state,
        received_at=NOW + timedelta(days=number),
        office_id=office,
        client_code=f"K{number}",
        timeline=steps,
    )


async def in_the_feed(acting: As, *documents: Document) -> None:
    async with acting(None) as store:
        await store.save_documents(documents)
        await store.append_entries([Entry(each.office_id or OFFICE, each.document_id, NOW) for each in documents])


async def test_the_highest_snapshot_of_a_company_is_known(acting: As) -> None:
    newer, older = a_client(OFFICE, code="K13"), a_client(OFFICE)
    async with acting(None) as store:
        await store.save_clients([(older, 1), (newer, 3), (older, 2)])
        await store.save_clients([(older, 2)])
        assert await store.clients(NUMBERS) == {NUMBERS[0]: newer}
        await store.save_clients([(older, 4)])
        assert await store.clients(NUMBERS) == {NUMBERS[0]: older}
        await store.save_clients([])


async def test_the_highest_snapshot_of_an_office_is_known(acting: As) -> None:
    newer = Office(OFFICE, "Janssens & Co", Language.FR, client=False)
    async with acting(None) as store:
        await store.save_offices([(newer, 2), (replace(newer, name="Janssens"), 1)])
        assert await store.offices([OFFICE, OTHER]) == {OFFICE: newer}


async def test_an_office_sees_the_companies_that_it_serves_and_itself(acting: As) -> None:
    async with acting(None) as store:
        await store.save_clients([(a_client(OFFICE, OTHER), 1), (a_client(OTHER, number=NUMBERS[1]), 1)])
        await store.save_offices([(Office(each, each, Language.NL, client=True), 1) for each in (OFFICE, OTHER)])
    for principal, mode, companies, offices in (
        ("office:janssens", "live", {NUMBERS[0]}, {OFFICE}),
        ("office:peeters", "live", set(NUMBERS), {OTHER}),
        ("office:janssens", "test", set(), set()),
        ("software:robaws", "live", set(), set()),
    ):
        async with acting(principal, mode) as store:
            assert set(await store.clients(NUMBERS)) == companies
            assert set(await store.offices([OFFICE, OTHER])) == offices


async def test_a_preview_counts_what_would_come_again(acting: As) -> None:
    await in_the_feed(acting, *(a_document(number, fetched=number > 2) for number in range(1, 6)), a_document(7, OTHER))
    async with acting("office:janssens") as store:
        for wanted, expected in (
            (DocumentFilter(received_from=NOW), Preview(5, 2, 2)),
            (DocumentFilter(companies=NUMBERS[:1]), Preview(2, 1, 1)),
            (DocumentFilter(client_codes=("K1", "K4")), Preview(2, 2, 1)),
            (DocumentFilter(documents=(DocumentId.of(UUID(int=7)),)), Preview(0, 0, 0)),
        ):
            assert await store.preview_redelivery(OFFICE, wanted) == expected


async def test_a_redelivery_keeps_its_documents_as_they_were_when_it_was_asked_for(acting: As) -> None:
    documents = [a_document(number) for number in (3, 1, 2)]
    await in_the_feed(acting, *documents, a_document(7, OTHER))
    redelivery = Redelivery(
        redelivery_id=RedeliveryId.of(uuid4()),
        office_id=OFFICE,
        asked_at=NOW,
        preview=Preview(3, 2, 3),
        channels=("feed",),
    )
    async with acting("office:janssens") as store:
        await store.add_redelivery(redelivery, DocumentFilter(received_from=NOW))
        assert (await store.open_redeliveries(OFFICE), await store.open_redeliveries(OTHER)) == (1, 0)
    await in_the_feed(acting, a_document(9))
    async with acting(None) as store:
        assert await store.lock_redelivery(redelivery.redelivery_id) == redelivery
        ids = await store.redelivery_documents(redelivery.redelivery_id, 0, 2)
        ids += await store.redelivery_documents(redelivery.redelivery_id, 2, 2)
        assert ids == [each.document_id for each in documents], "in the order of the feed"
        await store.save_redelivery(replace(redelivery, done=3, queued_at=NOW))
    async with acting("office:janssens") as store:
        assert await store.redelivery(redelivery.redelivery_id) == replace(redelivery, done=3, queued_at=NOW)
        assert await store.open_redeliveries(OFFICE) == 0
    for principal, mode in (("office:peeters", "live"), ("office:janssens", "test"), ("software:robaws", "live")):
        async with acting(principal, mode) as store:
            assert await store.redelivery(redelivery.redelivery_id) is None


async def test_nobody_asks_in_the_name_of_another_office(in_postgres: As) -> None:
    await in_the_feed(in_postgres, a_document(7, OTHER))
    redelivery = Redelivery(
        redelivery_id=RedeliveryId.of(uuid4()), office_id=OTHER, asked_at=NOW, preview=Preview(1, 1, 1)
    )
    with pytest.raises(Exception, match="row-level security"):
        async with in_postgres("office:janssens") as store:
            await store.add_redelivery(redelivery, DocumentFilter(received_from=NOW))
