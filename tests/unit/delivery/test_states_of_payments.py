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
    without_old_suggestions,
    without_paid_otherwise,
)
from shared.contracts.statements import (
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
)
from shared.values import DocumentId, StatementId

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STATEMENT, DOCUMENT, OTHER = StatementId.of(UUID(int=1)), DocumentId.of(UUID(int=2)), DocumentId.of(UUID(int=3))
FIRST_ROUND, SECOND_ROUND = UUID(int=101), UUID(int=102)


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


def after(*events: tuple[Any, UUID | None]) -> dict[str, Payment]:
    """What is known after these events came, each at its own time, which is that of its version."""
    known: dict[str, Payment] = {}
    for body, round_id in events:
        subject, at = subject_of(body), START + timedelta(minutes=body.version)
        known[subject] = told(known.get(subject), body, at, round_id or UUID(int=body.version))
        for ended in without_old_suggestions(known.values()):
            known[ended.allocation_id] = ended
    return known


ELSEWHERE = {"allocation_id": f"{STATEMENT}/9/{DOCUMENT}/1"}
"""Another movement's."""


def test_what_was_suggested_ends_when_the_invoice_is_paid_otherwise() -> None:
    suggested = event(PaymentSuggested, 1, "p1", balance={"amount": "10.00", "currency": "EUR"})
    paid = event(InvoiceSettled, 2, allocation=ELSEWHERE)
    in_part, enough = (
        event(InvoicePartiallyPaid, 2, balance={"amount": left, "currency": "EUR"}, allocation=ELSEWHERE)
        for left in ("9.99", "10.00")
    )
    known, settled, less, still = (told(None, body, START, FIRST_ROUND) for body in (suggested, paid, in_part, enough))
    for other in (settled, less):
        [ended] = without_paid_otherwise([other, known])
        assert (ended.allocation_id, ended.state) == (subject_of(suggested), "replaced")
    assert without_paid_otherwise([known, still]) == [] and without_paid_otherwise([known]) == []


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
        [payment] = after(*((body, None) for body in order)).values()
        assert (payment.state, payment.version) == (state, len(events))
        assert payment.allocation is not None
        assert payment.allocation.allocation_id == f"{STATEMENT}/3/{DOCUMENT}/1"
        assert payment.allocation.amount.amount == 10
        assert [step.version for step in payment.history] == list(range(1, len(events) + 1))


def test_a_payment_that_the_bank_took_back_says_why() -> None:
    [payment] = after(
        (event(InvoiceSettled, 1), None), (event(InvoiceReopened, 2, return_reason="AC04", **RETURNED), None)
    ).values()
    assert payment.return_reason == "AC04"


def test_of_a_return_whose_payment_is_not_known_yet_nothing_can_be_shown() -> None:
    [payment] = after((event(InvoiceReopened, 2, return_reason="AC04", **RETURNED), None)).values()
    assert payment.allocation is None


def test_suggestions_of_a_later_round_take_the_place_of_earlier_ones() -> None:
    known = after(
        (event(PaymentSuggested, 1, "p1"), FIRST_ROUND),
        (event(PaymentSuggested, 2, "p2", OTHER), FIRST_ROUND),
        (event(PaymentSuggested, 3, "p3"), SECOND_ROUND),
    )
    assert [each.state for each in known.values()] == ["replaced", "replaced", "suggested"]


def test_a_settlement_ends_the_suggestions_of_its_movement_in_whatever_order_they_come() -> None:
    suggested, settled = (event(PaymentSuggested, 1, "p1"), FIRST_ROUND), (event(InvoiceSettled, 2), None)
    for order in ((suggested, settled), (settled, suggested)):
        known = after(*order)
        assert sorted(each.state for each in known.values()) == ["replaced", "settled"]


def test_an_accepted_suggestion_is_accepted_once_its_movement_settles() -> None:
    [suggestion] = after((event(PaymentSuggested, 1, "p1"), FIRST_ROUND)).values()
    said = decided(suggestion, "accept", "office:janssens", START + timedelta(minutes=1))
    assert said is not None and said.state == "suggested"
    body = event(InvoiceSettled, 2)
    settled = told(None, body, START + timedelta(minutes=2), None)
    assert [each.state for each in without_old_suggestions([said, settled])] == ["accepted"]


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
    ],
)
def test_what_a_person_may_decide_depends_on_the_state(kind: type[Any], decision: Any, state: str | None) -> None:
    [payment] = after((event(kind, 1), FIRST_ROUND)).values()
    said = decided(payment, decision, "office:janssens", START)
    assert (said.state if said is not None else None) == state


def test_saying_it_again_changes_nothing_and_saying_the_contrary_is_too_late() -> None:
    [payment] = after((event(PaymentSuggested, 1, "p1"), FIRST_ROUND)).values()
    said = decided(payment, "accept", "office:janssens", START + timedelta(minutes=1))
    assert said is not None
    assert decided(said, "accept", "software:robaws", START + timedelta(seconds=119)) is said
    assert decided(said, "refuse", "office:janssens", START + timedelta(seconds=119)) is None


def test_what_is_suggested_anew_after_it_was_accepted_and_undone_can_be_decided_anew() -> None:
    [first] = after((event(PaymentSuggested, 1, "p1"), FIRST_ROUND)).values()
    accepted = decided(first, "accept", "office:janssens", START + timedelta(minutes=1))
    again = told(accepted, event(PaymentSuggested, 9, "p1"), START + timedelta(minutes=9), SECOND_ROUND)
    assert again.standing is None
    said = decided(again, "refuse", "office:janssens", START + timedelta(minutes=10))
    assert said is not None and said.state == "refused"
    assert decided(said, "refuse", "office:janssens", START + timedelta(minutes=11)) is said


def test_undoing_again_what_is_undone_already_changes_nothing() -> None:
    [settled] = after((event(InvoiceSettled, 1), None)).values()
    said = decided(settled, "undo", "office:janssens", START + timedelta(minutes=1))
    undone = told(said, event(PaymentUndone, 2), START + timedelta(minutes=2), None)
    assert undone.state == "undone"
    assert decided(undone, "undo", "office:janssens", START + timedelta(minutes=3)) is undone


def test_the_id_of_a_payment_is_that_of_its_allocation() -> None:
    [payment] = after((event(InvoiceSettled, 1), None)).values()
    assert payment.payment_id == payment_id_of(f"{STATEMENT}/3/{DOCUMENT}/1")
    assert payment.movement == f"{STATEMENT}/3"


@pytest.mark.parametrize("decision", ["accept", "refuse"])
def test_what_the_ledger_did_not_do_within_a_minute_can_be_decided_anew(decision: Any) -> None:
    [suggested] = after((event(PaymentSuggested, 1, "p1"), FIRST_ROUND)).values()
    accepted = decided(suggested, "accept", "office:janssens", START + timedelta(minutes=1))
    assert accepted is not None
    later = START + timedelta(minutes=2)
    again = decided(accepted, decision, "office:peeters", later)
    assert again is not None and again.decided == Decided(decision, "office:peeters", later)
