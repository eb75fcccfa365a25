"""Documents as an office or a software sees them, and how one of them is found."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, cast

from services.delivery.domain.clients import Client
from services.delivery.domain.documents import AT_OFFICE, Document
from services.delivery.domain.feeds import Acknowledgement
from services.delivery.ports import ReadingStore
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call
from shared.contracts.findings import public_finding
from shared.values import DocumentId, ValueRejected


async def found(look: Callable[[DocumentId], Awaitable[Document | None]], text: str) -> Document:
    """The document that a path names. Raises `Problem` 404 `document_unknown`, also for somebody else's."""
    try:
        document_id = DocumentId(text)
    except ValueRejected:
        raise unknown() from None
    document = await look(document_id)
    if document is None:
        raise unknown()
    return document


async def at_the_office(tx: CallTransaction, document_id: str) -> Document:
    """A document at the calling office's disposal, which nobody else changes until the transaction ends."""
    document = await found(cast(ReadingStore, tx.store).lock_document, document_id)
    if document.state not in AT_OFFICE:
        raise unknown()
    return document


def unknown() -> Problem:
    """The answer for what does not exist for this caller."""
    return Problem(404, "document_unknown", "There is no such document for this caller.")


def view(
    document: Document, call: Call, client: Client | None = None, most_findings: int | None = None
) -> dict[str, Any]:
    """What both may see; only the office sees its own client code, and nobody is told an office's name."""
    claim = document.document
    shown: dict[str, Any] = {
        "id": document.document_id,
        "state": document.state,
        "received_at": document.received_at,
        "enterprise_number": document.enterprise_number,
        "software": document.software,
        "family": document.family,
        "kind": f"self_billed_{document.family}" if document.self_billed else document.family,
        "number": document.number,
        "issue_date": document.issue_date,
        "due_date": document.due_date,
        "customer": {"name": document.customer_name, "number": document.customer_number},
        "tax_inclusive": _amount(document.tax_inclusive, document.invoice_currency),
        "payable": _amount(document.payable, document.invoice_currency),
        "reference": document.reference or None,
        "version": document.invoice_version,
        "supersedes": document.supersedes,
        "superseded_by": document.superseded_by,
        "repeats": document.repeats,
        "differences": [difference.model_dump() for difference in document.differences],
        "findings": [public_finding(finding).model_dump() for finding in document.findings[:most_findings]],
        "finding_count": len(document.findings),
        "reason": document.reason,
        "payment": document.payment or "open",
        "balance": _amount(document.balance, document.currency),
        "sha256": claim.sha256 if claim is not None else None,
        "size": claim.size if claim is not None else None,
        "media_type": claim.media_type if claim is not None else None,
        "files": _files(document),
    }
    if call.principal.kind == "office":
        shown["company_name"] = client.name if client is not None else None
        shown["client_code"] = document.client_code
        shown["original"] = f"/v1/documents/{document.document_id}/original"
    else:
        shown["connection_id"] = document.connection_id
    return shown


def acknowledgement_view(acknowledgement: Acknowledgement) -> dict[str, Any]:
    """What the office's package said."""
    said = acknowledgement
    return {"outcome": said.outcome or "open", "reason": said.reason or None, "at": said.at}


def _files(document: Document) -> dict[str, str] | None:
    """Of a document that was not accepted there is nothing that could be read but its own bytes."""
    if document.sidecar is None:
        return None
    return {name: f"/v1/documents/{document.document_id}/{name}" for name in ("ubl", "pdf", "sidecar")}


def _amount(amount: Decimal | None, currency: str) -> dict[str, str] | None:
    if amount is None:
        return None
    return {"amount": f"{amount:.2f}", "currency": currency}
