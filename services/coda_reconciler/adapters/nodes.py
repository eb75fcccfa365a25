"""Movements and items out of the index of names, as `naming.text_of` writes them there."""

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
