"""Is what people refused before refusals could be taken back still refused, and can it be taken back now?"""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from services.coda_reconciler.adapters.postgres import PostgresReconciler
from services.coda_reconciler.domain.settlement.values import Refusal
from services.coda_reconciler.ports import Wanted
from shared.values import EnterpriseNumber, StatementId
from tests.adapters.earlier_versions import migrated_from
from tests.backends import PostgresServer
from tests.component.coda_reconciler.world import World
from tests.unit.coda_reconciler.statements import COMPANY, IBAN

_CLAIM = '{"path": "p", "sha256": "' + "0" * 64 + '", "size": 1, "media_type": "text/plain"}'
_STATEMENT = "stm_00000000000000000000000001"
_PROPOSAL = f"{_STATEMENT}/0/doc_00000000000000000000000001/p1234abcd"
BEFORE = f"""
    insert into statements (statement_id, enterprise_number, iban, currency, content_sha256, file_sha256, year,
        sequence, day, old_balance, new_balance, gap, version, raw, movements)
    values ('{_STATEMENT}', '{COMPANY}', '{IBAN}', 'EUR', 'c', 'f', 2026, 1, '2026-03-02', 0, 50, false, 1, '{_CLAIM}',
        '{_CLAIM}');
    insert into movements (statement_id, position, enterprise_number, sequence, detail, amount, transaction_code, facts,
        remaining)
    select '{_STATEMENT}', position, '{COMPANY}', position + 1, 0, 50, '00150000', '{{"kind": "payment"}}', 50
    from generate_series(0, 1) as position;
    insert into names select '{COMPANY}', 'amount', '50000EUR', false, '{_STATEMENT}/' || position, false
    from generate_series(0, 1) as position;
    insert into decisions (decision_id, enterprise_number, document_id, allocation_id, decision, decided_by)
    values ('d1', '{COMPANY}', 'doc_1', '{_PROPOSAL}', 'refuse', 'office:a'),
        ('d2', '{COMPANY}', 'doc_1', '{_STATEMENT}/1/doc_1/1', 'undo', 'office:a');
    insert into refused_pairs (statement_id, position, enterprise_number, family, number, year, decision_id)
    values ('{_STATEMENT}', 0, '{COMPANY}', 'invoice', 'A-1', 2026, 'd1'),
        ('{_STATEMENT}', 1, '{COMPANY}', 'invoice', 'A-1', 2026, 'd2');
"""


@pytest.fixture
async def migrated(postgres: PostgresServer, passwords: dict[str, str], tmp_path: Path) -> AsyncIterator[str]:
    async with migrated_from("coda_reconciler", "0004_chains.sql", BEFORE, postgres, passwords, tmp_path) as url:
        yield url


async def test_it_is_known_by_what_was_refused_and_the_last_line_holds(migrated: str) -> None:
    connection = await asyncpg.connect(migrated)
    transaction = connection.transaction()
    await transaction.start()
    store, company, statement = PostgresReconciler(connection), EnterpriseNumber(COMPANY), StatementId(_STATEMENT)
    wanted = Wanted(movements=frozenset((company, (statement, position)) for position in (0, 1)))
    found = await store.find(wanted)
    item = (company, "invoice", "A-1", 2026)
    assert found.refusals == [
        Refusal((statement, 0), item, "d1", _PROPOSAL),  # type: ignore[arg-type]
        Refusal((statement, 1), item, "d2"),  # type: ignore[arg-type]
    ]
    assert found.knowledge[company].refused == {((statement, 0), item), ((statement, 1), item)}
    world = World(store)
    assert await world.decide(_PROPOSAL, "undo", "doc_00000000000000000000000001") == []  # type: ignore[arg-type]
    [left] = (await store.find(wanted)).refusals
    assert left.decision_id == "d2"
    await transaction.rollback()
    await connection.close()
