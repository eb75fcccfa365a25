"""Answering what a person decided of a payment of the sandbox, in the ledger's place."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from services.delivery.domain.simulated_payments import SimulateDecision
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun

AnswerDecision = Callable[[SimulateDecision, Cause, datetime, DeliveryStore], Awaitable[list[Consequence]]]


async def simulate_decision(
    run: TaskRun[SimulateDecision, DeliveryStore], *, answer_decision: AnswerDecision
) -> Settle:
    """Nothing is done outside."""

    async def settle(store: Any) -> list[Consequence]:
        return await answer_decision(run.task, run.cause, run.now, store)

    return settle
