"""Telling a software: one notice in its stream, and the same on its Kafka topic."""

from collections.abc import Sequence
from typing import Any

from services.delivery.domain.edges import software_topic
from services.delivery.domain.notices import Notice, notice_of
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Cause, Consequence, EdgeRecord


async def tell_software(batch: Batch[Any], store: DeliveryStore) -> list[Consequence]:
    """Connections, tokens, mails and rejected submissions: the software that it is about hears it."""
    return await tell(store, [(event, notice_of(event.id, event.time, event.body)) for event in batch])


async def tell(store: DeliveryStore, told: Sequence[tuple[Cause, Notice]]) -> list[Consequence]:
    """Adds the notices to their streams in this order; each with what it follows from."""
    positions = await store.append_notices([notice for _, notice in told])
    return [record(cause, notice, position) for (cause, notice), position in zip(told, positions, strict=True)]


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
