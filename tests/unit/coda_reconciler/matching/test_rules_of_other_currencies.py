"""Is an invoice in another currency than the account's settled only by what was ordered of it, and held right then?"""

from datetime import date

import pytest

from services.coda_reconciler.domain.matching.facts import Knowledge, PaymentFacts
from services.coda_reconciler.domain.settlement.values import Outcome
from shared.contracts.statements import InvoicePartiallyPaid, InvoiceReopened, InvoiceSettled, PaymentUndone
from shared.values import Money
from tests.unit.coda_reconciler.matching.ledger_world import World, names, suggested, without_endings
from tests.unit.coda_reconciler.matching.made import (
    ACCOUNT,
    OGM,
    OTHER_OGM,
    decided,
    facts,
    in_dollars,
    invoice,
    item,
    movement,
)

FOREIGN, UNTOLD = "04150000", "00150000"
"""A transfer from abroad, and one of which the bank does not say so: that one is only ever suggested."""

ORDERED = (121_000, "USD")
IN_DOLLARS = item(reference=OGM, currency="USD")
BY_REFERENCE = facts(reference=OGM, original=ORDERED, account=ACCOUNT)


def outcomes_of(said: list[Outcome] | str) -> list[Outcome]:
    assert not isinstance(said, str), said
    return without_endings(said)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (facts(reference=OGM, original=ORDERED), "structured_reference"),
        (facts("+++090/9337/55493+++", original=ORDERED), "reference_in_text"),
        (facts("invoice 2026-0412", original=ORDERED), "number_in_text"),
    ],
)
def test_what_was_ordered_in_the_currency_of_the_invoice_is_suggested(said: PaymentFacts, why: str) -> None:
    decision = decided(movement(104_300, said, code=UNTOLD), IN_DOLLARS)
    [proposal] = decision.proposals
    assert (decision.kind, decision.rule, decision.parts) == ("suggest", "R10", ())
    assert proposal.reasons == (why, "amount_equal", "other_currency")
    [part] = proposal.parts
    assert (part.item, part.amount, part.taken, part.difference) == (IN_DOLLARS.key, 121_000, 104_300, 0)
    assert [each.meaning for each in proposal.evidence][1:] == ["original_amount", "amount"]
    assert all(rejected.item != IN_DOLLARS.key for rejected in decision.rejected)


@pytest.mark.parametrize(
    "said",
    [
        facts(reference=OGM),
        facts(reference=OGM, original=(120_000, "USD")),
        facts(reference=OGM, original=(121_000, "GBP")),
        facts(reference=OGM, original=(121_000, "EUR")),
        facts(reference=OTHER_OGM, original=ORDERED),
        facts("factuur 412", original=ORDERED),
        facts(original=ORDERED, name="Peeters Bakkerij"),
    ],
    ids=[
        "nothing was ordered", "another amount", "another currency", "the account's currency", "another reference",
        "a bare counter", "only name and amount",
    ],
)  # fmt: skip
def test_anything_less_is_not_suggested_across_currencies(said: PaymentFacts) -> None:
    decision = decided(movement(104_300, said, code=UNTOLD), IN_DOLLARS)
    assert (decision.kind, decision.proposals, decision.parts) == ("none", (), ())


def test_neither_money_out_nor_what_a_person_refused_is_suggested() -> None:
    out, came = movement(-104_300, BY_REFERENCE, code=UNTOLD), movement(104_300, BY_REFERENCE, code=UNTOLD)
    refused = Knowledge(refused=frozenset({(came.key, IN_DOLLARS.key)}))
    assert decided(out, IN_DOLLARS).kind == "none"
    assert decided(came, IN_DOLLARS, knowledge=refused).kind == "none"


def test_an_accepted_one_closes_the_invoice_and_uses_the_whole_movement_up() -> None:
    world, paid = World(), movement(104_300, BY_REFERENCE, code=UNTOLD)
    [suggestion] = suggested(world.take(paid, invoice(reference=OGM, currency="USD")))
    assert suggestion.allocation.amount == Money.of("121.00", "USD")
    assert suggestion.allocation.taken == Money.of("104.30", "EUR")
    world.load_again()
    [settled] = outcomes_of(world.decide(suggestion, "accept"))
    assert isinstance(settled, InvoiceSettled)
    assert (settled.balance, settled.allocation.amount) == (Money.zero("USD"), Money.of("121.00", "USD"))
    assert settled.allocation.taken == Money.of("104.30", "EUR")
    assert world.unallocated() == {paid.key: 0}
    assert [learnt.iban for learnt in world.ledger.changes.learnt] == [ACCOUNT]


def test_undone_both_sides_are_as_before() -> None:
    world, paid = World(), movement(104_300, BY_REFERENCE, code=UNTOLD)
    [suggestion] = suggested(world.take(invoice(reference=OGM, currency="USD"), paid))
    [settled] = outcomes_of(world.decide(suggestion, "accept"))
    world.load_again()
    [undone, *_] = outcomes_of(world.decide(settled, "undo", "d2"))
    assert isinstance(undone, PaymentUndone)
    assert (undone.balance, undone.allocation.amount) == (Money.of("121.00", "USD"), Money.of("-121.00", "USD"))
    assert undone.allocation.taken == Money.of("-104.30", "EUR")
    assert world.unallocated() == {paid.key: 104_300}


def test_the_bank_takes_both_sides_back() -> None:
    world, paid = World(), movement(104_300, BY_REFERENCE, code=UNTOLD)
    [suggestion] = suggested(world.take(invoice(reference=OGM, currency="USD"), paid))
    outcomes_of(world.decide(suggestion, "accept"))
    back = movement(-104_300, facts(reference=OGM, return_reason="AC04"), position=1, day=date(2026, 3, 17))
    [reopened] = world.take(back)
    assert isinstance(reopened, InvoiceReopened)
    assert (reopened.balance, reopened.allocation.amount) == (Money.of("121.00", "USD"), Money.of("-121.00", "USD"))
    assert reopened.allocation.taken == Money.of("-104.30", "EUR")
    assert set(world.unallocated().values()) == {0}


def test_what_is_paid_in_its_own_currency_since_leaves_money_over_in_the_same_measure() -> None:
    world, paid = World(), movement(104_300, BY_REFERENCE, code=UNTOLD)
    [suggestion] = suggested(world.take(invoice(reference=OGM, currency="USD"), paid))
    outcomes_of(world.decide(suggestion, "accept"))
    earlier = in_dollars(movement(60_500, facts(reference=OGM), position=1, day=date(2026, 3, 2)))
    assert "InvoiceReopened 2026-0412" not in names(world.take(earlier))
    assert world.unallocated() == {paid.key: 0, earlier.key: 60_500}


def test_a_newer_version_of_less_takes_as_much_less_of_the_movement() -> None:
    world, paid = World(), movement(104_300, BY_REFERENCE, code=UNTOLD)
    first = invoice(reference=OGM, currency="USD")
    [suggestion] = suggested(world.take(first, paid))
    outcomes_of(world.decide(suggestion, "accept"))
    less = invoice(payable=60_500, reference=OGM, currency="USD", version=2, supersedes=first.document_id)
    outcomes = world.take(less)
    assert isinstance(outcomes[-1], InvoiceSettled)
    assert (outcomes[-1].allocation.amount, outcomes[-1].balance) == (Money.of("60.50", "USD"), Money.zero("USD"))
    assert outcomes[-1].allocation.taken == Money.of("52.15", "EUR")
    assert world.unallocated() == {paid.key: 52_150}
    assert not any(isinstance(each, InvoicePartiallyPaid) for each in outcomes)


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        (facts(reference=OGM, original=ORDERED), "structured_reference"),
        (facts("+++090/9337/55493+++", original=ORDERED), "reference_in_text"),
        (facts("invoice 2026-0412", original=ORDERED), "invoice_number"),
    ],
)
def test_a_transfer_from_abroad_that_ordered_what_is_open_of_the_invoice_that_it_names_settles_it(
    said: PaymentFacts, evidence: str
) -> None:
    paid = movement(104_300, said, code=FOREIGN)
    decision = decided(paid, IN_DOLLARS)
    assert (decision.kind, decision.rule, decision.reason) == ("settle", "R10", "other_currency")
    [part] = decision.parts
    assert (part.item, part.amount, part.taken, part.difference) == (IN_DOLLARS.key, 121_000, 104_300, 0)
    assert [each.meaning for each in decision.evidence] == [evidence, "original_amount", "amount"]
    world = World()
    [settled] = world.take(paid, invoice(reference=OGM, currency="USD"))
    assert isinstance(settled, InvoiceSettled)
    assert (settled.balance, settled.allocation.taken) == (Money.zero("USD"), Money.of("104.30", "EUR"))
    assert world.unallocated() == {paid.key: 0}
    back = movement(-104_300, facts(reference=OGM, return_reason="AC04"), position=1, day=date(2026, 3, 17))
    if said.references:
        assert names(world.take(back)) == ["InvoiceReopened 2026-0412"]
        assert world.balances()[IN_DOLLARS.key] == 121_000


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (facts("invoice 26-412", original=ORDERED), "suggest"),
        (facts("2026-0412 and 2026-0413", original=ORDERED), "suggest"),
        (facts("2026-0412 and 2026-0500", original=ORDERED), "suggest"),
        (facts("invoice 2026-0412", original=(121_050, "USD")), "none"),
        (facts(original=ORDERED, name="Peeters Bakkerij"), "none"),
    ],
    ids=["not the whole number", "two in dollars", "one in euros beside it", "five cents more", "nothing is named"],
)
def test_any_other_reading_of_a_transfer_from_abroad_is_no_settlement(said: PaymentFacts, kind: str) -> None:
    others = item("2026-0413", 60_000, currency="USD"), item("2026-0500", 70_000)
    decision = decided(movement(104_300, said, code=FOREIGN), IN_DOLLARS, *others)
    assert (decision.kind, decision.parts) == (kind, ())


def test_what_a_person_refused_of_a_transfer_from_abroad_does_not_settle() -> None:
    paid = movement(104_300, BY_REFERENCE, code=FOREIGN)
    assert decided(paid, IN_DOLLARS, knowledge=Knowledge(refused=frozenset({(paid.key, IN_DOLLARS.key)}))).parts == ()


def test_a_newer_version_of_less_is_not_what_was_ordered() -> None:
    world, paid = World(), movement(104_300, BY_REFERENCE, code=FOREIGN)
    first = invoice(reference=OGM, currency="USD")
    world.take(first, paid)
    less = invoice(payable=60_500, reference=OGM, currency="USD", version=2, supersedes=first.document_id)
    assert names(world.take(less)) == ["InvoiceReopened 2026-0412"]
    assert world.unallocated() == {paid.key: 104_300}
