"""Handing documents over on the channels that offices chose; the feed is everybody's and needs no choice.

What goes to Kafka goes along with this transaction; for every other channel it is noted here and done by a task.
Nothing overtakes: where a channel is stopped or something waits for it, what comes waits behind it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from services.delivery.domain import handovers as rules
from services.delivery.domain.channels import Channel
from services.delivery.domain.deliverables import Deliverable
from services.delivery.domain.documents import Document, advance
from services.delivery.domain.files import parcel_id
from services.delivery.domain.handovers import Going, HandOver, Way
from services.delivery.domain.notices import Notice, notice_of
from services.delivery.domain.records import office_record
from services.delivery.handlers.telling import tell
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Cause, Consequence, Received
from shared.contracts.deliveries import DocumentDelivered
from shared.contracts.invoices import InvoiceRouted
from shared.values import DocumentId, OfficeId


async def hand_over(routed: Sequence[tuple[Cause, datetime, Deliverable]], store: DeliveryStore) -> list[Consequence]:
    """What follows on the channels of each document's office since a moment (UTC).

    The documents are locked, saved as they are given, and stand in the feed.
    """
    channels = await _channels(store, {each.office_id for _, _, each in routed if each.office_id is not None})
    going = [
        Going(cause, at, document, channel)
        for cause, at, document in routed
        if document.office_id is not None
        for channel in channels.get(document.office_id, ())
        if channel.takes(document)
    ]
    return await _enter(going, store)


async def hand_over_again(
    cause: Cause,
    documents: Sequence[Deliverable],
    occasion: str,
    at: datetime,
    store: DeliveryStore,
    only: Collection[str] = (),
) -> list[Consequence]:
    """The same for documents that their offices asked for once more; `occasion` is the redelivery's id.

    `only` names channels by id or by kind; none named: all. Asked again for the same occasion nothing follows.
    """
    channels = await _channels(store, {each.office_id for each in documents if each.office_id is not None})
    going = [
        Going(cause, at, document, channel, occasion)
        for document in documents
        if document.office_id is not None
        for channel in channels.get(document.office_id, ())
        if channel.takes(document) and (not only or channel.channel_id in only or channel.kind in only)
    ]
    return await _enter(going, store)


async def tell_delivered(going: Sequence[Going], store: DeliveryStore) -> list[Consequence]:
    """Each on the document's timeline; what is delivered for the first time is told to its software as well.

    A statement was sent by no software, and has no timeline: its handovers tell of it.
    """
    ids = {each.document.document_id for each in going if isinstance(each.document, Document)}
    known = await store.documents(ids) if ids else {}
    changed, events = _delivered(going, known)
    told: list[tuple[Cause, Notice]] = []
    for each, body in events:
        event_id = parcel_id(each.channel.channel_id, each.document, each.occasion)
        told.append((each.cause, notice_of(event_id, each.at, body, mode=changed[body.document_id].mode)))
    if changed:
        await store.save_documents(list(changed.values()))
    return [*_published(events, changed), *(await tell(store, told) if told else ())]


def delivered(document: Document, way: Way, event: Received[InvoiceRouted]) -> DocumentDelivered:
    """That the document stands at the disposal of the office that it was routed to, since the event."""
    return rules.delivered(document, event.body.office_id, way, event.time)


async def _channels(store: DeliveryStore, offices: Collection[OfficeId]) -> dict[OfficeId, list[Channel]]:
    found: dict[OfficeId, list[Channel]] = {}
    for channel in await store.channels_of(offices) if offices else ():
        found.setdefault(channel.office_id, []).append(channel)
    return found


async def _enter(going: Sequence[Going], store: DeliveryStore) -> list[Consequence]:
    if not going:
        return []
    kafka = {each.channel.channel_id for each in going if each.channel.kind == "kafka" and each.channel.enabled}
    kafka -= await store.channels_with_waiting(kafka) if kafka else set()
    fresh = await store.append_handovers([each.new(done=each.channel.channel_id in kafka) for each in going])
    entered = [each for each in going if each.new().key in fresh]
    along = [each for each in entered if each.channel.channel_id in kafka]
    # The software hears at the same moment that it is in the feed, so the timeline alone tells of Kafka.
    documents = [each.document for each in along if isinstance(each.document, Document)]
    changed, events = _delivered(along, {document.document_id: document for document in documents})
    if changed:
        await store.save_progress(list(changed.values()))  # the rest stands as it was given
    await _note_success(along, store)
    records = [record for each in along if (record := office_record(each)) is not None]
    waiting = [each for each in entered if each.channel.channel_id not in kafka]
    return [*_published(events, changed), *records, *_tasks(waiting)]


async def _note_success(along: Sequence[Going], store: DeliveryStore) -> None:
    """What goes to Kafka is published by this transaction, so its channel works since the last of it."""
    newest = {each.channel.channel_id: each.at for each in sorted(along, key=lambda each: each.at)}
    for channel_id, at in sorted(newest.items()):
        channel = await store.lock_channel(channel_id)
        if channel is not None:
            await store.save_channel(rules.took(channel, at))


def _delivered(
    going: Sequence[Going], known: Mapping[DocumentId, Document]
) -> tuple[dict[DocumentId, Document], list[tuple[Going, DocumentDelivered]]]:
    """The documents one step further, and what the outside hears: of a redelivery it does not."""
    changed: dict[DocumentId, Document] = {}
    events: list[tuple[Going, DocumentDelivered]] = []
    for each in going:
        if not isinstance(each.document, Document):
            continue
        document = changed.get(each.document.document_id) or known.get(each.document.document_id)
        if document is not None:
            way = rules.way_of(each.channel)
            changed[document.document_id] = advance(document, "delivered", each.at, way, each.cause.id)
            if not each.occasion:
                events.append((each, rules.delivered(document, each.channel.office_id, way, each.at)))
    return changed, events


def _published(
    events: Sequence[tuple[Going, DocumentDelivered]], changed: Mapping[DocumentId, Document]
) -> list[Consequence]:
    return [each.cause.then(body, sequence=changed[body.document_id].version) for each, body in events]


def _tasks(waiting: Iterable[Going]) -> list[Consequence]:
    """One for each channel that is on; sorted, so that nobody deadlocks on waiting tasks."""
    awake = {each.channel.channel_id: each.cause for each in waiting if each.channel.works}
    return [cause.then_do(HandOver(channel_id=each), each, once=True) for each, cause in sorted(awake.items())]
