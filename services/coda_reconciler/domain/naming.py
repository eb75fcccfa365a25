"""The names by which movements and items find each other again, as they are kept between batches.

Names that join make a component, whatever is reached over them is decided together: they are kept for ever, for an
earlier payment or a newer version of an invoice may come at any time. The others lead one step far, to suggestions:
they are kept while something remains.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from services.coda_reconciler.domain.matching.facts import ItemKey, Knowledge, LedgerMovement, MovementKey, OpenItem
from services.coda_reconciler.domain.matching.keys import (
    IndexKey,
    all_keys_of_item,
    keys_of_item,
    keys_of_movement,
    lookup_keys_of_movement,
)
from services.coda_reconciler.domain.settlement.values import Changes, MovementState
from shared.values import EnterpriseNumber

_BY_A_COMMON_NAME = ("R03", "R04", "R06")
"""Rules that settle by a name of both."""

Node = ItemKey | MovementKey
"""What bears names."""

Bearer = tuple[EnterpriseNumber, Node]
"""A node of a company."""

ACCOUNT, DEBTOR, PROPOSED = "account", "debtor", "proposed"
"""`proposed` leads from an item to the movements that it is suggested for: when it changes they are looked at again."""

_REFUSED = "refused"
"""By which a movement is found whose suggestion was refused, though nothing else may name it: it may be asked of again.
No item bears it."""

_ALLOCATED = "allocated"
"""Joins an item with a movement that has no name in common with it: a person, or a subset of amounts, allocated it."""

_new = tuple.__new__
"""A named tuple by position: every movement of a bank's morning has four names."""


class Name(NamedTuple):
    """A name that something has: `of_item` says whether an item or a movement."""

    enterprise_number: EnterpriseNumber
    key: IndexKey
    of_item: bool
    joins: bool


@dataclass(slots=True)
class Naming:
    """What changes in the index, in this order: `renamed` lose all their names, `settled` those that do not join,
    `unproposed` those by which a suggestion is found, then `added` get theirs."""

    renamed: set[Bearer] = field(default_factory=set)
    settled: set[Bearer] = field(default_factory=set)
    unproposed: set[Bearer] = field(default_factory=set)
    added: list[tuple[Node, Sequence[Name]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Before:
    """How things stood when the batch began."""

    items: Mapping[ItemKey, OpenItem]
    movements: Mapping[MovementKey, LedgerMovement]
    states: Mapping[MovementKey, MovementState]


def text_of(node: Node) -> str:
    """A node as the index writes it: `statement/position`, and `family/year/number`, for a number has any letter."""
    if len(node) == 2:
        return f"{node[0]}/{node[1]}"
    _, family, number, year = node
    return f"{family}/{year}/{number}"


def names_of_item(item: OpenItem, *, lookups: bool, joins: bool = True) -> list[Name]:
    """An item's names."""
    company = item.enterprise_number
    joining, looked_up = all_keys_of_item(item)
    names = [_new(Name, (company, key, True, True)) for key in dict.fromkeys(joining)] if joins else []
    if lookups:
        names += [_new(Name, (company, key, True, False)) for key in dict.fromkeys(looked_up)]
    return names


def names_of_movement(
    movement: LedgerMovement, knowledge: Knowledge | None, *, lookups: bool, joins: bool = True
) -> list[Name]:
    """A movement's names, with those of the debtors whose account it came from."""
    company = movement.enterprise_number
    names = [_new(Name, (company, key, False, True)) for key in keys_of_movement(movement, knowledge)] if joins else []
    if lookups:
        looked_up = dict.fromkeys(lookup_keys_of_movement(movement))
        names += [_new(Name, (company, key, False, False)) for key in looked_up]
    return names


def names_borne(
    items: Iterable[OpenItem], movements: Iterable[LedgerMovement], names: Iterable[Name]
) -> set[tuple[EnterpriseNumber, IndexKey]]:
    """All names of items and movements that were found, and these, by which something new may reach them."""
    borne = {name[:2] for name in names}
    for item in items:
        joining, looked_up = all_keys_of_item(item)
        borne.update((item.enterprise_number, key) for key in (*joining, *looked_up))
    for movement in movements:
        borne.update((movement.enterprise_number, key) for key in keys_of_movement(movement))
    return borne


def naming_of(
    new: Sequence[LedgerMovement], names: Mapping[MovementKey, Sequence[Name]], changes: Changes, before: Before
) -> Naming:
    """What a batch changed in the index; `names` are all those of the new movements."""
    naming = Naming()
    for movement in new:
        key = movement.key
        borne = names[key]
        if not _may_be_looked_up(movement, changes.states.get(key)):
            borne = [name for name in borne if name.joins]
        naming.added.append((key, borne))
    _rename_items(naming, changes, before)
    _rename_movements(naming, changes, before)
    _join_what_was_allocated(naming, changes, before, names)
    _name_learnt_debtors(naming, changes, before)
    _name_proposals(naming, new, changes, before)
    for refusal in changes.refused:
        name = Name(refusal.item[0], IndexKey(_REFUSED, text_of(refusal.item)), False, True)
        naming.added.append((refusal.movement, [name]))
    return naming


def _may_be_looked_up(movement: LedgerMovement, state: MovementState | None) -> bool:
    """A credit of which something remains. Debits look for credit notes when they come, but do not wait for them: most
    are payments to suppliers."""
    return movement.amount > 0 and (state is None or state.remaining > 0)


def _rename_items(naming: Naming, changes: Changes, before: Before) -> None:
    for key, item in changes.items.items():
        old, is_open = before.items.get(key), item.balance > 0
        if old is not None and key in changes.rekeyed:
            naming.renamed.add((key[0], key))
        if old is None or key in changes.rekeyed:
            names = names_of_item(item, lookups=is_open)
        elif is_open and not old.balance:
            names = names_of_item(item, lookups=True, joins=False)
        else:
            names = []
            if old.balance and not is_open:
                naming.settled.add((key[0], key))
        if names:
            naming.added.append((key, names))


def _rename_movements(naming: Naming, changes: Changes, before: Before) -> None:
    for key, state in changes.states.items():
        movement = before.movements.get(key)
        if movement is None:
            continue
        was, is_looked_up = _may_be_looked_up(movement, before.states.get(key)), _may_be_looked_up(movement, state)
        if was and not is_looked_up:
            naming.settled.add((movement.enterprise_number, key))
        elif is_looked_up and not was:
            naming.added.append((key, names_of_movement(movement, None, lookups=True, joins=False)))


def _join_what_was_allocated(
    naming: Naming, changes: Changes, before: Before, names: Mapping[MovementKey, Sequence[Name]]
) -> None:
    pairs = {(entry.item, entry.movement) for entry in changes.entries if entry.rule not in _BY_A_COMMON_NAME}
    pairs |= {(part.item, pin.movement) for pin in changes.pins for part in pin.parts}
    for item_key, movement_key in sorted(pairs):
        company = item_key[0]
        item, movement = changes.items.get(item_key) or before.items.get(item_key), before.movements.get(movement_key)
        known = names.get(movement_key) or (names_of_movement(movement, None, lookups=False) if movement else [])
        if item is None or {name.key for name in known if name.joins}.isdisjoint(keys_of_item(item)):
            key = IndexKey(_ALLOCATED, text_of(movement_key))
            naming.added.append((item_key, [Name(company, key, True, True)]))
            naming.added.append((movement_key, [Name(company, key, False, True)]))


def _name_learnt_debtors(naming: Naming, changes: Changes, before: Before) -> None:
    for line in changes.learnt:
        if not line.withdrawn:
            name = Name(line.enterprise_number, IndexKey(DEBTOR, line.debtor), False, True)
            movements = _of_account(before.movements.values(), line.enterprise_number, line.iban)
            naming.added += [(movement.key, [name]) for movement in movements]


def _of_account(
    movements: Iterable[LedgerMovement], company: EnterpriseNumber, account: str
) -> Iterable[LedgerMovement]:
    for movement in movements:
        if movement.enterprise_number == company and movement.facts and movement.facts.account == account:
            yield movement


def _name_proposals(naming: Naming, new: Sequence[LedgerMovement], changes: Changes, before: Before) -> None:
    if not changes.proposals:
        return
    companies = {movement.key: movement.enterprise_number for movement in (*before.movements.values(), *new)}
    for key, proposals in changes.proposals.items():
        company = companies[key]
        if key in before.movements:
            naming.unproposed.add((company, key))
        items = {part.item for each in proposals for part in each.proposal.parts}
        names = [Name(company, IndexKey(PROPOSED, text_of(item)), False, False) for item in sorted(items)]
        naming.added.append((key, names))
