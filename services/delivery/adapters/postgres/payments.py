"""What movements of the bank pay, in Postgres."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.domain.payments import Decided, Payment, PaymentStep
from services.delivery.ports.payments import PaymentFilter
from shared.contracts.statements import Allocation
from shared.values import DocumentId, EnterpriseNumber, Money, PaymentId

_COUNTER = "payments"
_KNOWN = """
    select * from payments where payment_id = any(array(select unnest($1::text[]))) order by payment_id for update"""
"""By their key, whatever Postgres believes of the size of a table that grows fast: where it sees how many are asked
for, it reads all of the table for a few hundred rows."""


class PostgresPayments(PostgresCounters):
    """Bound to one transaction of the worker or of the API role."""

    async def payments_of(self, payment_ids: Collection[PaymentId]) -> list[Payment]:
        # Whoever decides locks the payment before it takes a position: here too, or the two wait for each other, and
        # what was decided in between would be written over.
        rows = await self._connection.fetch(_KNOWN, list(payment_ids))
        return [_payment(row) for row in rows]

    async def save_payments(self, payments: Sequence[Payment]) -> None:
        if not payments:
            return
        ordered = sorted(payments, key=lambda payment: (payment.changed_at, payment.payment_id))
        positions = await self._count_up("payment_counters", "name", [_COUNTER] * len(ordered))
        await self._connection.executemany(
            """insert into payments (payment_id, allocation_id, enterprise_number, document_id,
                   invoice_number, state, version, balance, first_at, changed_at, allocation, rank, reasons,
                   return_reason, taken_back_by, history, position)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
               on conflict (payment_id) do update
               set state = excluded.state, version = excluded.version, balance = excluded.balance,
                   first_at = excluded.first_at, changed_at = excluded.changed_at, allocation = excluded.allocation,
                   rank = excluded.rank, reasons = excluded.reasons, return_reason = excluded.return_reason,
                   taken_back_by = excluded.taken_back_by, history = excluded.history, position = excluded.position""",
            [
                (
                    each.payment_id,
                    each.allocation_id,
                    each.enterprise_number,
                    each.document_id,
                    each.invoice_number,
                    each.state,
                    each.version,
                    _money_text(each.balance),
                    each.first_at,
                    each.changed_at,
                    each.allocation.model_dump_json() if each.allocation is not None else None,
                    each.rank,
                    list(each.reasons),
                    each.return_reason,
                    each.taken_back_by,
                    _history_text(each.history),
                    position,
                )
                for each, position in zip(ordered, positions, strict=True)
            ],
        )

    async def list_payments(self, after: int, limit: int, wanted: PaymentFilter) -> list[Payment]:
        rows = await self._connection.fetch(
            """select p.* from payments p join documents d using (document_id)
               where p.position > $1 and p.allocation is not null
                     and (d.software = public.app_principal('software') or d.office_id = public.app_principal('office'))
                     and (cardinality($2::text[]) = 0 or p.enterprise_number = any($2))
                     and ($3::text is null or p.document_id = $3)
                     and ($4 = '' or p.invoice_number = $4)
                     and (cardinality($5::text[]) = 0 or p.state = any($5))
                     and ($6::timestamptz is null or p.changed_at >= $6)
               order by p.position limit $7""",
            after,
            list(wanted.companies),
            wanted.document_id,
            wanted.invoice_number,
            list(wanted.states),
            wanted.since,
            limit,
        )
        return [_payment(row) for row in rows]

    async def last_payment_position(self) -> int:
        found = await self._connection.fetchval("select last_position from payment_counters where name = $1", _COUNTER)
        return int(found or 0)

    async def payment(self, payment_id: PaymentId) -> Payment | None:
        return await self._one(payment_id, "")

    async def lock_payment(self, payment_id: PaymentId) -> Payment | None:
        return await self._one(payment_id, " for update")

    async def save_decision(self, payment: Payment) -> None:
        if payment.decided is None:
            raise ValueError(f"nothing was decided of {payment.payment_id}")
        [position] = await self._count_up("payment_counters", "name", [_COUNTER])
        await self._connection.execute(
            """update payments set state = $2, changed_at = $3, decision = $4, decided_by = $5, decided_at = $6,
                                   position = $7
               where payment_id = $1""",
            payment.payment_id,
            payment.state,
            payment.changed_at,
            payment.decided.decision,
            payment.decided.by,
            payment.decided.at,
            position,
        )

    async def own_numbers(self, company: EnterpriseNumber, numbers: Collection[str]) -> set[str]:
        rows = await self._connection.fetch(
            "select distinct number from documents where enterprise_number = $1 and number = any($2::text[])",
            company,
            list(numbers),
        )
        return {row["number"] for row in rows}

    async def readable_companies(self, companies: Collection[EnterpriseNumber]) -> set[EnterpriseNumber]:
        rows = await self._connection.fetch(
            """select distinct enterprise_number from connections
               where enterprise_number = any($1::text[]) and state = 'active'
                     and (scopes = '{}' or 'statements:read' = any (scopes))""",
            list(companies),
        )
        return {EnterpriseNumber(row["enterprise_number"]) for row in rows}

    async def _one(self, payment_id: PaymentId, locking: str) -> Payment | None:
        row = await self._connection.fetchrow(
            f"select * from payments where payment_id = $1 and allocation is not null{locking}", payment_id
        )
        return _payment(row) if row is not None else None


def _payment(row: Any) -> Payment:
    return Payment(
        payment_id=PaymentId(row["payment_id"]),
        allocation_id=row["allocation_id"],
        enterprise_number=EnterpriseNumber(row["enterprise_number"]),
        document_id=DocumentId(row["document_id"]),
        invoice_number=row["invoice_number"],
        state=row["state"],
        version=row["version"],
        balance=_money(json.loads(row["balance"])),
        first_at=row["first_at"],
        changed_at=row["changed_at"],
        allocation=Allocation.model_validate_json(row["allocation"]) if row["allocation"] is not None else None,
        rank=row["rank"],
        reasons=tuple(row["reasons"]),
        return_reason=row["return_reason"],
        taken_back_by=row["taken_back_by"],
        decided=Decided(row["decision"], row["decided_by"], row["decided_at"]) if row["decision"] else None,
        history=_history(row["history"]),
        position=row["position"],
    )


def _money(told: dict[str, str]) -> Money:
    return Money.of(told["amount"], told["currency"])


def _money_text(money: Money) -> str:
    return json.dumps({"amount": f"{money.amount:f}", "currency": str(money.currency)})


def _history_text(history: Sequence[PaymentStep]) -> str:
    return json.dumps(
        [[step.state, step.at.isoformat(), step.version, f"{step.balance.amount:f}", str(step.balance.currency)]
         for step in history]
    )  # fmt: skip


def _history(text: str) -> tuple[PaymentStep, ...]:
    return tuple(
        PaymentStep(state, datetime.fromisoformat(at), version, Money.of(amount, currency))
        for state, at, version, amount, currency in json.loads(text)
    )
