"""Does a payment end in the same state in whatever order its events come, and what may a person decide of it?"""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from services.delivery.domain.payments import (
    Decided,
    Payment,
    decided,
    payment_id_of,
    subject_of,
    told,
)
from shared.contracts.statements import (
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
    PaymentWithdrawn,
)
from shared.values import DocumentId, StatementId

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STATEMENT, DOCUMENT = StatementId.of(UUID(int=1)), DocumentId.of(UUID(int=2))


def event(kind: type[Any], version: int, name: str = "1", document: DocumentId = DOCUMENT, **changes: Any) -> Any:
    allocation = {
        "iban": "BE68539007547034",
        "year": 2026,
        "sequence": 117,
        "movement": 1,
        "amount": {"amount": "-10.00" if kind in (PaymentUndone, InvoiceReopened) else "10.00", "currency": "EUR"},
        "rule": "R07",
        "evidence": "the amount",
        "allocation_id": f"{STATEMENT}/3/{document}/{name}",
    }
    return kind.model_validate(
        {
            "document_id": document,
            "enterprise_number": "0403170701",
            "invoice_number": "A-1",
            "version": version,
            "balance": {"amount": "0.00", "currency": "EUR"},
            "allocation": allocation | changes.pop("allocation", {}),
            **changes,
        }
    )


def after(*events: Any) -> dict[str, Payment]:
    """What is known after these events came, each at its own time, which is that of its version."""
    known: dict[str, Payment] = {}
    for body in events:
        subject = subject_of(body)
        known[subject] = told(known.get(subject), body, START + timedelta(minutes=body.version))
    return known


RETURNED = {
    "allocation": {"allocation_id": f"{STATEMENT}/9/{DOCUMENT}/1", "compensates": f"{STATEMENT}/3/{DOCUMENT}/1"}
}


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([event(InvoiceSettled, 1)], "settled"),
        ([event(InvoicePartiallyPaid, 1)], "partial"),
        ([event(InvoicePartiallyPaid, 1), event(PaymentUndone, 2)], "undone"),
        ([event(InvoiceSettled, 1), event(InvoiceReopened, 2, return_reason="AC04", **RETURNED)], "reopened"),
        ([event(InvoiceSettled, 1), event(PaymentUndone, 2), event(InvoiceSettled, 3)], "settled"),
        (
            [event(InvoiceSettled, 1), event(InvoiceReopened, 2, **RETURNED), event(InvoiceSettled, 3, **RETURNED)],
            "settled",
        ),
    ],
)
def test_topics_may_overtake_each_other(events: list[Any], state: str) -> None:
    for order in permutations(events):
        [payment] = after(*order).values()
        assert (payment.state, payment.version) == (state, len(events))
        assert payment.allocation is not None
        assert payment.allocation.allocation_id == f"{STATEMENT}/3/{DOCUMENT}/1"
        assert payment.allocation.amount.amount == 10
        assert [step.version for step in payment.history] == list(range(1, len(events) + 1))


def test_a_payment_that_the_bank_took_back_says_why() -> None:
    [payment] = after(event(InvoiceSettled, 1), event(InvoiceReopened, 2, return_reason="AC04", **RETURNED)).values()
    assert payment.return_reason == "AC04"


def test_of_a_return_whose_payment_is_not_known_yet_nothing_can_be_shown() -> None:
    [payment] = after(event(InvoiceReopened, 2, return_reason="AC04", **RETURNED)).values()
    assert payment.allocation is None


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("accepted", "accepted"),
        ("refused", "refused"),
        ("read_otherwise", "replaced"),
        ("invoice_paid", "withdrawn"),
        ("movement_settled", "withdrawn"),
        ("taken_back", "withdrawn"),
        ("a reason that comes later", "withdrawn"),
    ],
)
def test_a_suggestion_is_over_as_the_ledger_says_in_whatever_order_it_is_told(reason: str, state: str) -> None:
    events = event(PaymentSuggested, 1, "p1", rank=2), event(PaymentWithdrawn, 3, "p1", reason=reason)
    for order in permutations(events):
        [payment] = after(*order).values()
        assert (payment.state, payment.version, payment.rank) == (state, 3, 2 if order == events else 1)
        assert payment.allocation is not None and payment.allocation.amount.amount == 10
        assert [step.state for step in payment.history] == ["suggested", state]


def test_what_is_suggested_again_after_it_was_over_is_a_suggestion() -> None:
    events = [event(PaymentSuggested, at, "p1") for at in (1, 5)]
    events.insert(1, event(PaymentWithdrawn, 3, "p1", reason="refused"))
    for order in permutations(events):
        [payment] = after(*order).values()
        assert (payment.state, [step.state for step in payment.history]) == (
            "suggested", ["suggested", "refused", "suggested"],
        )  # fmt: skip


def test_a_refusal_is_taken_back_at_once_and_the_ledger_says_what_becomes_of_it() -> None:
    [payment] = after(event(PaymentSuggested, 1, "p1")).values()
    refused = decided(payment, "refuse", "office:janssens", START + timedelta(seconds=70))
    assert refused is not None and refused.state == "refused"
    open_again = decided(refused, "undo", "office:janssens", START + timedelta(seconds=80))
    assert open_again is not None and open_again.state == "suggested"
    assert decided(open_again, "undo", "software:robaws", START + timedelta(seconds=90)) is open_again
    assert decided(open_again, "accept", "office:janssens", START + timedelta(seconds=90)) is None
    told_of_both = told(open_again, event(PaymentWithdrawn, 2, "p1", reason="refused"), START + timedelta(seconds=85))
    assert (told_of_both.state, decided(told_of_both, "undo", "office:janssens", START + timedelta(seconds=95))) == (
        "refused", told_of_both,
    )  # fmt: skip
    again = told(told_of_both, event(PaymentSuggested, 3, "p1"), START + timedelta(seconds=100))
    assert (again.state, again.standing) == ("suggested", None)
    assert decided(again, "undo", "office:janssens", START + timedelta(seconds=105)) is again
    assert [step.state for step in again.history] == ["suggested", "refused", "suggested"]
    accepted = decided(again, "accept", "office:janssens", START + timedelta(seconds=110))
    assert accepted is not None and accepted.standing is not None and accepted.standing.decision == "accept"


@pytest.mark.parametrize(
    ("kind", "decision", "state"),
    [
        (PaymentSuggested, "accept", "suggested"),
        (PaymentSuggested, "refuse", "refused"),
        (PaymentSuggested, "undo", None),
        (InvoiceSettled, "undo", "settled"),
        (InvoicePartiallyPaid, "undo", "partial"),
        (InvoiceSettled, "accept", None),
        (PaymentUndone, "undo", None),
        (InvoiceReopened, "undo", None),
        (PaymentWithdrawn, "accept", None),
        (PaymentWithdrawn, "refuse", None),
        (PaymentWithdrawn, "undo", None),
    ],
)
def test_what_a_person_may_decide_depends_on_the_state(kind: type[Any], decision: Any, state: str | None) -> None:
    more = {"reason": "invoice_paid"} if kind is PaymentWithdrawn else {}
    [payment] = after(event(kind, 1, **more)).values()
    said = decided(payment, decision, "office:janssens", START)
    assert (said.state if said is not None else None) == state


def test_saying_it_again_changes_nothing_and_saying_the_contrary_is_too_late() -> None:
    [payment] = after(event(PaymentSuggested, 1, "p1")).values()
    said = decided(payment, "accept", "office:janssens", START + timedelta(minutes=1))
    assert said is not None
    assert decided(said, "accept", "software:robaws", START + timedelta(seconds=119)) is said
    assert decided(said, "refuse", "office:janssens", START + timedelta(seconds=119)) is None


def test_what_is_suggested_anew_after_it_was_accepted_and_undone_can_be_decided_anew() -> None:
    [first] = after(event(PaymentSuggested, 1, "p1")).values()
    accepted = decided(first, "accept", "office:janssens", START + timedelta(minutes=1))
    again = told(accepted, event(PaymentSuggested, 9, "p1"), START + timedelta(minutes=9))
    assert again.standing is None
    said = decided(again, "refuse", "office:janssens", START + timedelta(minutes=10))
    assert said is not None and said.state == "refused"
    assert decided(said, "refuse", "office:janssens", START + timedelta(minutes=11)) is said


def test_undoing_again_what_is_undone_already_changes_nothing() -> None:
    [settled] = after(event(InvoiceSettled, 1)).values()
    said = decided(settled, "undo", "office:janssens", START + timedelta(minutes=1))
    undone = told(said, event(PaymentUndone, 2), START + timedelta(minutes=2))
    assert undone.state == "undone"
    assert decided(undone, "undo", "office:janssens", START + timedelta(minutes=3)) is undone


def test_the_id_of_a_payment_is_that_of_its_allocation() -> None:
    [payment] = after(event(InvoiceSettled, 1)).values()
    assert payment.payment_id == payment_id_of(f"{STATEMENT}/3/{DOCUMENT}/1")


@pytest.mark.parametrize("decision", ["accept", "refuse"])
def test_what_the_ledger_did_not_do_within_a_minute_can_be_decided_anew(decision: Any) -> None:
    [suggested] = after(event(PaymentSuggested, 1, "p1")).values()
    accepted = decided(suggested, "accept", "office:janssens", START + timedelta(minutes=1))
    assert accepted is not None
    later = START + timedelta(minutes=2)
    again = decided(accepted, decision, "office:peeters", later)
    assert again is not None and again.decided == Decided(decision, "office:peeters", later)
