"""What fetching the v2 way says of a document: it is delivered on that channel, and its bytes were read."""

from collections.abc import Sequence
from typing import cast

from services.delivery.domain.documents import Document, advance
from services.delivery.domain.pods import PodEntry
from services.delivery.endpoints.originals import at_office, fetched
from services.delivery.ports import ReadingStore
from shared.chassis.calls import CallTransaction
from shared.contracts.deliveries import DocumentDelivered

_CHANNEL = "v2"


async def note_done(tx: CallTransaction, feed_id: int, entries: Sequence[PodEntry]) -> None:
    """The documents among these are delivered the v2 way, each once, by the call that first says so."""
    # Entries before documents, here and below, so that two calls never wait for each other in a circle.
    store = cast(ReadingStore, tx.store)
    passed = [entry.document.document_id for entry in entries if entry.document is not None]
    fresh = await store.note_delivered(feed_id, passed, tx.now)
    if fresh:
        await _delivered(tx, list((await store.lock_documents(fresh)).values()))


async def note_fetched(tx: CallTransaction, entry: PodEntry) -> None:
    """The office read the document: it is delivered with that, if it was not before."""
    if entry.document is None:
        return
    store, wanted = cast(ReadingStore, tx.store), [entry.document.document_id]
    fresh = await store.note_delivered(entry.feed_id, wanted, tx.now)
    documents = list((await store.lock_documents(wanted)).values())
    await fetched(tx, await _delivered(tx, documents) if fresh else documents, _CHANNEL)


async def _delivered(tx: CallTransaction, documents: list[Document]) -> list[Document]:
    moved = [advance(each, "delivered", tx.now, _CHANNEL, tx.cause.id) for each in documents]
    await cast(ReadingStore, tx.store).save_progress(moved)
    for document in moved:
        body = DocumentDelivered(**at_office(document), channel=_CHANNEL, delivered_at=tx.now)
        tx.publish(body, sequence=document.version)
    return moved
