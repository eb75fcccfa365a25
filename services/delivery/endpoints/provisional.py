"""Which statements are provisional now: those of an account that stand behind a gap."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.delivery.domain.accounts import AccountKey
from services.delivery.domain.statements import BookedStatement
from services.delivery.ports import ReadingStore


@dataclass(frozen=True, slots=True)
class FirstGaps:
    """The first statement of each account before which something is missing, by its day and number."""

    places: Mapping[AccountKey, tuple[date, int]]

    def hold_back(self, statement: BookedStatement) -> bool:
        """Whether a statement is provisional until a gap closes."""
        body = statement.body
        first = self.places.get((body.enterprise_number, body.iban, body.new_balance.currency))
        return first is not None and (body.new_balance_date, body.sequence) >= first


async def first_gaps(store: ReadingStore, statements: Iterable[BookedStatement]) -> FirstGaps:
    """What holds back any of these statements, as far as the caller sees their accounts."""
    companies = {statement.body.enterprise_number for statement in statements}
    places: dict[AccountKey, tuple[date, int]] = {}
    for gap in await store.open_gaps(companies) if companies else ():
        key = gap.enterprise_number, gap.iban, gap.known_facts.found_balance.currency
        places[key] = min(gap.place.order, places.get(key, gap.place.order))
    return FirstGaps(places)
