"""Finds in Postgres who has an end-to-end id, by the names that hold the id and an amount: `id/amount`."""

from collections.abc import Collection

import asyncpg

from services.coda_reconciler.adapters.arrays import arrays_of, unnested
from services.coda_reconciler.adapters.nodes import movement_at, place
from services.coda_reconciler.domain.matching.facts import MovementKey
from services.coda_reconciler.ports import Issued
from shared.values import EnterpriseNumber

_ID = "regexp_replace(names.name, '/[0-9]+$', '')"

_ISSUED = f"""
    select wanted.company, wanted.issued, found.node
    from {unnested("text text")} as wanted (company, issued)
    cross join lateral (
        select names.node from names
        where {place("names.enterprise_number", _ID)} = {place("wanted.company", "wanted.issued")}
            and names.kind = 'end_to_end' and not names.is_item
            and names.enterprise_number = wanted.company
            and {_ID} = wanted.issued
        limit $3) as found"""
"""By the index of migration 0007, which has a hash of each id; equal ones are compared as texts."""


class IssuedIds:
    """The part of the store that looks ids up without their amounts."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def issued(self, ids: Collection[Issued], most: int) -> dict[Issued, list[MovementKey]]:
        """Payments and returns that have these end-to-end ids, whatever their amounts; of each at most so many."""
        found: dict[Issued, list[MovementKey]] = {}
        for row in await self._connection.fetch(_ISSUED, *arrays_of(sorted(ids)), most):
            issued = EnterpriseNumber(row["company"]), row["issued"]
            found.setdefault(issued, []).append(movement_at(row["node"]))
        return found
