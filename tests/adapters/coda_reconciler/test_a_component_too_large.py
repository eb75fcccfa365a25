"""What hangs together above the real bound, in Postgres: it is kept and told, others go on, and it is settled once it
hangs together no more."""

from typing import Any

import asyncpg
import pytest

from services.coda_reconciler.adapters.postgres import PostgresReconciler
from services.coda_reconciler.ports import MOST_NODES
from shared.contracts.statements import InvoicePartiallyPaid, InvoiceSettled, TransactionsBooked
from shared.values import EnterpriseNumber
from tests.component.coda_reconciler.test_what_reaches_too_far import THIRD_IBAN
from tests.component.coda_reconciler.world import World
from tests.unit.coda_reconciler.statements import COMPANY, OTHER_COMPANY, REFERENCE, Move, statement

_BEARERS = """
    insert into names select $1, 'reference', $2, false, 'stm_00000000000000000000000001/' || each, true
    from generate_series(1, $3::int) each"""
_GONE = "delete from names where node like 'stm_00000000000000000000000001/%'"
_KEPT = "select count(*)::int, sum(remaining)::int from movements where enterprise_number = $1"


class Told:
    """What whoever runs this sees of it."""

    def __init__(self) -> None:
        self.companies = 0

    def put_off(self, companies: int) -> None:
        self.companies += companies


def payment(sequence: int, **changes: Any) -> bytes:
    return statement([Move(10_000, reference=REFERENCE)], sequence=sequence, old=sequence * 10_000, **changes)


async def test_it_is_put_off_and_told_until_it_is_smaller(
    connection: asyncpg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Told()
    world = World(PostgresReconciler(connection, told))
    await world.company()
    await world.company(OTHER_COMPANY, THIRD_IBAN)
    await world.invoice("100.00")
    await world.invoice("10.00", enterprise_number=EnterpriseNumber(OTHER_COMPANY))
    await connection.execute(_BEARERS, COMPANY, REFERENCE, MOST_NODES)
    events = await world.bank_file(payment(1) + payment(1, iban=THIRD_IBAN, company=OTHER_COMPANY))
    assert sum(isinstance(event, TransactionsBooked) for event in events) == 2
    [settled] = [event for event in events if isinstance(event, InvoiceSettled | InvoicePartiallyPaid)]
    assert (settled.enterprise_number, told.companies) == (OTHER_COMPANY, 1)
    assert "too much hangs together" in capsys.readouterr().out
    assert tuple(await connection.fetchrow(_KEPT, COMPANY)) == (1, 10)
    await connection.execute(_GONE)
    events = await world.bank_file(payment(2))
    balances = [str(event.balance) for event in events if isinstance(event, InvoicePartiallyPaid)]
    assert (balances, told.companies) == (["90.00 EUR", "80.00 EUR"], 1), "the one that waited is settled with it"
    assert tuple(await connection.fetchrow(_KEPT, COMPANY)) == (2, 0)


async def test_just_below_the_bound_it_is_settled_at_once(connection: asyncpg.Connection) -> None:
    told = Told()
    world = World(PostgresReconciler(connection, told))
    await world.company()
    await world.invoice("100.00")
    await connection.execute(_BEARERS, COMPANY, REFERENCE, MOST_NODES - 1)
    events = await world.bank_file(payment(1))
    assert [str(event.balance) for event in events if isinstance(event, InvoicePartiallyPaid)] == ["90.00 EUR"]
    assert told.companies == 0
