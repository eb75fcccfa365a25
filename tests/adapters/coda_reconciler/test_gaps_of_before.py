"""Is somebody alarmed about gaps that were open before their records were kept, and do old chains go on?"""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from services.coda_reconciler.adapters.postgres import PostgresReconciler
from services.coda_reconciler.domain.gaps import RaiseGapAlarm
from shared.contracts.statements import StatementGapClosed, TransactionsBooked
from shared.values import EnterpriseNumber, StatementId
from tests.adapters.earlier_versions import migrated_from
from tests.backends import PostgresServer
from tests.component.coda_reconciler.world import World
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, Move, statement

_CLAIM = '{"path": "p", "sha256": "' + "0" * 64 + '", "size": 1, "media_type": "text/plain"}'
_FIRST, _THIRD = (f"stm_0000000000000000000000000{at}" for at in (1, 3))
BEFORE = f"""
    insert into statements values
        ('{_FIRST}', '{COMPANY}', '{IBAN}', 'EUR', 'a', 'f', 2026, 116, '2026-03-02', 0, 50, false, 1,
         '{_CLAIM}', '{_CLAIM}'),
        ('{_THIRD}', '{COMPANY}', '{IBAN}', 'EUR', 'b', 'f', 2026, 118, '2026-03-04', 1254.55, 1300, true, 2,
         '{_CLAIM}', '{_CLAIM}');
    insert into companies values ('{COMPANY}', 1);
    insert into mandates values ('{COMPANY}', '{IBAN}', '2026-01-01', null);
"""


@pytest.fixture
async def connection(
    postgres: PostgresServer, passwords: dict[str, str], tmp_path: Path
) -> AsyncIterator[asyncpg.Connection]:
    """To a database of the version before gaps had records, brought to this one."""
    async with migrated_from("coda_reconciler", "0002_matching.sql", BEFORE, postgres, passwords, tmp_path) as url:
        connection = await asyncpg.connect(url)
        yield connection
        await connection.close()


async def test_a_gap_that_was_open_before_alarms_once_with_what_is_missing(connection: asyncpg.Connection) -> None:
    [task] = await connection.fetch("select * from tasks where kind = 'raise_gap_alarm'")
    due = RaiseGapAlarm.model_validate_json(task["payload"])
    assert (due.statement_id, due.enterprise_number, task["key"], task["once"]) == (_THIRD, COMPANY, _THIRD, True)
    assert task["due_at"] - datetime.now(UTC) > timedelta(days=4)
    async with connection.transaction():
        store = PostgresReconciler(connection)
        gap = await store.alarm_gap(EnterpriseNumber(COMPANY), StatementId(_THIRD), datetime.now(UTC))
    assert gap is not None and gap.opened.before is not None and gap.opened.missing is not None
    assert (gap.version, gap.opened.before.sequence, gap.opened.missing.first, gap.opened.missing.last) == (
        3, 116, 117, 117,
    )  # fmt: skip
    assert str(gap.opened.found_balance - gap.opened.expected_balance) == "1204.55 EUR"


async def test_an_old_chain_is_counted_and_closed_by_what_was_missing(connection: asyncpg.Connection) -> None:
    world = World(PostgresReconciler(connection))
    async with connection.transaction():
        missing = statement([Move(1_204_550)], sequence=117, old=50_000, day=date(2026, 3, 3))
        booked, closed = await world.bank_file(missing)
        assert isinstance(booked, TransactionsBooked) and isinstance(closed, StatementGapClosed)
        assert booked.account is not None
        assert (booked.account.booked, booked.account.last.sequence, booked.account.final_through.sequence) == (
            3, 118, 118,
        )  # fmt: skip
        assert await connection.fetchval("select booked from chains") == 3
