"""What movements of the bank pay of invoices: kept for whoever may see the invoice, in the form that each may see."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from services.delivery.domain.documents import Document, paid
from services.delivery.domain.payments import (
    Payment,
    movement_of,
    payment_id_of,
    subject_of,
    told,
    without_old_suggestions,
    without_paid_otherwise,
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
PAYMENTS: tuple[type[Event], ...] = (*_PAID, PaymentSuggested)


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
    if isinstance(body, PaymentSuggested):
        return document, body.version >= document.payment_version
    balance = body.balance
    moved = paid(document, _PAID[type(body)], body.version, balance.amount, str(balance.currency))
    return moved or document, moved is not None


async def _keep(store: DeliveryStore, events: Sequence[Received[Any]], lock: Lock) -> None:
    """Documents are locked before; positions are given out last."""
    await lock(f"payments:{event.body.enterprise_number}" for event in events)
    movements = {movement_of(subject_of(event.body)) for event in events}
    documents = {event.body.document_id for event in events}
    before = {payment.payment_id: payment for payment in await store.payments_of(movements, documents)}
    now = dict(before)
    for event in events:
        payment_id = payment_id_of(subject_of(event.body))
        now[payment_id] = told(now.get(payment_id), event.body, event.time, event.causation_id or event.id)
    for movement in sorted(movements):
        for ended in without_old_suggestions(_of(movement, now.values())):
            now[ended.payment_id] = ended
    for document in sorted(documents):
        for ended in without_paid_otherwise([each for each in now.values() if each.document_id == document]):
            now[ended.payment_id] = ended
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


def _of(movement: str, payments: Iterable[Payment]) -> list[Payment]:
    return [payment for payment in payments if payment.movement == movement]
