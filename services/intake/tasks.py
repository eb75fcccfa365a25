"""What intake does on time."""

from datetime import datetime, timedelta

from services.intake.ports import IntakeStore
from shared.chassis.messages import Cause, Consequence

ANSWERS_KEPT = timedelta(days=15)
"""Promised are 7 days; the outbox knows a key's events for 14, and would swallow those of a new use of it."""


async def forget_answers(now: datetime, cause: Cause, store: IntakeStore) -> list[Consequence]:
    """Forget the answers of idempotency keys that nobody repeats any more."""
    await store.forget_answers(now - ANSWERS_KEPT)
    return []
