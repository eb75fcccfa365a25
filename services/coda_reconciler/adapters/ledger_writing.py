"""Writes what a batch changed in the ledger: one query for each table, whatever the size of the batch."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from services.coda_reconciler.adapters.arrays import arrays_of, unnested
from services.coda_reconciler.adapters.name_writing import write_names
from services.coda_reconciler.adapters.stored_values import allocation_text, as_json, decision_text, facts_text
from services.coda_reconciler.domain.matching.facts import LedgerMovement, MovementKey, OpenItem
from services.coda_reconciler.domain.naming import Naming
from services.coda_reconciler.domain.settlement.values import (
    ActiveProposal,
    Changes,
    Learnt,
    LedgerEntry,
    MovementState,
    PersonDecision,
    Pin,
    Refusal,
)


class LedgerWriting:
    """The part of the store that keeps what was decided."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def write_ledger(self, new: Sequence[LedgerMovement], changes: Changes, naming: Naming) -> None:
        """New movements, then what refers to them and to items."""
        states = dict(changes.states)
        await self._insert_movements(new, [states.pop(movement.key, None) for movement in new])
        await self._update_movements(list(states.values()))
        await self._write_items([item for key, item in changes.items.items() if key in changes.rekeyed])
        await self._update_items([item for key, item in changes.items.items() if key not in changes.rekeyed])
        await self._insert_entries(changes.entries)
        await self._replace_proposals(changes.proposals)
        await self._insert_pins(changes.pins)
        await self._insert_refused(changes.refused)
        await self._insert_learnt(changes.learnt)
        await write_names(self._connection, naming, {movement.key for movement in new})

    async def note_decisions(self, decisions: Sequence[tuple[PersonDecision, str | None]]) -> None:
        """What people said, and why it changed nothing."""
        await self._insert(
            "decisions (decision_id, enterprise_number, document_id, allocation_id, decision, decided_by, refusal)",
            "text text text text text text text",
            [
                (
                    said.decision_id,
                    said.enterprise_number,
                    said.document_id,
                    said.allocation_id,
                    said.decision,
                    said.decided_by,
                    refusal,
                )
                for said, refusal in decisions
            ],
            known="on conflict do nothing",
        )

    async def _insert_movements(
        self, movements: Sequence[LedgerMovement], states: Sequence[MovementState | None]
    ) -> None:
        await self._insert(
            """movements (statement_id, position, enterprise_number, sequence, detail, amount, value_date, entry_date,
                   transaction_code, facts, remaining, decision)""",
            "text int text int int numeric date date text json numeric json",
            [
                (
                    movement.statement_id,
                    movement.position,
                    movement.enterprise_number,
                    movement.sequence,
                    movement.detail,
                    decimal_text(movement.amount),
                    movement.value_date,
                    movement.entry_date,
                    movement.transaction_code,
                    facts_text(movement.facts),
                    decimal_text(state.remaining if state else abs(movement.amount)),
                    decision_text(state.decision) if state else None,
                )
                for movement, state in zip(movements, states, strict=True)
            ],
        )

    async def _update_movements(self, states: Sequence[MovementState]) -> None:
        if not states:
            return
        await self._connection.execute(
            f"""update movements set remaining = changed.remaining, decision = changed.decision
                from {unnested("text int numeric json")} as changed (statement_id, position, remaining, decision)
                where movements.statement_id = changed.statement_id and movements.position = changed.position""",
            *arrays_of(
                [(*each.movement, decimal_text(each.remaining), decision_text(each.decision)) for each in states]
            ),
        )

    async def _write_items(self, items: Sequence[OpenItem]) -> None:
        """What an array holds travels as JSON: `unnest` flattens arrays of arrays."""
        if not items:
            return
        types = "text text text int text int text text numeric numeric numeric bigint date date text text"
        await self._connection.execute(
            f"""insert into open_items ({_ITEM_COLUMNS}, discounts, debtors, keys, preceding)
                select {_ITEM_COLUMNS}, discounts,
                    array(select json_array_elements_text(debtors)), array(select json_array_elements_text(keys)),
                    array(select json_array_elements_text(preceding))
                from {unnested(f"{types} json json json json")}
                    as item ({_ITEM_COLUMNS}, discounts, debtors, keys, preceding)
                on conflict (enterprise_number, family, number, year) do update set
                    document_id = excluded.document_id, document_version = excluded.document_version,
                    reference = excluded.reference, currency = excluded.currency, payable = excluded.payable,
                    allocated = excluded.allocated, balance = excluded.balance, version = excluded.version,
                    issue_date = excluded.issue_date, due_date = excluded.due_date,
                    customer_name = excluded.customer_name, mandate = excluded.mandate, discounts = excluded.discounts,
                    debtors = excluded.debtors, keys = excluded.keys, preceding = excluded.preceding""",
            *arrays_of([_item_row(item) for item in items]),
        )

    async def _update_items(self, items: Sequence[OpenItem]) -> None:
        """Of an item that is the same version of the same invoice only the balance is another."""
        if not items:
            return
        types = "text text text int numeric numeric bigint"
        done = await self._connection.execute(
            f"""update open_items set allocated = changed.allocated, balance = changed.balance,
                    version = changed.version
                from {unnested(types)} as changed (enterprise_number, family, number, year, allocated, balance, version)
                where open_items.enterprise_number = changed.enterprise_number
                    and open_items.family = changed.family and open_items.number = changed.number
                    and open_items.year = changed.year""",
            *arrays_of(
                [(*item.key, decimal_text(item.allocated), decimal_text(item.balance), item.version) for item in items]
            ),
        )
        if done != f"UPDATE {len(items)}":
            raise RuntimeError(f"{done}, expected {len(items)}: what is allocated to an item that is not kept")

    async def _insert_entries(self, entries: Sequence[LedgerEntry]) -> None:
        await self._insert(
            """allocations (enterprise_number, family, number, year, statement_id, position, amount, difference,
                   difference_kind, document_id, rule, allocation_id, facts)""",
            "text text text int text int numeric numeric text text text text json",
            [
                (
                    *entry.item,
                    *entry.movement,
                    decimal_text(entry.amount),
                    decimal_text(entry.difference),
                    entry.difference_kind,
                    entry.document_id,
                    entry.rule,
                    entry.allocation_id,
                    allocation_text(entry.facts),
                )
                for entry in entries
            ],
        )

    async def _replace_proposals(self, proposals: dict[MovementKey, tuple[ActiveProposal, ...]]) -> None:
        if not proposals:
            return
        await self._connection.execute(
            f"""delete from proposals using {unnested("text int")} as renewed (statement_id, position)
                where proposals.statement_id = renewed.statement_id and proposals.position = renewed.position""",
            *arrays_of(list(proposals)),
        )
        await self._insert(
            "proposals (statement_id, position, rank, allocation_ids, proposal)",
            "text int int json json",
            [
                (*each.movement, each.rank, as_json(each.allocation_ids), as_json(each.proposal))
                for renewed in proposals.values()
                for each in renewed
            ],
        )

    async def _insert_pins(self, pins: Sequence[Pin]) -> None:
        await self._insert(
            "pins (statement_id, position, decision_id, pin)",
            "text int text json",
            [(*pin.movement, pin.decision_id, as_json(pin)) for pin in pins],
        )

    async def _insert_refused(self, refused: Sequence[Refusal]) -> None:
        await self._insert(
            """refused_pairs (statement_id, position, enterprise_number, family, number, year, decision_id,
                   allocation_id, proposal, withdrawn)""",
            "text int text text text int text text json bool",
            [
                (
                    *each.movement,
                    *each.item,
                    each.decision_id,
                    each.allocation_id,
                    as_json(each.proposal) if each.proposal is not None else None,
                    each.withdrawn,
                )
                for each in refused
            ],
        )

    async def _insert_learnt(self, learnt: Sequence[Learnt]) -> None:
        await self._insert(
            "debtor_accounts (enterprise_number, iban, debtor, decision_id, withdrawn)",
            "text text text text bool",
            [(line.enterprise_number, line.iban, line.debtor, line.decision_id, line.withdrawn) for line in learnt],
        )

    async def _insert(self, table: str, types: str, rows: Sequence[tuple[Any, ...]], known: str = "") -> None:
        """Append rows in their order. One that is there already is an error, unless `known` says what becomes of it."""
        if rows:
            query = f"insert into {table} select * from {unnested(types)} {known}"
            await self._connection.execute(query, *arrays_of(rows))


_ITEM_COLUMNS = """enterprise_number, family, number, year, document_id, document_version, reference, currency, payable,
    allocated, balance, version, issue_date, due_date, customer_name, mandate"""


def _item_row(item: OpenItem) -> tuple[Any, ...]:
    return (
        *item.key,
        item.document_id,
        item.document_version,
        item.reference,
        item.currency,
        decimal_text(item.payable),
        decimal_text(item.allocated),
        decimal_text(item.balance),
        item.version,
        item.issue_date,
        item.due_date,
        item.customer_name,
        item.mandate,
        as_json(item.discounts),
        as_json(item.debtors),
        as_json(item.keys),
        as_json(item.preceding),
    )


def decimal_text(thousandths: int) -> str:
    """Thousandths as `numeric(18,3)` reads them, without a detour over `Decimal`."""
    return f"{thousandths}e-3"
