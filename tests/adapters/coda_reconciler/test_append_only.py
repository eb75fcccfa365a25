"""What was allocated, refused or decided stays written: the worker may add lines, and nobody may change one."""

import asyncpg
import pytest

from services.coda_reconciler.adapters.postgres import PostgresReconciler
from services.coda_reconciler.domain.naming import Naming
from services.coda_reconciler.domain.settlement.opening import item_of
from services.coda_reconciler.domain.settlement.values import Changes
from tests.component.coda_reconciler.world import accepted
from tests.conftest import Database

APPEND_ONLY = ("allocations", "quarantined_statements", "decisions", "pins", "refused_pairs", "debtor_accounts")


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_no_line_is_changed_or_taken_out(database: Database, table: str) -> None:
    connection = await asyncpg.connect(database.worker_url("coda_reconciler"))
    for statement in (f"update {table} set {await _column(connection, table)} = null", f"delete from {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    assert await connection.fetchval("select has_table_privilege($1, 'insert')", table)
    await connection.close()


async def test_no_endpoint_reaches_the_ledger(database: Database) -> None:
    pool = await database.api("coda_reconciler")
    reached = await pool.fetch(
        """select relname from pg_class where relkind = 'r' and relnamespace = 'coda_reconciler'::regnamespace
               and has_table_privilege(oid, 'select, insert, update, delete')"""
    )
    of_the_ledger = {*APPEND_ONLY, "movements", "open_items", "names", "proposals", "statements", "mandates", "gaps"}
    assert of_the_ledger.isdisjoint(row["relname"] for row in reached)


async def _column(connection: asyncpg.Connection, table: str) -> str:
    """One that any value can be written into."""
    columns = "select column_name from information_schema.columns where table_name = $1 and is_identity = 'NO' limit 1"
    return str(await connection.fetchval(columns, table))


async def test_nothing_is_allocated_to_an_item_that_is_not_kept(database: Database) -> None:
    connection = await asyncpg.connect(database.worker_url("coda_reconciler"))
    item = item_of(accepted("121.00", "2026-1", 1))
    with pytest.raises(RuntimeError, match="not kept"):
        await PostgresReconciler(connection).write_ledger([], Changes(items={item.key: item}), Naming())
    await connection.close()
