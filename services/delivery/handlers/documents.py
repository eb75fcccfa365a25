"""A document on its way: accepted, routed, held, put aside, paid."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.delivery.domain import journeys
from services.delivery.domain.documents import Document
from services.delivery.domain.feeds import Entry
from services.delivery.domain.notices import Notice, notice_of, superseded_notice
from services.delivery.handlers.handing_over import delivered, hand_over
from services.delivery.handlers.known import Caused, change, tell_first, wanted, with_documents
from services.delivery.handlers.payments import PAYMENTS, take_payments
from services.delivery.handlers.pods import offer_documents
from services.delivery.handlers.sandbox import simulate_payments
from services.delivery.handlers.telling import tell
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Cause, Consequence, Received
from shared.contracts.invoices import InvoiceAccepted, InvoiceHeld, InvoiceQuarantined, InvoiceRouted
from shared.values import DocumentId


async def take_accepted(batch: Batch[InvoiceAccepted], store: DeliveryStore) -> list[Consequence]:
    """The document can be worked with from now on, and the version before it is superseded.

    What came before it is taken up, in the order in which it came.
    """
    facts = {wanted(event.body.document_id): event for event in batch}
    older = {event.body.supersedes for event in batch if event.body.supersedes is not None}
    await batch.lock([*facts, *map(wanted, older)])
    known = await store.documents({event.body.document_id for event in batch} | older)
    for event in batch:
        document_id = event.body.document_id
        known[document_id] = journeys.accepted(known.get(document_id), event.body, event.time, event.id)
    replaced = await _supersede(batch, known, store)
    consequences = await tell_first(store, batch, known)
    consequences += await tell(store, replaced) if replaced else []
    for kind in (InvoiceHeld, InvoiceRouted):
        taken: Sequence[Any] = await batch.take(kind, facts)
        pairs = [(facts[parked.key], parked.event) for parked in taken]
        consequences += await (change(pairs, store, _hold) if kind is InvoiceHeld else _route(pairs, store))
    for payment in PAYMENTS:
        waiting: Sequence[Any] = await batch.take(payment, facts)
        pairs = [(facts[parked.key], parked.event) for parked in waiting]
        consequences += await take_payments(pairs, store, batch.lock)
    return consequences


async def take_routed(batch: Batch[InvoiceRouted], store: DeliveryStore) -> list[Consequence]:
    """The document enters the office's feed, and the channels that the office chose."""
    return await _route(await with_documents(batch, store), store)


async def take_held(batch: Batch[InvoiceHeld], store: DeliveryStore) -> list[Consequence]:
    """No office yet: the software hears it."""
    return await change(await with_documents(batch, store), store, _hold)


async def take_quarantined(batch: Batch[InvoiceQuarantined], store: DeliveryStore) -> list[Consequence]:
    """Put aside, most often before anything could be read."""
    await batch.lock(wanted(event.body.document_id) for event in batch)
    known = await store.documents({event.body.document_id for event in batch})
    for event in batch:
        document_id = event.body.document_id
        known[document_id] = journeys.quarantined(known.get(document_id), event.body, event.time, event.id)
    consequences = await tell_first(store, batch, known)
    return [*consequences, *await simulate_payments(batch, store)]


async def take_payment(batch: Batch[Any], store: DeliveryStore) -> list[Consequence]:
    """What the bank statements say of an invoice: the software that sent it hears it."""
    return await take_payments(await with_documents(batch, store), store, batch.lock)


async def _supersede(
    batch: Batch[InvoiceAccepted], known: dict[DocumentId, Document], store: DeliveryStore
) -> list[tuple[Cause, Notice]]:
    """Both versions may come in one batch, or the newer one first: then nothing but its link was kept. Gives what the
    softwares of the older ones are told, once for each."""
    events = {event.body.document_id: event for event in batch}
    told: list[tuple[Cause, Notice]] = []
    newer = await store.newer_versions({event.body.document_id for event in batch})
    newer |= {each.supersedes: each for each in known.values() if each.supersedes is not None}
    for older, version in newer.items():
        accepted = next((step for step in version.timeline if step.state == "valid"), None)
        if older not in known or accepted is None:
            continue
        before, cause = known[older], events.get(version.document_id) or events[older]
        known[older] = journeys.superseded(before, version.document_id, accepted.at, accepted.cause)
        if before.superseded_by != version.document_id:
            told.append((cause, superseded_notice(before, version, accepted.cause or cause.id, accepted.at)))
    return told


async def _route(pairs: Sequence[Caused], store: DeliveryStore) -> list[Consequence]:
    if not pairs:
        return []
    known = await store.documents({event.body.document_id for _, event in pairs})
    told: list[tuple[Cause, Notice]] = []
    entries: list[Entry] = []
    routed: list[tuple[Cause, datetime, Document]] = []
    consequences: list[Consequence] = []
    for cause, event in pairs:
        body: InvoiceRouted = event.body
        document = journeys.routed(known[body.document_id], body, event.time, event.id)
        known[body.document_id] = document
        routed.append((cause, event.time, document))
        entries.append(Entry(body.office_id, body.document_id, event.time))
        told.append((cause, notice_of(event.id, event.time, body)))
        in_feed = delivered(document, "feed", event)
        consequences.append(cause.then(in_feed, sequence=document.version))
        told.append((cause, notice_of(event.id, event.time, in_feed)))
    await store.save_documents(list(known.values()))
    consequences += await tell(store, told)
    await store.append_entries(entries)
    await offer_documents(store, [(document, at) for _, at, document in routed])
    return [*consequences, *await hand_over(routed, store)]


def _hold(document: Document, event: Received[InvoiceHeld]) -> tuple[Document, bool]:
    moved = journeys.held(document, event.body, event.time, event.id)
    return moved, moved.state == "held"
