"""Does memory behave like Postgres? The same stories over both, compared event by event and row by row."""

from dataclasses import replace
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.coda_reconciler.adapters.postgres import PostgresMandateReader, PostgresReconciler
from services.coda_reconciler.domain.links import Link
from services.coda_reconciler.domain.matching.facts import Knowledge
from services.coda_reconciler.domain.matching.keys import IndexKey
from services.coda_reconciler.domain.naming import Name
from services.coda_reconciler.domain.settlement.opening import item_of
from services.coda_reconciler.ports import Found, ReconcilerStore, Wanted
from shared.chassis.errors import Unavailable
from shared.contracts.event import Event
from shared.contracts.invoices import Customer
from shared.contracts.statements import (
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    PaymentWithdrawn,
    TransactionsBooked,
)
from shared.values import Currency, EnterpriseNumber, Iban, Sha256, StatementId
from tests.component.coda_reconciler.world import NOW, World, accepted
from tests.component.coda_reconciler.years import through_handlers, year
from tests.conftest import Database
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, OTHER_COMPANY, OTHER_IBAN, REFERENCE, Move, statement

ACCOUNT = (EnterpriseNumber(COMPANY), Iban(IBAN), Currency("EUR"))
ANY_LINK = Link(StatementId.of(UUID(int=1)), 2026, 1, date(2026, 1, 1), 0, 0)
ANOTHER, THIRD = "000000010104", "000000020208"
COMPANIES = EnterpriseNumber(COMPANY), EnterpriseNumber(OTHER_COMPANY)
PAYMENT = Name(COMPANIES[0], IndexKey("reference", REFERENCE), of_item=True, joins=True)
"""As an item asks for whoever names it."""
ITEM = item_of(accepted("121.00", "2026-1", 1)).key


async def story(world: World) -> list[Event]:
    """Everything once: waiting, release, a gap and its end, payments before and after, a new version, a refusal."""
    events = await world.bank_file(statement([Move(50_000, reference=REFERENCE)], sequence=1, old=0))
    events += await world.company(COMPANY, IBAN)
    events += await world.company(OTHER_COMPANY, OTHER_IBAN, sequence=3)
    events += await world.bank_file(statement([Move(50_000, reference=REFERENCE)], sequence=3, old=49_000))
    events += await world.invoice("121.00")
    events += await world.bank_file(statement([Move(-1_000)], sequence=2, old=50_000) + b"broken\r\n")
    events += await world.invoice("99.50", version=2)
    events += await world.bank_file(statement([Move(1_005)], iban=OTHER_IBAN, company=COMPANY))
    events += await world.company(COMPANY, IBAN, sequence=2)
    return events


def everything(store: ReconcilerStore) -> Any:
    return store.find(Wanted(names=frozenset({PAYMENT}), items=frozenset({ITEM})))


async def test_both_tell_the_same_story(store: ReconcilerStore) -> None:
    assert await story(World(store)) == await story(World())


async def test_both_tell_the_same_year_of_every_kind_of_payment(store: ReconcilerStore) -> None:
    made = year(7, 70)
    told = await through_handlers(World(store), made, Random(7), 9)
    assert {type(event) for event in told} >= {InvoiceSettled, InvoicePartiallyPaid, InvoiceReopened, PaymentSuggested}
    assert told == await through_handlers(World(), made, Random(7), 9)


async def test_both_follow_the_same_decisions(store: ReconcilerStore) -> None:
    assert await decided_story(World(store)) == await decided_story(World())


async def decided_story(world: World) -> list[Event]:
    """A suggestion accepted and undone, another one refused and asked of again; and what comes after each."""
    customer = {"customer": Customer(name="Peeters Lieve", number="BE0202239951"), "reference": None}
    nameless = [statement([Move(121_000, text="dank")], sequence=n, old=n * 121_000) for n in (1, 2, 3)]
    events = await world.company(COMPANY, IBAN)
    events += await world.invoice("121.00", number="2026-0001", **customer)
    events += (suggested := await world.bank_file(nameless[0]))
    [suggestion] = [event for event in suggested if isinstance(event, PaymentSuggested)]
    identity, document = suggestion.allocation.allocation_id, suggestion.document_id
    events += (settled := await world.decide(identity, "accept", document))
    assert isinstance(settled[0], InvoiceSettled)
    events += await world.invoice("121.00", number="2026-0002", **customer)
    events += await world.bank_file(nameless[1])
    events += await world.decide(settled[0].allocation.allocation_id, "undo", document)
    events += await world.invoice("121.00", number="2026-0003", **customer)
    events += (suggested := await world.bank_file(nameless[2]))
    refused = [event for event in suggested if isinstance(event, PaymentSuggested)]
    for event in refused:
        events += await world.decide(event.allocation.allocation_id, "refuse", event.document_id)
    events += await world.decide("nothing that is known", "accept", document)
    events += await world.invoice("121.00", number="2026-0003", version=2, **customer)
    for event in refused:
        again = await world.decide(event.allocation.allocation_id, "undo", event.document_id)
        assert {type(each) for each in again} <= {PaymentSuggested, PaymentWithdrawn}
        assert event.allocation.allocation_id in [each.allocation.allocation_id for each in again]
        assert await world.decide(event.allocation.allocation_id, "undo", event.document_id) == []
        events += again
    return events


async def test_both_ask_of_references_that_nobody_has(store: ReconcilerStore) -> None:
    assert await asked_story(World(store)) == await asked_story(World())


async def asked_story(world: World) -> list[Event]:
    """Payments with nobody's reference: before and after the invoices that their words and names tell, and then the
    invoice that has the reference."""
    peeters, nobody = {"customer": Customer(name="Peeters Lieve"), "reference": None}, {"reference": None}
    by_name, by_number = (Move(amount, reference=ANOTHER) for amount in (121_000, 9_000))
    by_number = replace(by_number, information=("factuur 2026-0002",))
    events = await world.company(COMPANY, IBAN)
    events += await world.invoice("121.00", number="2026-0001", **peeters)
    events += (at_once := await world.bank_file(statement([by_name])))
    assert [each.invoice_number for each in at_once if isinstance(each, PaymentSuggested)] == ["2026-0001"]
    events += await world.bank_file(statement([by_number], sequence=2, old=1_121_000))
    events += (later := await world.invoice("60.00", number="2026-0002", **nobody))
    assert [each.invoice_number for each in later if isinstance(each, PaymentSuggested)] == ["2026-0002"]
    events += (known := await world.invoice("130.00", number="2026-0003", reference=ANOTHER))
    assert {each.reason for each in known if isinstance(each, PaymentWithdrawn)} == {"movement_settled"}
    assert sum(isinstance(each, InvoiceSettled) for each in known) == 1
    return events


async def test_what_was_written_is_read_again(store: ReconcilerStore) -> None:
    world = World(store)
    events = await story(world)
    chain = list((await store.chains([(ACCOUNT, ANY_LINK)], whole=True))[ACCOUNT].links)
    assert [(link.sequence, link.old_balance, link.gap) for link in chain] == [
        (1, 0, False), (2, 50_000, False), (3, 49_000, False),
    ]  # fmt: skip
    assert chain[2].version == 3
    found = await everything(store)
    [item] = found.items
    assert (item.balance, item.allocated, item.document_version) == (0, 99_500, 2)
    assert sorted(movement.amount for movement in found.movements) == [50_000, 50_000]
    assert sum(state.remaining for state in found.states) == 500
    assert sum(entry.amount for entry in found.entries) == 99_500
    assert found.knowledge[COMPANIES[0]].own_accounts == {IBAN}
    assert await store.company_sequences([EnterpriseNumber(COMPANY)]) == {COMPANY: 2}
    assert [mandate.enterprise_number for mandate in await store.mandates([Iban(IBAN)])] == [COMPANY]
    assert sum(isinstance(event, TransactionsBooked) for event in events) == 3


async def test_a_payment_behind_a_gap_is_provisional_until_the_gap_closes(store: ReconcilerStore) -> None:
    world = World(store)
    await world.company(COMPANY, IBAN)
    await world.invoice("5.00", number="A", reference=REFERENCE)
    await world.bank_file(statement([Move(1_000)], sequence=1, old=0))
    later = statement([Move(5_000, reference=REFERENCE), Move(7_000, reference=ANOTHER), Move(9_000, reference=THIRD)],
                      sequence=3, old=3_000)  # fmt: skip
    told = await world.bank_file(later)
    told += await world.invoice("7.00", number="B", reference=ANOTHER)
    told += await world.bank_file(statement([Move(2_000)], sequence=2, old=1_000))
    told += await world.invoice("9.00", number="C", reference=THIRD)
    settled = [event for event in told if isinstance(event, InvoiceSettled)]
    assert [(event.invoice_number, event.allocation.provisional) for event in settled] == [
        ("A", True), ("B", True), ("C", False),
    ]  # fmt: skip


async def test_nothing_is_found_where_nothing_was_written(store: ReconcilerStore) -> None:
    assert await store.chains([(ACCOUNT, ANY_LINK)]) == {}
    assert await everything(store) == Found(knowledge={COMPANIES[0]: Knowledge()})
    assert await store.seen({Sha256("0" * 64)}) == set()
    assert await store.waiting([Iban(IBAN)]) == []


async def test_a_waiting_statement_comes_back_with_its_place(store: ReconcilerStore) -> None:
    world = World(store)
    await world.bank_file(statement([], sequence=1) + statement([], sequence=2))
    first, second = await store.waiting([Iban(IBAN)])
    assert (first.text.index, second.text.index, second.text.first_line) == (0, 1, 4)
    assert first.received_at == NOW
    assert await store.seen({first.content_sha256}) == {first.content_sha256}
    await store.stop_waiting([first.content_sha256])
    assert await store.waiting([Iban(IBAN)]) == [second]


@pytest.mark.parametrize(
    "change",
    [
        "update open_items set balance = -0.001",
        "update movements set remaining = amount + 1",
        "update movements set remaining = -1",
        "update allocations set amount = 1",
        "delete from allocations",
        "delete from movements",
        "delete from statements",
        "update decisions set decision = 'accept'",
        "delete from pins",
        "delete from refused_pairs",
        "update debtor_accounts set withdrawn = true",
    ],
)
async def test_postgres_refuses_what_the_ledger_must_never_hold(database: Database, change: str) -> None:
    connection = await asyncpg.connect(database.worker_url("coda_reconciler"))
    transaction = connection.transaction()
    await transaction.start()
    await story(World(PostgresReconciler(connection)))
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.InsufficientPrivilegeError)):
        await connection.execute(change)
    await transaction.rollback()
    await connection.close()


async def test_the_reader_sees_committed_mandates_and_says_when_postgres_is_away(database: Database) -> None:
    reader: Any = PostgresMandateReader(database.worker_url("coda_reconciler"))
    assert await reader.mandates([Iban(IBAN)]) == []
    await reader.close()
    with pytest.raises(Unavailable):
        await PostgresMandateReader("postgresql://nobody@127.0.0.1:1/x").mandates([Iban(IBAN)])
