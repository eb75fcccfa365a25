"""Finds components in Postgres: all movements and items that are reached from some names, over names that join.

An item and a movement meet over any name; two movements only over the names of what one takes back of the other
(`RETURN_KINDS`). Who bears only names that do not join is looked at one step far, to suggest.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from operator import itemgetter

import asyncpg

from services.coda_reconciler.adapters.arrays import array_of, arrays_of, unnested
from services.coda_reconciler.adapters.nodes import item_at, movement_at, same_name, same_node
from services.coda_reconciler.domain.matching.facts import ItemKey, MovementKey
from services.coda_reconciler.domain.matching.keys import RETURN_KINDS
from services.coda_reconciler.domain.naming import ACCOUNT, PROPOSED, Name, text_of
from services.coda_reconciler.ports import MOST_NEIGHBOURS, Wanted
from shared.values import EnterpriseNumber

Row = tuple[EnterpriseNumber, str, bool]
"""Company, node, whether it is an item."""

_MOST_AT_ONCE = 200_000
"""Nodes of all companies of a batch together."""

_FIXED_PLAN = """select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
                        set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)"""
"""For the rest of the transaction. Every row is found by its key; what Postgres knows of the size of tables that grow
this fast is always old, and it would read all of one for a few rows of it."""

_COMPONENT = f"""
    with recursive reached (enterprise_number, node, is_item) as (
        (select names.enterprise_number, names.node, names.is_item
         from {unnested("text text text bool")} as seed (enterprise_number, kind, name, of_item)
         join names on {same_name("names", "seed")}
             and names.joins
             and (names.is_item <> seed.of_item or not seed.of_item and seed.kind = any($7::text[]))
         union
         select names.enterprise_number, names.node, names.is_item
         from {unnested("text text", 5)} as seed (enterprise_number, node)
         join names on {same_node("names", "seed")})
        union
        select next.enterprise_number, next.node, next.is_item
        from (select distinct own.enterprise_number, own.kind, own.name, own.is_item
              from reached
              join names as own on {same_node("own", "reached")} and own.joins) as own
        join names as next on {same_name("next", "own")} and next.joins
            and (next.is_item <> own.is_item or not own.is_item and own.kind = any($7::text[]))
    )
    select * from reached limit $8"""
"""Of what was reached last, each name is asked for once: a large customer's thousands of invoices and payments share
one, and each with each would be millions of rows."""

_NEAR = f"""
    select distinct near.*
    from {unnested("text text text bool")} as seed (enterprise_number, kind, name, of_item)
    cross join lateral (
        select names.enterprise_number, names.node, names.is_item from names
        where {same_name("names", "seed")}
            and names.is_item <> seed.of_item and not names.joins
        order by names.node limit $5) as near"""

_SUGGESTED = f"""
    select distinct names.enterprise_number, names.node, names.is_item
    from (select $3::text as kind, * from {unnested("text text")} as item (enterprise_number, name)) as item
    join names on {same_name("names", "item")}"""

_NEAR_MOVEMENTS = f"""
    select distinct near.*
    from {unnested("text text")} as seed (enterprise_number, node)
    join names as own on {same_node("own", "seed")} and not own.joins
    cross join lateral (
        select names.enterprise_number, names.node, names.is_item from names
        where {same_name("names", "own")}
            and names.is_item and not names.joins
        order by names.node limit $3) as near"""


class Reached:
    """The nodes that are found, and the companies of which there are too many."""

    def __init__(self, rows: Iterable[Row], too_many: Collection[EnterpriseNumber]) -> None:
        kept = [row for row in dict.fromkeys(rows) if row[0] not in too_many]
        self.items: list[ItemKey] = [item_at(company, node) for company, node, is_item in kept if is_item]
        self.movements: list[MovementKey] = [movement_at(node) for _, node, is_item in kept if not is_item]
        self.too_many = frozenset(too_many)


class Components:
    """Reads the index of names, on the connection of a transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def reached(self, wanted: Wanted, most: int) -> Reached:
        """Everything that is reached from what is wanted, and what lies one step from it."""
        await self._connection.execute(_FIXED_PLAN)
        # An account is a movement's name only: no item is near by it.
        lookups = [name for name in wanted.names if not name.joins and (name.of_item or name.key.kind != ACCOUNT)]
        nodes = [(item[0], text_of(item)) for item in sorted(wanted.items)]
        nodes += [(company, text_of(movement)) for company, movement in sorted(wanted.movements)]
        near = await self._near(lookups)
        # A movement that waits for such an amount is decided again with everything around it.
        nodes += [(company, node) for company, node, is_item in near if not is_item]
        rows, too_many = await self._within([name for name in wanted.names if name.joins], nodes, most)
        suggested, beside = await self._within([], await self._suggested(rows), most)
        rows += suggested
        too_many |= beside
        rows += [row for row in near if row[2]]
        rows += await self._near_movements([row for row in rows if not row[2] and row[0] not in too_many])
        return Reached(rows, too_many)

    async def _within(
        self, names: Sequence[Name], nodes: Sequence[tuple[EnterpriseNumber, str]], most: int
    ) -> tuple[list[Row], set[EnterpriseNumber]]:
        """All companies at once; where that is too much, one by one, so that a large one keeps back only itself."""
        at_once = max(most, _MOST_AT_ONCE)
        rows = await self._component(names, nodes, at_once + 1)
        if len(rows) <= at_once:
            counts = Counter(row[0] for row in rows)
            return rows, {company for company, count in counts.items() if count > most}
        companies = {name.enterprise_number for name in names} | {company for company, _ in nodes}
        rows, too_many = [], set[EnterpriseNumber]()
        for company in sorted(companies):
            of_company = await self._component(
                [name for name in names if name.enterprise_number == company],
                [node for node in nodes if node[0] == company],
                most + 1,
            )
            if len(of_company) > most:
                too_many.add(company)
            else:
                rows += of_company
        return rows, too_many

    async def _component(
        self, names: Sequence[Name], nodes: Sequence[tuple[EnterpriseNumber, str]], most: int
    ) -> list[Row]:
        if not names and not nodes:
            return []
        rows = await self._connection.fetch(
            _COMPONENT,
            *_arrays_of(names),
            array_of([company for company, _ in nodes]),
            array_of([node for _, node in nodes]),
            sorted(RETURN_KINDS),
            most,
        )
        return _rows_of(rows)

    async def _suggested(self, rows: Sequence[Row]) -> list[tuple[EnterpriseNumber, str]]:
        """The movements that these items are suggested for, and that were not reached yet."""
        items = [(row[0], row[1]) for row in rows if row[2]]
        if not items:
            return []
        found = _rows_of(await self._connection.fetch(_SUGGESTED, *arrays_of(items), PROPOSED))
        known = {(row[0], row[1]) for row in rows if not row[2]}
        return [(row[0], row[1]) for row in found if (row[0], row[1]) not in known]

    async def _near(self, names: Sequence[Name]) -> list[Row]:
        if not names:
            return []
        return _rows_of(await self._connection.fetch(_NEAR, *_arrays_of(names), MOST_NEIGHBOURS))

    async def _near_movements(self, movements: Sequence[Row]) -> list[Row]:
        if not movements:
            return []
        nodes = arrays_of([row[:2] for row in movements])
        return _rows_of(await self._connection.fetch(_NEAR_MOVEMENTS, *nodes, MOST_NEIGHBOURS))


def _arrays_of(names: Sequence[Name]) -> list[str]:
    """One company's names behind each other: what Postgres reads for one of them it has at hand for the next."""
    in_turn = sorted(names, key=itemgetter(0))
    rows = [(company, *key, "t" if of_item else "f") for company, key, of_item, _ in in_turn]
    return arrays_of(rows) if rows else [array_of(())] * 4


def _rows_of(rows: Iterable[asyncpg.Record]) -> list[Row]:
    return [(EnterpriseNumber(row["enterprise_number"]), row["node"], row["is_item"]) for row in rows]
