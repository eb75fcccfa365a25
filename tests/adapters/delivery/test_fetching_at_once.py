"""Several clients of one office at once, on Postgres: nobody waits in a circle, and each document is delivered once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.domain.pods import MODELS
from shared.values import DocumentId
from tests.adapters.delivery.pod_things import NOW, POD, a_document, of_document
from tests.waiting import PATIENCE_S

DOCUMENTS = 30


async def test_clients_that_fetch_and_mark_the_same_documents_deliver_each_once(database: Any) -> None:
    worker, api = await database.worker("delivery"), await database.api("delivery")
    documents = [a_document() for _ in range(DOCUMENTS)]
    async with worker.acquire() as connection, connection.transaction():
        store: Any = PostgresDelivery(connection)
        await store.save_documents(documents)
        await store.offer([of_document(each) for each in documents])
    delivered: list[DocumentId] = []

    @asynccontextmanager
    async def calling() -> AsyncIterator[Any]:
        async with api.acquire() as connection, connection.transaction():
            await connection.execute("select set_config('app.principal', $1, true)", POD)
            yield PostgresDelivery(connection)

    async def mark(feed_id: int) -> None:
        """As a client that marks three at a time, until nothing is left."""
        while True:
            async with calling() as store:
                page = await store.pod_page(feed_id, False, MODELS, 3)
            if not page:
                return
            async with calling() as store:
                done = (await store.lock_offsets(feed_id)).read_to
                passed = await store.pod_entries(feed_id, False, MODELS, done, page[-1].position)
                await note(store, feed_id, [each.document.document_id for each in passed])
                await store.move_offset(feed_id, False, page[-1].position)

    async def fetch(feed_id: int, ids: list[DocumentId]) -> None:
        """As a client that downloads one after the other."""
        for each in ids:
            async with calling() as store:
                await note(store, feed_id, [each])

    async def note(store: Any, feed_id: int, ids: list[DocumentId]) -> None:
        fresh = await store.note_delivered(feed_id, ids, NOW)
        await store.lock_documents(ids)
        await asyncio.sleep(0.001)
        delivered.extend(fresh)

    async with calling() as store:
        (feed,) = await store.pod_feeds(POD, [], MODELS)
    ids = [each.document_id for each in documents]
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(
            *(mark(feed.feed_id) for _ in range(3)), fetch(feed.feed_id, ids), fetch(feed.feed_id, ids[::-1])
        )
    assert sorted(delivered) == sorted(ids)


async def test_who_marks_a_feed_as_done_for_the_first_time_never_waits_for_who_adds_to_it(database: Any) -> None:
    """Who adds holds documents that the other needs next: waiting here would be waiting in a circle."""
    worker, api = await database.worker("delivery"), await database.api("delivery")
    first, second = a_document(), a_document()
    async with worker.acquire() as connection, connection.transaction():
        store: Any = PostgresDelivery(connection)
        await store.save_documents([first, second])
        await store.offer([of_document(first)])
    async with worker.acquire() as adding, adding.transaction():
        await PostgresDelivery(adding).offer([of_document(second)])
        async with api.acquire() as marking, marking.transaction(), asyncio.timeout(PATIENCE_S):
            await marking.execute("select set_config('app.principal', $1, true)", POD)
            (feed,) = await PostgresDelivery(marking).pod_feeds(POD, [], MODELS)
            await PostgresDelivery(marking).lock_offsets(feed.feed_id)
