"""A document as a call of an office's webhook (Standard Webhooks 1.0.0): the facts, and links to the files."""

import json
from typing import Any

from services.delivery.domain.differences import told_differences
from services.delivery.domain.documents import Document
from services.delivery.domain.files import Parcel
from services.delivery.domain.office_notices import OfficeNotice
from services.delivery.domain.statements import RoutedStatement
from shared.values import Money
from shared.values.moments import utc_text

BODY_BYTES = 20_000
"""Standard Webhooks asks for less than 20 kB."""
_DIFFERENCES_BYTES = 10_000
_LONGEST_TEXT = 120


def call_body(parcel: Parcel) -> bytes:
    """The same whenever the same document is sent again, below 20 kB of ASCII JSON."""
    document = parcel.document
    kind: str
    if isinstance(document, OfficeNotice):
        kind, data = document.event.type, _told_facts(document)
    elif isinstance(document, RoutedStatement):
        kind, data = "statement.delivered", _of_statement(parcel, document)
    else:
        kind, data = "document.delivered", _facts(parcel, document)
    told = {
        "id": str(parcel.parcel_id),
        "type": kind,
        "timestamp": utc_text(parcel.added_at),
        "test": parcel.test,
        "data": data,
    }
    return json.dumps(told, separators=(",", ":")).encode()


def _told_facts(notice: OfficeNotice) -> dict[str, Any]:
    return {"client_code": notice.client_code[:_LONGEST_TEXT], **json.loads(notice.text)["data"]}


def _of_statement(parcel: Parcel, statement: RoutedStatement) -> dict[str, Any]:
    body, links = statement.body, f"/v1/statements/{statement.statement_id}"
    return {
        "statement_id": statement.statement_id,
        "kind": "coda",
        "enterprise_number": body.enterprise_number,
        "client_code": statement.client_code[:_LONGEST_TEXT],
        "iban": str.__str__(body.iban),
        "currency": str(body.new_balance.currency),
        "year": body.year,
        "sequence": body.sequence,
        "old_balance": _told(body.old_balance),
        "new_balance": _told(body.new_balance),
        "new_balance_date": body.new_balance_date.isoformat(),
        "credits": _told(body.credits),
        "debits": _told(body.debits),
        "movement_count": body.movement_count,
        "redelivery": parcel.occasion or None,
        "sha256": body.statement.sha256,
        "size": body.statement.size,
        "links": {name: f"{links}/{name}" for name in ("coda", "pdf", "xml", "json", "movements")},
    }


def _facts(parcel: Parcel, document: Document) -> dict[str, Any]:
    claim, links = document.document, f"/v1/documents/{document.document_id}"
    return {
        "document_id": document.document_id,
        "kind": "sales_invoice",
        "enterprise_number": document.enterprise_number,
        "client_code": document.client_code[:_LONGEST_TEXT],
        "software": document.software,
        "family": document.family,
        "number": document.number[:_LONGEST_TEXT],
        "self_billed": document.self_billed,
        "issue_date": document.issue_date.isoformat() if document.issue_date else None,
        "due_date": document.due_date.isoformat() if document.due_date else None,
        "customer": {
            "name": document.customer_name[:_LONGEST_TEXT],
            "number": document.customer_number[:_LONGEST_TEXT],
        },
        "currency": document.invoice_currency,
        "tax_inclusive": _amount(document.tax_inclusive),
        "payable": _amount(document.payable),
        "reference": document.reference or None,
        "received_at": utc_text(document.received_at),
        "version": document.invoice_version,
        "supersedes": document.supersedes,
        "differences": told_differences(document.differences, _DIFFERENCES_BYTES),
        "difference_count": len(document.differences),
        "redelivery": parcel.occasion or None,
        "sha256": claim.sha256 if claim else None,
        "size": claim.size if claim else None,
        "links": {name: f"{links}/{name}" for name in ("ubl", "pdf", "sidecar")},
    }


def _told(money: Money) -> str:
    return str(money.amount)


def _amount(amount: Any) -> str | None:
    return str(amount) if amount is not None else None
