"""What is known of items and movements in Postgres: one query for each table, whatever the size of a batch."""

from collections.abc import Collection, Sequence
from typing import Any

import asyncpg

from services.coda_reconciler.adapters import ledger_rows, stored_values
from services.coda_reconciler.adapters.arrays import array_of, arrays_of, unnested
from services.coda_reconciler.adapters.components import Components
from services.coda_reconciler.domain.knowing import knowledge_of
from services.coda_reconciler.domain.matching.facts import ItemKey, Knowledge, MovementKey, OpenItem
from services.coda_reconciler.domain.settlement.values import Learnt, LedgerEntry, Refusal
from services.coda_reconciler.ports import MOST_NODES, Counterparty, Found, Wanted
from shared.values import EnterpriseNumber, Iban

_OF_ITEMS = f"{unnested('text text text int')} as wanted (enterprise_number, family, number, year)"
_OF_MOVEMENTS = f"{unnested('text int')} as wanted (statement_id, position)"

_MOVEMENTS = f"""
    select movements.*, statements.iban, statements.year, statements.sequence as statement_sequence,
        statements.currency,
        exists (select from statements as gaping
                where gaping.gap and gaping.enterprise_number = statements.enterprise_number
                    and gaping.iban = statements.iban and gaping.currency = statements.currency
                    and gaping.day <= statements.day) as provisional
    from {_OF_MOVEMENTS}
    join movements using (statement_id, position)
    join statements using (statement_id)"""

_REFUSED = f"""
    select distinct on (statement_id, position, enterprise_number, family, number, year) refused_pairs.*
    from {_OF_MOVEMENTS} join refused_pairs using (statement_id, position)
    order by statement_id, position, enterprise_number, family, number, year, line_id desc"""

_LEARNT = f"""
    select distinct on (enterprise_number, iban, debtor, decision_id) debtor_accounts.*
    from {unnested("text text")} as wanted (enterprise_number, iban)
    join debtor_accounts using (enterprise_number, iban)
    order by enterprise_number, iban, debtor, decision_id, line_id desc"""


class LedgerReading:
    """The part of the store that says what is owed, what was paid, and what is known of it."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._components = Components(connection)

    async def knowledge(self, counterparties: Collection[Counterparty]) -> dict[EnterpriseNumber, Knowledge]:
        """Own accounts, and whose the counterparties' accounts are."""
        return knowledge_of(
            await self._own_accounts(sorted({company for company, _ in counterparties})),
            await self._learnt(counterparties),
            [],
        )

    async def find(self, wanted: Wanted, *, most: int = MOST_NODES) -> Found:
        """Everything that is reached from what is wanted, and what was decided of it."""
        reached = await self._components.reached(wanted, most)
        items = await self._items({*reached.items, *wanted.items})
        if not reached.movements and not reached.items:
            own = await self._own_accounts(sorted(wanted.companies))
            learnt = await self._learnt(wanted.counterparties)
            return Found(items=items, knowledge=knowledge_of(own, learnt, []), learnt=learnt, too_many=reached.too_many)
        found = await self._decided(reached.items, reached.movements)
        accounts = {(each.enterprise_number, each.facts.account) for each in found.movements if each.facts}
        found.refusals = await self._refusals(reached.movements)
        found.items, found.too_many = items + await self._suggested(found, items), reached.too_many
        found.learnt = await self._learnt({*accounts, *wanted.counterparties})
        refused = [(each.movement, each.item) for each in found.refusals]
        found.knowledge = knowledge_of(await self._own_accounts(sorted(wanted.companies)), found.learnt, refused)
        return found

    async def _decided(self, items: Sequence[ItemKey], movements: Sequence[MovementKey]) -> Found:
        found = Found(entries=await self._entries(items, movements))
        if movements:
            columns = _columns(movements, 2)
            rows = await self._connection.fetch(_MOVEMENTS, *columns)
            found.movements = [ledger_rows.movement_of(row) for row in rows]
            found.states = [state for row in rows if (state := ledger_rows.state_of(row)) is not None]
            proposals = f"select proposals.* from {_OF_MOVEMENTS} join proposals using (statement_id, position)"
            rows = await self._connection.fetch(f"{proposals} order by statement_id, position, rank", *columns)
            found.proposals = [ledger_rows.proposal_of(row) for row in rows]
            pins = f"select pins.pin from {_OF_MOVEMENTS} join pins using (statement_id, position) order by pin_id"
            found.pins = [stored_values.pin_of(row[0]) for row in await self._connection.fetch(pins, *columns)]
        return found

    async def _items(self, keys: Collection[ItemKey]) -> list[OpenItem]:
        if not keys:
            return []
        rows = await self._connection.fetch(
            f"select open_items.* from {_OF_ITEMS} join open_items using (enterprise_number, family, number, year)",
            *_columns(sorted(keys), 4),
        )
        return [ledger_rows.item_of(row) for row in rows]

    async def _entries(self, items: Sequence[ItemKey], movements: Sequence[MovementKey]) -> list[LedgerEntry]:
        rows = await self._connection.fetch(
            f"""select distinct on (entry_id) found.* from (
                    select allocations.* from {_OF_ITEMS}
                    join allocations using (enterprise_number, family, number, year)
                    union all
                    select allocations.* from {unnested("text int", 5)} as paying (statement_id, position)
                    join allocations using (statement_id, position)
                ) as found order by entry_id""",
            *_columns(items, 4),
            *_columns(movements, 2),
        )
        return [ledger_rows.entry_of(row) for row in rows]

    async def _refusals(self, movements: Sequence[MovementKey]) -> list[Refusal]:
        rows = await self._connection.fetch(_REFUSED, *_columns(movements, 2))
        return [ledger_rows.refusal_of(row) for row in rows if not row["withdrawn"]]

    async def _suggested(self, found: Found, known: Collection[OpenItem]) -> list[OpenItem]:
        """What movements are suggested for, or were until somebody refused, and no name leads to any more."""
        proposals = (*found.proposals, *(each.proposal for each in found.refusals if each.proposal is not None))
        items = {part.item for each in proposals for part in each.proposal.parts}
        return await self._items(items - {item.key for item in known}) if items else []

    async def _own_accounts(self, companies: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, set[Iban]]:
        accounts: dict[EnterpriseNumber, set[Iban]] = {company: set() for company in companies}
        if companies:
            query = "select distinct enterprise_number, iban from mandates where enterprise_number = any($1::text[])"
            for row in await self._connection.fetch(query, companies):
                accounts[EnterpriseNumber(row["enterprise_number"])].add(Iban(row["iban"]))
        return accounts

    async def _learnt(self, counterparties: Collection[Counterparty]) -> list[Learnt]:
        wanted = [counterparty for counterparty in counterparties if counterparty[1]]
        if not wanted:
            return []
        rows = await self._connection.fetch(_LEARNT, *_columns(wanted, 2))
        return [ledger_rows.learnt_of(row) for row in rows]


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[str]:
    """One text a column, as `unnested` takes them."""
    return arrays_of(rows) if rows else [array_of(())] * count
