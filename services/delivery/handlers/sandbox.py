"""The sandbox's payments: told as if a bank's statements and the ledger stood behind them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.delivery.domain.simulated_payments import SimulateDecision, simulated_answer, simulated_payments
from services.delivery.handlers.known import Caused
from services.delivery.handlers.payments import take_payments
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Cause, Consequence, Received
from shared.contracts.invoices import InvoiceQuarantined


async def simulate_payments(batch: Batch[InvoiceQuarantined], store: DeliveryStore) -> list[Consequence]:
    """Pays the documents that came with test keys, as their amounts say."""
    pairs: list[Caused] = []
    for event in batch:
        for body in simulated_payments(event.body):
            told: Received[Any] = event
            derived = event.derived_id(f"payment/{body.version}")
            pairs.append((event, replace(told, id=derived, body=body, sequence=body.version)))
    return await take_payments(pairs, store, batch.lock)


async def answer_decision(
    task: SimulateDecision, cause: Cause, now: datetime, store: DeliveryStore
) -> list[Consequence]:
    """Does what a person decided of a payment of the sandbox; one task at a time for each payment."""
    pairs: list[Caused] = []
    for payment in await store.payments_of([task.payment_id]):
        for body in simulated_answer(payment, task.decision):
            event = Received(
                id=cause.derived_id(f"answer/{body.version}"),
                correlation_id=cause.correlation_id,
                traceparent=cause.traceparent,
                body=body,
                time=now,
                sequence=body.version,
                key=body.key,
            )
            pairs.append((cause, event))
    return await take_payments(pairs, store, _alone)


async def _alone(keys: Iterable[str]) -> None:
    """The ledger says nothing of the sandbox's payments, so there is nobody to keep out."""
