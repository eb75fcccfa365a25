"""The surroundings of what a batch brings: loaded before it is decided, kept afterwards."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType

from services.coda_reconciler.domain.matching.facts import Knowledge, LedgerMovement, MovementKey
from services.coda_reconciler.domain.matching.reversals import is_return
from services.coda_reconciler.domain.matching.widening import widened
from services.coda_reconciler.domain.naming import Before, Name, names_borne, names_of_movement, naming_of
from services.coda_reconciler.domain.settlement.ledger import Ledger
from services.coda_reconciler.handlers.originals import asked_by_id, originals_of, ties_of, widened_returns
from services.coda_reconciler.ports import MOST_NODES, Found, LedgerStore, Wanted
from shared.chassis.logs import logger
from shared.values import EnterpriseNumber

_NO_NAMES: Mapping[MovementKey, Sequence[Name]] = MappingProxyType({})
_NOTHING: frozenset[str] = frozenset()
_log = logger("ledger")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that new movements may have to do with, the names by which they ask, and which of them reach anything.

    `widened` are those of a structured reference that is nobody's, as they are asked of once more by all they say, and
    returns that their id finds; `ties` are the names by which payments that are known are found from now on.
    """

    found: Found
    names: Mapping[MovementKey, Sequence[Name]]
    reaching: Set[MovementKey]
    widened: Mapping[MovementKey, LedgerMovement]
    ties: Sequence[tuple[MovementKey, Name]] = ()


async def around_movements(store: LedgerStore, movements: Sequence[LedgerMovement]) -> Surroundings:
    """Load what new movements need. Most of a bank's morning are payments to others and takings: what reaches no item
    and no other movement needs no decision until something comes that reaches it."""
    counterparties = frozenset((each.enterprise_number, each.facts.account if each.facts else "") for each in movements)
    knowledge = await store.knowledge(counterparties)
    names = {
        movement.key: names_of_movement(movement, knowledge.get(movement.enterprise_number), lookups=True)
        for movement in movements
    }
    originals = await originals_of(store, movements)
    by_id = dict(asked_by_id(movements))
    wanted = Wanted(
        names=frozenset(chain(chain.from_iterable(names.values()), by_id.values())),
        movements=frozenset((issued[0], key) for issued, keys in originals.items() for key in keys),
        counterparties=counterparties,
    )
    found = await store.find(wanted)
    returns = widened_returns(movements, originals)
    unknown = _widened(movements, found)
    for key, movement in returns.items():
        names[key] = names_of_movement(movement, knowledge.get(movement.enterprise_number), lookups=True)
    borne = names_borne(
        found.items, found.movements, (name for each in movements if is_return(each) for name in names[each.key])
    )
    reaching = {key for key, asked in names.items() if not borne.isdisjoint(name[:2] for name in asked)}
    reaching |= {key for key, name in by_id.items() if name[:2] in borne}
    reaching |= {movement.key for movement in movements if _is_between_own_accounts(movement, knowledge)}
    for key, movement in unknown.items():
        names[key] = names_of_movement(movement, knowledge.get(movement.enterprise_number), lookups=True)
    ties = list(ties_of(by_id, returns.values(), found))
    for key, name in ties:
        if key in names:
            names[key] = [*names[key], name]
    return Surroundings(found, names, reaching, unknown | returns, [tie for tie in ties if tie[0] not in names])


def _widened(movements: Sequence[LedgerMovement], found: Found) -> dict[MovementKey, LedgerMovement]:
    """Nothing of a company of which more is reached than was loaded: its references may well be known."""
    known: dict[EnterpriseNumber, set[str]] = {}
    for item in found.items:
        known.setdefault(item.enterprise_number, set()).add(str(item.reference))
    wider = (
        widened(movement, known.get(movement.enterprise_number, _NOTHING).__contains__)
        for movement in movements
        if movement.enterprise_number not in found.too_many
    )
    return {movement.key: movement for movement in wider if movement.facts is not None and movement.facts.widened}


def _is_between_own_accounts(movement: LedgerMovement, knowledge: Mapping[EnterpriseNumber, Knowledge]) -> bool:
    known = knowledge.get(movement.enterprise_number)
    return known is not None and movement.facts is not None and movement.facts.account in known.own_accounts


def told_if_too_many(store: LedgerStore, found: Found) -> Found:
    """The same; what is put off because it reaches too far is told to whoever runs this."""
    store.tell_put_off(sorted(found.too_many))
    for company in sorted(found.too_many):
        _log.warning("nothing is settled: too much hangs together", enterprise_number=company, most=MOST_NODES)
    return found


def ledger_of(found: Found) -> Ledger:
    """The ledger as it was left."""
    return Ledger(
        items=found.items,
        movements=found.movements,
        entries=found.entries,
        knowledge=found.knowledge,
        pins=found.pins,
        refusals=found.refusals,
        proposals=found.proposals,
        learnt=found.learnt,
        states=found.states,
    )


async def keep(
    store: LedgerStore,
    ledger: Ledger,
    found: Found,
    new: Sequence[LedgerMovement] = (),
    names: Mapping[MovementKey, Sequence[Name]] = _NO_NAMES,
    ties: Sequence[tuple[MovementKey, Name]] = (),
) -> None:
    """Write what a batch changed, and the movements that it brought with their names."""
    before = Before(
        items={item.key: item for item in found.items},
        movements={movement.key: movement for movement in found.movements},
        states={state.movement: state for state in found.states},
    )
    naming = naming_of(new, names, ledger.changes, before)
    naming.added += [(key, [name]) for key, name in ties]
    await store.write_ledger(new, ledger.changes, naming)


def put_off(found: Found) -> Ledger:
    """The items of the companies of which nothing is decided: they are kept as they come, without consequences."""
    return Ledger(items=[item for item in found.items if item.enterprise_number in found.too_many])
