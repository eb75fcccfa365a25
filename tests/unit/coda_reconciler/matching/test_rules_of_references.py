"""Rules 3, 4 and 10: does a reference settle what it names, and never more than that?"""

from datetime import date

import pytest

from tests.unit.coda_reconciler.matching.made import (
    ACCOUNT,
    CUSTOMER,
    OGM,
    OTHER_OGM,
    decided,
    facts,
    given,
    in_dollars,
    item,
    knows,
    movement,
    ogm,
)


def test_a_structured_reference_of_one_open_invoice_settles_it() -> None:
    decision = decided(movement(121_000, facts(reference=OGM)), item(reference=OGM), item("2026-0413"))
    assert (decision.kind, decision.rule, given(decision.parts)) == ("settle", "R03", {"2026-0412": 121_000})
    [evidence] = decision.evidence
    assert (evidence.line, evidence.columns, evidence.text) == (3, "66-77", OGM)


def test_less_than_the_balance_pays_a_part_of_it() -> None:
    decision = decided(movement(50_000, facts(reference=OGM)), item(reference=OGM))
    assert (decision.kind, decision.reason, given(decision.parts)) == ("settle", "partial", {"2026-0412": 50_000})


def test_more_than_the_balance_settles_it_and_the_rest_stays() -> None:
    decision = decided(movement(150_000, facts(reference=OGM)), item(reference=OGM))
    assert (decision.kind, decision.reason, given(decision.parts)) == ("settle", "overpaid", {"2026-0412": 121_000})


def test_an_invoice_that_is_paid_already_is_a_duplicate_payment() -> None:
    decision = decided(movement(121_000, facts(reference=OGM)), item(reference=OGM, allocated=121_000))
    assert (decision.kind, decision.rule, decision.reason) == ("none", "R03", "duplicate_payment")
    assert [(rejected.item[2], rejected.reason) for rejected in decision.rejected] == [("2026-0412", "already_paid")]


def test_a_reference_of_no_invoice_waits_for_one_even_where_account_and_amount_fit() -> None:
    paid = movement(121_000, facts(reference=OGM, account=ACCOUNT, name="Garage Lambert"))
    decision = decided(paid, item(reference=OTHER_OGM), knowledge=knows((ACCOUNT, CUSTOMER)))
    assert (decision.kind, decision.reason) == ("none", "reference_unknown")


def test_one_reference_of_two_open_invoices_is_a_suggestion() -> None:
    items = item("A-2026-1", reference=OGM), item("A-2026-2", 200_000, reference=OGM)
    decision = decided(movement(200_000, facts(reference=OGM)), *items)
    assert (decision.kind, decision.reason) == ("suggest", "several_items_with_reference")
    assert given(decision.proposals[0].parts) == {"A-2026-2": 200_000}
    assert "amount_equal" in decision.proposals[0].reasons


def test_a_reference_means_nothing_in_another_currency() -> None:
    decision = decided(in_dollars(movement(121_000, facts(reference=OGM))), item(reference=OGM))
    assert (decision.kind, decision.reason, decision.rejected[0].reason) == ("none", *["other_currency"] * 2)


def test_a_debit_with_the_reference_of_a_credit_note_refunds_it() -> None:
    note = item("CN-2026-7", 30_000, reference=OGM, family="credit_note")
    decision = decided(movement(-30_000, facts(reference=OGM), code="00101000"), note)
    assert (decision.kind, given(decision.parts)) == ("settle", {"CN-2026-7": -30_000})


def test_more_than_a_credit_note_asks_for_is_never_refunded_by_itself() -> None:
    note = item("CN-2026-7", 30_000, reference=OGM, family="credit_note")
    decision = decided(movement(-31_000, facts(reference=OGM), code="00101000"), note)
    assert (decision.kind, decision.reason) == ("suggest", "more_than_open")


def test_an_invoice_and_its_credit_note_with_one_reference_are_netted() -> None:
    items = item(reference=OGM), item("CN-2026-7", 21_000, reference=OGM, family="credit_note")
    decision = decided(movement(100_000, facts(reference=OGM)), *items)
    assert given(decision.parts) == {"2026-0412": 121_000, "CN-2026-7": -21_000}


@pytest.mark.parametrize("short", [10, 50])
def test_five_cents_too_little_are_rounding_and_close_the_invoice(short: int) -> None:
    decision = decided(movement(121_000 - short, facts(reference=OGM)), item(reference=OGM))
    [part] = decision.parts
    assert (decision.rule, part.amount, part.difference, part.difference_kind) == (
        "R10",
        121_000 - short,
        short,
        "rounding",
    )


def test_six_cents_too_little_are_a_part() -> None:
    decision = decided(movement(120_940, facts(reference=OGM)), item(reference=OGM))
    assert (decision.rule, decision.reason) == ("R03", "partial")


def test_cents_too_much_stay_with_the_payer() -> None:
    decision = decided(movement(121_030, facts(reference=OGM)), item(reference=OGM))
    assert (decision.rule, decision.reason, given(decision.parts)) == ("R10", "rounding", {"2026-0412": 121_000})


def test_a_cash_discount_in_time_closes_the_invoice_and_is_named() -> None:
    owed = item(reference=OGM, discounts=[(2_420, date(2026, 3, 16))])
    [part] = decided(movement(118_580, facts(reference=OGM)), owed).parts
    assert (part.amount, part.difference, part.difference_kind) == (118_580, 2_420, "cash_discount")


def test_a_cash_discount_that_is_over_is_a_part() -> None:
    owed = item(reference=OGM, discounts=[(2_420, date(2026, 3, 15))])
    decision = decided(movement(118_580, facts(reference=OGM)), owed)
    assert (decision.reason, decision.parts[0].difference) == ("discount_late", 0)


def test_a_cash_discount_is_not_to_be_had_on_the_rest_of_an_invoice() -> None:
    owed = item(reference=OGM, discounts=[(2_420, date(2026, 3, 16))], allocated=1_000)
    assert decided(movement(118_580, facts(reference=OGM)), owed).reason == "partial"


def test_costs_that_banks_kept_of_a_foreign_transfer_close_the_invoice() -> None:
    paid = movement(106_000, facts(reference=OGM, original=(121_000, "EUR")), code="04150000")
    [part] = decided(paid, item(reference=OGM)).parts
    assert (part.amount, part.difference, part.difference_kind) == (106_000, 15_000, "bank_costs")


@pytest.mark.parametrize(
    ("amount", "original", "code"),
    [
        (106_000, (120_000, "EUR"), "04150000"),
        (106_000, (121_000, "USD"), "04150000"),
        (106_000, (121_000, "EUR"), "00150000"),
        (10_000, (121_000, "EUR"), "04150000"),
    ],
    ids=["another amount was ordered", "another currency", "no foreign transfer", "too much for costs"],
)
def test_what_is_no_cost_of_a_bank_is_a_part(amount: int, original: tuple[int, str], code: str) -> None:
    decision = decided(movement(amount, facts(reference=OGM, original=original), code=code), item(reference=OGM))
    assert (decision.rule, decision.reason) == ("R03", "partial")


@pytest.mark.parametrize("text", ["+++090/9337/55493+++", "***090/9337/55493***", "090933755493 merci"])
def test_a_reference_in_the_text_settles_its_invoice(text: str) -> None:
    decision = decided(movement(121_000, facts(text)), item(reference=OGM))
    assert (decision.kind, decision.rule, given(decision.parts)) == ("settle", "R04", {"2026-0412": 121_000})


def test_a_reference_in_the_text_without_its_zeros_settles_only_what_it_fits() -> None:
    owed = item(reference=ogm("0009423649"))
    exact, over = (decided(movement(amount, facts(ogm("0009423649")[3:])), owed) for amount in (121_000, 130_000))
    assert (exact.kind, exact.rule) == ("settle", "R04")
    assert (over.kind, over.reason) == ("suggest", "more_than_open")


def test_a_whole_reference_in_the_text_leaves_the_rest_as_a_credit() -> None:
    decision = decided(movement(130_000, facts("+++090/9337/55493+++")), item(reference=OGM))
    assert (decision.kind, decision.reason) == ("settle", "overpaid")


def test_a_reference_beside_the_counter_of_an_invoice_that_the_amount_fits_is_a_suggestion() -> None:
    paid = movement(130_000, facts("+++090/9337/55493+++ factuur 921"))
    decision = decided(paid, item("920", reference=OGM), item("921", 130_000))
    assert (decision.kind, decision.reason) == ("suggest", "several_readings")
    assert [given(proposal.parts) for proposal in decision.proposals] == [{"921": 130_000}, {"920": 121_000}]


def test_an_rf_reference_in_the_text_settles_its_invoice() -> None:
    decision = decided(movement(121_000, facts("ref RF18 5390 0754 7034")), item(reference="RF18539007547034"))
    assert (decision.kind, decision.rule) == ("settle", "R04")


def test_two_references_in_one_text_settle_both_where_the_sum_is_right() -> None:
    items = item("A-2026-1", reference=OGM), item("A-2026-2", 9_000, reference=OTHER_OGM)
    text = f"+++090/9337/55493+++ en +++000/0000/101{OTHER_OGM[-2:]}+++"
    decision = decided(movement(130_000, facts(text)), *items)
    assert given(decision.parts) == {"A-2026-1": 121_000, "A-2026-2": 9_000}


def test_a_wrong_check_digit_never_settles_even_where_amount_and_account_fit() -> None:
    paid = movement(121_000, facts(wrong_reference="090933755494", account=ACCOUNT))
    decision = decided(paid, item(reference=OGM), knowledge=knows((ACCOUNT, CUSTOMER)))
    assert (decision.kind, decision.reason) == ("suggest", "check_digits_wrong")
    assert given(decision.proposals[0].parts) == {"2026-0412": 121_000}


def test_wrong_references_are_ranked_by_amount_then_by_digits() -> None:
    items = item("A-2026-1", 50_000, reference=OGM), item("A-2026-2", 121_000, reference=ogm("0909337654"))
    for amount, expected in ((121_000, ["A-2026-2", "A-2026-1"]), (50_000, ["A-2026-1", "A-2026-2"])):
        decision = decided(movement(amount, facts(wrong_reference="090933755496")), *items)
        assert [next(iter(given(proposal.parts))) for proposal in decision.proposals] == expected
