"""Writes what a batch changed in the index of names."""

from collections.abc import Iterable, Sequence, Set

import asyncpg

from services.coda_reconciler.adapters.arrays import arrays_of, unnested
from services.coda_reconciler.adapters.nodes import same_node
from services.coda_reconciler.domain.matching.facts import MovementKey
from services.coda_reconciler.domain.naming import PROPOSED, Name, Naming, Node, text_of

Row = tuple[str, str, str, str, str, str]
"""Company, kind, name, whether an item bears it, the node, whether it joins."""

_COLUMNS = "(enterprise_number, kind, name, is_item, node, joins)"
_ROWS = unnested("text text text bool text bool")
_TRUTHS = ("f", "t")

_ADD = f"insert into names {_COLUMNS} select * from {_ROWS}"

_ADD_MISSING = f"""
    insert into names {_COLUMNS} select * from {_ROWS} as added {_COLUMNS}
    where not exists (select from names where {same_node("names", "added")}
                          and names.kind = added.kind and names.name = added.name)"""
"""Of what may have names already: none is there twice, and no index sees to it."""

_GONE = f"delete from names using {unnested('text text')} as gone (enterprise_number, node)"


async def write_names(connection: asyncpg.Connection, naming: Naming, new: Set[MovementKey]) -> None:
    """Take names away, then add those that are missing. The `new` movements have none yet."""
    gone = (
        (naming.renamed, "true"),
        (naming.settled, "not names.joins"),
        (naming.unproposed, f"names.kind = '{PROPOSED}'"),
    )
    for nodes, condition in gone:
        if nodes:
            columns = arrays_of([(company, text_of(node)) for company, node in nodes])
            await connection.execute(f"{_GONE} where {same_node('names', 'gone')} and {condition}", *columns)
    first, further = _apart(naming.added, new)
    if first:
        await connection.execute(_ADD, *arrays_of(first))
    if further:
        await connection.execute(_ADD_MISSING, *arrays_of(list(dict.fromkeys(further))))


def _apart(added: Iterable[tuple[Node, Sequence[Name]]], new: Set[MovementKey]) -> tuple[list[Row], list[Row]]:
    """The first names of new movements, each once, and all others."""
    first: list[Row] = []
    further: list[Row] = []
    unnamed = set(new)
    for node, names in added:
        if node in unnamed:
            unnamed.remove(node)
            rows = first
        else:
            rows = further
        bearer = text_of(node)
        for company, (kind, text), of_item, joins in names:
            rows.append((company, kind, text, _TRUTHS[of_item], bearer, _TRUTHS[joins]))
    return first, further
