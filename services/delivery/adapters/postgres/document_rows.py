"""How delivery's values stand in rows of Postgres."""

import json
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.delivery.domain.documents import Document, Step
from services.delivery.domain.feeds import Acknowledgement, FeedRow
from services.delivery.domain.listing import search_text
from shared.contracts.documents import Claim
from shared.contracts.invoices import Difference, Finding
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, SoftwareSlug

COLUMNS = {
    "document_id": "text",
    "enterprise_number": "text",
    "connection_id": "text",
    "software": "text",
    "office_id": "text",
    "client_code": "text",
    "state": "text",
    "received_at": "timestamptz",
    "mode": "text",
    "family": "text",
    "number": "text",
    "self_billed": "boolean",
    "issue_date": "date",
    "due_date": "date",
    "customer_name": "text",
    "customer_number": "text",
    "tax_inclusive": "numeric",
    "payable": "numeric",
    "invoice_currency": "text",
    "reference": "text",
    "search": "text",
    "invoice_version": "int",
    "supersedes": "text",
    "superseded_by": "text",
    "repeats": "text",
    "findings": "jsonb",
    "differences": "jsonb",
    "claim": "jsonb",
    "pdf": "jsonb",
    "sidecar": "jsonb",
    "reason": "text",
    "payment": "text",
    "balance": "numeric",
    "currency": "text",
    "payment_version": "int",
    "position": "bigint",
    "version": "int",
    "timeline": "jsonb",
}
"""The columns of `documents` and their types, in the order in which they are written."""

_NAMES = ", ".join(COLUMNS)
_ARRAYS = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(COLUMNS.values(), start=1))
_CHANGES = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "document_id")
_INSERT = f"insert into documents ({_NAMES}) select * from unnest({_ARRAYS}) on conflict (document_id) do"
SAVE_DOCUMENTS = f"{_INSERT} update set {_CHANGES}"
ADD_DOCUMENTS = f"{_INSERT} nothing returning document_id"

_CENT = Decimal("0.01")
_IDS = (
    *("document_id", "enterprise_number", "connection_id", "software"),
    *("office_id", "supersedes", "superseded_by", "repeats"),
)
_OF_TEXT = ("search", "findings", "differences", "claim", "pdf", "sidecar", "timeline")
_AMOUNTS = ("tax_inclusive", "payable", "balance")
_PLAIN = tuple(name for name in COLUMNS if name not in (*_IDS, *_OF_TEXT, *_AMOUNTS))
"""Columns that are a document's attribute as they are."""
_FINDINGS = TypeAdapter(tuple[Finding, ...])
_DIFFERENCES = TypeAdapter(tuple[Difference, ...])


def document_columns(documents: Collection[Document]) -> list[list[Any]]:
    """One list a column, in the order of `COLUMNS`."""
    rows = [_row(document) for document in documents]
    return [[row[name] for row in rows] for name in COLUMNS]


def document_of(row: Any) -> Document:
    """A row (by column name) of `documents` as a document."""
    return Document(
        document_id=DocumentId(row["document_id"]),
        enterprise_number=EnterpriseNumber(row["enterprise_number"]),
        connection_id=ConnectionId(row["connection_id"]),
        software=SoftwareSlug(row["software"]),
        office_id=OfficeId(row["office_id"]) if row["office_id"] is not None else None,
        supersedes=_document_id(row["supersedes"]),
        superseded_by=_document_id(row["superseded_by"]),
        repeats=_document_id(row["repeats"]),
        findings=_FINDINGS.validate_json(row["findings"]),
        differences=_DIFFERENCES.validate_json(row["differences"]),
        document=_claim(row["claim"]),
        pdf=_claim(row["pdf"]),
        sidecar=_claim(row["sidecar"]),
        timeline=_timeline(row["timeline"]),
        tax_inclusive=_amount(row["tax_inclusive"]),
        payable=_amount(row["payable"]),
        balance=_amount(row["balance"]),
        **{name: row[name] for name in _PLAIN},
    )


def acknowledgement_of(row: Any) -> Acknowledgement:
    """What a row of `feed_entries` says of the office's package."""
    return Acknowledgement(row["outcome"], row["outcome_reason"], row["outcome_at"])


def feed_row_of(row: Any) -> FeedRow:
    """A row of `documents` joined with its entry (`feed_position`, `added_at` and the rest of `feed_entries`)."""
    return FeedRow(row["feed_position"], row["added_at"], document_of(row), row["redelivery"], acknowledgement_of(row))


def timeline_text(document: Document) -> str:
    """The timeline as JSON text."""
    return json.dumps(
        [
            {"state": step.state, "at": step.at.isoformat(), "detail": step.detail}
            | ({"cause": str(step.cause)} if step.cause is not None else {})
            for step in document.timeline
        ]
    )


def _timeline(text: str) -> tuple[Step, ...]:
    return tuple(
        Step(
            step["state"],
            datetime.fromisoformat(step["at"]),
            step["detail"],
            UUID(step["cause"]) if "cause" in step else None,
        )
        for step in json.loads(text)
    )


def _amount(numeric: Decimal | None) -> Decimal | None:
    """With two decimals, or three where the third is not 0: the column counts thousandths, money is not written so."""
    if numeric is None:
        return None
    cents = numeric.quantize(_CENT)
    return cents if cents == numeric else numeric


def _document_id(text: str | None) -> DocumentId | None:
    return DocumentId(text) if text is not None else None


def _claim(text: str | None) -> Claim | None:
    return Claim.model_validate_json(text) if text is not None else None


def _claim_text(claim: Claim | None) -> str | None:
    return claim.model_dump_json() if claim is not None else None


def _row(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in (*_IDS, *_PLAIN, *_AMOUNTS)} | {
        "search": search_text(document),
        "findings": _FINDINGS.dump_json(document.findings).decode(),
        "differences": _DIFFERENCES.dump_json(document.differences).decode(),
        "claim": _claim_text(document.document),
        "pdf": _claim_text(document.pdf),
        "sidecar": _claim_text(document.sidecar),
        "timeline": timeline_text(document),
    }
