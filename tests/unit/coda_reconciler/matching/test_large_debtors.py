"""Does a customer with thousands of invoices and payments cost what it must, and is it matched as a small one is?"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest

from services.coda_reconciler.domain.matching import debtor
from services.coda_reconciler.domain.matching.debts import Debts
from services.coda_reconciler.domain.matching.facts import OpenItem
from services.coda_reconciler.domain.matching.items import Items
from services.coda_reconciler.domain.settlement.index import MovementIndex
from services.coda_reconciler.ports import MOST_NODES
from shared.contracts.statements import InvoiceSettled
from tests.unit.coda_reconciler.matching.ledger_world import World
from tests.unit.coda_reconciler.matching.made import ACCOUNT, CUSTOMER, decided, facts, invoice, item, knows, movement

KNOWN = knows((ACCOUNT, CUSTOMER))
SILENT = facts(account=ACCOUNT, name="")
OF_ONE_PAYER, OF_OTHERS = 3_000, 2_000


def test_one_payer_of_three_thousand_invoices_is_settled_and_far_from_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each of its items is looked at a few times, not once for every payment; a count, for time is the machine's."""
    asked = [0]
    usable, named = debtor.Question.usable, MovementIndex.named

    def counted(question: debtor.Question, items: Iterator[OpenItem]) -> list[OpenItem]:
        found = usable(question, list(items))
        asked[0] += len(found)
        return found

    def told(index: MovementIndex, *key: object) -> Iterator[object]:
        for found in named(index, *key):  # type: ignore[arg-type]
            asked[0] += 1
            yield found

    monkeypatch.setattr(debtor.Question, "usable", counted)
    monkeypatch.setattr(MovementIndex, "named", told)
    world = World(KNOWN)
    amounts = Random(9).sample(range(1_000, 900_000), OF_ONE_PAYER)
    for at, amount in enumerate(amounts):
        world.ledger.accept(invoice(f"2026-{at:05d}", amount * 10, issued=_day(at)))
    for at in range(OF_OTHERS):
        world.ledger.accept(invoice(f"2025-{at:05d}", 5_000_000 + at * 10, customer=_somebody(at)))
    for at, amount in enumerate(amounts):
        world.ledger.book(movement(amount * 10, SILENT, position=at, day=_day(at) + timedelta(days=9)))
    outcomes = world.ledger.resolve()
    assert len(outcomes) == OF_ONE_PAYER and {type(each) for each in outcomes} == {InvoiceSettled}
    world.ledger.book(movement(77, SILENT, position=OF_ONE_PAYER, day=date(2026, 12, 1)))
    world.ledger.resolve()
    assert asked[0] < 20 * OF_ONE_PAYER, "not each with each"
    assert MOST_NODES >= 5 * 2 * OF_ONE_PAYER


@pytest.mark.parametrize("seed", range(12))
def test_a_large_debtor_is_matched_as_if_each_item_were_looked_at(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = Random(seed)
    items = [_some_item(dice, at) for at in range(dice.choice((5, 20, 60)))]
    chosen = dice.choice(items)
    for amount in (chosen.payable, chosen.payable - 30, chosen.payable * 98 // 100, dice.randint(1, 900) * 1_000):
        sign = 1 if chosen.family == "invoice" else -1
        paid = movement(sign * amount, SILENT, day=date(2026, 3, dice.randint(1, 28)))
        monkeypatch.setattr(debtor, "MANY", 1_000)
        one_by_one = decided(paid, *items, knowledge=KNOWN)
        monkeypatch.setattr(debtor, "MANY", 0)
        of_many = decided(paid, *items, knowledge=KNOWN)
        assert (of_many.kind, of_many.rule, of_many.parts) == (one_by_one.kind, one_by_one.rule, one_by_one.parts)
        assert [each.parts for each in of_many.proposals] == [each.parts for each in one_by_one.proposals]


def test_what_is_paid_and_open_again_is_found_in_its_turn() -> None:
    first, second = item("2026-0001", 50_000, issued=date(2026, 1, 1)), item("2026-0002", 70_000)
    items = Items([first, second])
    debts = items.debts_of(first.debtors[0])
    items.change(first.with_balance(50_000, 1))
    assert (list(debts.oldest()), debts.near([50_000])) == ([second], [])
    items.change(first.with_balance(20_000, 2))
    assert [each.key for each in debts.oldest()] == [first.key, second.key]
    assert debts.near([30_000]) == [first.key] and debts.near([50_000]) == []


def test_a_newer_version_is_looked_at_anew() -> None:
    items = Items([item("2026-0001", 50_000)])
    known = item("2026-0001", 50_000).debtors[0]
    assert isinstance(items.debts_of(known), Debts)
    items.add(item("2026-0001", 40_000))
    assert items.debts_of(known).near([40_000]) and not items.debts_of(known).near([50_000])


def _day(at: int) -> date:
    return date(2026, 1, 1) + timedelta(days=at // 12)


def _somebody(at: int) -> object:
    return CUSTOMER.model_copy(update={"name": f"Klant {at}", "number": ""})


def _some_item(dice: Random, at: int) -> OpenItem:
    payable = dice.randint(1, 900) * 1_000
    issued = date(2026, dice.randint(1, 3), dice.randint(1, 28))
    discounts = [(payable * 2 // 100, issued + timedelta(days=20))] if dice.random() < 0.4 else []
    family = "credit_note" if dice.random() < 0.2 else "invoice"
    allocated = dice.choice((0, 0, 0, payable, payable // 2))
    return item(f"2026-{at:04d}", payable, issued=issued, discounts=discounts, family=family, allocated=allocated)  # type: ignore[arg-type]
