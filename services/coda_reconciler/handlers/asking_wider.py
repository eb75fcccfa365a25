"""Payments whose structured reference is nobody's are asked of once more, by all else that they say.

They are few, so that what may be suggested for them is loaded apart, and nobody else waits for it.
"""

from collections.abc import Sequence

from services.coda_reconciler.domain.matching.facts import LedgerMovement
from services.coda_reconciler.domain.naming import names_borne, names_of_movement
from services.coda_reconciler.handlers.surroundings import keep, ledger_of, told_if_too_many
from services.coda_reconciler.ports import LedgerStore, Wanted
from shared.chassis.messages import Cause, Consequence


async def ask_wider(store: LedgerStore, asked: Sequence[tuple[Cause, Sequence[LedgerMovement]]]) -> list[Consequence]:
    """What may be suggested for widened movements, which are kept already; each with what it is asked because of."""
    movements = [movement for _, some in asked for movement in some]
    if not movements:
        return []
    wanted = Wanted(movements=frozenset((movement.enterprise_number, movement.key) for movement in movements))
    found = told_if_too_many(store, await store.find(wanted))
    borne = names_borne(found.items, (), ())
    ledger = ledger_of(found)
    consequences: list[Consequence] = []
    for cause, some in asked:
        ledger.reconsider(
            movement.key
            for movement in some
            if not borne.isdisjoint(name[:2] for name in names_of_movement(movement, None, lookups=True))
        )
        consequences += [cause.then(outcome, sequence=outcome.version) for outcome in ledger.resolve()]
    await keep(store, ledger, found)
    return consequences
