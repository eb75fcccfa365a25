"""Payments: what the bank's movements pay of invoices, why, and what a person says of it."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from services.delivery.domain.cursors import CursorRejected, cursor_at, position_of
from services.delivery.domain.payments import ACTIVE, Decision, Payment, PaymentState, decided, decided_on
from services.delivery.domain.simulated_payments import SimulateDecision
from services.delivery.endpoints.accounts import may_read_statements
from services.delivery.endpoints.answers import described
from services.delivery.endpoints.document_queries import Moment, Text, start_of
from services.delivery.endpoints.payment_answers import PaymentDetails, PaymentPage, PaymentView
from services.delivery.endpoints.payment_views import Shown, acting_for, surroundings
from services.delivery.ports import ReadingStore
from services.delivery.ports.payments import PaymentFilter
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.contracts.deliveries import PaymentDecided
from shared.values import DocumentId, EnterpriseNumber, PaymentId, ValueRejected

LONGEST_WAIT_S = 20
_LOOK_EVERY_S = 0.25

routes = APIRouter()
Either = Annotated[Call, Depends(caller("office", "software"))]
_Decide = Literal["accept", "refuse", "undo"]


class PaymentQuery(BaseModel):
    """Every part narrows the list; `company` and `state` may be given several times.

    With `wait` (seconds) the answer comes as soon as there is something behind the cursor.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    company: list[EnterpriseNumber] = Field([], max_length=100)
    document_id: DocumentId | None = None
    invoice_number: Text = ""
    state: list[PaymentState] = Field([], max_length=9)
    since: Moment | None = Field(None, description="changed then or later; a day begins at midnight in Belgium")
    cursor: str = Field("", max_length=200)
    wait: float = Field(0, ge=0, le=LONGEST_WAIT_S)
    limit: int = Field(100, ge=1, le=500)

    @property
    def wanted(self) -> PaymentFilter:
        """What is looked for. Raises `Problem` 422 for a year that nobody means."""
        since: datetime | None = start_of(self.since, "since")
        return PaymentFilter(
            companies=tuple(self.company),
            document_id=self.document_id,
            invoice_number=self.invoice_number,
            states=tuple(self.state),
            since=since,
        )


@routes.get("/v1/payments", responses=described(PaymentPage))
async def read_payments(call: Either, query: Annotated[PaymentQuery, Query()]) -> dict[str, Any]:
    """What movements pay of the caller's invoices, or may pay, by the time of the last change, oldest first.

    A payment that changes comes again behind the cursor, so whoever reads on misses nothing. 400 `cursor_invalid`.
    """
    may_read_statements(call)
    after = _position(call, query.cursor)
    found = await _wait(call, query, after)
    payments = found[: query.limit]
    async with call.transaction() as tx:
        shown = await surroundings(call, cast(ReadingStore, tx.store), payments, tx.now)
    return {
        "payments": [shown.view(payment) for payment in payments],
        "cursor": cursor_at(_owner(call), payments[-1].position if payments else after),
        "more": len(found) > query.limit,
    }


@routes.get("/v1/payments/{payment_id}", responses=described(PaymentDetails))
async def read_payment(payment_id: str, call: Either) -> dict[str, Any]:
    """One payment with its history. 404 `payment_unknown`, also for somebody else's."""
    may_read_statements(call)
    wanted = _id(payment_id)
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        payment = await store.payment(wanted)
        if payment is None:
            raise _unknown()
        shown = await surroundings(call, store, [payment], tx.now)
    return shown.details(payment)


@routes.post("/v1/payments/{payment_id}/accept", responses=described(PaymentView))
async def accept_payment(payment_id: str, call: Either) -> dict[str, Any]:
    """The suggestion is right: the invoice is settled by it. Said again it changes nothing.

    409 `payment_stale` where it is no suggestion any more. 404 `payment_unknown`, also for somebody else's; 403
    `caller_not_allowed` for whoever acts for the company no more.
    """
    return await _decide(call, payment_id, "accept")


@routes.post("/v1/payments/{payment_id}/refuse", responses=described(PaymentView))
async def refuse_payment(payment_id: str, call: Either) -> dict[str, Any]:
    """The suggestion is wrong, and is not made again unless the refusal is undone. Said again it changes nothing.

    409 `payment_stale` where it is no suggestion any more. 404 `payment_unknown`, also for somebody else's; 403
    `caller_not_allowed` for whoever acts for the company no more.
    """
    return await _decide(call, payment_id, "refuse")


@routes.post("/v1/payments/{payment_id}/undo", responses=described(PaymentView))
async def undo_payment(payment_id: str, call: Either) -> dict[str, Any]:
    """The settlement is wrong: the invoice is open again, and the movement settles nothing by itself any more. Of a
    payment that was refused: the refusal was wrong, and the question is open again. Of one whose money went back
    (`reopened` by a return): that was another payment's, and this one settles its invoice again. Said again it changes
    nothing.

    409 `payment_stale` where it neither settles anything nor was refused or taken back. 404 `payment_unknown`, also for
    somebody else's; 403 `caller_not_allowed` for whoever acts for the company no more.
    """
    return await _decide(call, payment_id, "undo")


async def _decide(call: Call, text: str, decision: Decision) -> dict[str, Any]:
    may_read_statements(call)
    wanted = _id(text)
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        payment = await store.lock_payment(wanted)
        if payment is None:
            raise _unknown()
        await _require_acting(call, store, payment, tx.now)
        after = decided(payment, decision, call.principal.text, tx.now)
        if after is None:
            raise _stale(payment, decision)
        if after is not payment:
            await store.save_decision(after)
            _hand_on(tx, call, after, decision)
        shown: Shown = await surroundings(call, store, [after], tx.now)
    return shown.view(after)


async def _require_acting(call: Call, store: ReadingStore, payment: Payment, now: datetime) -> None:
    """Raises `Problem` 403 `caller_not_allowed` for whoever had the invoice once and acts for its company no more."""
    company = payment.enterprise_number
    # The sandbox's companies are nobody's, and have neither offices nor connections that could end.
    if call.principal.mode == "live" and company not in await acting_for(call, store, [company], now):
        raise Problem(403, "caller_not_allowed", f"You do not act for company {company.formatted} any more.")


def _hand_on(tx: CallTransaction, call: Call, payment: Payment, decision: _Decide) -> None:
    """To the ledger; a payment of the sandbox to whoever plays it there."""
    if call.principal.mode == "test":
        task = SimulateDecision(payment_id=payment.payment_id, decision=decision)
        tx.do(task, payment.payment_id)
        return
    tx.publish(
        PaymentDecided(
            enterprise_number=payment.enterprise_number,
            document_id=payment.document_id,
            allocation_id=decided_on(payment),
            decision=decision,
            decided_by=call.principal.text,
        ),
        sequence=payment.version,
    )


async def _wait(call: Call, query: PaymentQuery, after: int) -> list[Payment]:
    """What stands behind the cursor, one more than asked for; looks only where a position was given out since."""
    wanted = query.wanted
    deadline = asyncio.get_running_loop().time() + query.wait
    read_to = -1
    while True:
        # A transaction a look, so that a waiting caller holds no connection.
        async with call.transaction() as tx:
            store = cast(ReadingStore, tx.store)
            last = await store.last_payment_position()
            found = await store.list_payments(after, query.limit + 1, wanted) if last > read_to else []
        read_to = last
        left = deadline - asyncio.get_running_loop().time()
        if found or left <= 0:
            return found
        await asyncio.sleep(min(_LOOK_EVERY_S, left))


def _owner(call: Call) -> str:
    return f"payments-{call.principal.id}"


def _position(call: Call, cursor: str) -> int:
    try:
        return position_of(cursor, _owner(call))
    except CursorRejected as error:
        told = {"pointer": "", "parameter": "cursor", "in": "query", "code": error.code, "detail": str(error)}
        raise Problem(400, error.code, str(error), errors=[told]) from None


def _id(text: str) -> PaymentId:
    try:
        return PaymentId(text)
    except ValueRejected:
        raise _unknown() from None


def _unknown() -> Problem:
    return Problem(404, "payment_unknown", "There is no such payment for this caller.")


def _stale(payment: Payment, decision: Decision) -> Problem:
    said = payment.standing
    if said is not None and said.decision != decision and payment.state in ("suggested", *ACTIVE):
        return Problem(409, "payment_stale", f"Another decision was just made of this payment: {said.decision}.")
    only = "one that settles an invoice, was refused or taken back" if decision == "undo" else "a suggestion"
    return Problem(409, "payment_stale", f"The payment is {payment.state}; {decision} is for {only}.")
