"""What happens when more hangs together than may be decided at once? Nothing is settled, or lost, and it is told."""

from typing import Any

import pytest

from services.coda_reconciler.adapters.memory import MemoryReconciler
from services.coda_reconciler.ports import Found, Wanted
from shared.contracts.statements import InvoicePartiallyPaid, InvoiceSettled, TransactionsBooked
from shared.values import EnterpriseNumber
from tests.component.coda_reconciler.world import World
from tests.unit.coda_reconciler.statements import COMPANY, OTHER_COMPANY, REFERENCE, Move, statement

THIRD_IBAN = "BE95100234567858"
"""Not the payer's, which would be a transfer between own accounts."""


class Narrow(MemoryReconciler):
    """Decides about no more than three movements and items of a company at once, while `most` says so."""

    most = 3

    async def find(self, wanted: Wanted, *, most: int = 0) -> Found:
        return await super().find(wanted, most=self.most)


def payment(sequence: int, amount: int = 10_000, **changes: Any) -> bytes:
    return statement([Move(amount, reference=REFERENCE)], sequence=sequence, old=sequence * amount, **changes)


async def narrow_world() -> tuple[World, Narrow]:
    store = Narrow()
    world = World(store)
    await world.company()
    await world.invoice("100.00")
    for sequence in (1, 2):
        await world.bank_file(payment(sequence))
    return world, store


async def test_what_reaches_too_far_is_booked_and_waits_with_its_money(capsys: pytest.CaptureFixture[str]) -> None:
    world, store = await narrow_world()
    store.most = 2
    [booked] = await world.bank_file(payment(3))
    assert isinstance(booked, TransactionsBooked)
    assert len(store.movements) == 3 and len(store.allocations) == 2
    assert "too much hangs together" in capsys.readouterr().out
    assert store.told_put_off == [COMPANY]
    store.most = 10
    [_, *parts] = await world.bank_file(payment(4))
    assert [str(part.balance) for part in parts if isinstance(part, InvoicePartiallyPaid)] == ["70.00 EUR", "60.00 EUR"]
    assert sum(entry.amount for entry in store.allocations) == 40_000, "the one that waited is taken up with it"


async def test_an_invoice_that_reaches_too_far_is_kept_as_it_comes() -> None:
    world, store = await narrow_world()
    store.most = 1
    assert await world.invoice("20.00", version=2) == []
    [item] = store.open_items.values()
    assert (item.document_version, item.payable, item.allocated, item.balance) == (2, 20_000, 20_000, 0)


async def test_another_company_of_the_same_batch_is_settled_all_the_same() -> None:
    world, store = await narrow_world()
    await world.company(OTHER_COMPANY, THIRD_IBAN)
    await world.invoice("10.00", enterprise_number=EnterpriseNumber(OTHER_COMPANY))
    store.most = 2
    both = payment(3) + payment(1, iban=THIRD_IBAN, company=OTHER_COMPANY)
    settled = [event for event in await world.bank_file(both) if isinstance(event, InvoiceSettled)]
    assert [event.enterprise_number for event in settled] == [OTHER_COMPANY]


async def test_nothing_is_decided_about_what_reaches_too_far() -> None:
    world, store = await narrow_world()
    entry = store.allocations[0]
    store.most = 1
    assert await world.decide(entry.allocation_id, "undo", entry.document_id) == []
    [(_, refusal)] = store.decisions
    assert refusal == "component_too_large" and len(store.allocations) == 2
    assert entry.item[0] == COMPANY
