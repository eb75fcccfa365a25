"""Does Postgres ask a name that hundreds of invoices and payments share once, and not each with each?"""

import json
from collections.abc import Iterator
from typing import Any

import asyncpg

from services.coda_reconciler.adapters.components import Components
from services.coda_reconciler.domain.matching.keys import IndexKey
from services.coda_reconciler.domain.naming import Name
from services.coda_reconciler.ports import Wanted
from shared.values import EnterpriseNumber, StatementId
from tests.unit.coda_reconciler.statements import COMPANY

NUMBER, MANY = EnterpriseNumber(COMPANY), 400
STATEMENT = StatementId("stm_00000000000000000000000001")
BEARERS = """
    insert into names select $1, 'debtor', 'D', true, 'invoice/2026/A-' || each, true from generate_series(1, $2) each
    union all select $1, 'number', 'A' || each, true, 'invoice/2026/A-' || each, true from generate_series(1, $2) each
    union all select $1, 'debtor', 'D', false, $3 || '/' || each, true from generate_series(1, $2::int) each"""


class Explained:
    """A connection that tells how many rows each step of a query made."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self.rows: list[float] = []

    async def execute(self, query: str) -> None:
        await self._connection.execute(query)

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        told = await self._connection.fetchval(f"explain (analyze, format json) {query}", *arguments)
        self.rows += [step["Actual Rows"] * step["Actual Loops"] for step in _steps(json.loads(told)[0]["Plan"])]
        return list(await self._connection.fetch(query, *arguments))


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _steps(below)


async def test_what_thousands_of_a_customers_invoices_and_payments_share_is_asked_once(
    connection: asyncpg.Connection,
) -> None:
    await connection.execute(BEARERS, NUMBER, MANY, STATEMENT)
    explained = Explained(connection)
    wanted = Wanted(names=frozenset({Name(NUMBER, IndexKey("debtor", "D"), False, True)}))
    reached = await Components(explained).reached(wanted, 10 * MANY)  # type: ignore[arg-type]
    assert (len(reached.items), len(reached.movements), reached.too_many) == (MANY, MANY, frozenset())
    assert max(explained.rows) < 20 * MANY, f"each with each would be {MANY * MANY}"
