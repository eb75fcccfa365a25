"""Returns of other amounts than their payments', which only our end-to-end id tells: the bank's costs are in them.

With the amount beside it an id always finds. Alone it is only asked for by returns, and says something only where few
movements have it, for some programs give one id to all their payments. A return of such an id is found by it from then
on (`PaymentFacts.widened`), and so are the payments that have it, whichever of them comes first.
"""

from collections.abc import Iterable
from dataclasses import replace

from services.coda_reconciler.domain.matching.facts import LedgerMovement
from services.coda_reconciler.domain.matching.keys import IndexKey

MOST_OF_AN_ID = 20
"""Movements that may have an id which tells one of them."""


def issued_key(movement: LedgerMovement) -> IndexKey | None:
    """The id of a payment or a return without its amount; None where there is none."""
    facts = movement.facts
    if facts is None or facts.kind not in ("payment", "return") or not facts.end_to_end_id:
        return None
    return IndexKey("issued", facts.end_to_end_id)


def found_by_id(movement: LedgerMovement, others: int) -> LedgerMovement:
    """A return that is found by its id alone, where no more than a few `others` have it; the same one for any other."""
    facts = movement.facts
    if facts is None or facts.kind != "return" or not facts.end_to_end_id or others >= MOST_OF_AN_ID:
        return movement
    return movement if facts.widened else replace(movement, facts=replace(facts, widened=True))


def telling_ids(movements: Iterable[LedgerMovement]) -> frozenset[str]:
    """The ids that returns are found by, without those that more movements have than can be told apart."""
    counts: dict[str, int] = {}
    asked = set()
    for movement in movements:
        key = issued_key(movement)
        if key is not None and movement.facts is not None:
            counts[key.text] = counts.get(key.text, 0) + 1
            if movement.facts.kind == "return" and movement.facts.widened:
                asked.add(key.text)
    return frozenset(text for text in asked if counts[text] <= MOST_OF_AN_ID)
