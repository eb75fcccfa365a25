"""What channels carry: documents, which are sales invoices, and statements of bank accounts."""

from typing import Literal, get_args

from services.delivery.domain.documents import Document
from services.delivery.domain.statements import RoutedStatement
from shared.values import DocumentId, StatementId

Model = Literal["coda", "sales_invoice"]
"""The kinds of it, as offices and clients of the v2 way name them."""
Deliverable = Document | RoutedStatement
Subject = DocumentId | StatementId
"""What is delivered, by its id."""

MODELS: tuple[Model, ...] = get_args(Model)


def model_of(deliverable: Deliverable) -> Model:
    """Which kind it is."""
    return "coda" if isinstance(deliverable, RoutedStatement) else "sales_invoice"


def subject_of(deliverable: Deliverable) -> Subject:
    """Which one it is."""
    return deliverable.statement_id if isinstance(deliverable, RoutedStatement) else deliverable.document_id


def subject(text: str) -> Subject:
    """The id that a text is. Raises `ValueRejected`."""
    return StatementId(text) if text.startswith("stm_") else DocumentId(text)
