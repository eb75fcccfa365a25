"""Telling a software: one notice in its stream, the same on its Kafka topic and to its webhook endpoints.

Who reads the topic is known by the software's live credentials, so no notice of mode `test` goes there.
"""

from collections.abc import Sequence
from typing import Any

from services.delivery.domain.edges import software_topic
from services.delivery.domain.notices import Notice, notice_of
from services.delivery.domain.webhooks import SendWebhooks
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Cause, Consequence, EdgeRecord


async def tell_software(batch: Batch[Any], store: DeliveryStore) -> list[Consequence]:
    """Connections, tokens, mails and rejected submissions: the software that it is about hears it."""
    return await tell(store, [(event, notice_of(event.id, event.time, event.body)) for event in batch])


async def tell(store: DeliveryStore, told: Sequence[tuple[Cause, Notice]]) -> list[Consequence]:
    """Adds the notices to their streams in this order; each with what it follows from."""
    positions = await store.append_notices([notice for _, notice in told])
    return await records(store, told, positions)


async def records(
    store: DeliveryStore, told: Sequence[tuple[Cause, Notice]], positions: Sequence[int]
) -> list[Consequence]:
    """What follows from notices that stand in their streams: Kafka has the live ones, and webhooks are called."""
    on_kafka = [
        record(cause, notice, position)
        for (cause, notice), position in zip(told, positions, strict=True)
        if notice.mode == "live"
    ]
    return [*on_kafka, *await _calls(store, told)]


async def _calls(store: DeliveryStore, told: Sequence[tuple[Cause, Notice]]) -> list[Consequence]:
    """One for each endpoint that hears of any of it; sorted, so that nobody deadlocks on waiting tasks."""
    calls: list[Consequence] = []
    for endpoint in await store.webhooks_of({notice.event.software for _, notice in told}) if told else ():
        heard = [
            cause
            for cause, notice in told
            if notice.event.software == endpoint.software and endpoint.hears(notice.event.type, notice.mode)
        ]
        if heard:
            task = SendWebhooks(endpoint_id=endpoint.endpoint_id)
            calls.append(heard[-1].then_do(task, endpoint.endpoint_id, once=True))
    return calls


def record(cause: Cause, notice: Notice, position: int) -> EdgeRecord:
    """The notice as it goes onto the software's own topic."""
    event = notice.event
    return EdgeRecord(
        cause,
        software_topic(event.software),
        notice.enterprise_number or event.software,
        notice.text.encode(),
        event.event_type,
        event.id,
        subject=event.subject,
        headers=(("relais_position", str(position)),),
    )
