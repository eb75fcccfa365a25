"""Does an account with thousands of statements cost as much as a young one, and is its chain as if all were known?"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import asyncpg
import pytest

from services.coda_reconciler.adapters.memory import MemoryReconciler
from services.coda_reconciler.adapters.postgres import PostgresReconciler
from services.coda_reconciler.domain.booking import Account, Entry, extended
from services.coda_reconciler.domain.chain import Chain, FurtherThanKnown, Standing
from services.coda_reconciler.domain.coda_file import StatementText
from services.coda_reconciler.domain.links import MOST_OF_A_DAY, Link
from services.coda_reconciler.domain.mandates import Refusal
from services.coda_reconciler.domain.summary import Summary
from services.coda_reconciler.ports import ReconcilerStore
from shared.contracts.documents import Claim
from shared.contracts.statements import StatementHead
from shared.values import Currency, EnterpriseNumber, Iban, Sha256, StatementId
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, OTHER_IBAN

FIRST_DAY = date(2000, 1, 3)
CLAIM = Claim(path="p", sha256=Sha256("0" * 64), size=1, media_type="text/plain")
STORIES = 60


def entry(key: int, sequence: int, day: date, old: int, new: int, iban: str = IBAN) -> Entry:
    summary = Summary(
        text=StatementText(0, 1, "cp1252", b""),
        content_sha256=Sha256.of(f"{iban} {key}".encode()),
        iban=Iban(iban),
        currency=Currency("EUR"),
        sequence=sequence,
        old_balance=old,
        new_balance=new,
        new_balance_date=day,
        debits=0,
        credits=0,
        booked=0,
        separate_application=False,
        holder_number=None,
        head=StatementHead(created_on=day),
    )
    return Entry(summary, EnterpriseNumber(COMPANY), Sha256("0" * 64), CLAIM, CLAIM)


async def book(store: ReconcilerStore, entries: Sequence[Entry]) -> list[Standing | None]:
    """As the handler does; the account's standing after each, None for one that is refused."""
    new = [(each.account, each.link) for each in entries]
    try:
        found = extended(chains := await store.chains(new), entries)
    except FurtherThanKnown:
        found = extended(chains := await store.chains(new, whole=True), entries)
    kept = [each for each in entries if not isinstance(found[each.statement_id], Refusal)]
    changed: dict[StatementId, Link] = {}
    for each in found.values():
        changed |= {} if isinstance(each, Refusal) else each.changed
    await store.book(kept, changed.values(), chains)
    return [None if isinstance(each, Refusal) else each.standing for each in found.values()]


def iban_of(number: int) -> str:
    account = f"{number:010d}{number % 97 or 97:02d}"
    return f"BE{98 - int(f'{account}111400') % 97:02d}{account}"


def story(dice: Random, iban: str) -> list[Entry]:
    """Statements of some days: several a day, numbers that are repeated, left out or none, balances that come back."""
    entries, day, balance = [], FIRST_DAY, 0
    for at in range(dice.randint(2, 14)):
        day += timedelta(days=dice.choice([0, 0, 0, 1, 1, 3]))
        after = balance + dice.choice([-10, 10, 20, 0])
        entries.append(entry(at, dice.choice([0, 7, 7, 8, at + 1]), day, balance, after, iban))
        balance = after if dice.random() < 0.85 else dice.choice([0, 10, 500])
    dice.shuffle(entries)
    return entries


async def kept(store: ReconcilerStore, account: Account, one: Entry) -> list[Link]:
    return list((await store.chains([(account, one.link)], whole=True))[account].links)


async def test_what_is_read_around_new_statements_is_enough_in_memory_and_in_postgres(
    connection: asyncpg.Connection,
) -> None:
    """Beside a chain that is always known whole; the three see the same statements, one by one or several at once."""
    memory, postgres = MemoryReconciler(), PostgresReconciler(connection)
    refused = 0
    for seed in range(STORIES):
        dice = Random(f"chain {seed}")
        entries = story(dice, iban_of(seed))
        account, whole = entries[0].account, Chain()
        while entries:
            some = [entries.pop() for _ in range(min(dice.randint(1, 3), len(entries)))]
            alone = extended({account: whole}, some)
            expected = [None if isinstance(each, Refusal) else each.standing for each in alone.values()]
            assert await book(memory, some) == expected, seed
            assert await book(postgres, some) == expected, seed
            assert await kept(memory, account, some[0]) == list(whole.links), seed
            assert await kept(postgres, account, some[0]) == list(whole.links), seed
            refused += expected.count(None)
        assert memory.counts[account] == (whole.booked, whole.repeating)
    assert refused > STORIES // 10, "conflicts of numbers are among them"


async def test_a_crowded_day_stands_by_its_numbers_in_memory_and_in_postgres(connection: asyncpg.Connection) -> None:
    """Of a day with more statements than anybody arranges only the nearest are read."""
    memory, postgres, whole = MemoryReconciler(), PostgresReconciler(connection), Chain()
    dice = Random("crowded")
    crowd = [entry(at, at, FIRST_DAY, at * 10, at * 10 + 10) for at in range(1, 4 * MOST_OF_A_DAY)]
    around = [
        entry(1000, 999, FIRST_DAY - timedelta(days=1), 0, 10),
        entry(1001, 200, FIRST_DAY + timedelta(days=1), 2000, 0),
    ]
    entries = [*crowd, *around]
    dice.shuffle(entries)
    while entries:
        some = [entries.pop() for _ in range(min(dice.randint(1, 9), len(entries)))]
        expected = [
            each.standing
            for each in extended({crowd[0].account: whole}, some).values()
            if not isinstance(each, Refusal)
        ]
        assert await book(memory, some) == expected
        assert await book(postgres, some) == expected
    assert [link.sequence for link in whole.links if link.gap] == []
    assert await kept(postgres, crowd[0].account, crowd[0]) == await kept(memory, crowd[0].account, crowd[0])
    [chain] = (await postgres.chains([(crowd[0].account, entry(2000, 99, FIRST_DAY, 5, 6).link)])).values()
    assert len(list(chain.links)) <= 2 * (MOST_OF_A_DAY + 1) + 4


@dataclass(frozen=True)
class Cost:
    """Of the one query for one new statement: links that it gives, rows that Postgres looked at, queries."""

    links: int
    looked_at: int
    queries: int


class Counted:
    """A connection that counts the queries and the rows that they give."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self.rows, self.asked = 0, list[tuple[str, tuple[Any, ...]]]()

    async def fetch(self, query: str, *values: Any) -> list[asyncpg.Record]:
        rows = await self._connection.fetch(query, *values)
        self.rows += len(rows)
        self.asked.append((query, values))
        return list(rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


async def cost_of(connection: asyncpg.Connection, one: Entry) -> Cost:
    counted = Counted(connection)
    await PostgresReconciler(counted).chains([(one.account, one.link)])  # type: ignore[arg-type]
    [(query, values)] = counted.asked
    plan = await connection.fetchval(f"explain (analyze, format json) {query}", *values)
    return Cost(counted.rows, looked_at(json.loads(plan)[0]["Plan"]), len(counted.asked))


def looked_at(plan: dict[str, Any]) -> int:
    """Rows of the table of statements that a plan read, those that it threw away too."""
    own = 0
    if plan.get("Relation Name") == "statements":
        own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return int(own) + sum(looked_at(part) for part in plan.get("Plans", ()))


def chained(count: int, iban: str, a_day: int) -> list[Entry]:
    """Statements whose balances go on: one a day with running numbers, or several a day that all have one number."""
    days = [FIRST_DAY + timedelta(days=at // a_day) for at in range(count)]
    return [
        entry(at, at % 999 + 1 if a_day == 1 else 7, day, at * 10, at * 10 + 10, iban) for at, day in enumerate(days)
    ]


@pytest.mark.parametrize(("few", "many", "a_day"), [(10, 10_000, 1), (120, 9_990, 30)])
async def test_an_account_with_thousands_of_statements_is_read_as_a_young_one(
    connection: asyncpg.Connection, few: int, many: int, a_day: int
) -> None:
    """The next statement of all, one that came late, and one that contradicts: no table was analysed meanwhile."""
    store = PostgresReconciler(connection)
    costs: list[list[Cost]] = []
    for count, iban in ((few, OTHER_IBAN), (many, IBAN)):
        entries = chained(count + 1, iban, a_day)
        last, late = entries.pop(), entries.pop(count // 2)
        for first in range(0, count, 1000):
            await book(store, entries[first : first + 1000])
        other = entry(-1, last.statement.sequence, late.link.day, 77, 78, iban)
        costs.append([await cost_of(connection, each) for each in (last, late, other)])
    told = [cost for of_account in costs for cost in of_account]
    assert {cost.queries for cost in told} == {1}
    assert max(cost.looked_at for cost in told) <= 3 * a_day + 10, "its day, the next one, and a row a question"
    assert max(cost.links for cost in told) <= 3 * a_day + 10
