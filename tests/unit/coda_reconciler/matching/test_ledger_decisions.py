"""Is what a person decides done, remembered, learnt from, and undone when they say so?"""

from datetime import date

import pytest

from services.coda_reconciler.domain.settlement.decided import movement_of
from services.coda_reconciler.domain.settlement.ledger import Ledger
from services.coda_reconciler.domain.settlement.values import Outcome
from shared.contracts.statements import InvoiceSettled, PaymentUndone
from tests.unit.coda_reconciler.matching.ledger_world import World, endings, names, suggested, without_endings
from tests.unit.coda_reconciler.matching.made import (
    ACCOUNT,
    COMPANY,
    OGM,
    facts,
    invoice,
    item,
    movement,
)

DOUBTFUL = movement(121_000, facts(name="Peeters Bakkerij", account=ACCOUNT))


def all_of(decided: list[Outcome] | str) -> list[Outcome]:
    assert not isinstance(decided, str), decided
    return decided


def outcomes_of(decided: list[Outcome] | str) -> list[Outcome]:
    return without_endings(all_of(decided))


def test_an_accepted_proposal_settles_and_the_account_is_known_from_then_on() -> None:
    world = World()
    world.take(invoice(), invoice("2026-0500", 50_000))
    [suggestion] = suggested(world.take(DOUBTFUL))
    [settled] = outcomes_of(world.decide(suggestion, "accept"))
    assert isinstance(settled, InvoiceSettled)
    assert (settled.allocation.rule, settled.allocation.evidence) == ("R09", "a person decided so")
    [learnt] = world.ledger.changes.learnt
    assert (learnt.iban, learnt.debtor, learnt.decision_id) == (ACCOUNT, item().debtors[0], "d1")
    [by_account] = world.take(movement(50_000, facts(account=ACCOUNT), position=1))
    assert (by_account.invoice_number, by_account.allocation.rule) == ("2026-0500", "R07")


def test_an_account_that_becomes_known_settles_what_came_from_it_before() -> None:
    world = World()
    world.take(invoice(), invoice("2026-0500", 50_000))
    world.take(movement(50_000, facts(account=ACCOUNT, name="J. Peeters"), position=1))
    [suggestion] = suggested(world.take(DOUBTFUL))
    outcomes = outcomes_of(world.decide(suggestion, "accept"))
    assert sorted(names(outcomes)) == ["InvoiceSettled 2026-0412", "InvoiceSettled 2026-0500"]


def test_an_account_that_pays_for_others_is_not_learnt() -> None:
    world = World()
    world.take(invoice())
    paid = movement(121_000, facts(name="Betaaldienst NV", ultimate_debtor="Bakkerij Peeters", account=ACCOUNT))
    [suggestion] = suggested(world.take(paid))
    assert names(outcomes_of(world.decide(suggestion, "accept"))) == ["InvoiceSettled 2026-0412"]
    assert world.ledger.changes.learnt == []


def test_a_refused_pair_is_never_proposed_again() -> None:
    world = World()
    world.take(invoice())
    [suggestion] = suggested(world.take(DOUBTFUL))
    assert endings(all_of(world.decide(suggestion, "refuse"))) == ["2026-0412 refused"]
    assert world.ledger.decisions[DOUBTFUL.key].kind == "none"
    [refusal] = world.ledger.changes.refused
    assert (refusal.movement, refusal.item, refusal.decision_id) == (DOUBTFUL.key, item().key, "d1")
    assert world.take(invoice("2026-0413", 7_000)) == []


def test_refusing_one_of_two_readings_leaves_the_other() -> None:
    world = World()
    world.take(invoice("F-00412", issued=date(2025, 3, 1)), invoice("F-00412"))
    first, _ = suggested(world.take(movement(121_000, facts("F-00412"))))
    [settled] = outcomes_of(world.decide(first, "refuse"))
    assert isinstance(settled, InvoiceSettled)


def test_undoing_takes_the_settlement_back_and_nothing_settles_by_itself_again() -> None:
    world = World()
    [settled] = world.take(invoice(reference=OGM), movement(121_000, facts(reference=OGM)))
    [undone] = outcomes_of(world.decide(settled, "undo"))
    assert isinstance(undone, PaymentUndone)
    assert str(undone.balance) == "121.00 EUR"
    assert undone.allocation.allocation_id == settled.allocation.allocation_id
    assert str(undone.allocation.amount) == "-121.00 EUR"
    assert world.take(invoice("2026-0413", 7_000)) == []
    assert world.balances()[item().key] == 121_000


def test_undoing_one_part_takes_the_whole_movement_back_and_asks_about_the_rest() -> None:
    world = World()
    world.take(invoice("A-2026-1"), invoice("A-2026-2", 9_000))
    settled = world.take(movement(130_000, facts("A-2026-1 A-2026-2")))
    outcomes = outcomes_of(world.decide(settled[0], "undo"))
    undone = [outcome.invoice_number for outcome in outcomes if isinstance(outcome, PaymentUndone)]
    assert sorted(undone) == ["A-2026-1", "A-2026-2"]
    assert not [outcome for outcome in outcomes if isinstance(outcome, InvoiceSettled)]


def test_undoing_a_return_pays_the_invoice_again_and_the_return_is_held() -> None:
    world = World()
    world.take(invoice(), movement(121_000, facts("2026-0412", end_to_end_id="E2E-1"), code="00550000"))
    back = movement(-121_000, facts(return_reason="MD06", end_to_end_id="E2E-1"), position=1, code="00503000")
    [reopened] = world.take(back)
    [settled] = outcomes_of(world.decide(reopened, "undo"))
    assert isinstance(settled, InvoiceSettled)
    assert world.ledger.decisions[back.key].reason == "reversal_held"


def test_an_accepted_proposal_takes_no_more_than_is_open_when_another_payment_comes() -> None:
    world = World()
    note = invoice("CN-2026-0007", 21_000, family="credit_note")
    paid = movement(90_000, facts("2026-0412 - CN-2026-0007"))
    world.take(invoice(reference=OGM), note, paid)
    [suggestion, _] = suggested(world.outcomes)
    outcomes_of(world.decide(suggestion, "accept"))
    assert world.ledger.remaining(paid.key) == 0
    world.take(invoice(payable=50_000, reference=OGM, version=2, supersedes=invoice().document_id))
    assert world.ledger.remaining(paid.key) == 61_000
    assert set(world.balances().values()) == {0}


def test_undoing_what_was_accepted_forgets_the_account() -> None:
    world = World()
    world.take(invoice(), invoice("2026-0500", 50_000))
    [suggestion] = suggested(world.take(DOUBTFUL))
    [settled] = outcomes_of(world.decide(suggestion, "accept"))
    outcomes_of(world.decide(settled, "undo", "d2"))
    assert [learnt.withdrawn for learnt in world.ledger.changes.learnt] == [False, True]
    outcomes = world.take(movement(50_000, facts(account=ACCOUNT, name=""), position=1))
    assert not [outcome for outcome in outcomes if isinstance(outcome, InvoiceSettled)]


def test_what_settled_by_an_account_that_is_forgotten_is_open_again() -> None:
    world = World()
    world.take(invoice(), invoice("2026-0500", 50_000))
    [suggestion] = suggested(world.take(DOUBTFUL))
    [settled] = outcomes_of(world.decide(suggestion, "accept"))
    world.take(movement(50_000, facts(account=ACCOUNT, name=""), position=1))
    outcomes = outcomes_of(world.decide(settled, "undo", "d2"))
    assert "InvoiceReopened 2026-0500" in names(outcomes)
    assert world.balances()[item("2026-0500").key] == 50_000


def test_what_was_undone_can_be_accepted() -> None:
    world = World()
    paid = movement(121_000, facts("F-00412"))
    world.take(invoice("F-00412"), paid)
    [settled] = world.outcomes
    outcomes_of(world.decide(settled, "undo"))
    outcomes = world.take(invoice("F-00412", issued=date(2025, 3, 1)))
    [suggestion] = suggested(outcomes)
    assert suggestion.reasons[-1] == "undone_by_a_person"
    assert names(outcomes_of(world.decide(suggestion, "accept", "d2"))) == ["InvoiceSettled F-00412"]


def test_a_stale_or_unknown_decision_is_refused_with_its_code() -> None:
    world = World()
    world.take(invoice(reference=OGM))
    [suggestion] = suggested(world.take(DOUBTFUL))
    settled, _ = world.take(movement(121_000, facts(reference=OGM), position=1))
    assert world.decide(suggestion, "accept") == "proposal_stale"
    assert world.decide(suggestion, "refuse") == "proposal_stale"
    assert world.decide(suggestion, "undo") == "nothing_to_undo"
    outcomes_of(world.decide(settled, "undo"))
    assert world.decide(settled, "undo") == "nothing_to_undo"
    elsewhere = settled.model_copy(
        update={"allocation": settled.allocation.model_copy(update={"allocation_id": "BE1/2026/1/1/0"})}
    )
    assert world.decide(elsewhere, "undo") == "allocation_unknown"


@pytest.mark.parametrize("text", ["", "stm_x/1/doc/1", "a/b", "stm_01jd8w3q5k7x9e2v4b6n8m0r1t/x/doc/1", "////"])
def test_what_is_no_id_of_an_allocation_names_no_movement(text: str) -> None:
    assert movement_of(text) is None


def test_a_ledger_that_is_loaded_again_goes_on_where_it_was() -> None:
    world = World()
    world.take(invoice(), invoice("2026-0500", 50_000, reference=OGM))
    [suggestion] = suggested(world.take(DOUBTFUL))
    outcomes_of(world.decide(suggestion, "accept"))
    changes = world.ledger.changes
    again = Ledger(
        items=list(world.ledger.items_of(COMPANY)),
        movements=list(world.ledger.movements.values()),
        entries=changes.entries,
        pins=changes.pins,
        proposals=[each for active in changes.proposals.values() for each in active],
        learnt=changes.learnt,
        states=changes.states.values(),
    )
    again.book(movement(50_000, facts(reference=OGM), position=1))
    assert names(again.resolve()) == ["InvoiceSettled 2026-0500"]
    assert again.decided.knowledge_of(COMPANY).debtors == {ACCOUNT: frozenset(item().debtors[:1])}
