"""Does the ledger say and keep what payments, their returns and newer versions of invoices lead to?"""

from datetime import date

import pytest

from shared.contracts.statements import InvoicePartiallyPaid, InvoiceReopened, InvoiceSettled
from tests.unit.coda_reconciler.matching.ledger_world import World, endings, names, without_endings
from tests.unit.coda_reconciler.matching.made import (
    ACCOUNT,
    CUSTOMER,
    OGM,
    OTHER_ACCOUNT,
    OTHER_COMPANY,
    OTHER_OGM,
    document_id,
    facts,
    invoice,
    item,
    knows,
    movement,
)

BY_OGM = facts(reference=OGM)


def test_a_payment_with_the_reference_of_an_invoice_settles_it() -> None:
    world = World()
    assert world.take(invoice(reference=OGM)) == []
    [settled] = world.take(movement(121_000, BY_OGM, provisional=True))
    assert isinstance(settled, InvoiceSettled)
    allocation = settled.allocation
    assert (str(settled.balance), str(allocation.amount), allocation.rule) == ("0.00 EUR", "121.00 EUR", "R03")
    assert allocation.evidence == f"the structured communication is this invoice's reference: {OGM}"
    assert [(fact.line, fact.columns, fact.text) for fact in allocation.facts] == [(3, "66-77", OGM)]
    assert allocation.provisional
    assert allocation.allocation_id == f"{allocation.statement_id}/0/{settled.document_id}/1"


def test_a_payment_that_came_before_its_invoice_settles_it_when_it_comes() -> None:
    world = World()
    assert world.take(movement(121_000, BY_OGM)) == []
    assert names(world.take(invoice(reference=OGM))) == ["InvoiceSettled 2026-0412"]


def test_the_same_movement_twice_settles_once() -> None:
    world = World()
    paid = movement(121_000, BY_OGM)
    world.take(invoice(payable=200_000, reference=OGM), paid)
    assert world.take(paid) == []
    assert world.balances()[item().key] == 79_000


def test_a_payment_settles_no_invoice_of_another_company() -> None:
    world = World()
    assert world.take(invoice(reference=OGM, company=OTHER_COMPANY), movement(121_000, BY_OGM)) == []


def test_an_earlier_payment_that_comes_late_takes_its_place() -> None:
    world = World()
    later = movement(80_000, BY_OGM, position=1, day=date(2026, 3, 20))
    world.take(invoice(reference=OGM), later)
    outcomes = world.take(movement(100_000, BY_OGM, day=date(2026, 3, 10)))
    assert names(outcomes) == [
        "InvoiceReopened 2026-0412",
        "InvoicePartiallyPaid 2026-0412",
        "InvoiceSettled 2026-0412",
    ]
    assert [str(outcome.allocation.amount) for outcome in outcomes] == ["-80.00 EUR", "100.00 EUR", "21.00 EUR"]
    assert world.ledger.remaining(later.key) == 59_000
    first, taken_back, _, again = [entry.allocation_id for entry in world.ledger.changes.entries]
    assert first == taken_back != again


def test_a_newer_version_of_an_invoice_keeps_what_was_paid() -> None:
    world = World()
    world.take(invoice(reference=OGM), movement(121_000, BY_OGM))
    newer = invoice(payable=150_000, reference=OGM, version=2, supersedes=document_id("2026-0412"))
    [part] = world.take(newer)
    assert isinstance(part, InvoicePartiallyPaid) and str(part.balance) == "29.00 EUR"
    assert world.take(invoice(reference=OGM)) == []


def test_a_newer_version_that_asks_for_less_leaves_the_rest_as_a_credit() -> None:
    world = World()
    paid = movement(121_000, BY_OGM)
    world.take(invoice(reference=OGM), paid)
    world.take(invoice(payable=100_000, reference=OGM, version=2, supersedes=document_id("2026-0412")))
    assert (world.balances()[item().key], world.ledger.remaining(paid.key)) == (0, 21_000)


def test_a_newer_version_with_another_reference_gives_back_what_the_old_one_took() -> None:
    world = World()
    paid = movement(121_000, BY_OGM)
    world.take(invoice(reference=OGM), paid)
    newer = invoice(reference=OTHER_OGM, version=2, supersedes=document_id("2026-0412"))
    assert names(world.take(newer)) == ["InvoiceReopened 2026-0412", "PaymentSuggested 2026-0412"]
    assert world.ledger.remaining(paid.key) == 121_000


def test_a_version_that_came_late_changes_nothing() -> None:
    world = World()
    world.take(invoice(reference=OGM))
    assert world.take(invoice(payable=500_000, reference=OGM, version=2)) == []
    assert names(world.take(movement(121_000, BY_OGM))) == ["InvoiceSettled 2026-0412"]


def test_a_second_payment_of_an_invoice_is_kept_apart_and_told_as_a_duplicate() -> None:
    world = World()
    again = movement(121_000, BY_OGM, position=1)
    world.take(invoice(reference=OGM), movement(121_000, BY_OGM))
    assert world.take(again) == []
    assert world.ledger.decisions[again.key].reason == "duplicate_payment"
    assert world.ledger.remaining(again.key) == 121_000


COLLECTED = facts("2026-0412", end_to_end_id="E2E-1", mandate="RUM-1")
REFUSED = facts(return_reason="MD06", end_to_end_id="E2E-1", mandate="RUM-1")


def test_a_collection_that_comes_back_reopens_its_invoice_with_the_reason() -> None:
    world = World()
    world.take(invoice(), movement(121_000, COLLECTED, code="00550000"))
    back = movement(-121_000, REFUSED, position=1, day=date(2026, 3, 20), code="00503000")
    [reopened] = world.take(back)
    assert isinstance(reopened, InvoiceReopened)
    assert (reopened.return_reason, str(reopened.balance)) == ("MD06", "121.00 EUR")
    assert str(reopened.allocation.amount) == "-121.00 EUR"
    assert reopened.allocation.compensates == world.outcomes[0].allocation.allocation_id
    assert set(world.unallocated().values()) == {0}


def test_a_reversal_before_its_payment_is_held_and_takes_effect_when_it_comes() -> None:
    world = World()
    back = movement(-121_000, REFUSED, position=1, day=date(2026, 3, 20), code="00503000")
    world.take(invoice())
    assert world.take(back) == []
    assert world.ledger.decisions[back.key].reason == "reversal_held"
    outcomes = world.take(movement(121_000, COLLECTED, code="00550000"))
    assert names(outcomes) == ["InvoiceSettled 2026-0412", "InvoiceReopened 2026-0412"]
    assert world.balances()[item().key] == 121_000


def test_an_invoice_that_was_reopened_is_settled_by_the_payment_after_it() -> None:
    world = World()
    back = movement(-121_000, REFUSED, position=1, day=date(2026, 3, 20), code="00503000")
    again = movement(121_000, facts("2026-0412"), position=2, day=date(2026, 3, 25))
    world.take(invoice(), movement(121_000, COLLECTED, code="00550000"), back)
    assert names(world.take(again)) == ["InvoiceSettled 2026-0412"]


def test_a_payment_that_seemed_a_duplicate_settles_when_the_first_comes_back() -> None:
    world = World()
    again = movement(121_000, facts("2026-0412"), position=1, day=date(2026, 3, 18))
    world.take(invoice(), movement(121_000, COLLECTED, code="00550000"), again)
    assert world.ledger.decisions[again.key].reason == "duplicate_payment"
    back = movement(-121_000, REFUSED, position=2, day=date(2026, 3, 20), code="00503000")
    assert names(world.take(back)) == ["InvoiceReopened 2026-0412", "InvoiceSettled 2026-0412"]
    assert world.ledger.remaining(again.key) == 0


def test_a_return_of_two_equal_payments_is_asked_about() -> None:
    world = World()
    collected = facts(mandate="RUM-1", reference=OGM), facts(mandate="RUM-1", reference=OTHER_OGM)
    world.take(invoice("A-2026-1", reference=OGM), invoice("A-2026-2", reference=OTHER_OGM))
    world.take(*(movement(121_000, said, position=at, code="00550000") for at, said in enumerate(collected)))
    back = movement(-121_000, facts(return_reason="AC04", mandate="RUM-1"), position=5, code="00503000")
    outcomes = world.take(back)
    assert names(outcomes) == ["PaymentSuggested A-2026-1", "PaymentSuggested A-2026-2"]
    chosen = world.decide(outcomes[1], "accept")
    assert not isinstance(chosen, str)
    assert names(without_endings(chosen)) == ["InvoiceReopened A-2026-2"]
    assert endings(chosen) == ["A-2026-1 movement_settled", "A-2026-2 accepted"]
    assert [world.balances()[item(number).key] for number in ("A-2026-1", "A-2026-2")] == [0, 121_000]


def test_a_return_of_another_id_takes_nothing_back() -> None:
    world = World()
    world.take(invoice(), movement(121_000, COLLECTED, code="00550000"))
    other = facts(return_reason="MD06", end_to_end_id="E2E-2", mandate="RUM-1")
    assert world.take(movement(-121_000, other, position=1, code="00503000")) == []
    assert world.balances()[item().key] == 0


def test_a_payment_of_a_known_account_that_comes_back_reopens_what_it_paid() -> None:
    world = World(knows((ACCOUNT, CUSTOMER)))
    paid = movement(121_000, facts(account=ACCOUNT, bank_reference="OL9456574"), code="00550000")
    assert names(world.take(invoice(), paid)) == ["InvoiceSettled 2026-0412"]
    back = facts(account=ACCOUNT, bank_reference="OL9456574", return_reason="")
    assert names(world.take(movement(-121_000, back, position=1, code="00149000"))) == ["InvoiceReopened 2026-0412"]


def test_a_cancellation_with_the_banks_reference_reopens_what_the_payment_settled() -> None:
    world = World()
    world.take(invoice(reference=OGM), movement(121_000, facts(reference=OGM, bank_reference="OL9456574")))
    back = movement(-121_000, facts(return_reason="", bank_reference="OL9456574"), position=1, code="00149000")
    assert names(world.take(back)) == ["InvoiceReopened 2026-0412"]


def test_a_banks_reference_of_another_counterparty_takes_nothing_back() -> None:
    world = World()
    world.take(
        invoice(reference=OGM), movement(121_000, facts(reference=OGM, account=ACCOUNT, bank_reference="OL9456574"))
    )
    other = facts(return_reason="", account=OTHER_ACCOUNT, bank_reference="OL9456574")
    assert world.take(movement(-121_000, other, position=1, code="00149000")) == []
    assert world.balances()[item().key] == 0


def test_a_return_that_has_only_the_account_in_common_is_asked_about() -> None:
    world = World(knows((ACCOUNT, CUSTOMER)))
    world.take(invoice(), movement(121_000, facts(account=ACCOUNT)))
    back = movement(-121_000, facts(account=ACCOUNT, return_reason="AC04"), position=1)
    outcomes = world.take(back)
    assert names(outcomes) == ["PaymentSuggested 2026-0412"]
    assert str(outcomes[0].allocation.amount) == "-121.00 EUR"
    reopened = world.decide(outcomes[0], "accept")
    assert not isinstance(reopened, str)
    assert names(without_endings(reopened)) == ["InvoiceReopened 2026-0412"]
    assert endings(reopened) == ["2026-0412 accepted"]


def test_a_named_payment_takes_an_invoice_from_one_that_only_its_account_told() -> None:
    world = World(knows((ACCOUNT, CUSTOMER)))
    unnamed = movement(121_000, facts(account=ACCOUNT))
    world.take(invoice(reference=OGM), unnamed)
    outcomes = world.take(movement(121_000, BY_OGM, position=1))
    assert names(outcomes) == ["InvoiceReopened 2026-0412", "InvoiceSettled 2026-0412"]
    assert world.ledger.remaining(unnamed.key) == 121_000


def test_a_credit_note_that_is_netted_is_settled_with_the_invoice() -> None:
    world = World()
    world.take(invoice(), invoice("CN-2026-0007", 21_000, family="credit_note"))
    outcomes = world.take(movement(100_000, facts("2026-0412 - CN-2026-0007")))
    assert sorted(names(outcomes)) == ["InvoiceSettled 2026-0412", "InvoiceSettled CN-2026-0007"]
    assert sorted(str(outcome.allocation.amount) for outcome in outcomes) == ["-21.00 EUR", "121.00 EUR"]


def test_a_suggestion_is_told_again_only_when_it_is_another_one() -> None:
    world = World()
    world.take(invoice("A-2026-1"))
    assert names(world.take(movement(121_000, facts(name="Peeters Bakkerij")))) == ["PaymentSuggested A-2026-1"]
    assert names(world.take(invoice("A-2026-2"))) == ["PaymentSuggested A-2026-1", "PaymentSuggested A-2026-2"]
    assert world.take(invoice("A-2026-3", 50_000)) == []


def test_a_suggestion_ends_when_the_invoice_is_paid_by_another_movement() -> None:
    world = World()
    doubtful = movement(121_000, facts(name="Peeters Bakkerij"))
    world.take(invoice(reference=OGM), doubtful)
    assert world.ledger.proposals[doubtful.key]
    world.take(movement(121_000, BY_OGM, position=1))
    assert world.ledger.proposals[doubtful.key] == ()
    assert world.ledger.changes.proposals[doubtful.key] == ()


@pytest.mark.parametrize("kind", ["own_transfer", "payout", "replaced"])
def test_of_what_is_nobodys_payment_nothing_is_left_to_allocate(kind: str) -> None:
    world = World()
    moved = movement(121_000, facts(kind=kind))  # type: ignore[arg-type]
    world.take(moved)
    assert world.ledger.remaining(moved.key) == 0
