"""What is kept of a payment's past, whose facts are shown of it, and under which id."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.delivery.domain.payments import MOST_STEPS, Decided, Payment, PaymentStep, decided, payment_id_of, told
from shared.contracts.statements import (
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
    PaymentWithdrawn,
)
from shared.values import Money
from tests.unit.delivery.test_states_of_payments import DOCUMENT, RETURNED, START, STATEMENT, after, event


def payment(*events: Any) -> Payment:
    [found] = after(*events).values()
    return found


def minutes(count: float) -> Any:
    return START + timedelta(minutes=count)


def test_an_event_of_before_allocations_had_ids_is_about_its_movement_and_invoice() -> None:
    [(subject, found)] = after(event(InvoiceSettled, 1, allocation={"allocation_id": "", "detail": 2})).items()
    assert subject == f"BE68539007547034:2026:117/1:2/{DOCUMENT}"
    assert str(found.payment_id) == str(payment_id_of(subject)) != str(payment_id_of(f"{STATEMENT}/3/{DOCUMENT}/1"))


def test_the_id_of_a_payment_never_changes() -> None:
    assert payment_id_of("stm_1/3/doc_1/1") == "pay_1m8n30w3rqb4evxd0rjyh3nq9g"


def test_the_newest_steps_are_kept_and_when_it_began() -> None:
    events = [event(PaymentSuggested, version) for version in range(1, MOST_STEPS + 2)]
    found = payment(*events[::-1])
    assert [step.version for step in found.history] == list(range(2, MOST_STEPS + 2))
    assert (found.first_at, found.told_at, found.changed_at) == (minutes(1), minutes(21), minutes(21))
    assert payment(events[0], events[0]).history == (PaymentStep("suggested", minutes(1), 1, Money.of("0.00", "EUR")),)


def test_what_comes_late_adds_to_the_past_only() -> None:
    late = event(InvoicePartiallyPaid, 2, balance={"amount": "5.00", "currency": "EUR"})
    newest = payment(event(InvoiceReopened, 3, return_reason="AC04"))
    found = told(newest, late, minutes(2))
    assert (found.state, found.balance, found.return_reason) == ("reopened", newest.balance, "AC04")
    assert (found.version, found.changed_at, found.first_at) == (3, minutes(3), minutes(2))


def test_the_newest_version_says_what_is_left_and_when_it_changed_and_of_two_the_one_heard_first() -> None:
    left = {"balance": {"amount": "5.00", "currency": "EUR"}}
    found = payment(event(InvoicePartiallyPaid, 1, **left), event(InvoiceSettled, 2))
    assert (found.balance, found.changed_at) == (Money.of("0.00", "EUR"), minutes(2))
    assert told(found, event(PaymentUndone, 2, **left), minutes(9)).state == "settled"


def test_a_refusal_that_was_said_elsewhere_is_taken_back_too() -> None:
    refused = payment(event(PaymentSuggested, 1), event(PaymentWithdrawn, 2, reason="refused"))
    open_again = decided(refused, "undo", "office:janssens", minutes(3))
    assert open_again is not None and open_again.state == "suggested"


def test_a_settlement_that_crosses_a_refusal_is_not_undone_before_that_was_heard() -> None:
    crossed = replace(payment(event(InvoiceSettled, 1)), decided=Decided("refuse", "office:janssens", minutes(1)))
    assert decided(crossed, "undo", "office:janssens", minutes(1.5)) is None
    undone = decided(crossed, "undo", "office:janssens", minutes(2))
    assert undone is not None and undone.standing == Decided("undo", "office:janssens", minutes(2))


def test_what_was_decided_of_a_suggestion_is_not_said_of_the_settlement_that_came_after_it() -> None:
    settled = replace(payment(event(InvoiceSettled, 5)), decided=Decided("accept", "office:janssens", minutes(4)))
    assert decided(settled, "accept", "office:janssens", minutes(6)) is None


def test_why_it_was_suggested_stays_when_it_is_settled_and_why_it_went_back_does_not() -> None:
    suggested = event(PaymentSuggested, 1, rank=2, reasons=["amount_equal"])
    back = event(InvoiceReopened, 3, return_reason="AC04")
    assert payment(suggested, event(InvoiceSettled, 2), back).return_reason == "AC04"
    found = payment(suggested, event(InvoiceSettled, 2), back, event(InvoiceSettled, 4))
    assert (found.rank, found.reasons, found.return_reason) == (2, ("amount_equal",), "")


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_the_newest_facts_that_were_told_of_it_are_shown(order: tuple[int, int]) -> None:
    facts = {version: event(InvoiceSettled, version, allocation={"evidence": f"told {version}"}) for version in (1, 2)}
    found = payment(*(facts[version] for version in order))
    assert found.allocation is not None and found.allocation.evidence == "told 2"
    for ending in (event(PaymentUndone, 3), event(PaymentWithdrawn, 3, reason="refused"), event(InvoiceReopened, 3)):
        assert told(found, ending, minutes(3)).allocation == found.allocation


def test_of_what_ended_before_it_was_told_the_end_has_the_facts_until_they_come() -> None:
    undone = payment(event(PaymentUndone, 3, allocation={"evidence": "of the end"}))
    assert undone.allocation is not None
    assert (undone.allocation.amount.amount, undone.allocation.evidence) == (10, "of the end")
    own = told(undone, event(InvoiceSettled, 1), minutes(1))
    assert own.allocation is not None and own.allocation.evidence == "the amount"
    assert payment(event(InvoiceReopened, 2, **RETURNED), event(InvoiceSettled, 1)).allocation == own.allocation


@pytest.mark.parametrize(("seconds", "is_heard"), [(59, True), (60, False)])
def test_what_was_decided_is_heard_within_a_minute(seconds: int, is_heard: bool) -> None:
    said = decided(payment(event(PaymentSuggested, 1)), "accept", "office:janssens", minutes(1))
    assert said is not None
    again = decided(said, "refuse", "office:peeters", minutes(1) + timedelta(seconds=seconds))
    assert (again is None) is is_heard


def test_a_decision_stands_until_something_is_told_after_it() -> None:
    known = payment(event(PaymentSuggested, 5))
    said = Decided("accept", "office:janssens", minutes(5))
    assert replace(known, decided=said).standing == said
    assert replace(known, decided=replace(said, at=minutes(4))).standing is None
    assert replace(known, decided=replace(said, at=minutes(4)), state="refused").standing is not None
    assert known.standing is None
