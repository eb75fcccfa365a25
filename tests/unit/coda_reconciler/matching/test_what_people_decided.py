"""What a person's decision may name, what is learnt of it, and how long that holds."""

from dataclasses import replace
from datetime import date

import pytest

from services.coda_reconciler.domain.matching.facts import Knowledge, LedgerMovement, Part
from services.coda_reconciler.domain.matching.items import Items
from services.coda_reconciler.domain.settlement.decided import Decided, Said, _holds, _lesson, movement_of
from services.coda_reconciler.domain.settlement.values import Learnt, Outcome, PersonDecision, Refusal
from shared.contracts.invoices import Customer
from shared.contracts.statements import PaymentSuggested
from tests.unit.coda_reconciler.matching.ledger_world import World, names, suggested, without_endings
from tests.unit.coda_reconciler.matching.made import (
    ACCOUNT,
    COMPANY,
    OGM,
    OTHER_ACCOUNT,
    OTHER_COMPANY,
    OTHER_CUSTOMER,
    facts,
    invoice,
    item,
    knows,
    movement,
)

DOUBTFUL = movement(121_000, facts(name="Peeters Bakkerij", account=ACCOUNT))
STATEMENT = DOUBTFUL.statement_id
FIRST = Learnt(COMPANY, ACCOUNT, "peeters", "d1")


def proposed(world: World, paid: LedgerMovement = DOUBTFUL) -> PaymentSuggested:
    world.take(invoice())
    return suggested(world.take(paid))[0]


def accepted(world: World, suggestion: PaymentSuggested, decision_id: str = "d1") -> list[Outcome]:
    outcomes = world.decide(suggestion, "accept", decision_id)
    assert not isinstance(outcomes, str), outcomes
    return outcomes


@pytest.mark.parametrize(
    ("position", "found"),
    [("0", 0), ("123456789", 123_456_789), ("1234567890", None), ("-1", None), ("٣", None), ("²", None), ("", None)],
)
def test_a_movement_is_named_by_its_statement_and_at_most_nine_digits(position: str, found: int | None) -> None:
    expected = (STATEMENT, found) if found is not None else None
    assert movement_of(f"{STATEMENT}/{position}/any/1") == expected
    assert movement_of(f"{STATEMENT}/{position}/any") is None


@pytest.mark.parametrize(
    "named",
    [
        {"enterprise_number": OTHER_COMPANY},
        {"document_id": item("2026-0500").document_id},
        {"allocation_id": f"{STATEMENT}/9/{item().document_id}/p1"},
        {"allocation_id": "no id"},
    ],
)
@pytest.mark.parametrize("decision", ["accept", "refuse", "undo"])
def test_what_a_decision_names_is_of_its_own_company_and_invoice(named: dict[str, str], decision: str) -> None:
    world = World()
    suggestion = proposed(world)
    allocation_id = suggestion.allocation.allocation_id
    said = PersonDecision(COMPANY, suggestion.document_id, allocation_id, decision, "office:janssens", "d1")  # type: ignore[arg-type]
    assert world.ledger.decide(replace(said, **named)) == "allocation_unknown"  # type: ignore[arg-type]
    assert world.ledger.resolve() == []


def test_of_two_proposals_the_one_that_is_named_is_accepted() -> None:
    world = World()
    world.take(invoice("F-00412", issued=date(2025, 3, 1)), invoice("F-00412"))
    first, second = suggested(world.take(movement(121_000, facts("F-00412"))))
    [settled] = without_endings(accepted(world, second))
    assert settled.document_id == second.document_id != first.document_id


@pytest.mark.parametrize(("left", "said"), [((50_000, 71_000), Said), ((50_000, 1_000), str), ((0, 71_000), str)])
def test_a_proposal_is_stale_as_soon_as_one_of_its_parts_does_not_fit(left: tuple[int, int], said: type) -> None:
    world = World()
    world.take(invoice("A-2026-1", 50_000), invoice("A-2026-2", 71_000))
    [suggestion, _] = suggested(world.take(movement(121_500, facts("A-2026-1 A-2026-2"))))
    decision = PersonDecision(
        COMPANY, suggestion.document_id, suggestion.allocation.allocation_id, "accept", "office:janssens", "d1"
    )
    now = [item("A-2026-1", 50_000, allocated=50_000 - left[0]), item("A-2026-2", 71_000, allocated=71_000 - left[1])]
    ledger = world.ledger
    found = ledger.decided.read(
        decision, ledger.movements, ledger.standings, ledger.proposals, lambda company: Items(now)
    )
    assert isinstance(found, said) and (said is Said or found == "proposal_stale")


@pytest.mark.parametrize(
    ("allocated", "amount", "fits"),
    [(0, 100, True), (1, 100, False), (100, -100, True), (99, -100, False)],
)
def test_a_part_fits_what_is_open_or_taken_back_what_is_paid(allocated: int, amount: int, fits: bool) -> None:
    known = item(payable=100, allocated=allocated)
    assert _holds(Items([known]), Part(known.key, amount)) is fits
    assert not _holds(Items([]), Part(known.key, amount))


@pytest.mark.parametrize(
    ("paid", "is_learnt"),
    [
        (movement(1, facts(account=ACCOUNT)), True),
        (movement(0, facts(account=ACCOUNT)), False),
        (movement(1, facts(account=ACCOUNT, kind="payout")), False),
        (replace(movement(1), facts=None), False),
    ],
)
def test_an_account_is_learnt_of_a_payment_that_brought_money(paid: LedgerMovement, is_learnt: bool) -> None:
    said = PersonDecision(COMPANY, item().document_id, "", "accept", "office:janssens", "d1")
    learnt = _lesson(said, paid, [Part(item().key, 1)], Items([item()]), Knowledge())
    assert learnt == ((Learnt(COMPANY, ACCOUNT, item().debtors[0], "d1"),) if is_learnt else ())


def test_where_no_account_paid_none_is_learnt() -> None:
    world = World()
    settled = accepted(world, proposed(world, movement(121_000, facts(name="Peeters Bakkerij"))))
    assert names(without_endings(settled)) == ["InvoiceSettled 2026-0412"]
    assert world.ledger.changes.learnt == []


def test_an_account_that_became_the_companys_own_meanwhile_is_no_debtors() -> None:
    world = World()
    suggestion = proposed(world)
    world.ledger.decided._knowledge[COMPANY] = knows(own=[ACCOUNT])
    assert names(without_endings(accepted(world, suggestion))) == ["InvoiceSettled 2026-0412"]
    assert world.ledger.changes.learnt == []


def test_of_money_that_goes_out_nobodys_account_is_learnt() -> None:
    world = World()
    world.take(invoice("CN-2026-0007", family="credit_note"))
    [suggestion] = suggested(world.take(replace(DOUBTFUL, amount=-121_000)))
    assert names(without_endings(accepted(world, suggestion))) == ["InvoiceSettled CN-2026-0007"]
    assert world.ledger.changes.learnt == []


def test_an_account_that_pays_two_debtors_at_once_is_neithers() -> None:
    world = World()
    world.take(invoice("A-2026-1", 50_000), invoice("A-2026-2", 71_000, customer=OTHER_CUSTOMER))
    [suggestion, *_] = suggested(world.take(movement(120_000, facts("A-2026-1 A-2026-2", account=ACCOUNT))))
    accepted(world, suggestion)
    assert world.ledger.changes.learnt == []


def test_a_customer_without_a_name_is_no_debtor() -> None:
    world = World()
    world.take(invoice("F-00412", customer=Customer(name="")))
    [suggestion, *_] = suggested(world.take(movement(120_000, facts("F-00412", account=ACCOUNT))))
    accepted(world, suggestion)
    assert world.ledger.changes.learnt == []


def test_an_account_is_known_as_long_as_one_decision_says_so() -> None:
    second, elsewhere = replace(FIRST, decision_id="d2"), replace(FIRST, enterprise_number=OTHER_COMPANY)
    taken_back = [replace(each, withdrawn=True) for each in (FIRST, second)]
    both = [FIRST, second, elsewhere]
    assert debtors(*both, taken_back[0]) == debtors(*both) == {ACCOUNT: {"peeters"}}
    assert debtors(*both, *taken_back) == {}
    assert Decided({}, [*both, *taken_back]).knowledge_of(OTHER_COMPANY).debtors == {ACCOUNT: {"peeters"}}


def test_of_an_account_of_two_debtors_one_may_be_forgotten() -> None:
    other, account = replace(FIRST, debtor="lambert"), replace(FIRST, iban=OTHER_ACCOUNT)
    known = debtors(FIRST, other, account, replace(FIRST, withdrawn=True))
    assert known == {ACCOUNT: {"lambert"}, OTHER_ACCOUNT: {"peeters"}}


def debtors(*learnt: Learnt) -> dict[str, set[str]]:
    known = Decided({}, learnt).knowledge_of(COMPANY).debtors
    return {iban: set(each) for iban, each in known.items()}


def test_a_refusal_of_before_can_be_taken_back_once() -> None:
    world = World()
    suggestion = proposed(world)
    world.decide(suggestion, "refuse")
    world.load_again()
    taken_back = world.decide(suggestion, "undo", "d2")
    assert not isinstance(taken_back, str)
    again = suggested(taken_back)
    assert [each.allocation.allocation_id for each in again] == [suggestion.allocation.allocation_id]
    assert list(world.ledger.decided.refusals_of(DOUBTFUL.key)) == []
    said = [(each.decision_id, each.withdrawn) for each in world.ledger.changes.refused]
    assert said == [("d1", False), ("d2", True)]
    assert world.decide(suggestion, "undo", "d3") == "nothing_to_undo"


def test_of_two_refusals_of_a_movement_the_one_that_is_named_is_taken_back() -> None:
    refusals = [Refusal(DOUBTFUL.key, item(number).key, "d1", f"{STATEMENT}/0/{number}/1") for number in ("A-1", "A-2")]
    decided = Decided({}, (), refusals)
    assert list(decided.refusals_of(DOUBTFUL.key)) == refusals
    assert list(decided.refusals_of((STATEMENT, 1))) == []


def test_what_is_undone_is_named_by_its_own_allocation() -> None:
    world = World()
    [settled] = world.take(invoice(reference=OGM), movement(121_000, facts(reference=OGM)))
    other = settled.allocation.model_copy(update={"allocation_id": settled.allocation.allocation_id + "9"})
    assert world.decide(settled.model_copy(update={"allocation": other}), "undo") == "nothing_to_undo"
    world.decide(settled, "undo")
    [pin] = world.ledger.changes.pins
    assert (pin.rule, pin.parts, pin.decision_id) == ("R12", (), "d1")


def test_undoing_forgets_what_was_learnt_by_what_is_undone_and_nothing_else() -> None:
    world = World()
    first = accepted(world, proposed(world))
    [settled] = world.take(invoice("2026-0500", reference=OGM), movement(121_000, facts(reference=OGM), position=1))
    world.decide(settled, "undo", "d2")
    world.take(invoice("F-00099", 50_000, customer=OTHER_CUSTOMER))
    [second] = suggested(world.take(movement(50_000, facts(name="Lambert Garage", account=OTHER_ACCOUNT), position=2)))
    accepted(world, second, "d3")
    assert [learnt.withdrawn for learnt in world.ledger.changes.learnt] == [False, False]
    world.decide(without_endings(first)[0], "undo", "d4")
    assert [(each.iban, each.decision_id) for each in world.ledger.changes.learnt if each.withdrawn] == [
        (ACCOUNT, "d1")
    ]
