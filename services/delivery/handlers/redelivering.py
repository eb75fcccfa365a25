"""Delivering again: the next documents of a redelivery, in one transaction with how far it is."""

from datetime import datetime

from services.delivery.domain.redelivery import (
    DOCUMENTS_A_RUN,
    Redeliver,
    delivered_again,
    entry_again,
    moved_on,
)
from services.delivery.handlers.handing_over import hand_over_again
from services.delivery.handlers.pods import offer_again
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Cause, Consequence
from shared.values import RedeliveryId


async def deliver_again(
    redelivery_id: RedeliveryId, cause: Cause, now: datetime, store: DeliveryStore
) -> list[Consequence]:
    """The documents are locked first, as everywhere; what is no longer the office's own stays away."""
    redelivery = await store.lock_redelivery(redelivery_id)
    if redelivery is None or redelivery.finished_at is not None:
        return []
    ids = await store.redelivery_documents(redelivery_id, redelivery.done, DOCUMENTS_A_RUN)
    known = await store.documents(ids)
    own = [known[each] for each in ids if each in known and known[each].office_id == redelivery.office_id]
    documents = [delivered_again(document, redelivery, now) for document in own]
    moved = moved_on(redelivery, len(ids), now)
    await store.save_documents(documents)
    await store.save_redelivery(moved)
    consequences: list[Consequence] = []
    if redelivery.goes_to("feed"):
        await store.append_entries([entry_again(document, redelivery, now) for document in documents])
    if redelivery.goes_to("v2"):
        await offer_again(store, redelivery.office_id, documents, now)
    channels = redelivery.pushed_to
    if channels is not None:
        consequences += await hand_over_again(cause, documents, redelivery_id, now, store, channels)
    if moved.finished_at is None:
        consequences.append(cause.then_do(Redeliver(redelivery_id=redelivery_id), redelivery_id, once=True))
    return consequences
