"""What reaches more than may be decided at once is decided in parts; what does so alone waits."""

from collections.abc import Collection, Sequence
from typing import Any

from services.coda_reconciler.domain.matching.facts import MovementKey
from services.coda_reconciler.handlers.surroundings import keep, ledger_of, told_if_too_many
from services.coda_reconciler.ports import LedgerStore, Wanted
from shared.chassis.messages import Cause, Consequence, Received
from shared.values import EnterpriseNumber

Events = list[Received[Any]]


def parts_of(events: Events, too_many: Collection[EnterpriseNumber]) -> list[Events]:
    """Events in smaller parts, in their order for each company: those of the companies that reach too much apart from
    the others, and in two halves."""
    if len(events) < 2:
        return [events]
    crowded = [event for event in events if event.body.enterprise_number in too_many]
    others = [event for event in events if event.body.enterprise_number not in too_many]
    middle = len(crowded) // 2
    return [part for part in (others, crowded[:middle], crowded[middle:]) if part]


async def settle_in_parts(
    store: LedgerStore, cause: Cause, company: EnterpriseNumber, movements: Sequence[MovementKey]
) -> list[Consequence]:
    """Decide about movements of a company that are kept already, in halves until what they reach is little enough."""
    if not movements:
        return []
    found = await store.find(Wanted(movements=frozenset((company, movement) for movement in movements)))
    if not found.too_many:
        ledger = ledger_of(found)
        ledger.reconsider(movements)
        told: list[Consequence] = [cause.then(outcome, sequence=outcome.version) for outcome in ledger.resolve()]
        await keep(store, ledger, found)
        return told
    if len(movements) == 1:
        told_if_too_many(store, found)
        return []
    middle = len(movements) // 2
    first = await settle_in_parts(store, cause, company, movements[:middle])
    return first + await settle_in_parts(store, cause, company, movements[middle:])
