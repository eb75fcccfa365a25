"""What channels carry: documents, which are sales invoices, statements of bank accounts, and what is told of these."""

from typing import Literal, get_args

from services.delivery.domain.documents import Document
from services.delivery.domain.office_notices import OfficeNotice
from services.delivery.domain.statements import RoutedStatement
from shared.values import DocumentId, EventId, StatementId

Model = Literal["coda", "sales_invoice"]
"""The kinds of it, as offices and clients of the v2 way name them."""
Filed = Document | RoutedStatement
"""What there are files of."""
Deliverable = Filed | OfficeNotice
Subject = DocumentId | StatementId | EventId
"""What is delivered, by its id."""

MODELS: tuple[Model, ...] = get_args(Model)


def model_of(deliverable: Deliverable) -> Model:
    """Which kind it is; what is told of statements goes where these go."""
    return "sales_invoice" if isinstance(deliverable, Document) else "coda"


def subject_of(deliverable: Deliverable) -> Subject:
    """Which one it is."""
    if isinstance(deliverable, OfficeNotice):
        return deliverable.event_id
    return deliverable.statement_id if isinstance(deliverable, RoutedStatement) else deliverable.document_id


def filed(deliverable: Deliverable) -> Filed:
    """What has files. Raises `TypeError`: a notice has none, and goes by no channel that carries files."""
    if isinstance(deliverable, OfficeNotice):
        raise TypeError(f"{deliverable.event_id}: a notice has no files")
    return deliverable


def subject(text: str) -> Subject:
    """The id that a text is. Raises `ValueRejected`."""
    if text.startswith("evt_"):
        return EventId(text)
    return StatementId(text) if text.startswith("stm_") else DocumentId(text)
