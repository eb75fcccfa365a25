"""Delivering again, a part of the documents in each run: a run settles all that it does in one transaction."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from services.delivery.domain.redelivery import Redeliver
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun
from shared.values import RedeliveryId

DeliverAgain = Callable[[RedeliveryId, Cause, datetime, DeliveryStore], Awaitable[list[Consequence]]]


async def redeliver(run: TaskRun[Redeliver, DeliveryStore], *, deliver_again: DeliverAgain) -> Settle:
    """Nothing is done outside: what follows on other channels are tasks of their own."""

    async def settle(store: Any) -> list[Consequence]:
        return await deliver_again(run.task.redelivery_id, run.cause, run.now, store)

    return settle
