"""A company's morning reaches more than may be decided at once: it is decided in parts, and all of it is."""

from typing import Any

import pytest

from services.coda_reconciler import handlers
from services.coda_reconciler.adapters.postgres import PostgresReconciler
from services.coda_reconciler.ports import Found, Wanted
from shared.chassis.messages import Batch
from shared.contracts.deliveries import PaymentDecided
from shared.contracts.statements import InvoiceSettled, PaymentUndone
from shared.values import EnterpriseNumber, StructuredReference
from tests.component.coda_reconciler.test_two_replicas_at_once import Replicas, reference
from tests.component.coda_reconciler.test_what_reaches_too_far import Narrow
from tests.component.coda_reconciler.world import NOW, World, accepted, bodies
from tests.conftest import Database
from tests.unit.coda_reconciler.statements import COMPANY, REFERENCE, Move, statement

COUNT = 9
TOTAL = sum(range(1, COUNT + 1)) * 1_000


def morning(*more: Move) -> bytes:
    return statement([*(Move(serial * 1_000, reference=reference(serial)) for serial in range(1, COUNT + 1)), *more])


async def invoice(world: World, serial: int) -> list[Any]:
    number, named = f"2026-{serial}", StructuredReference(reference(serial))
    return await world.invoice(f"{serial}.00", number=number, reference=named)


async def invoices(world: World) -> None:
    for serial in range(1, COUNT + 1):
        await invoice(world, serial)


def settled(events: list[Any]) -> list[str]:
    return sorted(event.invoice_number for event in events if isinstance(event, InvoiceSettled))


EVERY_INVOICE = [f"2026-{serial}" for serial in range(1, COUNT + 1)]


async def test_a_file_that_reaches_more_than_fits_settles_everything_all_the_same() -> None:
    store = Narrow()
    store.most = 3
    world = World(store)
    await world.company()
    await invoices(world)
    assert settled(await world.bank_file(morning())) == EVERY_INVOICE
    assert sum(entry.amount for entry in store.allocations) == TOTAL


async def test_what_alone_reaches_too_far_keeps_back_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    store = Narrow()
    store.most = 30
    world = World(store)
    await world.company()
    await invoices(world)
    await world.invoice("100.00", number="LARGE")
    for sequence in range(2, 6):
        await world.bank_file(
            statement([Move(10_000, reference=REFERENCE)], sequence=sequence, old=1_000_000 + TOTAL + 10_000 * sequence)
        )
    store.most = 3
    events = await world.bank_file(morning(Move(20_000, reference=REFERENCE)))
    assert settled(events) == EVERY_INVOICE
    assert "too much hangs together" in capsys.readouterr().out
    assert store.open_items[next(key for key in store.open_items if key[2] == "LARGE")].balance == 60_000


async def test_decisions_and_invoices_that_together_reach_too_far_are_taken_one_by_one() -> None:
    store = Narrow()
    store.most = 30
    world = World(store)
    await world.company()
    await world.bank_file(morning())
    both = [
        world.received(
            accepted(f"{serial}.00", f"2026-{serial}", 1, reference=StructuredReference(reference(serial))), 1
        )
        for serial in (1, 2, 3)
    ]
    store.most = 2
    opened = bodies(await handlers.open_items(Batch(both, NOW, world.locks), store))
    assert settled(opened) == ["2026-1", "2026-2", "2026-3"]
    decisions = [
        world.received(
            PaymentDecided(
                enterprise_number=EnterpriseNumber(COMPANY),
                document_id=each.document_id,
                allocation_id=each.allocation_id,
                decision="undo",
                decided_by="office:janssens",
            )
        )
        for each in store.allocations
    ]
    undone = bodies(await handlers.follow_decisions(Batch(decisions, NOW, world.locks), store))
    assert [type(event) for event in undone] == [PaymentUndone] * 3


async def test_postgres_decides_in_parts_as_well(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    find = PostgresReconciler.find

    async def narrow(self: PostgresReconciler, wanted: Wanted, *, most: int = 3) -> Found:
        return await find(self, wanted, most=3)

    pool = await database.worker("coda_reconciler")
    await Replicas(pool).open_account()
    async with pool.acquire() as connection, connection.transaction():
        world = World(PostgresReconciler(connection))
        await invoices(world)
        monkeypatch.setattr(PostgresReconciler, "find", narrow)
        assert settled(await world.bank_file(morning())) == EVERY_INVOICE
        assert await connection.fetchval("select sum(balance) from open_items") == 0
