"""Is everybody told when a suggestion is over, why, and what becomes of it when a refusal is taken back?"""

from datetime import date

import pytest

from services.coda_reconciler.domain.settlement.values import Outcome
from shared.contracts.statements import InvoiceSettled, PaymentWithdrawn
from tests.unit.coda_reconciler.matching.ledger_world import World, endings, names, suggested, without_endings
from tests.unit.coda_reconciler.matching.made import (
    ACCOUNT,
    OGM,
    document_id,
    facts,
    invoice,
    item,
    movement,
)

DOUBTFUL = movement(121_000, facts(name="Peeters Bakkerij", account=ACCOUNT))
BY_REFERENCE = movement(121_000, facts(reference=OGM), position=1)


def followed(said: list[Outcome] | str) -> list[Outcome]:
    assert not isinstance(said, str), said
    return said


def test_a_suggestion_is_over_when_another_movement_pays_the_invoice() -> None:
    world = World()
    world.take(invoice(reference=OGM))
    [suggestion] = suggested(world.take(DOUBTFUL))
    settled, over = world.take(BY_REFERENCE)
    assert isinstance(over, PaymentWithdrawn) and over.reason == "invoice_paid"
    assert over.allocation.allocation_id == suggestion.allocation.allocation_id
    assert over.allocation.amount == suggestion.allocation.amount
    assert (over.version, str(over.balance)) == (settled.version + 1, "0.00 EUR")


def test_a_suggestion_is_over_when_its_movement_settles_something_else() -> None:
    world = World()
    named = movement(121_000, facts("2026-0999", name="Peeters Bakkerij", account=ACCOUNT))
    world.take(invoice(), named)
    assert endings(world.outcomes) == []
    outcomes = world.take(invoice("2026-0999"))
    assert names(without_endings(outcomes)) == ["InvoiceSettled 2026-0999"]
    assert endings(outcomes) == ["2026-0412 movement_settled"]


def test_a_suggestion_is_over_when_the_bank_takes_its_movement_back() -> None:
    world = World()
    came = facts(name="Peeters Bakkerij", account=ACCOUNT, end_to_end_id="E2E-1")
    world.take(invoice(), movement(121_000, came))
    back = movement(-121_000, facts(return_reason="AC04", end_to_end_id="E2E-1"), position=1, code="00503000")
    assert endings(world.take(back)) == ["2026-0412 taken_back"]


def test_what_is_read_otherwise_ends_before_the_new_readings_are_told() -> None:
    world = World()
    world.take(invoice(), DOUBTFUL)
    outcomes = world.take(invoice("2026-0413"))
    assert endings(outcomes) == []
    assert [each.rank for each in suggested(outcomes)] == [1, 2]
    changed = invoice(payable=50_000, version=2, supersedes=invoice().document_id)
    outcomes = world.take(changed)
    assert endings(outcomes) == ["2026-0412 read_otherwise"]
    assert names(outcomes)[-1] == "PaymentSuggested 2026-0413"


def test_the_end_of_a_suggestion_is_told_of_the_version_that_it_was_made_for() -> None:
    world = World()
    world.take(invoice(), DOUBTFUL)
    changed = invoice(version=2, supersedes=invoice().document_id)
    outcomes = world.take(changed.model_copy(update={"document_id": document_id("changed")}))
    [over] = [each for each in outcomes if isinstance(each, PaymentWithdrawn)]
    [again] = suggested(outcomes)
    assert over.document_id == invoice().document_id and again.document_id != over.document_id
    assert over.allocation.allocation_id.split("/")[2] == over.document_id


def test_every_suggestion_has_one_end_and_none_that_stands_has_any() -> None:
    world = World()
    world.take(invoice(), invoice("2026-0413"), invoice("2026-0414", reference=OGM), DOUBTFUL)
    world.take(BY_REFERENCE)
    first, second = (each for each in suggested(world.outcomes) if each.version == 2 and each.rank < 3)
    assert endings(followed(world.decide(first, "refuse"))) == [f"{first.invoice_number} refused"]
    assert endings(followed(world.decide(second, "accept"))) == [f"{second.invoice_number} accepted"]
    told = [each.allocation.allocation_id for each in suggested(world.outcomes)]
    over = [each.allocation.allocation_id for each in world.outcomes if isinstance(each, PaymentWithdrawn)]
    assert sorted(over) == sorted(set(told))


def test_a_refusal_that_is_taken_back_opens_the_question_again() -> None:
    world = World()
    world.take(invoice(), DOUBTFUL)
    [suggestion] = suggested(world.outcomes)
    followed(world.decide(suggestion, "refuse"))
    world.load_again()
    [again] = followed(world.decide(suggestion, "undo", "d2"))
    assert suggested([again]) == [again]
    assert again.allocation.allocation_id == suggestion.allocation.allocation_id
    assert world.decide(suggestion, "undo", "d3") == "nothing_to_undo"
    assert names(without_endings(followed(world.decide(again, "accept", "d4")))) == ["InvoiceSettled 2026-0412"]


def test_what_was_refused_and_settles_by_a_rule_does_so_once_the_refusal_is_taken_back() -> None:
    world = World()
    world.take(invoice("F-00412", issued=date(2025, 3, 1)), invoice("F-00412"))
    first, second = suggested(world.take(movement(121_000, facts("F-00412"))))
    followed(world.decide(first, "refuse"))
    [settled] = [each for each in world.outcomes if isinstance(each, InvoiceSettled)]
    assert settled.document_id == second.document_id
    outcomes = followed(world.decide(first, "undo", "d2"))
    assert names(without_endings(outcomes)) == ["InvoiceReopened F-00412", *["PaymentSuggested F-00412"] * 2]


@pytest.mark.parametrize("is_loaded_again", [False, True])
def test_of_a_refusal_that_is_taken_back_too_late_the_end_is_told(is_loaded_again: bool) -> None:
    world = World()
    world.take(invoice(reference=OGM), DOUBTFUL)
    [suggestion] = suggested(world.outcomes)
    followed(world.decide(suggestion, "refuse"))
    world.take(BY_REFERENCE)
    if is_loaded_again:
        world.load_again()
    [over] = followed(world.decide(suggestion, "undo", "d2"))
    assert isinstance(over, PaymentWithdrawn) and over.reason == "invoice_paid"
    assert over.allocation.allocation_id == suggestion.allocation.allocation_id


def test_the_refusal_of_one_reading_is_taken_back_without_the_others() -> None:
    world = World()
    world.take(invoice(), invoice("2026-0413"), DOUBTFUL)
    for at, each in enumerate(suggested(world.outcomes)[:2]):
        followed(world.decide(each, "refuse", f"d{at}"))
    [_, second] = suggested(world.outcomes)[:2]
    assert names(followed(world.decide(second, "undo", "d9"))) == [f"PaymentSuggested {second.invoice_number}"]
    assert {refusal.item for refusal in world.ledger.decided.refusals_of(DOUBTFUL.key)} == {
        item("2026-0412" if second.invoice_number == "2026-0413" else "2026-0413").key
    }
