"""Rules 5 and 6: is an invoice that is named by its number, its mandate or our own id found, and no other?"""

from datetime import date

import pytest

from tests.unit.coda_reconciler.matching.made import (
    ACCOUNT,
    OTHER_CUSTOMER,
    decided,
    facts,
    given,
    item,
    knows,
    movement,
)

THREE = (item("2022-12-13297", 100_000), item("2022-12-13298", 20_000), item("2022-12-13422", 3_000))


def test_the_number_of_an_invoice_settles_it() -> None:
    decision = decided(movement(121_000, facts("factuur 2026-0412")), item(), item("2026-0413"))
    assert (decision.kind, decision.rule, given(decision.parts)) == ("settle", "R06", {"2026-0412": 121_000})
    assert decision.evidence[0].text in "factuur 2026-0412"


@pytest.mark.parametrize(
    "text",
    [
        "2022-12-13297+13298",
        "factures 2022-12-13297 et 2022-12-13298",
        "2022-12-13297, 2022-12-13298",
        "221213297 221213298",
    ],
    ids=["elided", "listed in French", "with a comma", "compact"],
)
def test_several_numbers_settle_all_of_them_where_the_sum_is_right(text: str) -> None:
    decision = decided(movement(120_000, facts(text)), *THREE)
    assert given(decision.parts) == {"2022-12-13297": 100_000, "2022-12-13298": 20_000}


def test_a_range_of_numbers_settles_all_of_them() -> None:
    items = [item(f"2026-{number:04d}", 1_000 * number) for number in range(410, 416)]
    decision = decided(movement(410_000 + 411_000 + 412_000, facts("2026-0410 t/m 2026-0412")), *items)
    assert given(decision.parts) == {"2026-0410": 410_000, "2026-0411": 411_000, "2026-0412": 412_000}


def test_several_numbers_whose_sum_differs_are_suggested_with_the_difference() -> None:
    decision = decided(movement(115_000, facts("2022-12-13297+13298")), *THREE)
    assert (decision.kind, decision.rule, decision.reason) == ("suggest", "R06", "sum_differs")
    assert given(decision.proposals[0].parts) == {"2022-12-13297": 100_000, "2022-12-13298": 15_000}


def test_some_of_the_named_ones_that_fit_come_first_among_suggestions() -> None:
    decision = decided(movement(103_000, facts("2022-12-13297+13298+13422")), *THREE)
    assert decision.kind == "suggest"
    assert given(decision.proposals[0].parts) == {"2022-12-13297": 100_000, "2022-12-13422": 3_000}


def test_a_named_credit_note_is_taken_off_the_sum() -> None:
    note = item("CN-2026-0007", 21_000, family="credit_note")
    decision = decided(movement(100_000, facts("2026-0412 - CN-2026-0007")), item(), note)
    assert given(decision.parts) == {"2026-0412": 121_000, "CN-2026-0007": -21_000}


def test_a_named_credit_note_whose_sum_differs_is_netted_in_the_suggestion() -> None:
    note = item("CN-2026-0007", 21_000, family="credit_note")
    decision = decided(movement(90_000, facts("2026-0412 - CN-2026-0007")), item(), note)
    assert (decision.kind, decision.reason) == ("suggest", "sum_differs")
    assert given(decision.proposals[0].parts) == {"2026-0412": 111_000, "CN-2026-0007": -21_000}


def test_a_named_credit_note_that_was_not_taken_off_stays_open() -> None:
    note = item("CN-2026-0007", 21_000, family="credit_note")
    decision = decided(movement(121_000, facts("2026-0412, CN-2026-0007")), item(), note)
    assert given(decision.parts) == {"2026-0412": 121_000}


def test_a_debit_with_the_number_of_a_credit_note_refunds_it() -> None:
    note = item("CN-2026-0007", 21_000, family="credit_note")
    decision = decided(movement(-21_000, facts("CN-2026-0007"), code="00101000"), item(), note)
    assert (decision.kind, given(decision.parts)) == ("settle", {"CN-2026-0007": -21_000})


def test_a_debit_with_the_number_of_an_invoice_pays_a_supplier() -> None:
    decision = decided(movement(-121_000, facts("2026-0412"), code="00101000"), item())
    assert (decision.kind, decision.proposals) == ("none", ())
    assert decision.rejected[0].reason == "money_goes_the_other_way"


def test_less_than_a_named_invoice_is_a_part_of_it_where_the_customer_pays() -> None:
    decision = decided(movement(50_000, facts("2026-0412")), item())
    assert (decision.kind, decision.reason, given(decision.parts)) == ("settle", "partial", {"2026-0412": 50_000})


def test_less_than_a_named_invoice_is_suggested_where_somebody_else_pays() -> None:
    paid = facts("2026-0412", name="Garage Lambert", account=ACCOUNT)
    by_name = decided(movement(50_000, paid), item())
    by_account = decided(movement(50_000, facts("2026-0412", account=ACCOUNT)), item(), knowledge=knows(
        (ACCOUNT, OTHER_CUSTOMER)
    ))  # fmt: skip
    assert [(each.kind, each.reason) for each in (by_name, by_account)] == [("suggest", "less_than_open")] * 2


def test_less_than_a_named_invoice_beside_a_number_that_nobody_knows_is_suggested() -> None:
    decision = decided(movement(50_000, facts("2026-0412 2026-0399")), item())
    assert (decision.kind, decision.reason) == ("suggest", "less_than_open")


def test_a_stale_end_to_end_id_does_not_hide_the_invoice_that_the_text_names() -> None:
    items = item("2026-0411", 70_000, allocated=70_000), item()
    decision = decided(movement(121_000, facts("2026-0412", end_to_end_id="2026-0411")), *items)
    assert given(decision.parts) == {"2026-0412": 121_000}


def test_more_than_a_named_invoice_is_only_suggested() -> None:
    decision = decided(movement(130_000, facts("2026-0412")), item())
    assert (decision.kind, decision.reason) == ("suggest", "more_than_open")


def test_a_bare_counter_is_only_suggested() -> None:
    decision = decided(movement(121_000, facts("factuur 900")), item("2026-0900"), item("2026-0901"))
    assert (decision.kind, decision.reason) == ("suggest", "bare_counter")
    assert given(decision.proposals[0].parts) == {"2026-0900": 121_000}


def test_an_invoice_that_was_paid_and_is_named_again_is_a_duplicate_payment() -> None:
    decision = decided(movement(121_000, facts("2026-0412")), item(allocated=121_000))
    assert (decision.kind, decision.reason) == ("none", "duplicate_payment")


def test_one_number_of_two_years_settles_the_one_whose_balance_it_is() -> None:
    older = item("F-00412", 90_000, issued=date(2025, 3, 1))
    newer = item("F-00412", 121_000)
    decision = decided(movement(121_000, facts("F-00412")), older, newer)
    assert [part.item[3] for part in decision.parts] == [2026]


def test_one_number_of_two_years_and_one_amount_is_a_suggestion() -> None:
    older, newer = item("F-00412", issued=date(2025, 3, 1)), item("F-00412")
    decision = decided(movement(121_000, facts("F-00412")), older, newer)
    assert (decision.kind, decision.reason) == ("suggest", "several_readings")
    assert len(decision.proposals) == 2


def test_long_numbers_that_share_digits_do_not_stand_for_each_other() -> None:
    items = item("2026004120001"), item("2026004120002"), item("2026004120010")
    decision = decided(movement(121_000, facts("2026004120001")), *items)
    assert given(decision.parts) == {"2026004120001": 121_000}


def test_a_number_of_another_company_settles_nothing() -> None:
    decision = decided(movement(121_000, facts("VF-99001")), item(), item("2026-0413"))
    assert decision.kind != "settle"


def test_an_end_to_end_id_that_we_issued_settles_its_invoice() -> None:
    decision = decided(movement(121_000, facts(end_to_end_id="2026-0412"), code="00550000"), item())
    assert (decision.kind, decision.rule, decision.evidence[0].meaning) == ("settle", "R05", "end_to_end_id")


def test_an_end_to_end_id_of_a_transfer_that_does_not_fit_is_suggested() -> None:
    transfer = decided(movement(50_000, facts(end_to_end_id="2026-0412")), item())
    collected = decided(movement(50_000, facts(end_to_end_id="2026-0412"), code="00550000"), item())
    assert (transfer.kind, collected.kind, collected.reason) == ("suggest", "settle", "partial")


def test_a_mandate_and_the_amount_of_one_invoice_settle_it() -> None:
    items = item(mandate="RUM-1"), item("2026-0413", 50_000, mandate="RUM-1")
    decision = decided(movement(121_000, facts(mandate="RUM-1"), code="00550000"), *items)
    assert (decision.kind, decision.rule, given(decision.parts)) == ("settle", "R05", {"2026-0412": 121_000})


def test_a_mandate_and_two_invoices_of_the_amount_are_a_suggestion() -> None:
    items = item(mandate="RUM-1"), item("2026-0413", mandate="RUM-1")
    decision = decided(movement(121_000, facts(mandate="RUM-1"), code="00550000"), *items)
    assert (decision.kind, decision.reason, len(decision.proposals)) == ("suggest", "several_readings", 2)


def test_a_pair_that_a_person_refused_is_left_out() -> None:
    paid, owed = movement(121_000, facts("2026-0412")), item()
    knowledge = knows()
    refused = type(knowledge)(refused=frozenset({(paid.key, owed.key)}))
    decision = decided(paid, owed, knowledge=refused)
    assert decision.kind == "none"
    assert decision.rejected[0].reason == "refused_by_a_person"
