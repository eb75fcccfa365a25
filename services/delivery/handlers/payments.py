"""What movements of the bank pay of invoices: kept for whoever may see the invoice, in the form that each may see."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from services.delivery.domain.documents import Document, paid
from services.delivery.domain.payments import (
    payment_id_of,
    subject_of,
    told,
)
from services.delivery.handlers.known import Caused, change
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Consequence, Received
from shared.contracts.event import Event
from shared.contracts.statements import (
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
    PaymentWithdrawn,
)
from shared.values import EnterpriseNumber, SoftwareSlug

Lock = Callable[[Iterable[str]], Awaitable[None]]
"""Locks facts by their keys until the transaction ends."""

_PAID: dict[type[Any], str] = {
    InvoiceSettled: "settled",
    InvoicePartiallyPaid: "partially_paid",
    InvoiceReopened: "reopened",
    PaymentUndone: "reopened",
}
PAYMENTS: tuple[type[Event], ...] = (*_PAID, PaymentSuggested, PaymentWithdrawn)


async def take_payments(pairs: Sequence[Caused], store: DeliveryStore, lock: Lock) -> list[Consequence]:
    """What is said of payments of documents that were accepted: their softwares hear it, and it is kept."""
    events = [event for _, event in pairs]
    if not events:
        return []
    consequences = await change(pairs, store, _pay, await _seen_by_softwares(store, events))
    await _keep(store, events, lock)
    return consequences


def _pay(document: Document, event: Received[Any]) -> tuple[Document, bool]:
    body = event.body
    if isinstance(body, PaymentSuggested | PaymentWithdrawn):
        return document, body.version >= document.payment_version
    balance = body.balance
    moved = paid(document, _PAID[type(body)], body.version, balance.amount, str(balance.currency))
    return moved or document, moved is not None


async def _keep(store: DeliveryStore, events: Sequence[Received[Any]], lock: Lock) -> None:
    """Documents are locked before; positions are given out last."""
    await lock(f"payments:{event.body.enterprise_number}" for event in events)
    payment_ids = [payment_id_of(subject_of(event.body)) for event in events]
    before = {payment.payment_id: payment for payment in await store.payments_of(payment_ids)}
    now = dict(before)
    for payment_id, event in zip(payment_ids, events, strict=True):
        now[payment_id] = told(now.get(payment_id), event.body, event.time)
    await store.save_payments([payment for each, payment in now.items() if payment != before.get(each)])


async def _seen_by_softwares(store: DeliveryStore, events: Iterable[Received[Any]]) -> Callable[[Document, Any], Any]:
    """What a document's software is told of a payment: no invoice that was looked at and not taken, for it may be
    another software's; and of the bank's own words nothing where its connection may not read statements."""
    readers = await store.statement_readers({event.body.enterprise_number for event in events})
    return lambda document, body: _seen(body, readers, document.software)


def _seen(body: Any, readers: dict[EnterpriseNumber, list[SoftwareSlug]], software: SoftwareSlug) -> Any:
    hidden: dict[str, Any] = {"rejected": ()}
    if software not in readers.get(body.enterprise_number, ()):
        hidden |= {"facts": (), "evidence": ""}
    return body.model_copy(update={"allocation": body.allocation.model_copy(update=hidden)})
