"""Is an account told alike, in whatever order its statements came to the reconciler and what it told came here?

The reconciler knows the chain of balances, so it says which statement is the first and the last: nothing is guessed.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from itertools import permutations
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coda_reconciler.domain.booking import account_standing
from services.coda_reconciler.domain.chain import Chain
from services.coda_reconciler.domain.links import Link
from services.delivery.domain.accounts import Account, AccountState, accounts_of, joined
from services.delivery.domain.statements import BookedStatement
from shared.contracts.statements import TransactionsBooked
from shared.values import Currency, Money, StatementId
from tests.component.delivery.doors import NOW, NUMBER
from tests.component.delivery.paying import IBAN

DAY, EURO = date(2026, 3, 2), Currency("EUR")
CLAIM = {"path": "a/b", "sha256": "0" * 64, "size": 1, "media_type": "text/plain"}


def link(key: int, number: int, day: date, old: int, new: int) -> Link:
    return Link(StatementId.of(UUID(int=key)), day.year, number, day, old * 1000, new * 1000)


@dataclass(frozen=True)
class Told:
    """What is shown of an account: statements by their keys."""

    first: int
    last: int
    balance: str
    unbroken_since: int
    final_through: int


def booked(chain: Chain, new: Link) -> BookedStatement:
    """A statement that the reconciler books, as it tells of it."""
    extension = chain.add(new)
    assert extension is not None
    money = [Money.from_thousandths(amount, EURO) for amount in (new.old_balance, new.new_balance)]
    body = TransactionsBooked.model_validate(
        {"statement_id": new.statement_id, "enterprise_number": NUMBER, "iban": IBAN, "year": new.year}
        | {"sequence": new.sequence, "new_balance_date": new.day, "movement_count": 0}
        | {"old_balance": money[0], "new_balance": money[1], "credits": money[0], "debits": money[0]}
        | {"movements": CLAIM, "statement": CLAIM, "account": account_standing(extension.standing, EURO)}
    )
    return BookedStatement(UUID(int=1), NOW, body, ())


def told_of(arrivals: list[Link], hearing: Random | None = None, *, at_once: int = 1) -> Told:
    """Statements come in one order; what is told of them is heard in another, so many in one batch."""
    chain = Chain()
    told = [booked(chain, each) for each in arrivals]
    if hearing is not None:
        hearing.shuffle(told)
    batches = [accounts_of(told[first : first + at_once]) for first in range(0, len(told), at_once)]
    account: Account = reduce(joined, (each for batch in batches for each in batch))
    state = AccountState(account)
    assert state.final_through is not None
    keys = {StatementId.of(UUID(int=key)): key for key in range(200)}
    places = (account.first, account.last, state.unbroken_since, state.final_through)
    first, last, since, through = (keys[place.statement_id] for place in places)
    return Told(first, last, f"{account.balance.amount:f}", since, through)


SAME_NUMBER = [link(1, 7, DAY, 100, 110), link(2, 7, DAY, 110, 130), link(3, 7, DAY, 130, 160)]


def test_three_statements_of_one_day_and_one_number_are_told_by_their_balances() -> None:
    assert told_of(SAME_NUMBER[::-1]) == Told(first=1, last=3, balance="160.00", unbroken_since=1, final_through=3)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_bank_that_repeats_its_numbers_may_send_a_day_in_any_order(order: tuple[int, ...]) -> None:
    """That it does the days before tell: its number went on with its balance."""
    before = [link(10, 7, DAY - timedelta(days=1), 80, 90), link(11, 7, DAY - timedelta(days=1), 90, 100)]
    arrivals = [*before, *(SAME_NUMBER[at] for at in order)]
    assert told_of(arrivals) == Told(first=10, last=3, balance="160.00", unbroken_since=10, final_through=3)


@given(
    amounts=st.lists(st.sampled_from([-20, -10, 0, 5, 10, 30]), min_size=1, max_size=12),
    days=st.lists(st.sampled_from([0, 0, 0, 1, 2]), min_size=12, max_size=12),
    lost=st.sets(st.integers(0, 11), max_size=4),
    numbered=st.sampled_from(["running", "none", "one"]),
    at_once=st.integers(1, 4),
    dice=st.randoms(use_true_random=False),
)
def test_any_order_of_arrival_and_of_hearing_tells_the_same(
    amounts: list[int], days: list[int], lost: set[int], numbered: str, at_once: int, dice: Random
) -> None:
    """Several statements a day, with running numbers, one number for all or none, some of them lost."""
    known = [link(100 + at, 7, DAY - timedelta(days=1), at - 2, at - 1) for at in range(2)]
    balance, day, links = known[-1].new_balance // 1000, DAY, []
    places = set()
    for at, (amount, days_later) in enumerate(zip(amounts, days, strict=False)):
        day += timedelta(days=days_later)
        number = {"running": 8 + at, "none": 0, "one": 7}[numbered]
        if at not in lost and (number, day, balance) not in places:  # else it is a conflict: the first one stays
            places.add((number, day, balance))
            links.append(link(at, number, day, balance, balance + amount))
        balance += amount
    expected = told_of([*known, *links])
    for _ in range(4):
        dice.shuffle(links)
        assert told_of([*known, *links], dice, at_once=at_once) == expected
