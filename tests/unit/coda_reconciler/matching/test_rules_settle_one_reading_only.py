"""Is money moved only where every way of counting finds one reading, and asked about wherever there are two?"""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.coda_reconciler.domain.matching import debtor, numbered
from services.coda_reconciler.domain.matching.facts import OpenItem
from services.coda_reconciler.domain.matching.question import Question
from services.coda_reconciler.domain.matching.tolerance import sign_of
from tests.unit.coda_reconciler.matching.made import (
    ACCOUNT,
    CUSTOMER,
    ISSUED,
    OTHER_CUSTOMER,
    decided,
    facts,
    item,
    knows,
    movement,
)

SEEDS = st.integers(0, 2**32 - 1)
PAID_ON = ISSUED + timedelta(days=15)
Reading = frozenset[tuple[str, int]]


def open_items(dice: Random) -> list[OpenItem]:
    """Up to eight items of few different amounts, some paid, some issued later, some of another customer."""
    return [
        item(
            f"2026-{number:04d}",
            amount := dice.randint(1, 9) * 10_000,
            family="credit_note" if dice.random() < 0.15 else "invoice",
            allocated=amount if dice.random() < 0.15 else 0,
            issued=PAID_ON + timedelta(days=1) if dice.random() < 0.15 else ISSUED,
            customer=OTHER_CUSTOMER if dice.random() < 0.15 else CUSTOMER,
        )
        for number in range(1, dice.randint(2, 9))
    ]


def of_an_account(items: list[OpenItem], amount: int) -> set[Reading]:
    """All readings of a payment that names nothing: one item of the amount, else a set of two to seven."""
    own = [each for each in items if each.balance and each.customer_name == CUSTOMER.name]
    candidates = [each for each in own if each.issue_date <= PAID_ON]
    singles = {frozenset({(each.number, each.balance)}) for each in candidates if _signed(each) == amount}
    return singles or {
        frozenset((each.number, _signed(each)) for each in chosen)
        for size in range(2, 8)
        for chosen in combinations(candidates, size)
        if sum(map(_signed, chosen)) == amount
    }


def _signed(each: OpenItem) -> int:
    return sign_of(each) * each.balance


def an_account_has_one_reading(seed: int) -> None:
    dice = Random(seed)
    items, amount = open_items(dice), dice.randint(1, 20) * 10_000
    decision = decided(movement(amount, facts(account=ACCOUNT)), *items, knowledge=knows((ACCOUNT, CUSTOMER)))
    readings = of_an_account(items, amount)
    if len(readings) == 1:
        assert decision.kind == "settle"
        assert frozenset((part.item[2], part.amount) for part in decision.parts) in readings
    else:
        assert decision.kind != "settle"
        assert not decision.parts


def a_number_of_two_years_has_one_reading(seed: int) -> None:
    """Two to three numbers, each of one or two years: one choice of years may have the sum, or several, or none."""
    dice = Random(seed)
    numbers = [f"F-{number:05d}" for number in range(411, 411 + dice.randint(1, 3))]
    groups = [
        [
            item(number, dice.randint(1, 4) * 10_000, issued=ISSUED - timedelta(days=365 * year))
            for year in range(dice.randint(1, 2))
        ]
        for number in numbers
    ]
    chosen = [dice.choice(group) for group in groups]
    amount = sum(each.balance for each in chosen) + dice.choice((0, 0, 50_000))
    choices: list[tuple[OpenItem, ...]] = [()]
    for group in groups:
        choices = [(*before, each) for before in choices for each in group]
    fitting = {frozenset(each.key for each in choice) for choice in choices if sum(map(_signed, choice)) == amount}
    decision = decided(movement(amount, facts(", ".join(numbers))), *(each for group in groups for each in group))
    if len(fitting) == 1:
        assert decision.kind == "settle" and frozenset(part.item for part in decision.parts) in fitting
    elif fitting or len(numbers) > 1:
        assert decision.kind == "suggest"


@settings(deadline=None, max_examples=300)
@given(SEEDS)
def test_a_known_account_settles_the_only_reading_there_is(seed: int) -> None:
    an_account_has_one_reading(seed)


@settings(deadline=None, max_examples=200)
@given(SEEDS)
def test_numbers_settle_the_only_choice_of_years_with_the_sum(seed: int) -> None:
    a_number_of_two_years_has_one_reading(seed)


def _taking_the_first_set(monkeypatch: pytest.MonkeyPatch) -> None:
    subsets = debtor.subsets
    monkeypatch.setattr(debtor, "subsets", lambda amounts, total, limit: subsets(amounts, total, limit)[:1])


def _never_looking_for_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debtor, "subsets", lambda *_: [])


def _taking_what_is_paid_for_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Question, "open", lambda question, items: question.usable(items))


def _taking_what_was_issued_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debtor, "_was_issued", lambda *_: True)


def _taking_credit_notes_for_invoices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debtor, "sign_of", lambda _: 1)


FAULTS = (
    _taking_the_first_set,
    _never_looking_for_sets,
    _taking_what_is_paid_for_open,
    _taking_what_was_issued_later,
    _taking_credit_notes_for_invoices,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__.strip("_").replace("_", " "))
def test_a_fault_in_the_rules_of_accounts_is_found(
    fault: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    with pytest.raises(AssertionError):
        _searched(an_account_has_one_reading)


def test_taking_the_first_choice_of_years_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = numbered._readings
    monkeypatch.setattr(numbered, "_readings", lambda question, live: readings(question, live)[:1])
    with pytest.raises(AssertionError):
        _searched(a_number_of_two_years_has_one_reading)


def _searched(rule: Callable[[int], None]) -> None:
    quick = settings(
        deadline=None,
        max_examples=400,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    quick(given(SEEDS)(rule))()
