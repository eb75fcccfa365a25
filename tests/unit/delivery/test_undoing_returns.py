"""May a person say that what the bank took back was another payment's, and is that handed on as said of the return?"""

from datetime import timedelta
from typing import Any

from services.delivery.domain.payments import Payment, decided, decided_on, told
from services.delivery.domain.simulated_payments import simulated_answer
from shared.contracts.statements import InvoiceReopened, InvoiceSettled
from tests.unit.delivery.test_states_of_payments import DOCUMENT, RETURNED, START, STATEMENT, after, event

OWN, RETURN = f"{STATEMENT}/3/{DOCUMENT}/1", f"{STATEMENT}/9/{DOCUMENT}/1"
LATER = START + timedelta(hours=1)


def payment(*events: Any) -> Payment:
    [known] = after(*events).values()
    return known


def taken_back() -> Payment:
    return payment(event(InvoiceSettled, 1), event(InvoiceReopened, 2, return_reason="AC04", **RETURNED))


def test_it_is_said_of_the_return_and_not_of_the_payment() -> None:
    after_it = decided(taken_back(), "undo", "office:janssens", LATER)
    assert after_it is not None and (after_it.state, decided_on(after_it)) == ("reopened", RETURN)
    assert decided(after_it, "undo", "office:janssens", LATER + timedelta(seconds=1)) is after_it
    assert decided_on(payment(event(InvoiceSettled, 1))) == OWN


def test_nothing_else_may_be_said_of_it() -> None:
    assert [decided(taken_back(), said, "office:janssens", LATER) for said in ("accept", "refuse")] == [None, None]


def test_what_was_read_otherwise_is_not_undone() -> None:
    reopened = payment(event(InvoiceSettled, 1), event(InvoiceReopened, 2))
    assert decided(reopened, "undo", "office:janssens", LATER) is None


def test_once_it_settles_again_it_is_the_payment_that_may_be_undone() -> None:
    again = payment(
        event(InvoiceSettled, 1), event(InvoiceReopened, 2, **RETURNED), event(InvoiceSettled, 3, **RETURNED)
    )
    assert (again.state, again.taken_back_by, decided_on(again)) == ("settled", "", OWN)


def test_a_return_that_comes_after_a_decision_may_be_undone_at_once() -> None:
    said = decided(
        payment(event(InvoiceSettled, 1)), "undo", "office:janssens", START + timedelta(minutes=1, seconds=1)
    )
    assert said is not None and said.standing is not None
    again = event(InvoiceReopened, 2, **RETURNED)
    back = told(said, again, START + timedelta(minutes=2))
    assert back.standing is None
    assert decided(back, "undo", "office:janssens", START + timedelta(minutes=2, seconds=1)) is not back


def test_the_sandbox_settles_it_again_as_the_ledger_does() -> None:
    [answer] = simulated_answer(taken_back(), "undo")
    assert isinstance(answer, InvoiceSettled)
    assert (answer.version, answer.allocation.allocation_id) == (3, OWN)
    assert (
        payment(event(InvoiceSettled, 1), event(InvoiceReopened, 2, return_reason="AC04", **RETURNED), answer).state
        == "settled"
    )
