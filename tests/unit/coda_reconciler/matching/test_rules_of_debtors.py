"""Rules 7 to 12: what account, name and amount may settle, what they may only suggest, and what pays no invoice."""

from datetime import date
from itertools import combinations
from random import Random

import pytest

from services.coda_reconciler.domain.matching.facts import Kind
from services.coda_reconciler.domain.matching.subsets import subsets
from tests.unit.coda_reconciler.matching.made import (
    ACCOUNT,
    CUSTOMER,
    OTHER_ACCOUNT,
    OTHER_CUSTOMER,
    decided,
    facts,
    given,
    item,
    knows,
    movement,
)

KNOWN = knows((ACCOUNT, CUSTOMER))
PAID = facts(account=ACCOUNT)


def test_a_known_account_and_the_amount_of_one_invoice_settle_it() -> None:
    decision = decided(movement(121_000, PAID), item(), item("2026-0413", 50_000), knowledge=KNOWN)
    assert (decision.kind, decision.rule, given(decision.parts)) == ("settle", "R07", {"2026-0412": 121_000})


def test_an_account_that_nobody_confirmed_settles_nothing() -> None:
    assert decided(movement(121_000, facts(account=OTHER_ACCOUNT)), item(), knowledge=KNOWN).kind == "suggest"


def test_two_invoices_of_one_customer_and_amount_are_a_suggestion() -> None:
    decision = decided(movement(121_000, PAID), item(), item("2026-0413"), knowledge=KNOWN)
    assert (decision.kind, decision.rule, decision.reason) == ("suggest", "R07", "several_readings")
    assert len(decision.proposals) == 2


def test_an_invoice_of_another_customer_with_the_amount_changes_nothing() -> None:
    other = item("2026-0413", customer=OTHER_CUSTOMER)
    assert given(decided(movement(121_000, PAID), item(), other, knowledge=KNOWN).parts) == {"2026-0412": 121_000}


def test_an_invoice_that_was_issued_after_the_payment_is_not_what_it_pays() -> None:
    decision = decided(movement(121_000, PAID), item(issued=date(2026, 3, 17)), knowledge=KNOWN)
    assert (decision.kind, decision.reason) == ("suggest", "issued_after_payment")


def test_words_that_name_another_invoice_make_it_a_suggestion() -> None:
    named = item("2026-0413", 50_000)
    decision = decided(movement(121_000, facts("2026-0413", account=ACCOUNT)), item(), named, knowledge=KNOWN)
    assert decision.kind == "suggest"
    assert [given(proposal.parts) for proposal in decision.proposals] == [{"2026-0413": 50_000}, {"2026-0412": 121_000}]


def test_a_number_of_an_invoice_that_was_never_seen_makes_it_a_suggestion() -> None:
    decision = decided(movement(121_000, facts("factuur 2026-0399", account=ACCOUNT)), item(), knowledge=KNOWN)
    assert (decision.kind, decision.rule, decision.reason) == ("suggest", "R07", "another_is_named")


@pytest.mark.parametrize(
    ("own", "named"), [("2026-0412", "2025-0412"), ("260412", "250412"), ("2026/VK/0412", "2024/VK/0009")]
)
def test_a_number_of_an_earlier_year_that_was_never_seen_makes_it_a_suggestion(own: str, named: str) -> None:
    paid = facts(f"factuur {named}", account=ACCOUNT)
    decision = decided(movement(121_000, paid), item(own), knowledge=KNOWN)
    assert (decision.kind, decision.rule, decision.reason) == ("suggest", "R07", "another_is_named")


def test_a_known_account_that_pays_for_somebody_else_settles_nothing_by_itself() -> None:
    paid = facts(account=ACCOUNT, ultimate_debtor="Garage Lambert")
    decision = decided(movement(121_000, paid), item(), knowledge=KNOWN)
    assert (decision.kind, decision.reason) == ("suggest", "another_is_named")


def test_a_customers_own_number_of_another_make_does_not_stand_in_the_way() -> None:
    decision = decided(movement(121_000, facts("PO-77123", account=ACCOUNT)), item(), knowledge=KNOWN)
    assert (decision.kind, decision.rule) == ("settle", "R07")


def test_a_bare_counter_of_the_same_invoice_does_not_stand_in_the_way() -> None:
    decision = decided(movement(121_000, facts("factuur 412", account=ACCOUNT)), item(), knowledge=KNOWN)
    assert (decision.kind, decision.rule) == ("settle", "R07")


def test_a_known_account_and_the_only_set_with_the_sum_settle_it() -> None:
    items = item("2026-0001", 10_000), item("2026-0002", 20_500), item("2026-0003", 40_700)
    decision = decided(movement(50_700, PAID), *items, knowledge=KNOWN)
    assert (decision.kind, decision.rule) == ("settle", "R08")
    assert given(decision.parts) == {"2026-0001": 10_000, "2026-0003": 40_700}


def test_a_credit_note_is_part_of_a_set() -> None:
    items = item("2026-0001", 10_000), item("2026-0002", 20_500), item("CN-2026-0001", 700, family="credit_note")
    decision = decided(movement(29_800, PAID), *items, knowledge=KNOWN)
    assert given(decision.parts) == {"2026-0001": 10_000, "2026-0002": 20_500, "CN-2026-0001": -700}


def test_two_sets_with_the_sum_are_a_suggestion() -> None:
    items = [item(f"2026-000{number}", 10_000 * number) for number in (1, 2, 3, 4)]
    decision = decided(movement(50_000, PAID), *items, knowledge=KNOWN)
    assert (decision.kind, decision.rule, decision.reason) == ("suggest", "R08", "several_readings")


@pytest.mark.parametrize(("count", "kind"), [(12, "settle"), (13, "suggest"), (36, "suggest"), (37, "suggest")])
def test_more_than_twelve_open_items_are_never_settled_by_a_sum(count: int, kind: str) -> None:
    items = [item(f"2026-{number:04d}", 1_000 + 7 ** (number % 12) + number * 977) for number in range(1, count + 1)]
    amount = items[0].payable + items[5].payable
    decision = decided(movement(amount, PAID), *items, knowledge=KNOWN)
    assert decision.kind == kind
    assert decision.rule == ("R08" if count <= 36 else "R12")


def test_sets_are_all_that_there_are_of_the_sum() -> None:
    dice = Random(5)
    for _ in range(200):
        amounts = [dice.choice((-1, 1)) * dice.randint(1, 60) for _ in range(dice.randint(2, 11))]
        total = dice.randint(1, 150)
        every = [
            places
            for size in range(2, 8)
            for places in combinations(range(len(amounts)), size)
            if sum(amounts[place] for place in places) == total
        ]
        assert subsets(amounts, total, limit=10**6) == every


def test_cents_of_rounding_are_settled_for_a_known_account() -> None:
    [part] = decided(movement(120_970, PAID), item(), knowledge=KNOWN).parts
    assert (part.difference, part.difference_kind) == (30, "rounding")


def test_a_payment_that_fits_nothing_is_suggested_for_the_oldest_invoices() -> None:
    items = item("2026-0001", 10_000, issued=date(2026, 1, 5)), item("2026-0002", 20_000)
    decision = decided(movement(15_000, PAID), *items, knowledge=KNOWN)
    assert (decision.kind, decision.rule) == ("suggest", "R12")
    assert given(decision.proposals[0].parts) == {"2026-0001": 10_000, "2026-0002": 5_000}


def test_a_refund_of_a_known_customers_credit_note_settles_it() -> None:
    note = item("CN-2026-0007", 21_000, family="credit_note")
    decision = decided(movement(-21_000, PAID, code="00101000"), item(), note, knowledge=KNOWN)
    assert (decision.kind, given(decision.parts)) == ("settle", {"CN-2026-0007": -21_000})


def test_a_name_that_is_alike_and_the_amount_are_only_a_suggestion() -> None:
    decision = decided(movement(121_000, facts(name="PEETERS BAKKERIJ")), item())
    assert (decision.kind, decision.rule, decision.reason) == ("suggest", "R09", "account_unknown")


def test_the_name_of_the_ultimate_debtor_is_suggested_for() -> None:
    paid = facts(name="Betaaldienst NV", ultimate_debtor="Bakkerij Peeters")
    assert decided(movement(121_000, paid), item()).rule == "R09"


def test_an_amount_alone_suggests_nothing_and_says_what_was_looked_at() -> None:
    decision = decided(movement(121_000, facts(name="Onbekend")), item())
    assert (decision.kind, decision.rule, decision.reason) == ("none", "R12", "unmatched")
    assert [(rejected.item[2], rejected.reason) for rejected in decision.rejected] == [("2026-0412", "amount_only")]


@pytest.mark.parametrize("kind", ["own_transfer", "costs", "interest", "payout"])
def test_what_is_nobodys_payment_is_never_matched(kind: Kind) -> None:
    decision = decided(movement(121_000, facts("2026-0412", kind=kind)), item())
    assert (decision.kind, decision.rule, decision.reason) == ("none", "R11", kind)


def test_money_between_the_companys_own_accounts_is_never_matched() -> None:
    decision = decided(movement(121_000, facts("2026-0412", account=ACCOUNT)), item(), knowledge=knows(own=[ACCOUNT]))
    assert (decision.kind, decision.reason) == ("none", "own_transfer")


def test_a_total_whose_details_follow_gets_nothing() -> None:
    decision = decided(movement(121_000, facts("2026-0412", kind="replaced")), item())
    assert (decision.kind, decision.reason) == ("none", "replaced_by_details")
