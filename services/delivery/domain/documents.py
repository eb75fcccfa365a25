"""A document on its way to an accounting office: `valid -> routed -> delivered -> fetched -> booked`.

Side states are `held` (no office yet), `quarantined` (never delivered) and `refused` (by the office).
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from shared.contracts.access import Mode
from shared.contracts.documents import Claim
from shared.contracts.invoices import InvoiceAccepted, InvoiceHeld, InvoiceQuarantined, InvoiceRouted
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, SoftwareSlug

PROGRESS = ("held", "quarantined", "valid", "routed", "delivered", "fetched", "refused", "booked")
"""States from the least to the most advanced; a late event never takes a document back."""

AT_OFFICE = frozenset({"delivered", "fetched", "refused", "booked"})
"""States in which the document stands at the office's disposal."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a document's timeline; `at` is UTC."""

    state: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What delivery knows of one document; `version` counts its changes and is the sequence of its events."""

    document_id: DocumentId
    enterprise_number: EnterpriseNumber
    connection_id: ConnectionId
    software: SoftwareSlug
    state: str
    mode: Mode = "live"
    office_id: OfficeId | None = None
    client_code: str = ""
    family: str = ""
    number: str = ""
    issue_date: date | None = None
    invoice_version: int = 1
    document: Claim | None = None
    reason: str = ""
    payment: str = ""
    balance: Decimal | None = None
    currency: str = ""
    payment_version: int = 0
    position: int = 0
    version: int = 1
    timeline: tuple[Step, ...] = field(default=())


def advance(document: Document, state: str, at: datetime, detail: str = "") -> Document:
    """The document one step further; the state stays when it is already beyond that step."""
    further = PROGRESS.index(state) >= PROGRESS.index(document.state) or document.state == "held"
    return replace(
        document,
        state=state if further else document.state,
        version=document.version + 1,
        timeline=(*document.timeline, Step(state, at, detail)),
    )


def accepted(body: InvoiceAccepted, at: datetime) -> Document:
    """A document that was read and proven to be the company's own."""
    return Document(
        document_id=body.document_id,
        enterprise_number=body.enterprise_number,
        connection_id=body.connection_id,
        software=body.software,
        state="valid",
        family=body.family,
        number=body.number,
        issue_date=body.issue_date,
        invoice_version=body.version,
        document=body.document,
        timeline=(Step("valid", at),),
    )


def unread(body: InvoiceQuarantined, at: datetime) -> Document:
    """A document that was put aside before anything could be read from it."""
    return Document(
        document_id=body.document_id,
        enterprise_number=body.enterprise_number,
        connection_id=body.connection_id,
        software=body.software,
        state="quarantined",
        mode=body.mode,
        reason=body.reason,
        timeline=(Step("quarantined", at, body.reason),),
    )


def quarantined(document: Document, body: InvoiceQuarantined, at: datetime) -> Document:
    """An accepted document that is put aside after all."""
    moved = advance(document, "quarantined", at, body.reason)
    state = document.state if document.state in AT_OFFICE else "quarantined"
    return replace(moved, state=state, reason=body.reason)


def held(document: Document, body: InvoiceHeld, at: datetime) -> Document | None:
    """No office serves the company on that day. None for a document that went on already: the news is late."""
    if document.state not in ("valid", "held"):
        return None
    return replace(advance(document, "held", at, body.reason), state="held", reason=body.reason)


def routed(document: Document, body: InvoiceRouted, at: datetime) -> Document:
    """The office that receives the document is known; this copy of the facts is what the office sees."""
    return replace(
        advance(document, "routed", at),
        office_id=body.office_id,
        client_code=body.client_code,
        family=body.family,
        number=body.number,
        issue_date=body.issue_date,
        invoice_version=body.version,
        document=body.document,
        reason="",
    )


def paid(document: Document, payment: str, version: int, balance: Decimal, currency: str) -> Document | None:
    """The balance of the invoice changed. None for a `version` that is not above the known one: it is late."""
    if version <= document.payment_version:
        return None
    return replace(
        document,
        payment=payment,
        payment_version=version,
        balance=balance,
        currency=currency,
        version=document.version + 1,
    )


def heard_of(document: Document, position: int) -> Document:
    """The software first heard of the document at this position of its stream."""
    return replace(document, position=position)
