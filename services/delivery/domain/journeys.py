"""What each event of the router says of a document. Every function gives the same in whatever order they come.

`known` is the document as it is, None where nothing was heard of it; `cause` is the id of the event.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.delivery.domain.documents import Document, Step, advance, advance_by, with_timeline
from shared.contracts.invoices import (
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRepeated,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.values import DocumentId

UNUSABLE = "document_invalid"
"""The reason of a document that cannot be used as an invoice at all; others are put aside as `quarantined`."""

_Told = InvoiceSubmitted | InvoiceAccepted | InvoiceRepeated | InvoiceQuarantined


def received(known: Document | None, body: InvoiceSubmitted, cause: UUID) -> Document:
    """The document's bytes are stored; nothing was read of them yet."""
    step = Step("received", body.received_at, "", cause)
    if known is None:
        new = _first(body, body.received_at)
        return replace(new, mode=body.mode, document=body.document, pdf=body.pdf, timeline=(step,))
    if step in known.timeline:
        return known
    others = tuple(each for each in known.timeline if each.state != "received")
    found = replace(known, received_at=body.received_at)
    if found.document is None:
        found = replace(found, document=body.document, pdf=body.pdf)
    return with_timeline(found, (*others, step))


def accepted(known: Document | None, body: InvoiceAccepted, at: datetime, cause: UUID) -> Document:
    """The document was read and proven to be the company's own."""
    found = _with_receipt(known or _first(body, body.received_at or at), body.received_at)
    step = Step("valid", at, f"supersedes {body.supersedes}" if body.supersedes else "", cause)
    return advance_by(
        found,
        (step,),
        family=body.family,
        number=body.number,
        self_billed=body.self_billed,
        issue_date=body.issue_date,
        due_date=body.due_date,
        customer_name=body.customer.name,
        customer_number=body.customer.number,
        tax_inclusive=body.tax_inclusive.amount,
        payable=body.payable.amount,
        invoice_currency=str(body.payable.currency),
        reference=str(body.reference or ""),
        invoice_version=body.version,
        supersedes=body.supersedes,
        findings=(found.findings if _put_aside(found) else ()) or body.findings,
        differences=body.differences,
        document=body.document,
        pdf=body.pdf,
        sidecar=body.sidecar,
    )


def superseded(document: Document, by: DocumentId, at: datetime, cause: UUID | None) -> Document:
    """A newer version was accepted; a document that is booked stays so, and has the link alone."""
    return advance(replace(document, superseded_by=by), "superseded", at, f"superseded by {by}", cause)


def repeated(known: Document | None, body: InvoiceRepeated, at: datetime, cause: UUID) -> Document:
    """The same content was accepted before, as another document."""
    found = _with_receipt(known or _first(body, body.received_at), body.received_at)
    told = replace(found, repeats=body.repeats, family=body.family, number=body.number)
    return advance(told, "repeated", at, f"repeats {body.repeats}", cause)


def quarantined(known: Document | None, body: InvoiceQuarantined, at: datetime, cause: UUID) -> Document:
    """The document was put aside."""
    found = _with_receipt(known or _first(body, body.received_at or at), body.received_at)
    told = replace(found, mode=body.mode, number=found.number or body.number, findings=body.findings or found.findings)
    state = "invalid" if body.reason == UNUSABLE else "quarantined"
    return advance(told, state, at, body.reason, cause)


def held(document: Document, body: InvoiceHeld, at: datetime, cause: UUID) -> Document:
    """No office serves the company on that day."""
    return advance(document, "held", at, body.reason, cause)


def routed(document: Document, body: InvoiceRouted, at: datetime, cause: UUID) -> Document:
    """The office that receives the document is known, and it stands in the office's feed."""
    steps = Step("routed", at, "", cause), Step("delivered", at, "feed", cause)
    return advance_by(document, steps, office_id=body.office_id, client_code=body.client_code)


def _first(body: _Told, received_at: datetime) -> Document:
    return Document(
        document_id=body.document_id,
        enterprise_number=body.enterprise_number,
        connection_id=body.connection_id,
        software=body.software,
        state="received",
        received_at=received_at,
    )


def _put_aside(document: Document) -> bool:
    return document.was("quarantined") or document.was("invalid")


def _with_receipt(document: Document, at: datetime | None) -> Document:
    """With the step of receiving where it came before the event that tells of it."""
    if at is None or document.was("received"):
        return document
    return replace(document, received_at=at, timeline=(Step("received", at), *document.timeline))
