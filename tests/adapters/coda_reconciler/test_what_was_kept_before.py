"""Does what was booked before matching knew more than references go on after the migration?"""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from services.coda_reconciler.adapters.postgres import PostgresReconciler
from services.coda_reconciler.domain.matching.keys import IndexKey
from services.coda_reconciler.domain.naming import Name
from services.coda_reconciler.ports import Wanted
from shared.contracts.statements import InvoicePartiallyPaid, InvoiceSettled
from shared.values import EnterpriseNumber
from tests.adapters.earlier_versions import migrated_from
from tests.backends import PostgresServer
from tests.component.coda_reconciler.world import World
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, REFERENCE, Move, statement

OTHER_REFERENCE = "000000010104"
_CLAIM = '{"path": "p", "sha256": "' + "0" * 64 + '", "size": 1, "media_type": "text/plain"}'
_STATEMENT = "stm_00000000000000000000000001"
_DOCUMENT = "doc_00000000000000000000000001"
_FACTS = """{"iban": "BE71096123456769", "year": 2026, "sequence": 1, "movement": 1, "rule": "R03", "evidence": "e",
             "amount": {"amount": "50.00", "currency": "EUR"}}"""
BEFORE = f"""
    insert into statements values ('{_STATEMENT}', '{COMPANY}', '{IBAN}', 'EUR', 'c', 'f', 2026, 1, '2026-03-02', 0, 99,
        false, 1, '{_CLAIM}', '{_CLAIM}');
    insert into movements (statement_id, position, enterprise_number, iban, year, statement_sequence, sequence, detail,
        amount, currency, entry_date, transaction_code, reference, remaining)
    select '{_STATEMENT}', position, '{COMPANY}', '{IBAN}', 2026, 1, position + 1, 0, amount, 'EUR', '2026-03-02',
        '00150000', reference, remaining
    from (values (0, 50, '{REFERENCE}', 0), (1, 30, '{OTHER_REFERENCE}', 30), (2, 9, null, 9), (3, -5, null, 0))
        as moved (position, amount, reference, remaining);
    insert into open_items values ('{COMPANY}', 'invoice', '2026/1', 2026, '{_DOCUMENT}', 1, '{REFERENCE}', 'EUR', 121,
        50, 71, 1);
    insert into allocations (enterprise_number, family, number, year, statement_id, position, document_id, amount,
        currency, facts)
    values ('{COMPANY}', 'invoice', '2026/1', 2026, '{_STATEMENT}', 0, '{_DOCUMENT}', 50, 'EUR', '{_FACTS}');
    insert into companies values ('{COMPANY}', 1);
    insert into mandates values ('{COMPANY}', '{IBAN}', '2026-01-01', null);
"""


@pytest.fixture
async def migrated(postgres: PostgresServer, passwords: dict[str, str], tmp_path: Path) -> AsyncIterator[str]:
    """The worker's URL of a database of the first version with something in it, brought to this version."""
    async with migrated_from("coda_reconciler", "0001_statements.sql", BEFORE, postgres, passwords, tmp_path) as url:
        yield url


async def test_what_was_paid_stays_paid_and_what_waited_still_waits(migrated: str) -> None:
    connection = await asyncpg.connect(migrated)
    transaction = connection.transaction()
    await transaction.start()
    store = PostgresReconciler(connection)
    name = Name(EnterpriseNumber(COMPANY), IndexKey("reference", REFERENCE), of_item=True, joins=True)
    found = await store.find(Wanted(names=frozenset({name})))
    [item], [movement], [entry] = found.items, found.movements, found.entries
    assert (item.balance, movement.amount, entry.amount) == (71_000, 50_000, 50_000)
    assert entry.allocation_id == f"{_STATEMENT}/0/{_DOCUMENT}/1"

    world = World(store)
    [waited] = await world.invoice("30.00", number="2026/2", reference=OTHER_REFERENCE)
    assert isinstance(waited, InvoiceSettled)
    rest = statement([Move(71_000, reference=REFERENCE)], sequence=2, old=99_000)
    [_, settled] = await world.bank_file(rest)
    assert isinstance(settled, InvoiceSettled) and settled.version == 2
    later = await world.invoice("200.00", number="2026/1", version=2)
    assert [type(event) for event in later] == [InvoicePartiallyPaid]
    assert await connection.fetchval("select count(*) from movements") == 3
    await transaction.rollback()
    await connection.close()
