"""Documents and bank files: can the bytes be taken in, and which document are they?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from services.intake.domain.connections import Connection
from shared.contracts import InvoiceSubmitted
from shared.contracts.documents import Claim
from shared.values import ConnectionId, DocumentId, Sha256

NAMESPACE = uuid5(NAMESPACE_URL, "urn:relais:document")
LARGEST_BYTES = 20 * 1024 * 1024
XML = "application/xml"
PDF = "application/pdf"
BANK_FILE = "application/vnd.coda"

_BYTE_ORDER_MARKS_16 = (b"\xff\xfe", b"\xfe\xff")
_BYTE_ORDER_MARK_8 = b"\xef\xbb\xbf"
_PDF_HEADER_WITHIN = 1024
_PDF_END_WITHIN = 2048
_SMALLEST_PDF_BYTES = 32


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why something that came in cannot be taken in. `status` is the HTTP status that says the same."""

    code: str
    detail: str
    pointer: str = ""
    found: str = ""
    expected: str = ""
    status: int = 422


@dataclass(frozen=True, slots=True)
class Handed:
    """A document that came in; equal bytes from the same connection are the same document."""

    document_id: DocumentId
    connection: Connection
    sha256: Sha256
    received_at: datetime


def document_id(connection: ConnectionId, sha256: Sha256) -> DocumentId:
    """The same whenever and however these bytes come in over this connection."""
    return DocumentId.of(uuid5(NAMESPACE, f"{connection}/{sha256}"))


def handed(connection: Connection, document: Claim, now: datetime) -> Handed:
    """The document that these stored bytes are."""
    return Handed(document_id(connection.connection_id, document.sha256), connection, document.sha256, now)


def submitted(document: Handed, claim: Claim, pdf: Claim | None) -> InvoiceSubmitted:
    """The event that follows when the document is new."""
    return InvoiceSubmitted(
        document_id=document.document_id,
        enterprise_number=document.connection.enterprise_number,
        connection_id=document.connection.connection_id,
        software=document.connection.software,
        mode=document.connection.mode,
        received_at=document.received_at,
        document=claim,
        pdf=pdf,
    )


def flaw_of_xml(data: bytes) -> Unusable | None:
    """Whether the bytes can be an XML document at all; what is in it is invoice_router's to judge."""
    flaw = flaw_of_size(data)
    if flaw is not None:
        return flaw
    start = data[:256]
    if start.startswith(_BYTE_ORDER_MARKS_16):
        return None
    if start.removeprefix(_BYTE_ORDER_MARK_8).lstrip(b" \t\r\n").startswith(b"<"):
        return None
    found = repr(bytes(start[:16]))[2:-1]
    return Unusable(
        "document_invalid",
        "The document is not XML.",
        found=found,
        expected="a UBL invoice or credit note, which begins with '<'",
    )


def flaw_of_pdf(data: bytes) -> Unusable | None:
    """Whether the bytes can be a whole PDF: ISO 32000-1 §7.5.5 and Annex H.3.4.1 have its header in the first 1024
    bytes and %%EOF at its end; some writers put a few more bytes behind that."""
    flaw = flaw_of_size(data)
    if flaw is not None:
        return flaw
    if b"%PDF-" not in data[:_PDF_HEADER_WITHIN]:
        return Unusable("pdf_invalid", "The part 'pdf' is not a PDF.", found=repr(data[:16])[2:-1], expected="%PDF-")
    if len(data) < _SMALLEST_PDF_BYTES:
        expected = f"at least {_SMALLEST_PDF_BYTES} bytes"
        return Unusable("pdf_invalid", "The PDF is too small to be one.", found=f"{len(data)} bytes", expected=expected)
    if b"%%EOF" not in data[-_PDF_END_WITHIN:]:
        detail, expected = "The PDF is cut short.", f"%%EOF in the last {_PDF_END_WITHIN} bytes"
        return Unusable("pdf_invalid", detail, found=repr(data[-16:])[2:-1], expected=expected)
    return None


def flaw_of_size(data: bytes, named: str = "document") -> Unusable | None:
    """Empty, or larger than 20 MiB; `named` is what people call it."""
    if not data:
        return Unusable(
            "document_empty", f"There is no {named} in the request.", found="0 bytes", expected=f"a {named}"
        )
    if len(data) > LARGEST_BYTES:
        return Unusable(
            "document_too_large",
            f"The {named} is too large.",
            found=f"{len(data)} bytes",
            expected=f"at most {LARGEST_BYTES} bytes",
            status=413,
        )
    return None


def awaits_activation(connection: Connection | None) -> bool:
    """Whether the token may have been registered already: who tells of that is not heard yet, or nobody did it."""
    return connection is not None and connection.verification == "verified" and connection.access == "none"


def flaw_of_connection(connection: Connection | None) -> Unusable | None:
    """Whether documents may come in over this connection now."""
    if connection is None:
        return Unusable("connection_unknown", "There is no such connection of yours.", status=404)
    if connection.state != "active":
        return Unusable(
            "connection_not_active",
            "Documents can be handed in once the connection is active.",
            found=connection.state,
            expected="active",
            status=409,
        )
    if not connection.allows("invoices:write"):
        return Unusable(
            "scope_missing",
            "The connection was asked for without the scope that sends documents.",
            found=" ".join(connection.scopes),
            expected="invoices:write",
            status=403,
        )
    return None
