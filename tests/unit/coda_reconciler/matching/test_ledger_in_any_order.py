"""Whatever the order in which the same things come, and however often: are the books the same, and right?"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.coda_reconciler.domain.matching import structured
from services.coda_reconciler.domain.matching.facts import LedgerMovement, PaymentFacts
from services.coda_reconciler.domain.matching.reversals import Pairs
from services.coda_reconciler.domain.matching.tolerance import whole
from services.coda_reconciler.domain.settlement import ledger, posting, resolving
from services.coda_reconciler.domain.settlement.index import MovementIndex
from shared.contracts.invoices import InvoiceAccepted
from tests.unit.coda_reconciler.matching.ledger_world import Came, World, shuffled
from tests.unit.coda_reconciler.matching.made import (
    ACCOUNT,
    CUSTOMER,
    OTHER_CUSTOMER,
    document_id,
    facts,
    invoice,
    item,
    knows,
    movement,
    ogm,
)

DAY = date(2026, 3, 2)
COSTS = (0, 0, 3_250)
"""What the bank took along with a return, thousandths."""
SEEDS = st.integers(0, 2**32 - 1)


def reference_of(number: int) -> str:
    return ogm(f"{number + 1:010d}")


def by_reference(dice: Random) -> tuple[list[Came], dict[str, int], int]:
    """Invoices and payments by reference, some sent back; what each balance must be, and what is left of the money."""
    came: list[Came] = []
    balances: dict[str, int] = {}
    left = 0
    for number in range(dice.randint(1, 3)):
        payable = dice.randint(1, 6) * 10_000
        name = f"A-2026-{number}"
        came.append(invoice(name, payable, reference=reference_of(number)))
        paid = 0
        for _ in range(dice.randint(0, 4)):
            amount = dice.randint(1, 7) * 10_000
            end_to_end_id = f"E2E-2026-{len(came):04d}"
            said = facts(reference=reference_of(number), end_to_end_id=end_to_end_id)
            came.append(_moved(dice, len(came), amount, said))
            if dice.random() < 0.3:
                back = facts(return_reason="AC04", end_to_end_id=end_to_end_id)
                came.append(_moved(dice, len(came), -amount - dice.choice(COSTS), back))
            else:
                paid += amount
        balances[name] = max(payable - paid, 0)
        left += max(paid - payable, 0)
    return came, balances, left


def by_every_name(dice: Random) -> list[Came]:
    """Numbers alone and several, credit notes, newer versions, mandates, accounts, returns, a company between."""
    came: list[Came] = []
    numbers = [f"2026-{number:04d}" for number in range(100, 100 + dice.randint(2, 5))]
    amounts = {number: dice.randint(1, 5) * 10_000 for number in numbers}
    for at, number in enumerate(numbers):
        family = "credit_note" if dice.random() < 0.2 else "invoice"
        customer = dice.choice((CUSTOMER, OTHER_CUSTOMER))
        made = invoice(number, amounts[number], reference=reference_of(at), family=family, customer=customer)
        came.append(made)
    for _ in range(dice.randint(1, 7)):
        named = dice.sample(numbers, dice.randint(1, 2))
        amount = sum(amounts[number] for number in named) + dice.choice((0, 0, 0, 10_000, -10_000, 30))
        kind = dice.choice(("text", "reference", "account", "end_to_end"))
        said = {
            "text": facts(" ".join(named), account=dice.choice(("", ACCOUNT))),
            "reference": facts(reference=reference_of(numbers.index(named[0]))),
            "account": facts(account=ACCOUNT, end_to_end_id=f"E2E-{len(came)}"),
            "end_to_end": facts(end_to_end_id=named[0]),
        }[kind]
        came.append(_moved(dice, len(came), max(amount, 10_000), said))
        if dice.random() < 0.25:
            back = facts(
                " ".join(named) if kind == "text" else "",
                reference=reference_of(numbers.index(named[0])) if kind == "reference" else "",
                end_to_end_id=said.end_to_end_id,
                return_reason="MD06",
            )
            came.append(_moved(dice, len(came), -max(amount, 10_000) - dice.choice(COSTS), back))
    return came


def _moved(dice: Random, position: int, amount: int, said: PaymentFacts) -> LedgerMovement:
    day = DAY + timedelta(days=dice.randint(0, 5))
    return movement(amount, said, position=position, day=day, code="00550000" if amount > 0 else "00503000")


def taken(came: Sequence[Came], dice: Random) -> World:
    """The books after all of it, in some order, some of it twice; the world looks at them after every step."""
    world = World(knows((ACCOUNT, CUSTOMER)))
    some = [each for each in came if dice.random() < 0.3]
    world.take(*shuffled([*came, *some], dice))
    return world


def references_come_out_right(seed: int) -> None:
    """Every invoice named by reference ends with what its payments that were not sent back leave open of it."""
    dice = Random(seed)
    came, balances, left = by_reference(dice)
    world = taken(came, dice)
    assert {key[2]: balance for key, balance in world.balances().items()} == balances
    assert sum(world.unallocated().values()) == left


def orders_agree(seed: int) -> None:
    """Two orders of the same things end in the same balances, and in the same money that is left of each movement."""
    dice = Random(seed)
    came = by_every_name(dice)
    one, other = taken(came, dice), taken(came, dice)
    assert one.balances() == other.balances()
    assert one.unallocated() == other.unallocated()
    assert {key: decision.kind for key, decision in one.ledger.decisions.items()} == {
        key: decision.kind for key, decision in other.ledger.decisions.items()
    }


@settings(deadline=None, max_examples=150)
@given(SEEDS)
def test_payments_that_name_their_invoice_come_out_right_in_any_order(seed: int) -> None:
    references_come_out_right(seed)


@settings(deadline=None, max_examples=150)
@given(SEEDS)
def test_any_order_and_repetition_of_anything_gives_the_same_books(seed: int) -> None:
    orders_agree(seed)


@settings(deadline=None, max_examples=40)
@given(SEEDS)
def test_all_at_once_gives_what_one_by_one_gives(seed: int) -> None:
    dice = Random(seed)
    came = by_every_name(dice)
    one_by_one, at_once = taken(came, dice), World(knows((ACCOUNT, CUSTOMER)))
    for each in shuffled(came, dice):
        if isinstance(each, InvoiceAccepted):
            at_once.ledger.accept(each)
        else:
            at_once.ledger.book(each)
    at_once.take()
    at_once.ledger.resolve()
    assert at_once.balances() == one_by_one.balances()
    assert at_once.unallocated() == one_by_one.unallocated()


@settings(deadline=None, max_examples=40)
@given(SEEDS)
def test_a_newer_version_of_an_invoice_ends_in_the_same_books_whenever_it_comes(seed: int) -> None:
    dice = Random(seed)
    came, _, _ = by_reference(dice)
    newer = invoice("A-2026-0", 20_000, reference=reference_of(0), version=2, supersedes=document_id("A-2026-0"))
    one, other = taken([*came, newer], dice), taken([*came, newer], dice)
    assert one.balances() == other.balances()
    assert one.balances()[item("A-2026-0").key] <= 20_000
    assert one.unallocated() == other.unallocated()


@settings(deadline=None, max_examples=100)
@given(SEEDS)
def test_whatever_people_decide_in_between_the_books_stay_in_order(seed: int) -> None:
    dice = Random(seed)
    world = World(knows((ACCOUNT, CUSTOMER)))
    for at, each in enumerate(shuffled(by_every_name(dice), dice)):
        world.take(each)
        if world.outcomes and dice.random() < 0.6:
            outcome, said = dice.choice(world.outcomes), dice.choice(("accept", "refuse", "undo"))
            world.decide(outcome, said, f"d{at}")


@settings(deadline=None, max_examples=60)
@given(SEEDS)
def test_a_ledger_that_is_put_away_and_loaded_ends_in_the_same_books(seed: int) -> None:
    dice = Random(seed)
    came = shuffled(by_every_name(dice), dice)
    kept, loaded = World(knows((ACCOUNT, CUSTOMER))), World(knows((ACCOUNT, CUSTOMER)))
    for at, each in enumerate(came):
        assert [outcome.model_dump() for outcome in kept.take(each)] == [
            outcome.model_dump() for outcome in loaded.take(each)
        ]
        if kept.outcomes and dice.random() < 0.4:
            outcome, said = dice.choice(kept.outcomes), dice.choice(("accept", "refuse", "undo"))
            kept.decide(outcome, said, f"d{at}")
            loaded.decide(outcome, said, f"d{at}")
        loaded.load_again()
    assert loaded.balances() == kept.balances()
    assert loaded.unallocated() == kept.unallocated()


def _by_arrival(monkeypatch: pytest.MonkeyPatch) -> None:
    arrivals: dict[object, int] = {}
    monkeypatch.setattr(
        resolving, "_place", lambda moved, *_: (arrivals.setdefault((moved.key, len(arrivals)), len(arrivals)), 0)
    )


def _ignoring_what_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structured, "closing", lambda items, *_: tuple(whole(each) for each in items))


def _forgetting_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolving, "pairs_of", lambda *_: Pairs({}, {}))


def _keeping_what_a_return_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolving, "reopening", lambda back, said, parts: resolving.Decision("none", "R02"))


def _never_taking_back(monkeypatch: pytest.MonkeyPatch) -> None:
    steps_between = posting.steps_between
    monkeypatch.setattr(
        posting, "steps_between", lambda *given: [step for step in steps_between(*given) if step.takes_back is None]
    )


def _looking_for_no_earlier_payment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MovementIndex, "named", lambda *_: iter(()))


def _booking_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def book(books: ledger.Ledger, moved: LedgerMovement) -> None:
        again = moved
        while again.key in books.movements:
            again = movement(moved.amount, moved.facts, position=again.position + 1_000, day=moved.order[0])
        books._keep(again)
        books._touched[0].add(again.key)

    monkeypatch.setattr(ledger.Ledger, "book", book)


@pytest.mark.parametrize(
    "fault",
    [
        _by_arrival,
        _ignoring_what_is_open,
        _forgetting_returns,
        _keeping_what_a_return_takes,
        _never_taking_back,
        _looking_for_no_earlier_payment,
        _booking_twice,
    ],
    ids=lambda fault: fault.__name__.strip("_").replace("_", " "),
)
def test_a_fault_in_the_ledger_is_found(
    fault: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    quick = settings(
        deadline=None,
        max_examples=150,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with pytest.raises(AssertionError):
        quick(given(SEEDS)(references_come_out_right))()
