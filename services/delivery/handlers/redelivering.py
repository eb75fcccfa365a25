"""Delivering again: the next documents or statements of a redelivery, in one transaction with how far it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid5

from services.delivery.domain.deliverables import Subject
from services.delivery.domain.redelivery import (
    DOCUMENTS_A_RUN,
    Redeliver,
    Redelivery,
    delivered_again,
    entry_again,
    moved_on,
)
from services.delivery.domain.statement_lists import StatementEntry
from services.delivery.handlers.handing_over import hand_over_again
from services.delivery.handlers.pods import offer_again, offer_again_to_readers
from services.delivery.handlers.statements import statement_notice
from services.delivery.handlers.telling import tell
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Cause, Consequence
from shared.values import DocumentId, OfficeId, RedeliveryId, SoftwareSlug, StatementId


async def deliver_again(
    redelivery_id: RedeliveryId, cause: Cause, now: datetime, store: DeliveryStore
) -> list[Consequence]:
    """What is locked is locked first, as everywhere; what is no longer the caller's own stays away."""
    redelivery = await store.lock_redelivery(redelivery_id)
    if redelivery is None or redelivery.queued_at is not None:
        return []
    ids = await store.redelivery_documents(redelivery_id, redelivery.done, DOCUMENTS_A_RUN)
    consequences: list[Consequence] = []
    if redelivery.software is not None:
        consequences += await _statements_of_software(redelivery, redelivery.software, ids, cause, now, store)
    elif redelivery.office_id is not None:
        again = _statements_of_office if redelivery.model == "coda" else _documents
        consequences += await again(redelivery, redelivery.office_id, ids, cause, now, store)
    moved = moved_on(redelivery, len(ids), now)
    await store.save_redelivery(moved)
    if moved.queued_at is None:
        consequences.append(cause.then_do(Redeliver(redelivery_id=redelivery_id), redelivery_id, once=True))
    return consequences


async def _documents(
    redelivery: Redelivery, office: OfficeId, ids: Sequence[Subject], cause: Cause, now: datetime, store: DeliveryStore
) -> list[Consequence]:
    wanted = [each for each in ids if isinstance(each, DocumentId)]
    known = await store.documents(wanted)
    own = [known[each] for each in wanted if each in known and known[each].office_id == office]
    documents = [delivered_again(document, redelivery, now) for document in own]
    await store.save_documents(documents)
    if redelivery.goes_to("feed"):
        await store.append_entries([entry_again(each.document_id, office, redelivery, now) for each in documents])
    if redelivery.goes_to("v2"):
        await offer_again(store, office, documents, now)
    channels = redelivery.pushed_to
    if channels is None:
        return []
    return await hand_over_again(cause, documents, redelivery.redelivery_id, now, store, channels)


async def _statements_of_office(
    redelivery: Redelivery, office: OfficeId, ids: Sequence[Subject], cause: Cause, now: datetime, store: DeliveryStore
) -> list[Consequence]:
    wanted = [each for each in ids if isinstance(each, StatementId)]
    known = await store.routed_statements(office, wanted)
    statements = [known[each] for each in wanted if each in known]
    if redelivery.goes_to("v2"):
        await offer_again(store, office, (), now, statements)
    if redelivery.goes_to("feed"):
        entries = [StatementEntry(statement, now, redelivery.redelivery_id) for statement in statements]
        await store.append_statement_entries(entries)
    channels = redelivery.pushed_to
    if channels is None:
        return []
    return await hand_over_again(cause, statements, redelivery.redelivery_id, now, store, channels)


async def _statements_of_software(
    redelivery: Redelivery,
    software: SoftwareSlug,
    ids: Sequence[Subject],
    cause: Cause,
    now: datetime,
    store: DeliveryStore,
) -> list[Consequence]:
    """It is told once more of those that an active connection of it may still read, as events with new ids."""
    booked = {each.statement_id: each for each in await store.booked_statements([StatementId(each) for each in ids])}
    connections = await store.connections_of_software(
        software, {each.body.enterprise_number for each in booked.values()}
    )
    own = [booked[each] for each in map(StatementId, ids) if each in booked and software in booked[each].readers]
    own = [each for each in own if each.body.enterprise_number in connections]
    consequences: list[Consequence] = []
    if redelivery.goes_to("stream"):
        again = [replace(each, event_id=uuid5(each.event_id, redelivery.redelivery_id)) for each in own]
        consequences += await tell(store, [(cause, statement_notice(each, software)) for each in again])
    if redelivery.goes_to("v2"):
        pairs = [(connection, each) for each in own for connection in connections[each.body.enterprise_number]]
        await offer_again_to_readers(store, pairs, now)
    return consequences
