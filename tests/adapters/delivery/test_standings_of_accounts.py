"""Does what the reconciler told of an account with most statements hold, in memory as in Postgres?"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, replace
from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID

from services.delivery.domain.accounts import Account, Place
from shared.contracts.statements import AccountStanding, StatementPlace
from shared.values import Currency, EnterpriseNumber, Iban, Money, StatementId

NUMBER, IBAN, EURO = EnterpriseNumber("0403170701"), Iban("BE68539007547034"), Currency("EUR")
As = Callable[..., AbstractAsyncContextManager[Any]]


def a_place(sequence: int, day: int) -> Place:
    return Place(StatementId.of(UUID(int=sequence)), 2026, sequence, date(2026, 3, day))


def an_account(first: Place, last: Place, balance: str) -> Account:
    return Account((NUMBER, IBAN, EURO), first, last, Money.of(balance, "EUR"))


def a_standing(booked: int, first: Place, last: Place, final_through: Place | None = None) -> Account:
    places = {"first": first, "last": last, "final_through": final_through or last, "unbroken_since": last}
    told = {name: StatementPlace(**asdict(place)) for name, place in places.items()}
    account = an_account(first, last, f"{booked}.00")
    return replace(account, standing=AccountStanding(booked=booked, balance=account.balance, **told))


async def test_what_was_told_of_an_account_with_most_statements_holds_whatever_comes_when(acting: As) -> None:
    first, middle, last = a_place(7, 2), a_place(8, 2), a_place(9, 2)
    newest = a_standing(3, first, last, final_through=middle)
    told = [
        a_standing(1, last, last),
        newest,
        a_standing(2, middle, last),
        an_account(a_place(1, 1), a_place(30, 30), "1.00"),
    ]
    orders = list(permutations(told))
    async with acting(None) as store:
        for at, arrivals in enumerate(orders):
            account = f"{at:010d}{at or 97:02d}"
            iban = Iban(f"BE{98 - int(f'{account}111400') % 97:02d}{account}")
            for each in arrivals:
                await store.save_accounts([replace(each, key=(NUMBER, iban, EURO))])
        found = await store.accounts([NUMBER], "", None, 100)
    assert len(found) == len(orders)
    assert {replace(state.account, key=newest.key) for state in found} == {newest}
    assert {(state.final_through, state.unbroken_since) for state in found} == {(middle, last)}
