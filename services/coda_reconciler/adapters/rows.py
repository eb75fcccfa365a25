"""Between the reconciler's values and the rows of its tables."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar, cast

import asyncpg

from services.coda_reconciler.domain.chain import Link
from services.coda_reconciler.domain.coda_file import Charset, StatementText
from services.coda_reconciler.domain.ledger import LedgerMovement, OpenItem
from services.coda_reconciler.domain.mandates import AccountMandate
from services.coda_reconciler.ports import WaitingStatement
from shared.contracts.documents import Claim
from shared.contracts.invoices import Family
from shared.values import (
    Currency,
    DocumentId,
    EnterpriseNumber,
    Iban,
    Sha256,
    StatementId,
    StructuredReference,
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
    )


def item_of(row: asyncpg.Record) -> OpenItem:
    """A row of `open_items`."""
    return OpenItem(
        enterprise_number=EnterpriseNumber(row["enterprise_number"]),
        family=cast(Family, row["family"]),
        number=row["number"],
        year=row["year"],
        document_id=DocumentId(row["document_id"]),
        document_version=row["document_version"],
        reference=StructuredReference(row["reference"]) if row["reference"] else None,
        currency=Currency(row["currency"]),
        payable=thousandths_of(row["payable"]),
        allocated=thousandths_of(row["allocated"]),
        version=row["version"],
    )


def movement_of(row: asyncpg.Record) -> LedgerMovement:
    """A row of `movements`."""
    return LedgerMovement(
        statement_id=StatementId(row["statement_id"]),
        position=row["position"],
        enterprise_number=EnterpriseNumber(row["enterprise_number"]),
        iban=Iban(row["iban"]),
        year=row["year"],
        statement_sequence=row["statement_sequence"],
        sequence=row["sequence"],
        detail=row["detail"],
        amount=thousandths_of(row["amount"]),
        currency=Currency(row["currency"]),
        value_date=row["value_date"],
        entry_date=row["entry_date"],
        transaction_code=row["transaction_code"],
        reference=StructuredReference(row["reference"]) if row["reference"] else None,
        remaining=thousandths_of(row["remaining"]),
    )
