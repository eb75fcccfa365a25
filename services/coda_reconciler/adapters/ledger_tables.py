"""Open items, movements and allocations in Postgres."""

from collections.abc import Collection, Sequence

import asyncpg

from services.coda_reconciler.adapters.rows import columns_of, decimal_of, item_of, movement_of
from services.coda_reconciler.domain.ledger import ItemKey, LedgerEntry, LedgerMovement, OpenItem
from services.coda_reconciler.ports import Reference
from shared.contracts.statements import Allocation
from shared.values import EnterpriseNumber

_KEYS = "unnest($1::text[], $2::text[], $3::text[], $4::int[]) as key (enterprise_number, family, number, year)"


class LedgerTables:
    """The part of the store that knows what is owed and what was paid."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def items(self, references: Collection[Reference], keys: Collection[ItemKey]) -> list[OpenItem]:
        """The items of these references, and those of these keys."""
        rows = await self._connection.fetch(
            f"""select open_items.* from open_items
                join {_KEYS} using (enterprise_number, family, number, year)
                union
                select open_items.* from open_items
                join unnest($5::text[], $6::text[]) as wanted (enterprise_number, reference)
                    using (enterprise_number, reference)""",
            *([key[part] for key in keys] for part in range(4)),
            *([reference[part] for reference in references] for part in range(2)),
        )
        return [item_of(row) for row in rows]

    async def unallocated(self, references: Collection[Reference]) -> list[LedgerMovement]:
        """The credits with these references of which something remains."""
        rows = await self._connection.fetch(
            """select movements.* from movements
               join unnest($1::text[], $2::text[]) as wanted (enterprise_number, reference)
                   using (enterprise_number, reference)
               where movements.remaining > 0""",
            *([reference[part] for reference in references] for part in range(2)),
        )
        return [movement_of(row) for row in rows]

    async def last_allocations(self, keys: Collection[ItemKey]) -> dict[ItemKey, Allocation]:
        """What was allocated last to each of these items."""
        rows = await self._connection.fetch(
            f"""select distinct on (enterprise_number, family, number, year)
                    enterprise_number, family, number, year, facts
                from allocations join {_KEYS} using (enterprise_number, family, number, year)
                order by enterprise_number, family, number, year, allocation_id desc""",
            *([key[part] for key in keys] for part in range(4)),
        )
        return {
            (EnterpriseNumber(row["enterprise_number"]), row["family"], row["number"], row["year"]): (
                Allocation.model_validate_json(row["facts"])
            )
            for row in rows
        }

    async def insert_movements(self, movements: Sequence[LedgerMovement]) -> None:
        """Write the movements of new statements."""
        if not movements:
            return
        await self._connection.execute(
            """insert into movements (statement_id, position, enterprise_number, iban, year, statement_sequence,
                   sequence, detail, amount, currency, value_date, entry_date, transaction_code, reference, remaining)
               select * from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::int[], $6::int[], $7::int[],
                   $8::int[], $9::numeric[], $10::text[], $11::date[], $12::date[], $13::text[], $14::text[],
                   $15::numeric[])""",
            *columns_of(
                movements,
                lambda row: row.statement_id,
                lambda row: row.position,
                lambda row: row.enterprise_number,
                lambda row: row.iban,
                lambda row: row.year,
                lambda row: row.statement_sequence,
                lambda row: row.sequence,
                lambda row: row.detail,
                lambda row: decimal_of(row.amount),
                lambda row: row.currency,
                lambda row: row.value_date,
                lambda row: row.entry_date,
                lambda row: row.transaction_code,
                lambda row: row.reference,
                lambda row: decimal_of(row.remaining),
            ),
        )

    async def write_ledger(
        self, items: Sequence[OpenItem], movements: Sequence[LedgerMovement], entries: Sequence[LedgerEntry]
    ) -> None:
        """Write changed items, what remains of movements, and new allocations."""
        if items:
            await self._write_items(items)
        if movements:
            await self._connection.execute(
                """update movements set remaining = changed.remaining
                   from unnest($1::text[], $2::int[], $3::numeric[]) as changed (statement_id, position, remaining)
                   where movements.statement_id = changed.statement_id and movements.position = changed.position
                       and movements.remaining <> changed.remaining""",
                *columns_of(
                    movements,
                    lambda row: row.statement_id,
                    lambda row: row.position,
                    lambda row: decimal_of(row.remaining),
                ),
            )
        if entries:
            await self._insert_allocations(entries)

    async def _write_items(self, items: Sequence[OpenItem]) -> None:
        await self._connection.execute(
            """insert into open_items (enterprise_number, family, number, year, document_id, document_version,
                   reference, currency, payable, allocated, balance, version)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::int[], $7::text[],
                   $8::text[], $9::numeric[], $10::numeric[], $11::numeric[], $12::bigint[])
               on conflict (enterprise_number, family, number, year) do update set
                   document_id = excluded.document_id, document_version = excluded.document_version,
                   reference = excluded.reference, currency = excluded.currency, payable = excluded.payable,
                   allocated = excluded.allocated, balance = excluded.balance, version = excluded.version""",
            *columns_of(
                items,
                lambda item: item.enterprise_number,
                lambda item: item.family,
                lambda item: item.number,
                lambda item: item.year,
                lambda item: item.document_id,
                lambda item: item.document_version,
                lambda item: item.reference,
                lambda item: item.currency,
                lambda item: decimal_of(item.payable),
                lambda item: decimal_of(item.allocated),
                lambda item: decimal_of(item.balance),
                lambda item: item.version,
            ),
        )

    async def _insert_allocations(self, entries: Sequence[LedgerEntry]) -> None:
        await self._connection.execute(
            """insert into allocations (enterprise_number, family, number, year, statement_id, position,
                   document_id, amount, currency, facts)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::int[], $7::text[],
                   $8::numeric[], $9::text[], $10::jsonb[])""",
            *columns_of(
                entries,
                lambda entry: entry.item[0],
                lambda entry: entry.item[1],
                lambda entry: entry.item[2],
                lambda entry: entry.item[3],
                lambda entry: entry.movement[0],
                lambda entry: entry.movement[1],
                lambda entry: entry.document_id,
                lambda entry: entry.facts.amount.amount,
                lambda entry: entry.facts.amount.currency,
                lambda entry: entry.facts.model_dump_json(),
            ),
        )
