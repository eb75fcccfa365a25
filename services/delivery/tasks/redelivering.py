"""Delivering again, a part of the documents in each run: a run settles all that it does in one transaction."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from services.delivery.domain.redelivery import Redeliver, failed
from services.delivery.ports import DeliveryStore
from shared.chassis.database import is_transient
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun
from shared.values import RedeliveryId

DeliverAgain = Callable[[RedeliveryId, Cause, datetime, DeliveryStore], Awaitable[list[Consequence]]]


async def redeliver(run: TaskRun[Redeliver, DeliveryStore], *, deliver_again: DeliverAgain) -> Settle:
    """Nothing is done outside: what follows on other channels are tasks of their own."""

    async def settle(store: Any) -> list[Consequence]:
        return await deliver_again(run.task.redelivery_id, run.cause, run.now, store)

    return settle


async def redelivery_died(task: Redeliver, error: Exception, store: DeliveryStore) -> None:
    """Nothing of it comes any more by itself: whoever asked for it sees why, and may start it again."""
    redelivery = await store.lock_redelivery(task.redelivery_id)
    if redelivery is not None and redelivery.queued_at is None:
        reason = "temporarily_unavailable" if is_transient(error) else "internal_error"
        await store.save_redelivery(failed(redelivery, reason))
