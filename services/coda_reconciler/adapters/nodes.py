"""The index of names: its rows found as its two indexes find them, and movements and items out of what
`naming.text_of` wrote there."""

from typing import cast

from services.coda_reconciler.domain.matching.facts import ItemKey, MovementKey
from shared.contracts.invoices import Family
from shared.values import EnterpriseNumber, StatementId


def item_at(company: EnterpriseNumber, text: str) -> ItemKey:
    """The item of a node."""
    family, year, number = text.split("/", 2)
    return company, cast(Family, family), number, int(year)


def movement_at(text: str) -> MovementKey:
    """The movement of a node."""
    statement_id, position = text.split("/")
    return StatementId(statement_id), int(position)


def same_name(row: str, other: str) -> str:
    """Whether a row of `names` has the name of the other, which has the columns that tell one; both are aliases."""
    return f"{_place_of(row, 'name')} = {_place_of(other, 'name')} and {_equal(row, other, 'kind', 'name')}"


def same_node(row: str, other: str) -> str:
    """Whether a row of `names` is of the other's node."""
    return f"{_place_of(row, 'node')} = {_place_of(other, 'node')} and {_equal(row, other, 'node')}"


def place(company: str, text: str) -> str:
    """Where an index has a text of a company, written as its migration does: equal texts have one place, others very
    seldom. Both are expressions of SQL."""
    return f"({company}::bigint << 30 | (hashtextextended({text}, 0) & 1073741823))"


def _place_of(row: str, column: str) -> str:
    return place(f"{row}.enterprise_number", f"{row}.{column}")


def _equal(row: str, other: str, *columns: str) -> str:
    return " and ".join(f"{row}.{column} = {other}.{column}" for column in ("enterprise_number", *columns))
