"""Pods in memory and in Postgres: feeds that are made when they are needed, positions in order, offsets, isolation."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.domain.documents import Document
from services.delivery.domain.pods import MODELS, PodOffsets, feed_index
from shared.values import (
    DocumentId,
)
from tests.adapters.delivery.conftest import As
from tests.adapters.delivery.pod_things import (
    NOW,
    NUMBER,
    OTHER,
    POD,
    a_document,
    a_statement,
    feed_of,
    of_document,
    of_statement,
    page,
    put,
)


async def test_a_feed_holds_documents_and_statements_in_the_order_in_which_they_came(acting: As) -> None:
    first, statement, second = a_document(), a_statement(), a_document()
    await put(acting, first, statement, second, a_document(number=OTHER))
    feed_id = await feed_of(acting)
    assert await page(acting, feed_id) == [first, statement.body, second]
    assert await page(acting, feed_id, models=("coda",)) == [statement.body]
    async with acting(POD) as store:
        assert len(await store.pod_page(feed_id, False, MODELS, 2)) == 2


async def test_what_is_offered_twice_stands_in_the_feed_once(acting: As) -> None:
    document = a_document()
    await put(acting, document, document)
    async with acting(None) as store:
        await store.offer([of_document(document), of_document(document)])
        await store.offer([])
    assert await page(acting, await feed_of(acting)) == [document]


async def test_an_offset_takes_out_what_is_done_and_never_goes_back(acting: As) -> None:
    documents = [a_document() for _ in range(3)]
    await put(acting, *documents)
    feed_id = await feed_of(acting)
    async with acting(POD) as store:
        assert await store.lock_offsets(feed_id) == PodOffsets(0, 0)
        await store.move_offset(feed_id, False, 2)
        await store.move_offset(feed_id, False, 1)
        assert await store.lock_offsets(feed_id) == PodOffsets(2, 0)
        passed = await store.pod_entries(feed_id, False, MODELS, 0, 2)
    assert [each.document for each in passed] == documents[:2]
    assert await page(acting, feed_id) == documents[2:]


async def test_what_is_delivered_again_has_an_offset_of_its_own(acting: As) -> None:
    first, second, statement = a_document(), a_document(), a_statement()
    await put(acting, first, second, statement)
    feed_id = await feed_of(acting)
    offers = [of_document(second), of_statement(statement)]
    async with acting(None) as store:
        await store.offer_once_more([*offers, *offers])
    assert await page(acting, feed_id, again=True) == [second, statement.body]
    assert await page(acting, feed_id) == [first, second, statement.body]
    async with acting(POD) as store:
        waiting = await store.pod_page(feed_id, True, MODELS, 10)
        assert await store.lock_offsets(feed_id) == PodOffsets(0, 0)
        await store.move_offset(feed_id, True, waiting[0].position)
        assert await store.lock_offsets(feed_id) == PodOffsets(0, waiting[0].position)
    async with acting(None) as store:
        await store.offer_once_more(offers)
    assert await page(acting, feed_id, again=True) == [statement.body, second], "what still waits is not added twice"


async def test_an_entry_is_found_by_its_name_also_when_it_is_done(acting: As) -> None:
    document = a_document()
    await put(acting, document)
    feed_id = await feed_of(acting)
    async with acting(POD) as store:
        await store.lock_offsets(feed_id)
        await store.move_offset(feed_id, False, 1)
        found = await store.pod_entry(str(feed_index(feed_id, 1)))
        assert (found.document, found.model, found.again) == (document, "sales_invoice", False)
        assert await store.pod_entry(str(uuid4())) is None


async def test_a_document_is_noted_as_delivered_once_whatever_list_it_was_read_from(acting: As) -> None:
    document, other = a_document(), a_document()
    await put(acting, document, other)
    feed_id = await feed_of(acting)
    async with acting(None) as store:
        await store.offer_once_more([of_document(document)])
    async with acting(POD) as store:
        assert await store.note_delivered(feed_id, [document.document_id], NOW) == {document.document_id}
        both = [document.document_id, other.document_id]
        assert await store.note_delivered(feed_id, both, NOW) == {other.document_id}


async def test_a_pod_has_a_number_and_feeds_for_the_companies_that_are_asked_for(acting: As) -> None:
    async with acting(POD) as store:
        number = await store.pod_id(POD)
        feeds = await store.pod_feeds(POD, [NUMBER, OTHER], MODELS)
    assert {each.enterprise_number for each in feeds} == {NUMBER, OTHER}
    assert 0 < number < 2**31 and all(0 < each.feed_id < 2**31 for each in feeds)
    async with acting(POD) as store:
        assert await store.pod_id(POD) == number
        assert await store.pod_feeds(POD, [NUMBER, OTHER], MODELS) == feeds
        assert [each.enterprise_number for each in await store.pod_feeds(POD, [OTHER], MODELS)] == [OTHER]
        assert await store.pod_feed(feeds[0].feed_id) == feeds[0]
        assert await store.pod_feed(2**31 - 1) is None


async def test_the_feed_of_a_former_client_is_there_for_what_is_delivered_again_too(acting: As) -> None:
    document = a_document()
    await put(acting, document)
    feed_id = await feed_of(acting)
    async with acting(POD) as store:
        await store.lock_offsets(feed_id)
        await store.move_offset(feed_id, False, 1)
        assert await store.pod_feeds(POD, [], MODELS) == []
    async with acting(None) as store:
        await store.offer_once_more([of_document(document)])
    async with acting(POD) as store:
        assert [each.feed_id for each in await store.pod_feeds(POD, [], MODELS)] == [feed_id]
        await store.move_offset(feed_id, True, 2)
        assert await store.pod_feeds(POD, [], MODELS) == []


async def test_the_feed_of_a_former_client_stays_while_something_in_it_is_not_done(acting: As) -> None:
    await put(acting, a_document(number=OTHER))
    async with acting(POD) as store:
        assert [each.enterprise_number for each in await store.pod_feeds(POD, [], MODELS)] == [OTHER]
        assert await store.pod_feeds(POD, [], ["coda"]) == []
    feed_id = await feed_of(acting, number=OTHER)
    async with acting(POD) as store:
        await store.lock_offsets(feed_id)
        await store.move_offset(feed_id, False, 1)
        assert await store.pod_feeds(POD, [], MODELS) == []


async def test_no_entry_appears_behind_an_offset_however_many_write_at_once(database: Any) -> None:
    worker, api = await database.worker("delivery"), await database.api("delivery")
    documents = [a_document() for _ in range(40)]

    async def write(part: list[Document]) -> None:
        for document in part:
            async with worker.acquire() as connection, connection.transaction():
                store: Any = PostgresDelivery(connection)
                await store.save_documents([document])
                await store.offer([of_document(document)])
                await asyncio.sleep(0.001)

    seen: list[DocumentId] = []

    async def read() -> None:
        while len(seen) < len(documents):
            async with api.acquire() as connection, connection.transaction():
                await connection.execute("select set_config('app.principal', $1, true)", POD)
                store: Any = PostgresDelivery(connection)
                for feed in await store.pod_feeds(POD, [], MODELS):
                    entries = await store.pod_page(feed.feed_id, False, MODELS, 5)
                    seen.extend(each.document.document_id for each in entries)
                    if entries:
                        await store.lock_offsets(feed.feed_id)
                        await store.move_offset(feed.feed_id, False, entries[-1].position)

    async with asyncio.timeout(60):
        await asyncio.gather(read(), *(write(documents[start::4]) for start in range(4)))
    assert sorted(seen) == sorted(each.document_id for each in documents)


@pytest.mark.parametrize("count", [1, 500])
async def test_a_batch_takes_the_same_few_statements_however_long_it_is(database: Any, count: int) -> None:
    worker = await database.worker("delivery")
    documents = [a_document(number=NUMBER if place % 2 else OTHER) for place in range(2 * count)]
    counts = []
    async with worker.acquire() as connection, connection.transaction():
        store: Any = PostgresDelivery(connection)
        await store.save_documents(documents)
        for part in (documents[:count], documents[count:]):
            asked: list[str] = []
            with connection.query_logger(lambda query, asked=asked: asked.append(query.query)):
                await store.offer([of_document(each) for each in part])
                await asyncio.sleep(0)  # asyncpg tells a moment later
            counts.append(len([each for each in asked if "pod_" in each]))
    made, found = counts
    assert (made, found) == (7, 5 if count > 1 else 7), "two more where a feed is made"
