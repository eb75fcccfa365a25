"""Payments that returns of other amounts may take back and that only their end-to-end id tells: looked for when the
return comes, and found by it from then on, see `matching.originals`."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from services.coda_reconciler.domain.matching.facts import LedgerMovement, MovementKey
from services.coda_reconciler.domain.matching.originals import MOST_OF_AN_ID, found_by_id, issued_key
from services.coda_reconciler.domain.matching.reversals import is_return
from services.coda_reconciler.domain.naming import Name
from services.coda_reconciler.ports import Found, Issued, LedgerStore


async def originals_of(store: LedgerStore, movements: Sequence[LedgerMovement]) -> dict[Issued, list[MovementKey]]:
    """What is known already to have the ids of new returns; of too common an id one more than tells anything."""
    ids = {issued for each in movements if is_return(each) and (issued := _issued(each)) is not None}
    return await store.issued(ids, MOST_OF_AN_ID) if ids else {}


def asked_by_id(movements: Iterable[LedgerMovement]) -> Iterator[tuple[MovementKey, Name]]:
    """The names by which new payments find returns that wait for them."""
    for movement in movements:
        key = issued_key(movement)
        if key is not None and not is_return(movement):
            yield movement.key, Name(movement.enterprise_number, key, False, True)


def widened_returns(
    movements: Sequence[LedgerMovement], originals: Mapping[Issued, Sequence[MovementKey]]
) -> dict[MovementKey, LedgerMovement]:
    """New returns whose id few others have, as they are found by it."""
    returns = [(each, issued) for each in movements if is_return(each) and (issued := _issued(each)) is not None]
    counts = {issued: len(originals.get(issued, ())) for _, issued in returns}
    for movement in movements if returns else ():
        issued = _issued(movement)
        if issued in counts:
            counts[issued] += 1
    wider = ((each, found_by_id(each, counts[issued] - 1)) for each, issued in returns)
    return {each.key: found for each, found in wider if found is not each}


def ties_of(
    asked: Mapping[MovementKey, Name], returns: Collection[LedgerMovement], found: Found
) -> Iterator[tuple[MovementKey, Name]]:
    """The name of an id that a return is found by, for each payment that has it, new (`asked`) or known; none for what
    comes when more have it already than can be told apart."""
    known: dict[Issued | None, list[LedgerMovement]] = {}
    for movement in found.movements if asked or returns else ():
        known.setdefault(_issued(movement), []).append(movement)
    waiting = {
        issued
        for each in (*returns, *filter(is_return, found.movements))
        if each.facts is not None and each.facts.widened and (issued := _issued(each)) is not None
    }
    for key, name in asked.items():
        issued = name.enterprise_number, name.key.text
        # Of a company of which more is reached than was loaded nobody knows whether a return waits.
        is_asked = issued in waiting or name.enterprise_number in found.too_many
        if is_asked and len(known.get(issued, ())) <= MOST_OF_AN_ID:
            yield key, name
    for issued in {issued for each in returns if (issued := _issued(each)) is not None}:
        yield from asked_by_id(known.get(issued, ()))


def _issued(movement: LedgerMovement) -> Issued | None:
    key = issued_key(movement)
    return (movement.enterprise_number, key.text) if key is not None else None
