"""Documents by what is known of them: looking at those that an event is about, waiting, changing, telling."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from services.delivery.domain.documents import Document, heard_of
from services.delivery.domain.notices import Notice, notice_of
from services.delivery.handlers.telling import records, tell
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Cause, Consequence, Received
from shared.contracts.invoices import InvoiceAccepted
from shared.values import DocumentId

Caused = tuple[Cause, Received[Any]]
"""An event and what it is handled because of: itself, or the fact that it waited for."""

Decide = Callable[[Document, Received[Any]], tuple[Document, bool]]
"""What becomes of a document, and whether its software hears of it: it does not of what came too late."""

Seen = Callable[[Document, Any], Any]
"""An event's facts as the document's software may see them."""


def _whole(document: Document, body: Any) -> Any:
    return body


def wanted(document_id: DocumentId) -> str:
    """The key of the fact that a document was accepted."""
    return f"document:{document_id}"


async def with_documents(batch: Batch[Any], store: DeliveryStore) -> list[Caused]:
    """Parks what is about a document of which the acceptance has not come yet; the rest can be handled."""
    missing = {event.body.document_id for event in batch}
    missing -= await store.accepted_documents(missing)
    if missing:
        await batch.lock(wanted(each) for each in missing)
        missing -= await store.accepted_documents(missing)
    for event in batch:
        if event.body.document_id in missing:
            await batch.park(event, wanted(event.body.document_id))
    return [(event, event) for event in batch if event.body.document_id not in missing]


async def tell_first(
    store: DeliveryStore, batch: Iterable[Received[Any]], known: dict[DocumentId, Document]
) -> list[Consequence]:
    """Tells what makes a document known, and keeps at which position its software first heard of it."""
    told: list[tuple[Cause, Notice]] = [
        (event, notice_of(event.id, event.time, _for_software(event.body, known))) for event in batch
    ]
    positions = await store.append_notices([notice for _, notice in told])
    for event, position in zip(batch, positions, strict=True):
        document = known[event.body.document_id]
        if document.position == 0:
            known[event.body.document_id] = heard_of(document, position)
    await store.save_documents(list(known.values()))
    return await records(store, told, positions)


async def change(
    pairs: Sequence[Caused], store: DeliveryStore, decide: Decide, seen: Seen = _whole
) -> list[Consequence]:
    """Writes what `decide` makes of each document, and tells its software where it says so, as it may see it."""
    if not pairs:
        return []
    known = await store.documents({event.body.document_id for _, event in pairs})
    changed: dict[DocumentId, Document] = {}
    told: list[tuple[Cause, Notice]] = []
    for cause, event in pairs:
        before = known[event.body.document_id]
        document, heard = decide(before, event)
        if document is not before:
            known[document.document_id] = changed[document.document_id] = document
        if heard:
            body = seen(document, event.body)
            notice = notice_of(event.id, event.time, body, software=document.software, mode=document.mode)
            told.append((cause, notice))
    await store.save_documents(list(changed.values()))
    return await tell(store, told) if told else []


def _for_software(body: Any, known: dict[DocumentId, Document]) -> Any:
    """Without the differences to a version that another software sent: they quote what stands in it."""
    if not isinstance(body, InvoiceAccepted) or body.supersedes is None:
        return body
    older = known.get(body.supersedes)
    own = older is not None and older.software == body.software
    return body if own else body.model_copy(update={"differences": ()})
