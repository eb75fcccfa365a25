"""Does a return that brought other than its payment reopen what was paid and no more, and only where it names it?"""

import pytest

from services.coda_reconciler.domain.matching.facts import PaymentFacts
from services.coda_reconciler.domain.matching.reversals import MOST_COSTS
from shared.contracts.statements import InvoiceReopened, PaymentSuggested
from tests.unit.coda_reconciler.matching.ledger_world import World, endings, names, without_endings
from tests.unit.coda_reconciler.matching.made import (
    ACCOUNT,
    OGM,
    OTHER_ACCOUNT,
    OTHER_OGM,
    facts,
    invoice,
    item,
    movement,
)

COLLECTED, UNPAID, REASON = "00550000", "00503000", "MD06"
COSTS = 3_250


def collected_and_returned(
    collected: PaymentFacts, returned: PaymentFacts, amount: int, number: str = "2026-0412"
) -> World:
    """An invoice that was collected, and what came back of it."""
    world = World()
    asked = invoice(number, reference=OGM).model_copy(update={"mandate": "MND-1"})
    world.take(asked, movement(121_000, collected, code=COLLECTED))
    assert world.balances()[item(number).key] == 0
    world.take(movement(amount, returned, position=1, code=UNPAID))
    return world


@pytest.mark.parametrize("costs", [10, COSTS, MOST_COSTS])
@pytest.mark.parametrize(
    ("collected", "returned"),
    [
        (facts(end_to_end_id="2026-0412"), facts(end_to_end_id="2026-0412", return_reason=REASON)),
        (facts(reference=OGM), facts(reference=OGM, return_reason=REASON)),
        (
            facts(reference=OGM, bank_reference="OL9456574"),
            facts(mandate="MND-1", bank_reference="OL9456574", return_reason=REASON),
        ),
        (
            facts(mandate="MND-1", end_to_end_id="E2E-1"),
            facts(mandate="MND-1", end_to_end_id="E2E-1", return_reason=REASON),
        ),
    ],
    ids=["by our id", "by its reference", "by the bank's reference", "by mandate and id"],
)
def test_costs_that_the_bank_took_along_reopen_no_more_than_was_paid(
    collected: PaymentFacts, returned: PaymentFacts, costs: int
) -> None:
    world = collected_and_returned(collected, returned, -121_000 - costs)
    reopened = world.outcomes[-1]
    assert isinstance(reopened, InvoiceReopened) and reopened.return_reason == REASON
    assert str(reopened.allocation.amount) == "-121.00 EUR"
    assert world.balances()[item().key] == 121_000
    assert set(world.unallocated().values()) == {0}


def test_it_is_found_whichever_of_the_two_comes_first() -> None:
    world = World()
    back = movement(-121_000 - COSTS, facts(reference=OGM, return_reason=REASON), position=1, code=UNPAID)
    world.take(back, invoice(reference=OGM), movement(121_000, facts(reference=OGM), code=COLLECTED))
    assert world.balances()[item().key] == 121_000


@pytest.mark.parametrize(
    ("amount", "returned", "reopens"),
    [
        (-121_000 - MOST_COSTS - 10, facts(reference=OGM, return_reason=REASON), "-121.00"),
        (-100_000, facts(reference=OGM, return_reason=REASON), "-100.00"),
        (-121_000 - COSTS, facts(mandate="MND-1", return_reason=REASON), "-121.00"),
    ],
    ids=["more than costs", "less than was paid", "only the mandate"],
)
def test_what_costs_do_not_explain_or_only_a_mandate_tells_is_asked(
    amount: int, returned: PaymentFacts, reopens: str
) -> None:
    world = collected_and_returned(facts(reference=OGM, mandate="MND-1"), returned, amount)
    asked = world.outcomes[-1]
    assert isinstance(asked, PaymentSuggested) and asked.reasons == ("may_take_back", "amount_differs")
    assert world.balances()[item().key] == 0
    world.load_again()
    said = world.decide(asked, "accept")
    assert not isinstance(said, str)
    assert names(without_endings(said)) == ["InvoiceReopened 2026-0412"] and endings(said) == ["2026-0412 accepted"]
    assert f"{said[0].allocation.amount}" == f"{reopens} EUR"


def test_of_two_payments_that_it_names_a_person_decides() -> None:
    world = World()
    world.take(invoice(reference=OGM, payable=200_000))
    world.take(*(movement(100_000, facts(reference=OGM), position=at, code=COLLECTED) for at in (0, 1)))
    outcomes = world.take(
        movement(-100_000 - COSTS, facts(reference=OGM, return_reason=REASON), position=2, code=UNPAID)
    )
    assert {type(each) for each in outcomes} == {PaymentSuggested} and len(outcomes) == 2
    assert world.balances()[item().key] == 0


@pytest.mark.parametrize(
    "returned",
    [
        facts(reference=OTHER_OGM, return_reason=REASON),
        facts(reference=OGM, end_to_end_id="E2E-2", return_reason=REASON),
        facts("2026-0412", return_reason=REASON),
        facts(account=ACCOUNT, return_reason=REASON),
        facts(account=OTHER_ACCOUNT, bank_reference="REF", mandate="MND-2", return_reason=REASON),
    ],
    ids=["another reference", "another id", "only a number", "only the account", "a word of the bank's"],
)
def test_what_it_does_not_name_is_not_taken_back(returned: PaymentFacts) -> None:
    collected = facts(reference=OGM, end_to_end_id="E2E-1", account=ACCOUNT, bank_reference="REF", mandate="MND-1")
    world = collected_and_returned(collected, returned, -121_000 - COSTS)
    assert world.balances()[item().key] == 0
    assert [each for each in names(world.outcomes) if not each.startswith("InvoiceSettled")] == []


def test_what_settled_several_invoices_is_taken_back_whole_or_not_at_all() -> None:
    world = World()
    world.take(invoice("A-2026-1"), invoice("A-2026-2", 9_000))
    paid = facts("A-2026-1 A-2026-2", end_to_end_id="A-2026-1", bank_reference="OL9456574")
    back = facts(end_to_end_id="A-2026-1", bank_reference="OL9456574", return_reason=REASON)
    world.take(movement(130_000, paid))
    assert set(world.balances().values()) == {0}
    assert world.take(movement(-100_000, back, position=1, code=UNPAID)) == []
    outcomes = world.take(movement(-130_000 - COSTS, back, position=2, code=UNPAID))
    assert sorted(names(outcomes)) == ["InvoiceReopened A-2026-1", "InvoiceReopened A-2026-2"]
    assert sorted(world.balances().values()) == [9_000, 121_000]
