"""The shapes of answers about statements, and how they are built as plain objects."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from services.delivery.domain.clients import Client
from services.delivery.domain.statement_lists import StatementRow
from services.delivery.domain.statements import BookedStatement
from services.delivery.endpoints.document_answers import AcknowledgementView, Amount
from services.delivery.endpoints.document_views import acknowledgement_view
from services.delivery.endpoints.provisional import FirstGaps
from shared.values import EnterpriseNumber, Iban, Money, Sha256, StatementId

FILES = ("coda", "pdf", "xml", "json", "movements")


class StatementFiles(BaseModel):
    """Where the files of a statement are read: the bank's own lines, a replica for the eye (PDF), camt.053.001.08
    (XML), everything that was read as JSON, and the movements alone as JSON lines."""

    coda: str
    pdf: str
    xml: str
    json_: str = Field(alias="json")
    movements: str


class StatementView(BaseModel):
    """A booked statement. `company_name`, `client_code`, `position`, `added_at`, `redelivery` (what it came again by),
    `fetched_at` and `acknowledgement` are told to the office."""

    id: StatementId
    enterprise_number: EnterpriseNumber
    iban: Iban
    currency: str
    year: int = Field(description="year of the new balance's date")
    sequence: int = Field(description="CODA 2.6 record 1, positions 126-128")
    old_balance: Amount
    new_balance: Amount
    new_balance_date: date
    credits: Amount
    debits: Amount
    movement_count: int
    provisional: bool = Field(description="true while an earlier statement of the account is missing")
    received_at: datetime
    booked_at: datetime
    sha256: Sha256 = Field(description="of the bank's lines")
    size: int
    files: StatementFiles
    company_name: str | None = None
    client_code: str | None = None
    position: int | None = None
    added_at: datetime | None = None
    redelivery: str | None = None
    fetched_at: datetime | None = None
    acknowledgement: AcknowledgementView | None = None


class StatementPage(BaseModel):
    """A page of statements; the following one is asked for by `cursor=next_cursor`, which is null at the end."""

    statements: tuple[StatementView, ...]
    next_cursor: str | None
    more: bool


def statement_view(statement: BookedStatement, gaps: FirstGaps) -> dict[str, Any]:
    """A statement as everybody sees it who may read it."""
    body = statement.body
    return {
        "id": statement.statement_id,
        "enterprise_number": body.enterprise_number,
        "iban": body.iban,
        "currency": body.new_balance.currency,
        "year": body.year,
        "sequence": body.sequence,
        "old_balance": _amount(body.old_balance),
        "new_balance": _amount(body.new_balance),
        "new_balance_date": body.new_balance_date,
        "credits": _amount(body.credits),
        "debits": _amount(body.debits),
        "movement_count": body.movement_count,
        "provisional": gaps.hold_back(statement),
        "received_at": statement.received_at,
        "booked_at": statement.booked_at,
        "sha256": body.statement.sha256,
        "size": body.statement.size,
        "files": {name: f"/v1/statements/{statement.statement_id}/{name}" for name in FILES},
    }


def row_view(row: StatementRow, clients: Mapping[EnterpriseNumber, Client], gaps: FirstGaps) -> dict[str, Any]:
    """The same as its office sees it."""
    statement = row.statement
    client = clients.get(statement.enterprise_number)
    return {
        **statement_view(statement.booked, gaps),
        "company_name": client.name if client is not None else None,
        "client_code": statement.client_code,
        "position": row.position,
        "added_at": row.added_at,
        "redelivery": row.redelivery or None,
        "fetched_at": row.fetched_at,
        "acknowledgement": acknowledgement_view(row.acknowledgement),
    }


def _amount(money: Money) -> dict[str, str]:
    return {"amount": str(money.amount), "currency": str(money.currency)}
