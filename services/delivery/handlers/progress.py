"""What an office did with a document: its software hears it."""

from typing import Any

from services.delivery.domain.documents import Document, advance
from services.delivery.handlers.known import change
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Consequence, Received
from shared.contracts.deliveries import DocumentBooked, DocumentFetched, DocumentRefused
from shared.contracts.event import Event

_STATES: dict[type[Event], str] = {DocumentFetched: "fetched", DocumentBooked: "booked", DocumentRefused: "refused"}


async def tell_progress(batch: Batch[Any], store: DeliveryStore) -> list[Consequence]:
    """Fetched, booked, refused: the call that the event comes from wrote the step already, and this tells of it.

    The documents are known, because nothing but delivery's own calls is behind these events.
    """
    return await change([(event, event) for event in batch], store, _took)


def _took(document: Document, event: Received[Any]) -> tuple[Document, bool]:
    state = _STATES[type(event.body)]
    if document.was(state):
        return document, True
    return advance(document, state, event.time, getattr(event.body, "reason", ""), event.id), True
