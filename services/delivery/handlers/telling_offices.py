"""Telling an office: one notice in its feed, the same by those of its channels that bring events."""

from collections.abc import Sequence

from services.delivery.domain.office_notices import OfficeNotice
from services.delivery.handlers.handing_over import hand_over
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Cause, Consequence


async def tell_offices(store: DeliveryStore, told: Sequence[tuple[Cause, OfficeNotice]]) -> list[Consequence]:
    """Adds the notices to the offices' feeds in this order; each with what it follows from."""
    if not told:
        return []
    await store.append_office_events([notice for _, notice in told])
    return await hand_over([(cause, notice.event.time, notice) for cause, notice in told], store)
