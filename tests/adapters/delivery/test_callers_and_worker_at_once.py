"""A caller and the worker write the same rows at the same time: both are kept, and neither waits for the other."""

import asyncio
from dataclasses import replace

from services.delivery.domain.payments import Decided
from tests.adapters.delivery.conftest import As
from tests.adapters.delivery.pod_things import OFFICE
from tests.adapters.delivery.test_accounts_and_payments import NOW, a_document, a_payment
from tests.adapters.delivery.test_statements_of_offices import at_offices, booked, entry


async def test_what_a_person_decides_while_the_ledger_tells_of_the_payment_is_not_written_over(in_postgres: As) -> None:
    document = a_document()
    async with in_postgres(None) as store:
        await store.save_documents([document])
        await store.save_payments([a_payment(document)])
    payment = a_payment(document)

    async def ledger_tells() -> None:
        async with in_postgres(None) as store:
            [known] = await store.payments_of([payment.payment_id])
            await store.save_payments([replace(known, rank=2)])

    async with in_postgres("office:janssens") as store:
        locked = await store.lock_payment(payment.payment_id)
        telling = asyncio.create_task(ledger_tells())
        await asyncio.wait([telling], timeout=0.5)
        await store.save_decision(replace(locked, state="refused", decided=Decided("refuse", "office:janssens", NOW)))
    await telling
    async with in_postgres(None) as store:
        [after] = await store.payments_of([payment.payment_id])
    assert (after.state, after.rank) == ("refused", 2)


async def test_an_office_acknowledges_statements_while_they_are_delivered_to_it_again(in_postgres: As) -> None:
    first, second = sorted((booked(1), booked(2)), key=lambda statement: statement.body.statement_id)
    ids = [each.body.statement_id for each in (first, second)]
    await at_offices(in_postgres, entry(first), entry(second))

    async def deliver_again() -> None:
        async with in_postgres(None) as store:
            await store.append_statement_entries([entry(second, again="rdl_1"), entry(first, again="rdl_1")])

    async with in_postgres("office:janssens") as store:
        # As one call for both locks them, but with the other side in between.
        await store.lock_statement_entries(OFFICE, ids[:1])
        again = asyncio.create_task(deliver_again())
        await asyncio.wait([again], timeout=0.5)
        rows = await store.lock_statement_entries(OFFICE, ids)
        await store.save_statement_marks([replace(row, fetched_at=NOW) for row in rows.values()])
    await again
    async with in_postgres("office:janssens") as store:
        rows = await store.lock_statement_entries(OFFICE, ids)
        assert {(row.redelivery, row.fetched_at) for row in rows.values()} == {("rdl_1", NOW)}
