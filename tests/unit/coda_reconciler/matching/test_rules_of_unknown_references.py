"""Is what pays with nobody's reference suggested for what its words or payer tell, and settled by nothing but it?"""

import pytest

from services.coda_reconciler.domain.matching.facts import Knowledge, PaymentFacts
from services.coda_reconciler.domain.matching.keys import keys_of_movement, lookup_keys_of_movement
from services.coda_reconciler.domain.matching.widening import widened
from shared.contracts.statements import InvoiceSettled
from tests.unit.coda_reconciler.matching.ledger_world import World, endings, names, suggested
from tests.unit.coda_reconciler.matching.made import (
    ACCOUNT,
    CUSTOMER,
    OGM,
    OTHER_CUSTOMER,
    OTHER_OGM,
    decided,
    facts,
    invoice,
    item,
    knows,
    movement,
)

NAMED = facts("factuur 2026-0412", reference=OGM, name="J. Onbekend")
BY_NAME = facts(reference=OGM)


@pytest.mark.parametrize(
    ("said", "payable", "reasons"),
    [
        (NAMED, 121_000, ("number_in_text", "amount_equal", "reference_unknown")),
        (NAMED, 150_000, ("number_in_text", "amount_differs", "reference_unknown")),
        (BY_NAME, 121_000, ("name_alike", "amount_equal", "reference_unknown")),
    ],
)
def test_what_the_words_or_the_payer_tell_is_suggested(
    said: PaymentFacts, payable: int, reasons: tuple[str, ...]
) -> None:
    decision = decided(movement(121_000, said), item(payable=payable, reference=OTHER_OGM))
    [proposal] = decision.proposals
    assert (decision.kind, decision.rule, decision.reason) == ("suggest", "R12", "reference_unknown")
    assert proposal.reasons == reasons
    assert [(part.item, part.amount) for part in proposal.parts] == [(item().key, 121_000)]


@pytest.mark.parametrize(
    "said",
    [
        facts("factuur 412", reference=OGM, name="J. Onbekend"),
        facts("factuur 26-412", reference=OGM, name="J. Onbekend"),
        facts("2026-0412 en 2026-0413", reference=OGM, name="J. Onbekend"),
        facts("bestelling 2026-0412", reference=OGM, name="J. Onbekend"),
        facts(reference=OGM, name="Garage Lambert"),
        facts(reference=OGM, name=""),
    ],
    ids=["a bare counter", "not the whole number", "two of them", "an order's", "another's name", "no name"],
)
def test_anything_less_is_not_suggested(said: PaymentFacts) -> None:
    decision = decided(movement(121_000, said), item(), item("2026-0413", 9_000, customer=OTHER_CUSTOMER))
    assert (decision.kind, decision.reason) == ("none", "reference_unknown")


def test_what_fits_by_number_and_amount_comes_before_what_only_the_name_tells() -> None:
    said = facts("factuur 2026-0500", reference=OGM)
    by_number = item("2026-0500", customer=OTHER_CUSTOMER)
    decision = decided(movement(121_000, said), item(), by_number)
    assert [proposal.parts[0].item for proposal in decision.proposals] == [by_number.key, item().key]
    decision = decided(movement(121_000, said), item(), item("2026-0500", 90_000, customer=OTHER_CUSTOMER))
    assert [proposal.parts[0].item for proposal in decision.proposals] == [item().key, by_number.key]


def test_neither_a_known_account_nor_anything_else_settles_it() -> None:
    known = knows((ACCOUNT, CUSTOMER))
    said = facts("factuur 2026-0412", reference=OGM, account=ACCOUNT, end_to_end_id="2026-0412")
    assert decided(movement(121_000, said), item(), knowledge=known).kind == "suggest"


def test_what_a_person_refused_is_not_suggested() -> None:
    paid = movement(121_000, NAMED)
    refused = Knowledge(refused=frozenset({(paid.key, item().key)}))
    assert decided(paid, item(), knowledge=refused).kind == "none"


def test_money_out_with_the_reference_of_anothers_invoice_asks_nobody() -> None:
    assert decided(movement(-121_000, BY_NAME), item(family="credit_note")).kind == "none"
    assert widened(movement(-121_000, BY_NAME), lambda _: False).facts == BY_NAME


def test_only_what_no_invoice_has_is_found_by_more_than_its_reference() -> None:
    paid = movement(121_000, NAMED)
    assert widened(paid, lambda reference: reference == OGM) is paid
    assert [key.kind for key in keys_of_movement(paid)] == ["reference"] and lookup_keys_of_movement(paid) == ()
    wider = widened(paid, lambda _: False)
    assert {key.kind for key in keys_of_movement(wider)} == {"reference", "number"}
    assert [key.kind for key in lookup_keys_of_movement(wider)] == ["amount"]
    assert widened(wider, lambda _: False) is wider


@pytest.mark.parametrize("said", [NAMED, BY_NAME])
@pytest.mark.parametrize("comes_first", ["payment", "invoice"])
def test_the_suggestion_ends_and_the_payment_settles_when_the_invoice_with_the_reference_comes(
    said: PaymentFacts, comes_first: str
) -> None:
    world, paid = World(), movement(121_000, said)
    came = [paid, invoice()] if comes_first == "payment" else [invoice(), paid]
    [suggestion] = suggested(world.take(*came))
    assert (suggestion.invoice_number, suggestion.reasons[-1]) == ("2026-0412", "reference_unknown")
    world.load_again()
    outcomes = world.take(invoice("2026-0999", reference=OGM))
    [settled] = [each for each in outcomes if isinstance(each, InvoiceSettled)]
    assert (settled.invoice_number, settled.allocation.rule) == ("2026-0999", "R03")
    assert endings(outcomes) == ["2026-0412 movement_settled"]


def test_a_person_may_accept_it() -> None:
    world, paid = World(), movement(121_000, NAMED)
    [suggestion] = suggested(world.take(invoice(), paid))
    said = world.decide(suggestion, "accept")
    assert not isinstance(said, str)
    assert names(said)[0] == "InvoiceSettled 2026-0412"
    assert world.take(invoice("2026-0999", reference=OGM)) == []
