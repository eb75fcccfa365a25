"""A document on its way: accepted, routed, held, put aside, paid."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from services.delivery.domain import documents as rules
from services.delivery.domain.documents import Document
from services.delivery.domain.edges import office_topic
from services.delivery.domain.feeds import Entry, record_headers, record_value
from services.delivery.domain.notices import Notice, notice_of
from services.delivery.handlers.telling import records, tell
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Cause, Consequence, EdgeRecord, Received
from shared.contracts.deliveries import DocumentDelivered
from shared.contracts.event import TYPE_PREFIX, Event
from shared.contracts.invoices import InvoiceAccepted, InvoiceHeld, InvoiceQuarantined, InvoiceRouted
from shared.contracts.statements import InvoicePartiallyPaid, InvoiceReopened, InvoiceSettled, PaymentSuggested
from shared.values import DocumentId

Payment = InvoiceSettled | InvoicePartiallyPaid | InvoiceReopened | PaymentSuggested
Caused = tuple[Cause, Received[Any]]
"""An event and what it is handled because of: itself, or the fact that it waited for."""

_PAYMENTS: tuple[type[Event], ...] = (InvoiceSettled, InvoicePartiallyPaid, InvoiceReopened, PaymentSuggested)
_PAID = {InvoiceSettled: "settled", InvoicePartiallyPaid: "partially_paid", InvoiceReopened: "reopened"}


async def take_accepted(batch: Batch[InvoiceAccepted], store: DeliveryStore) -> list[Consequence]:
    """The document is known from now on; what came before it is taken up, in the order in which it came."""
    facts = {_wanted(event.body.document_id): event for event in batch}
    await batch.lock(facts)
    known = await store.documents({event.body.document_id for event in batch})
    for event in batch:
        known.setdefault(event.body.document_id, rules.accepted(event.body, event.time))
    consequences = await _tell_first(store, batch, known)
    for kind in (InvoiceHeld, InvoiceRouted):
        taken: Sequence[Any] = await batch.take(kind, facts)
        pairs = [(facts[parked.key], parked.event) for parked in taken]
        consequences += await (_hold(pairs, store) if kind is InvoiceHeld else _route(pairs, store))
    for payment in _PAYMENTS:
        waiting: Sequence[Any] = await batch.take(payment, facts)
        consequences += await _pay([(facts[parked.key], parked.event) for parked in waiting], store)
    return consequences


async def take_routed(batch: Batch[InvoiceRouted], store: DeliveryStore) -> list[Consequence]:
    """The document enters the office's feed, and its Kafka topic where it chose that."""
    return await _route(await _with_documents(batch, store), store)


async def take_held(batch: Batch[InvoiceHeld], store: DeliveryStore) -> list[Consequence]:
    """No office yet: the software hears it."""
    return await _hold(await _with_documents(batch, store), store)


async def take_quarantined(batch: Batch[InvoiceQuarantined], store: DeliveryStore) -> list[Consequence]:
    """Put aside, most often before anything could be read: then this is the first that is known of it."""
    await batch.lock(_wanted(event.body.document_id) for event in batch)
    known = await store.documents({event.body.document_id for event in batch})
    for event in batch:
        body = event.body
        found = known.get(body.document_id)
        known[body.document_id] = (
            rules.quarantined(found, body, event.time) if found else rules.unread(body, event.time)
        )
    return await _tell_first(store, batch, known)


async def take_payment(batch: Batch[Any], store: DeliveryStore) -> list[Consequence]:
    """What the bank statements say of an invoice: the software that sent it hears it."""
    return await _pay(await _with_documents(batch, store), store)


def _wanted(document_id: DocumentId) -> str:
    return f"document:{document_id}"


async def _with_documents(batch: Batch[Any], store: DeliveryStore) -> list[Caused]:
    """Parks what is about a document of which the acceptance has not come yet; the rest can be handled."""
    missing = {event.body.document_id for event in batch}
    missing -= await store.known_documents(missing)
    if missing:
        await batch.lock(_wanted(each) for each in missing)
        missing -= await store.known_documents(missing)
    for event in batch:
        if event.body.document_id in missing:
            await batch.park(event, _wanted(event.body.document_id))
    return [(event, event) for event in batch if event.body.document_id not in missing]


async def _tell_first(
    store: DeliveryStore, batch: Iterable[Received[Any]], known: dict[DocumentId, Document]
) -> list[Consequence]:
    """Tells what makes a document known, and keeps at which position its software first heard of it."""
    told = [(event, notice_of(event.id, event.time, event.body)) for event in batch]
    positions = await store.append_notices([notice for _, notice in told])
    for (event, _), position in zip(told, positions, strict=True):
        document = known[event.body.document_id]
        if document.position == 0:
            known[event.body.document_id] = rules.heard_of(document, position)
    await store.save_documents(list(known.values()))
    return await records(store, told, positions)


async def _route(pairs: Sequence[Caused], store: DeliveryStore) -> list[Consequence]:
    known = await store.documents({event.body.document_id for _, event in pairs})
    on_kafka = await store.kafka_offices({event.body.office_id for _, event in pairs})
    told: list[tuple[Cause, Notice]] = []
    entries: list[Entry] = []
    consequences: list[Consequence] = []
    for cause, event in pairs:
        body: InvoiceRouted = event.body
        channels = ("feed", "kafka") if body.office_id in on_kafka else ("feed",)
        document = rules.routed(known[body.document_id], body, event.time)
        document = rules.advance(document, "delivered", event.time, ", ".join(channels))
        known[body.document_id] = document
        entries.append(Entry(body.office_id, body.document_id, event.time))
        told.append((cause, notice_of(event.id, event.time, body)))
        for channel in channels:
            delivered = DocumentDelivered(
                document_id=body.document_id,
                enterprise_number=body.enterprise_number,
                office_id=body.office_id,
                software=body.software,
                channel=channel,
                delivered_at=event.time,
            )
            consequences.append(cause.then(delivered, sequence=document.version))
        told.append((cause, notice_of(event.id, event.time, delivered)))
        if body.office_id in on_kafka:
            consequences.append(_office_record(cause, event, document))
    await store.save_documents(list(known.values()))
    consequences += await tell(store, told)
    await store.append_entries(entries)
    return consequences


async def _hold(pairs: Sequence[Caused], store: DeliveryStore) -> list[Consequence]:
    return await _change(pairs, store, lambda document, event: rules.held(document, event.body, event.time))


async def _pay(pairs: Sequence[Caused], store: DeliveryStore) -> list[Consequence]:
    def pay(document: Document, event: Received[Payment]) -> Document | None:
        body = event.body
        if isinstance(body, PaymentSuggested):
            return document if body.version >= document.payment_version else None
        balance = body.balance
        return rules.paid(document, _PAID[type(body)], body.version, balance.amount, str(balance.currency))

    return await _change(pairs, store, pay)


async def _change(
    pairs: Sequence[Caused], store: DeliveryStore, decide: Callable[[Document, Received[Any]], Document | None]
) -> list[Consequence]:
    """What `decide` answers with None came too late: it changes nothing and nobody is told."""
    known = await store.documents({event.body.document_id for _, event in pairs})
    told = []
    for cause, event in pairs:
        document = decide(known[event.body.document_id], event)
        if document is not None:
            known[document.document_id] = document
            notice = notice_of(event.id, event.time, event.body, software=document.software, mode=document.mode)
            told.append((cause, notice))
    await store.save_documents(list(known.values()))
    return await tell(store, told)


def _office_record(cause: Cause, event: Received[InvoiceRouted], document: Document) -> EdgeRecord:
    value, media_type = record_value(document, event.body.document)
    return EdgeRecord(
        cause,
        office_topic(event.body.office_id),
        document.enterprise_number,
        value,
        f"{TYPE_PREFIX}document.delivered.v1",
        event.derived_id(f"office/{event.body.office_id}"),
        subject=document.document_id,
        content_type=media_type,
        headers=record_headers(document),
    )
