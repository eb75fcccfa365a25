"""Forgetting what was told long ago."""

from datetime import datetime, timedelta

from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Cause, Consequence

STREAM_KEPT = timedelta(days=30)
"""How long a software, or an office, can read back in its stream."""
HANDOVERS_KEPT = timedelta(days=90)
"""How long an office can look up what a channel handed over."""


async def forget_notices(now: datetime, cause: Cause, store: DeliveryStore) -> list[Consequence]:
    """Keeps the streams and the log of webhooks to 30 days, what channels handed over to 90."""
    await store.forget_notices(now - STREAM_KEPT)
    await store.forget_office_events(now - STREAM_KEPT)
    await store.forget_attempts(now - STREAM_KEPT)
    await store.forget_handovers(now - HANDOVERS_KEPT)
    return []
