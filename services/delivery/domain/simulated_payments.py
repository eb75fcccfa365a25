"""The sandbox's bank: how an invoice that came with a test key is paid, by the cents of its amount.

No statement and no ledger stand behind it: what follows is told as if they had, to test keys only.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from services.delivery.domain.payments import ACTIVE, Decision, Payment, PaymentEvent
from shared.chassis.messages import Task
from shared.contracts.invoices import InvoiceQuarantined
from shared.contracts.statements import (
    Allocation,
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
    PaymentWithdrawn,
)
from shared.values import EnterpriseNumber, Iban, Money, PaymentId, StatementId

SANDBOX_DOCUMENT = "sandbox_document"
PART, TOO_MUCH, WRONG_REFERENCE, TAKEN_BACK = 61, 62, 63, 64
"""The cents of an amount by which an invoice is paid in part, too much, with a wrong reference, or paid and taken
back by the bank; with any others it is paid as it should be."""

_NAMESPACE = UUID("2f6b1a04-7a7a-5b62-9a0e-3a1f1c5d0b77")
_IBAN = Iban("BE68539007547034")
_RETURN_REASON = "AC04"


class SimulateDecision(Task, kind="simulate_decision"):
    """Do what the ledger would do when a person decided of a payment of the sandbox."""

    payment_id: PaymentId
    decision: Decision


def simulated_payments(body: InvoiceQuarantined) -> Sequence[PaymentEvent]:
    """What the bank's statements would say of the invoice, in order; nothing of what cannot be paid."""
    payable = body.payable
    if body.mode != "test" or body.reason != SANDBOX_DOCUMENT or payable is None or payable.thousandths <= 0:
        return ()
    nothing = Money.zero(payable.currency)
    cents = payable.thousandths // 10 % 100
    if cents == PART:
        part = Money.from_thousandths(payable.thousandths // 20 * 10, payable.currency)
        return (_event(InvoicePartiallyPaid, body, 1, part, payable - part, "a part of it was paid"),)
    if cents == TOO_MUCH:
        return (_event(InvoiceSettled, body, 1, payable, nothing, "10.00 more was paid than is open: a credit stays"),)
    if cents == WRONG_REFERENCE:
        words = "the reference has a wrong check digit, the amount is equal"
        reasons = ("reference_alike", "amount_equal", "check_digits_wrong")
        return (_event(PaymentSuggested, body, 1, payable, payable, words, name="p1", rule="R12", reasons=reasons),)
    settled = _event(InvoiceSettled, body, 1, payable, nothing, "the reference is the invoice's")
    if cents != TAKEN_BACK:
        return (settled,)
    words, taken = "the bank took the money back", settled.allocation
    changes: dict[str, Any] = {"rule": "R02", "position": 1, "return_reason": _RETURN_REASON}
    return settled, _event(InvoiceReopened, body, 2, -payable, payable, words, compensates=taken, **changes)


def simulated_answer(payment: Payment, decision: Decision) -> Sequence[PaymentEvent]:
    """What the ledger would say of a decision, in order."""
    allocation = payment.allocation
    if allocation is None:
        return ()
    facts = {
        "document_id": payment.document_id,
        "enterprise_number": payment.enterprise_number,
        "invoice_number": payment.invoice_number,
    }
    first: dict[str, Any] = facts | {"version": payment.version + 1, "balance": payment.balance}
    if decision == "refuse":
        return (PaymentWithdrawn(**first, allocation=allocation, reason="refused"),)
    if decision == "accept":
        accepted = {"allocation_id": _settlement_of(payment), "evidence": "a person accepted it"}
        left = payment.balance - allocation.amount
        settled = InvoiceSettled(**first | {"balance": left}, allocation=allocation.model_copy(update=accepted))
        second: dict[str, Any] = facts | {"version": payment.version + 2, "balance": left}
        return settled, PaymentWithdrawn(**second, allocation=allocation, reason="accepted")
    if payment.taken_back_by:
        left = payment.balance - allocation.amount
        return (InvoiceSettled(**first | {"balance": left}, allocation=allocation),)
    if payment.state not in ACTIVE:
        # A refusal was taken back: the question is open again.
        return (PaymentSuggested(**first, allocation=allocation, rank=payment.rank, reasons=payment.reasons),)
    back = allocation.model_copy(update={"amount": -allocation.amount})
    return (PaymentUndone(**first | {"balance": payment.balance + allocation.amount}, allocation=back),)


def _settlement_of(payment: Payment) -> str:
    """The id of what settles: that of the suggestion, with a count in the place of its digest."""
    return f"{payment.allocation_id.rpartition('/')[0]}/1"


def _event(
    kind: type[Any],
    body: InvoiceQuarantined,
    version: int,
    amount: Money,
    balance: Money,
    evidence: str,
    *,
    name: str = "1",
    rule: str = "R03",
    position: int = 0,
    compensates: Allocation | None = None,
    **more: Any,
) -> PaymentEvent:
    statement_id = StatementId.of(uuid5(_NAMESPACE, body.document_id))
    day = body.received_at.date() if body.received_at is not None else None
    allocation = Allocation(
        iban=_IBAN,
        year=day.year if day is not None else 2000,
        sequence=1,
        movement=position + 1,
        amount=amount,
        value_date=day,
        rule=rule,
        evidence=evidence,
        statement_id=statement_id,
        allocation_id=f"{statement_id}/{position}/{body.document_id}/{name}",
        compensates=compensates.allocation_id if compensates is not None else "",
    )
    event: PaymentEvent = kind(
        document_id=body.document_id,
        enterprise_number=EnterpriseNumber(body.enterprise_number),
        invoice_number=body.number,
        version=version,
        balance=balance,
        allocation=allocation,
        **more,
    )
    return event
