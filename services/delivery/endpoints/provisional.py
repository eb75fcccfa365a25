"""Which statements are provisional now: those of an account that stand behind a gap, and what their movements pay."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from services.delivery.domain.accounts import AccountKey, Gap
from services.delivery.domain.payments import Payment
from services.delivery.domain.statement_lists import StatementFilter
from services.delivery.domain.statements import BookedStatement
from services.delivery.ports import ReadingStore
from shared.chassis.http import Call
from shared.contracts.statements import Allocation
from shared.values import EnterpriseNumber, OfficeId, PaymentId, SoftwareSlug


@dataclass(frozen=True, slots=True)
class FirstGaps:
    """The first gap of each account in which something is missing."""

    gaps: Mapping[AccountKey, Gap]

    def hold_back(self, statement: BookedStatement) -> bool:
        """Whether a statement is provisional until a gap closes.

        Statements of the gap's own day stand as their balances go on, which the gap tells of the two beside it; of
        others of that day the numbers tell.
        """
        body = statement.body
        first = self.gaps.get((body.enterprise_number, body.iban, body.new_balance.currency))
        if first is None:
            return False
        if body.new_balance_date != first.place.day:
            return body.new_balance_date > first.place.day
        before = first.known_facts.before
        if before is not None and body.statement_id == before.statement_id:
            return False
        return body.statement_id == first.statement_id or body.sequence >= first.place.sequence

    def hold_back_number(self, company: EnterpriseNumber, allocation: Allocation) -> bool:
        """The same of an allocation of whose statement only the number is known."""
        return any(
            (allocation.year, allocation.sequence) >= (gap.place.year, gap.place.sequence)
            for (number, iban, _), gap in self.gaps.items()
            if (number, iban) == (company, allocation.iban)
        )


async def first_gaps(store: ReadingStore, statements: Iterable[BookedStatement]) -> FirstGaps:
    """What holds back any of these statements, as far as the caller sees their accounts."""
    return await _first_gaps(store, {statement.body.enterprise_number for statement in statements})


async def provisional_payments(call: Call, store: ReadingStore, payments: Collection[Payment]) -> frozenset[PaymentId]:
    """Those of which the movement's statement is provisional now; the statements are looked up only where anything is
    missing."""
    gaps = await _first_gaps(store, {payment.enterprise_number for payment in payments})
    if not gaps.gaps:
        return frozenset()
    allocations = [(payment, payment.allocation) for payment in payments if payment.allocation is not None]
    statements = await _statements(call, store, [allocation for _, allocation in allocations])
    known = {each.statement_id: gaps.hold_back(each) for each in statements}
    return frozenset(
        payment.payment_id
        for payment, allocation in allocations
        if (
            known[allocation.statement_id]
            if allocation.statement_id in known
            else gaps.hold_back_number(payment.enterprise_number, allocation)
        )
    )


async def _first_gaps(store: ReadingStore, companies: Collection[EnterpriseNumber]) -> FirstGaps:
    first: dict[AccountKey, Gap] = {}
    for gap in await store.open_gaps(companies) if companies else ():
        key = gap.enterprise_number, gap.iban, gap.known_facts.found_balance.currency
        if key not in first or gap.place.order < first[key].place.order:
            first[key] = gap
    return FirstGaps(first)


async def _statements(
    call: Call, store: ReadingStore, allocations: Iterable[Allocation]
) -> Collection[BookedStatement]:
    """The statements of these allocations that the caller sees."""
    ids = tuple({each.statement_id for each in allocations if each.statement_id is not None})
    wanted = StatementFilter(statements=ids)
    if not ids:
        return ()
    if call.principal.kind == "office":
        rows = await store.office_statements(OfficeId(call.principal.id), None, len(ids), wanted, "oldest")
        return [row.statement.booked for row in rows]
    return await store.software_statements(SoftwareSlug(call.principal.id), None, len(ids), wanted, "oldest")
