"""Payments as softwares and offices see them: what one movement of the bank pays of one invoice, or may pay.

Events about one invoice come in the order of its versions on each topic, but not across topics; events about one
movement are told apart by when they happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

from shared.contracts.statements import (
    Allocation,
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
    PaymentWithdrawn,
)
from shared.values import DocumentId, EnterpriseNumber, Money, PaymentId

PaymentState = Literal[
    "suggested", "accepted", "refused", "replaced", "withdrawn", "settled", "partial", "reopened", "undone"
]
"""`suggested`: a person decides; `accepted`, `refused`: a person did; `replaced`: another reading took its place, or
none is left; `withdrawn`: the movement or the invoice was dealt with otherwise.
`settled` and `partial`: it pays the invoice, wholly or in part; `reopened`: the money went back, or the invoice was
read otherwise; `undone`: a person took it back."""

Decision = Literal["accept", "refuse", "undo"]
PaymentEvent = (
    InvoiceSettled | InvoicePartiallyPaid | InvoiceReopened | PaymentSuggested | PaymentUndone | PaymentWithdrawn
)

ACTIVE: tuple[PaymentState, ...] = ("settled", "partial")
MOST_STEPS = 20
HEARD_WITHIN = timedelta(minutes=1)
"""So long the ledger has for what a person decided."""

_OWN: tuple[PaymentState, ...] = ("suggested", *ACTIVE)

_ENDINGS: Mapping[str, PaymentState] = {"accepted": "accepted", "refused": "refused", "read_otherwise": "replaced"}
"""What a suggestion is when it is over; for any other reason it is withdrawn."""

_NAMESPACE = UUID("0f5c1a52-4a0e-5f0b-9f0a-7d3f5b3f5a11")
_MAY_FOLLOW: dict[Decision, tuple[PaymentState, ...]] = {
    "accept": ("suggested",),
    "refuse": ("suggested",),
    "undo": (*ACTIVE, "refused"),
}


@dataclass(frozen=True, slots=True)
class PaymentStep:
    """It came into this state then (UTC), by the invoice's version; `balance` is what remained to be paid."""

    state: PaymentState
    at: datetime
    version: int
    balance: Money


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided at the door, as whom, and when (UTC)."""

    decision: Decision
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Payment:
    """One allocation, or suggested allocation, of a movement to an invoice.

    `version` is the highest of the invoice that was heard of it; `allocation` is None while only its end is known,
    which came first. `taken_back_by` is the allocation of the return by which its money went back, while it has.
    `position` grows with every change.
    """

    payment_id: PaymentId
    allocation_id: str
    enterprise_number: EnterpriseNumber
    document_id: DocumentId
    invoice_number: str
    state: PaymentState
    version: int
    balance: Money
    first_at: datetime
    changed_at: datetime
    allocation: Allocation | None = None
    rank: int = 1
    reasons: tuple[str, ...] = ()
    return_reason: str = ""
    taken_back_by: str = ""
    decided: Decided | None = None
    history: tuple[PaymentStep, ...] = ()
    position: int = 0

    @property
    def told_at(self) -> datetime:
        """When it last happened that something was told of it."""
        return max((step.at for step in self.history), default=self.first_at)

    @property
    def standing(self) -> Decided | None:
        """What a person decided, unless it was suggested, settled or taken back since."""
        said = self.decided
        may_be_over = self.state in _OWN or self.taken_back_by != ""
        is_over = said is not None and may_be_over and self.told_at > said.at
        return None if is_over else said


def payment_id_of(allocation_id: str) -> PaymentId:
    """The id under which an allocation is shown."""
    return PaymentId.of(uuid5(_NAMESPACE, allocation_id))


def subject_of(event: PaymentEvent) -> str:
    """The allocation that an event is about: a return's event is about the payment that it takes back."""
    allocation = event.allocation
    if allocation.compensates:
        return allocation.compensates
    if allocation.allocation_id:
        return allocation.allocation_id
    # As events of before said it: a movement pays an invoice once.
    place = (allocation.iban, allocation.year, allocation.sequence, allocation.movement, allocation.detail)
    return f"{':'.join(map(str, place[:3]))}/{place[3]}:{place[4]}/{event.document_id}"


def state_of(event: PaymentEvent) -> PaymentState:
    """The state that an event brings a payment into."""
    if isinstance(event, PaymentSuggested):
        return "suggested"
    if isinstance(event, PaymentWithdrawn):
        return _ENDINGS.get(event.reason, "withdrawn")
    if isinstance(event, PaymentUndone):
        return "undone"
    if isinstance(event, InvoiceReopened):
        return "reopened"
    return "settled" if isinstance(event, InvoiceSettled) else "partial"


def told(known: Payment | None, event: PaymentEvent, at: datetime) -> Payment:
    """The payment after an event that happened then (UTC). What comes late adds to its history only, and its facts."""
    state = state_of(event)
    payment = known or _new(event, state, at)
    payment = replace(payment, allocation=_allocation_after(payment, event, state))
    step = PaymentStep(state, at, event.version, event.balance)
    history = tuple(sorted({*payment.history, step}, key=lambda each: (each.version, each.at)))[-MOST_STEPS:]
    payment = replace(payment, history=history, first_at=min(payment.first_at, at))
    if known is not None and event.version <= known.version:
        return payment
    return replace(
        payment,
        state=state,
        version=event.version,
        balance=event.balance,
        changed_at=at,
        rank=event.rank if isinstance(event, PaymentSuggested) else payment.rank,
        reasons=event.reasons if isinstance(event, PaymentSuggested) else payment.reasons,
        return_reason=event.return_reason if isinstance(event, InvoiceReopened) else "",
        taken_back_by=_taken_back_by(event),
    )


def decided(payment: Payment, decision: Decision, by: str, at: datetime) -> Payment | None:
    """The payment after a person's decision; the same one where that was said before. None where it came too late.

    Refusing, and taking a refusal back, take effect at once; what is accepted or undone changes when the ledger says
    so. Where the ledger did not, because something came in between, it may be decided anew.
    """
    said = payment.standing
    takes_refusal_back = payment.state == "refused" and said is not None and said.decision == "refuse"
    is_heard = said is not None and at - said.at < HEARD_WITHIN and not takes_refusal_back
    may_follow = payment.state in _MAY_FOLLOW[decision] or (decision == "undo" and payment.taken_back_by != "")
    if not may_follow or is_heard:
        # A suggestion that a person undid is one whose refusal was: it stays said, also once it was suggested anew.
        is_said = payment.decided if payment.state == "suggested" else said
        return payment if is_said is not None and is_said.decision == decision else None
    state: PaymentState = "refused" if decision == "refuse" else payment.state
    if decision == "undo" and payment.state == "refused":
        state = "suggested"
    return replace(payment, decided=Decided(decision, by, at), state=state, changed_at=at)


def decided_on(payment: Payment) -> str:
    """The allocation that a decision is about: of a payment whose money went back, the one by which it did."""
    return payment.taken_back_by or payment.allocation_id


def _taken_back_by(event: PaymentEvent) -> str:
    allocation = event.allocation
    return allocation.allocation_id if isinstance(event, InvoiceReopened) and allocation.compensates else ""


def _allocation_after(payment: Payment, event: PaymentEvent, state: PaymentState) -> Allocation | None:
    """Its own facts, the newest that were told; what takes it back has them too, with the amount turned round."""
    if event.allocation.compensates:
        return payment.allocation  # those facts are the return's
    own = max((step.version for step in payment.history if step.state in _OWN), default=0)
    if state in _OWN:
        is_newest = event.version > own or payment.allocation is None
        return event.allocation if is_newest else payment.allocation
    if payment.allocation is not None:
        return payment.allocation
    if isinstance(event, PaymentWithdrawn):
        return event.allocation
    return event.allocation.model_copy(update={"amount": -event.allocation.amount})


def _new(event: PaymentEvent, state: PaymentState, at: datetime) -> Payment:
    allocation_id = subject_of(event)
    return Payment(
        payment_id=payment_id_of(allocation_id),
        allocation_id=allocation_id,
        enterprise_number=event.enterprise_number,
        document_id=event.document_id,
        invoice_number=event.invoice_number,
        state=state,
        version=0,
        balance=event.balance,
        first_at=at,
        changed_at=at,
    )
