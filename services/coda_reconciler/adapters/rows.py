"""Between the reconciler's values and the rows of its tables."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar, cast

import asyncpg

from services.coda_reconciler.domain.coda_file import Charset, StatementText
from services.coda_reconciler.domain.links import Link
from services.coda_reconciler.domain.mandates import AccountMandate
from services.coda_reconciler.ports import WaitingStatement
from shared.contracts.documents import Claim
from shared.values import (
    EnterpriseNumber,
    Iban,
    Sha256,
    StatementId,
)

Row = TypeVar("Row")


def decimal_of(thousandths: int) -> Decimal:
    """Thousandths as `numeric(18,3)` holds them."""
    return Decimal(thousandths).scaleb(-3)


def thousandths_of(amount: Decimal) -> int:
    """What `numeric(18,3)` holds, in thousandths."""
    return int(amount.scaleb(3))


def columns_of(rows: Sequence[Row], *fields: Callable[[Row], object]) -> list[list[object]]:
    """One list a column, as `unnest` takes them."""
    return [[field(row) for row in rows] for field in fields]


def mandate_of(row: asyncpg.Record) -> AccountMandate:
    """A row of `mandates`."""
    return AccountMandate(Iban(row["iban"]), EnterpriseNumber(row["enterprise_number"]), row["since"], row["until"])


def waiting_of(row: asyncpg.Record) -> WaitingStatement:
    """A row of `waiting_statements`."""
    text = StatementText(row["file_index"], row["first_line"], cast(Charset, row["charset"]), b"")
    return WaitingStatement(
        content_sha256=Sha256(row["content_sha256"]),
        iban=Iban(row["iban"]),
        file_sha256=Sha256(row["file_sha256"]),
        text=text,
        raw=Claim.model_validate_json(row["raw"]),
        received_at=row["received_at"],
    )


def link_of(row: asyncpg.Record) -> Link:
    """A row of `statements`."""
    return Link(
        statement_id=StatementId(row["statement_id"]),
        year=row["year"],
        sequence=row["sequence"],
        day=row["day"],
        old_balance=thousandths_of(row["old_balance"]),
        new_balance=thousandths_of(row["new_balance"]),
        gap=row["gap"],
        version=row["version"],
        place=row["place"],
    )
