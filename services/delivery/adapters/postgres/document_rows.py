"""How delivery's values stand in rows of Postgres."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from services.delivery.domain.documents import Document, Step
from shared.contracts.documents import Claim
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, SoftwareSlug

COLUMNS = {
    "document_id": "text",
    "enterprise_number": "text",
    "connection_id": "text",
    "software": "text",
    "office_id": "text",
    "client_code": "text",
    "state": "text",
    "mode": "text",
    "family": "text",
    "number": "text",
    "issue_date": "date",
    "invoice_version": "int",
    "claim": "jsonb",
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
SAVE_DOCUMENTS = f"""insert into documents ({_NAMES}) select * from unnest({_ARRAYS})
    on conflict (document_id) do update set {_CHANGES}"""


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
        state=row["state"],
        mode=row["mode"],
        office_id=OfficeId(row["office_id"]) if row["office_id"] is not None else None,
        client_code=row["client_code"],
        family=row["family"],
        number=row["number"],
        issue_date=row["issue_date"],
        invoice_version=row["invoice_version"],
        document=Claim.model_validate_json(row["claim"]) if row["claim"] is not None else None,
        reason=row["reason"],
        payment=row["payment"],
        balance=row["balance"],
        currency=row["currency"],
        payment_version=row["payment_version"],
        position=row["position"],
        version=row["version"],
        timeline=tuple(
            Step(step["state"], datetime.fromisoformat(step["at"]), step["detail"])
            for step in json.loads(row["timeline"])
        ),
    )


def timeline_text(document: Document) -> str:
    """The timeline as JSON text."""
    return json.dumps(
        [{"state": step.state, "at": step.at.isoformat(), "detail": step.detail} for step in document.timeline]
    )


def _row(document: Document) -> dict[str, Any]:
    claim = document.document
    values = {name: getattr(document, name) for name in COLUMNS if name not in ("claim", "timeline")}
    return values | {
        "claim": claim.model_dump_json() if claim is not None else None,
        "timeline": timeline_text(document),
    }
