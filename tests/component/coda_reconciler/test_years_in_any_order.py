"""Does a year end the same through the tables as in the ledger alone, whatever comes first, together or twice?"""

from random import Random

import pytest

from deploy.demo.years import CompanyYear
from services.coda_reconciler.adapters.memory import MemoryReconciler
from services.coda_reconciler.domain.matching.facts import Part
from services.coda_reconciler.domain.matching.reversals import MOST_COSTS
from services.coda_reconciler.domain.matching.tolerance import effect_of
from services.coda_reconciler.domain.settlement.ledger import Ledger
from tests.component.coda_reconciler.world import World
from tests.component.coda_reconciler.years import (
    alone,
    balances_of,
    kept,
    suggestions_of,
    through_handlers,
    year,
)


async def played(seed: int, batch: int) -> tuple[World, Ledger, CompanyYear]:
    made, world = year(seed, 80), World()
    await through_handlers(world, made, Random(seed), batch)
    return world, alone(made), made


@pytest.mark.parametrize(("seed", "batch"), [(1, 1), (2, 7), (3, 40), (4, 1000)])
async def test_a_year_through_the_tables_ends_as_in_the_ledger_alone(seed: int, batch: int) -> None:
    world, ledger, made = await played(seed, batch)
    assert kept(world) == balances_of(ledger, made)
    assert suggestions_of(world.memory.proposals) == suggestions_of(ledger.proposals) != {}


async def test_a_component_that_is_loaded_in_part_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryReconciler, "_component", lambda self, seeds: set(seeds))
    world, ledger, made = await played(1, 1)
    assert kept(world) != balances_of(ledger, made)


async def test_what_was_allocated_is_the_sum_of_its_entries_and_never_more_than_was_paid() -> None:
    world = World()
    await through_handlers(world, year(5, 80), Random(5), 3)
    memory = world.memory
    assert len(memory.allocations) > 20
    for key, item in memory.open_items.items():
        entries = [entry for entry in memory.allocations if entry.item == key]
        parts = [Part(key, each.amount, each.difference, each.difference_kind) for each in entries]
        assert sum(effect_of(item, part) for part in parts) == item.allocated <= item.payable
    for movement_key, movement in memory.movements.items():
        entries = [entry for entry in memory.allocations if entry.movement == movement_key]
        # In another currency than the invoice, what is taken of the movement is told apart.
        taken = sum(each.facts.taken.thousandths if each.facts.taken else each.amount for each in entries)
        assert abs(taken) <= abs(movement.amount)
        state = memory.states.get(movement_key)
        if state is not None and state.decision.kind == "reopen":
            assert state.remaining == 0 <= abs(movement.amount) - abs(taken) <= MOST_COSTS, "but for the bank's costs"
        elif state is not None and state.decision.reason != "own_transfer":
            assert state.remaining == abs(movement.amount) - abs(taken)
