"""Is an invoice that came with a test key paid as its amount says, and decided of without a ledger?"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.delivery import handlers, tasks
from services.delivery.adapters.memory import MemoryDelivery, MemoryTables
from services.delivery.domain.payments import Payment, decided
from services.delivery.domain.simulated_payments import SimulateDecision
from services.delivery.ports.payments import PaymentFilter
from shared.chassis.messages import Batch, Cause, Received
from shared.chassis.parking import MemoryParking
from shared.chassis.tasks import TaskRun
from shared.contracts.invoices import InvoiceQuarantined
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Money, SoftwareSlug
from tests.component.delivery.doors import NOW

ROBAWS, DOCUMENT = SoftwareSlug("robaws"), DocumentId.of(UUID(int=5))


class Sandbox:
    """Delivery over tables in memory, and what a test key sees of it."""

    def __init__(self) -> None:
        self.tables = MemoryTables()
        self.worker = MemoryDelivery(self.tables)
        self.caller = MemoryDelivery(self.tables, "software:robaws", "test")
        self.now = NOW

    async def hand_in(self, payable: str | None, **changes: Any) -> None:
        facts = {
            "document_id": DOCUMENT, "enterprise_number": EnterpriseNumber("0010080080"), "software": ROBAWS,
            "connection_id": ConnectionId.of(UUID(int=1)), "mode": "test", "reason": "sandbox_document",
            "number": "T-1", "received_at": NOW, "payable": Money.of(payable, "EUR") if payable else None,
        }  # fmt: skip
        body = InvoiceQuarantined.model_validate(facts | changes)
        event = Received(id=UUID(int=9), correlation_id="test", body=body, time=NOW, sequence=1, key=body.key)
        await handlers.take_quarantined(Batch([event], NOW, MemoryParking()), self.worker)

    async def payments(self) -> list[Payment]:
        return await self.caller.list_payments(0, 10, PaymentFilter())

    async def decide(self, decision: Any) -> None:
        [payment, *_] = await self.payments()
        said = decided(payment, decision, "software:robaws", self.now)
        assert said is not None
        await self.caller.save_decision(said)
        self.now += timedelta(seconds=1)
        task = SimulateDecision(payment_id=payment.payment_id, decision=decision)
        cause = Cause(id=UUID(int=77), correlation_id="test")
        run: TaskRun[Any, Any] = TaskRun(task, 1, self.now, cause, None, lambda _: self.worker)  # type: ignore[arg-type]
        settle = await tasks.simulate_decision(run, answer_decision=handlers.answer_decision)
        await settle(self.worker)

    def told(self) -> list[tuple[str, str]]:
        """Types and balances of what robaws heard, all of it in mode test."""
        notices = [notice for _, notice in self.tables.streams.get(ROBAWS, [])]
        assert {notice.mode for notice in notices} <= {"test"}
        return [
            (notice.event.type, str(notice.event.data.balance.amount))  # type: ignore[union-attr]
            for notice in notices
            if notice.event.type != "document.quarantined"
        ]


@pytest.mark.parametrize(
    ("payable", "told", "states"),
    [
        ("121.00", [("invoice.settled", "0.00")], ["settled"]),
        ("121.61", [("invoice.partially_paid", "60.81")], ["partial"]),
        ("121.62", [("invoice.settled", "0.00")], ["settled"]),
        ("121.63", [("payment.suggested", "121.63")], ["suggested"]),
        ("121.64", [("invoice.settled", "0.00"), ("invoice.reopened", "121.64")], ["reopened"]),
        ("-121.00", [], []),
        (None, [], []),
    ],
)
async def test_the_cents_of_an_amount_say_how_it_is_paid(
    payable: str | None, told: list[tuple[str, str]], states: list[str]
) -> None:
    sandbox = Sandbox()
    await sandbox.hand_in(payable)
    assert sandbox.told() == told
    assert [payment.state for payment in await sandbox.payments()] == states
    assert await MemoryDelivery(sandbox.tables, "software:robaws", "live").list_payments(0, 10, PaymentFilter()) == []


@pytest.mark.parametrize("changes", [{"mode": "live"}, {"reason": "document_invalid"}])
async def test_nothing_else_is_ever_paid_by_the_sandbox(changes: dict[str, str]) -> None:
    sandbox = Sandbox()
    await sandbox.hand_in("121.00", **changes)
    assert sandbox.tables.payments == {}


async def test_a_suggestion_of_the_sandbox_settles_once_it_is_accepted() -> None:
    sandbox = Sandbox()
    await sandbox.hand_in("121.63")
    await sandbox.decide("accept")
    assert sandbox.told()[-2:] == [("invoice.settled", "0.00"), ("payment.withdrawn", "0.00")]
    assert sorted(payment.state for payment in await sandbox.payments()) == ["accepted", "settled"]


async def test_a_suggestion_of_the_sandbox_that_is_refused_is_over() -> None:
    sandbox = Sandbox()
    await sandbox.hand_in("121.63")
    await sandbox.decide("refuse")
    assert [payment.state for payment in await sandbox.payments()] == ["refused"]
    assert [told for told, _ in sandbox.told()] == ["payment.suggested", "payment.withdrawn"]


async def test_a_refusal_of_the_sandbox_that_is_undone_opens_the_question_again() -> None:
    sandbox = Sandbox()
    await sandbox.hand_in("121.63")
    await sandbox.decide("refuse")
    await sandbox.decide("undo")
    [payment] = await sandbox.payments()
    assert [step.state for step in payment.history] == ["suggested", "refused", "suggested"]
    assert sandbox.told()[-1] == ("payment.suggested", "121.63")
    await sandbox.decide("accept")
    assert sorted(payment.state for payment in await sandbox.payments()) == ["accepted", "settled"]


async def test_a_settlement_of_the_sandbox_is_undone() -> None:
    sandbox = Sandbox()
    await sandbox.hand_in("121.00")
    await sandbox.decide("undo")
    assert sandbox.told()[-1] == ("payment.undone", "121.00")
    assert [payment.state for payment in await sandbox.payments()] == ["undone"]
