"""Does the reconciler do what people decide, learn only from them, and take it back when they do?"""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.coda_reconciler.domain import naming
from shared.contracts.invoices import Customer
from shared.contracts.statements import (
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
    PaymentWithdrawn,
)
from shared.values import DocumentId, EnterpriseNumber
from tests.component.coda_reconciler.world import World
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, OTHER_COMPANY, REFERENCE, Move, statement

PEETERS = {"customer": Customer(name="Peeters Lieve", number="BE0202239951"), "reference": None}
"""The payer of every movement of `statement`."""


def nameless(sequence: int, amount: int = 121_000) -> bytes:
    """A payment of a customer that names nothing; each statement goes on where the one before ended."""
    old = 1_000_000 + (sequence - 1) * amount
    return statement([Move(amount, text="bedankt")], sequence=sequence, old=old, day=date(2026, 3, 1 + sequence))


def of(kind: type[Any], events: list[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


async def suggested() -> tuple[World, PaymentSuggested]:
    """A payment that only its payer's name and its amount speak for."""
    world = World()
    await world.company()
    await world.invoice("121.00", number="2026-0001", **PEETERS)
    [suggestion] = of(PaymentSuggested, await world.bank_file(nameless(1)))
    assert world.memory.allocations == []
    return world, suggestion


async def test_an_accepted_suggestion_settles_the_invoice_and_is_kept_with_who_said_so() -> None:
    world, suggestion = await suggested()
    [settled] = of(
        InvoiceSettled, await world.decide(suggestion.allocation.allocation_id, "accept", suggestion.document_id)
    )
    assert (str(settled.balance), settled.version) == ("0.00 EUR", suggestion.version + 1)
    [(said, refusal)] = world.memory.decisions
    assert (said.decided_by, said.decision, refusal) == ("office:janssens", "accept", None)


async def test_an_accepted_suggestion_tells_whose_account_it_is_from_then_on() -> None:
    world, suggestion = await suggested()
    await world.invoice("121.00", number="2026-0002", **PEETERS)
    await world.decide(suggestion.allocation.allocation_id, "accept", suggestion.document_id)
    [settled] = of(InvoiceSettled, await world.bank_file(nameless(2)))
    assert (settled.invoice_number, settled.allocation.rule) == ("2026-0002", "R07")


async def test_payments_that_wait_are_settled_when_their_account_becomes_known() -> None:
    world, suggestion = await suggested()
    await world.invoice("50.00", number="2026-0002", **PEETERS)
    waiting = await world.bank_file(nameless(2, 50_000))
    assert [event.invoice_number for event in of(PaymentSuggested, waiting)] == ["2026-0002"]
    events = await world.decide(suggestion.allocation.allocation_id, "accept", suggestion.document_id)
    assert {event.invoice_number: event.allocation.rule for event in of(InvoiceSettled, events)} == {
        "2026-0001": suggestion.allocation.rule,
        "2026-0002": "R07",
    }
    assert world.unallocated() == 0


async def test_what_was_learnt_is_forgotten_when_the_decision_is_undone() -> None:
    world, suggestion = await suggested()
    [settled] = of(
        InvoiceSettled, await world.decide(suggestion.allocation.allocation_id, "accept", suggestion.document_id)
    )
    undone = await world.decide(settled.allocation.allocation_id, "undo", suggestion.document_id)
    [taken_back] = of(PaymentUndone, undone)
    assert str(taken_back.balance) == "121.00 EUR" and taken_back.version == settled.version + 2
    assert [line.withdrawn for line in world.memory.learnt] == [False, True]
    await world.invoice("121.00", number="2026-0002", **PEETERS)
    assert of(InvoiceSettled, await world.bank_file(nameless(2))) == []
    assert sum(entry.amount for entry in world.memory.allocations) == 0
    assert len(world.memory.allocations) == 2, "taken back by an entry of its own"


async def test_a_refused_pair_is_not_suggested_again() -> None:
    world, suggestion = await suggested()
    await world.decide(suggestion.allocation.allocation_id, "refuse", suggestion.document_id)
    assert of(PaymentSuggested, await world.invoice("130.00", number="2026-0009", **PEETERS)) == []
    again = await world.invoice("121.00", number="2026-0001", version=2, **PEETERS)
    assert of(PaymentSuggested, again) == [] == of(InvoiceSettled, again)


async def test_a_refusal_is_taken_back_and_the_payment_is_asked_of_again() -> None:
    world, suggestion = await suggested()
    identity, document = suggestion.allocation.allocation_id, suggestion.document_id
    [over] = await world.decide(identity, "refuse", document)
    assert isinstance(over, PaymentWithdrawn) and over.reason == "refused"
    [again] = await world.decide(identity, "undo", document)
    assert isinstance(again, PaymentSuggested) and again.allocation == suggestion.allocation
    assert await world.decide(identity, "undo", document) == []
    assert [refusal for _, refusal in world.memory.decisions] == [None, None, "nothing_to_undo"]
    assert len(of(InvoiceSettled, await world.decide(identity, "accept", document))) == 1


async def test_a_refused_refund_that_nothing_else_leads_to_is_found_again() -> None:
    """Nothing looks money out up once it was decided of: only the refusal leads to it."""
    world = World()
    await world.company()
    await world.invoice("121.00", number="CN-1", family="credit_note", **PEETERS)
    refund = statement([Move(-121_000, text="terugbetaling")])
    [asked] = of(PaymentSuggested, await world.bank_file(refund))
    identity = asked.allocation.allocation_id
    await world.decide(identity, "refuse", asked.document_id)
    [again] = of(PaymentSuggested, await world.decide(identity, "undo", asked.document_id))
    assert again.allocation == asked.allocation
    assert len(of(InvoiceSettled, await world.decide(identity, "accept", asked.document_id))) == 1


async def test_an_automatic_settlement_that_a_person_takes_back_stays_taken_back() -> None:
    world = World()
    await world.company()
    await world.invoice("121.00")
    paid = statement([Move(121_000, reference=REFERENCE)])
    [settled] = of(InvoiceSettled, await world.bank_file(paid))
    [undone] = of(PaymentUndone, await world.decide(settled.allocation.allocation_id, "undo", settled.document_id))
    assert str(undone.balance) == "121.00 EUR"
    assert of(InvoiceSettled, await world.invoice("121.00", version=2)) == []
    assert world.unallocated() == 121_000


@pytest.mark.parametrize("decision", ["accept", "refuse", "undo"])
@pytest.mark.parametrize(
    "allocation_id",
    [
        "",
        "nonsense",
        "stm_00000000000000000000000000/0/doc_00000000000000000000000000/1",
        "a/b/c/d/e/f",
        "stm_1/x/y/p1",
    ],
)
async def test_a_decision_about_nothing_that_is_known_changes_nothing_and_is_kept(
    decision: str, allocation_id: str
) -> None:
    world, suggestion = await suggested()
    assert await world.decide(allocation_id, decision, suggestion.document_id) == []
    [(said, refusal)] = world.memory.decisions
    assert said.allocation_id == allocation_id and refusal


async def test_a_decision_that_comes_twice_or_too_late_changes_nothing() -> None:
    world, suggestion = await suggested()
    identity, document = suggestion.allocation.allocation_id, suggestion.document_id
    assert await world.decide(identity, "accept", document)
    for decision in ("accept", "refuse"):
        assert await world.decide(identity, decision, document) == []
    assert [refusal is None for _, refusal in world.memory.decisions] == [True, False, False]


async def test_nobody_decides_about_another_companys_payment() -> None:
    world, suggestion = await suggested()
    other = EnterpriseNumber(OTHER_COMPANY)
    identity, document = suggestion.allocation.allocation_id, suggestion.document_id
    assert await world.decide(identity, "accept", document, enterprise_number=other) == []
    assert world.memory.decisions[0][1] and world.memory.allocations == []


async def test_a_decision_that_names_another_document_than_its_allocation_changes_nothing() -> None:
    world, suggestion = await suggested()
    other = DocumentId.of(UUID(int=99))
    assert await world.decide(suggestion.allocation.allocation_id, "accept", other) == []
    assert world.memory.decisions[0][1] == "allocation_unknown" and world.memory.allocations == []


async def test_a_payment_that_the_bank_takes_back_reopens_its_invoice_with_the_reason() -> None:
    world = World()
    await world.company(COMPANY, IBAN)
    await world.invoice("121.00")
    [settled] = of(InvoiceSettled, await world.bank_file(statement([Move(121_000, reference=REFERENCE)])))
    back = statement([Move(-121_000, reference=REFERENCE, code="0554000")], sequence=2, old=1_121_000)
    [reopened] = of(InvoiceReopened, await world.bank_file(back))
    assert (str(reopened.balance), reopened.version) == ("121.00 EUR", settled.version + 1)


async def waiting_after_its_invoice_was_paid() -> World:
    """A suggestion, and then another payment that names the invoice."""
    world = World()
    await world.company()
    await world.invoice("121.00", number="2026-0001", **(PEETERS | {"reference": REFERENCE}))
    [suggestion] = of(PaymentSuggested, await world.bank_file(nameless(1)))
    named = statement([Move(121_000, reference=REFERENCE)], sequence=2, old=1_121_000)
    assert len(of(InvoiceSettled, await world.bank_file(named))) == 1
    assert await world.decide(suggestion.allocation.allocation_id, "accept", suggestion.document_id) == []
    assert world.memory.decisions[0][1]
    return world


async def test_a_suggestion_ends_when_another_payment_names_the_invoice() -> None:
    world = await waiting_after_its_invoice_was_paid()
    assert [found for found in world.memory.proposals.values() if found] == []


async def test_a_suggestion_that_is_not_looked_for_again_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "PROPOSED", "looked for by nobody")
    world = await waiting_after_its_invoice_was_paid()
    assert [found for found in world.memory.proposals.values() if found] != []
