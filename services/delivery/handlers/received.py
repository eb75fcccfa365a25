"""A document came in: it is known from the moment of its receipt, and told apart from what was accepted before."""

from services.delivery.domain import journeys
from services.delivery.domain.notices import Notice, notice_of
from services.delivery.handlers.known import tell_first, wanted
from services.delivery.handlers.telling import tell
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Cause, Consequence, Received
from shared.contracts.invoices import InvoiceRepeated, InvoiceSubmitted


async def take_submitted(batch: Batch[InvoiceSubmitted], store: DeliveryStore) -> list[Consequence]:
    """Its bytes are stored, and its software hears so.

    Almost always nothing was heard of it before, so it costs one insert for the batch. Where more is known already,
    the software was told that, and does not hear of the receipt afterwards.
    """
    await batch.lock(wanted(event.body.document_id) for event in batch)
    events = {event.body.document_id: event for event in batch}
    added = await store.add_documents([journeys.received(None, each.body, each.id) for each in events.values()])
    if overtaken := events.keys() - added:
        known = await store.documents(overtaken)
        await store.save_documents(
            [journeys.received(known[each], events[each].body, events[each].id) for each in overtaken]
        )
    told: list[tuple[Cause, Notice]] = [(events[each], _receipt(events[each])) for each in events if each in added]
    return await tell(store, told) if told else []


async def take_repeated(batch: Batch[InvoiceRepeated], store: DeliveryStore) -> list[Consequence]:
    """The same content was accepted before, as another document: it is not delivered, and the software hears which."""
    await batch.lock(wanted(event.body.document_id) for event in batch)
    known = await store.documents({event.body.document_id for event in batch})
    for event in batch:
        document_id = event.body.document_id
        known[document_id] = journeys.repeated(known.get(document_id), event.body, event.time, event.id)
    return await tell_first(store, batch, known)


def _receipt(event: Received[InvoiceSubmitted]) -> Notice:
    claim = event.body.document
    return notice_of(event.id, event.time, event.body, data={"sha256": claim.sha256, "size": claim.size})
