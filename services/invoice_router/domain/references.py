"""What a document points at: orders, other documents, the invoices that it corrects, the software that made it."""

from datetime import date

from services.invoice_router.domain.fields import Notes
from services.invoice_router.domain.parts import NOTHING, Part
from services.invoice_router.domain.payments import MEANS
from shared.contracts.sales_invoices import PrecedingInvoice

PRECEDING = "cac:BillingReference"
_ADDITIONAL = "cac:AdditionalDocumentReference"
_UBL_BE = "UBL.BE"
_PROJECT, _INVOICED_OBJECT = "50", "130"
"""UNCL1001: the reference is no file but a project (BT-11), or what is invoiced (BT-18)."""

_CONVERTED = "CONVERTED"


def preceding_invoices(root: Part, notes: Notes) -> tuple[PrecedingInvoice, ...]:
    """BG-3: the invoices that this one corrects or follows."""
    documents = (part.part("cac:InvoiceDocumentReference") for part in root.all(PRECEDING))
    return tuple(
        PrecedingInvoice(number=number, issue_date=notes.day(document, "cbc:IssueDate"))
        for document in documents
        if (number := document.text("cbc:ID"))
    )


def referenced(root: Part, name: str) -> str:
    """The number of another document, such as BT-12 under `cac:ContractDocumentReference`."""
    return root.part(name).text("cbc:ID")


def project(root: Part) -> str:
    """BT-11. A CreditNote has no ProjectReference (UBL 2.1 XSD): there it is one of the additional documents."""
    return referenced(root, "cac:ProjectReference") or _of_type(root, _PROJECT)


def invoiced_object(root: Part) -> str:
    """BT-18, with the scheme that it is of."""
    return _of_type(root, _INVOICED_OBJECT)


def software(root: Part, notes: Notes) -> str:
    """UBL.BE: the reference with that number says in its description which software made the document.

    DOCUMENT_CONVERTED is noted where that says that it was made from a picture of an invoice.
    """
    found = ""
    for part in root.all(_ADDITIONAL):
        if part.text("cbc:ID").upper() == _UBL_BE:
            found = found or part.text("cbc:DocumentDescription") or part.text("cbc:DocumentType")
        status = part.text("cbc:DocumentStatusCode")
        if status.upper() == _CONVERTED:
            place = part.place("cbc:DocumentStatusCode")
            notes.add("DOCUMENT_CONVERTED", place, status, "a document that a billing software made")
    return found


def due_date(root: Part, notes: Notes) -> date | None:
    """BT-9. A CreditNote has no DueDate (UBL 2.1 XSD): there, and in older invoices, it is the means of payment's."""
    if root.text("cbc:DueDate"):
        return notes.day(root, "cbc:DueDate")
    return next((day for part in root.all(MEANS) if (day := notes.day(part, "cbc:PaymentDueDate"))), None)


def due_place(root: Part, due: date) -> str:
    """Where that due date stands."""
    if root.text("cbc:DueDate"):
        return root.place("cbc:DueDate")
    written = due.isoformat()
    means = next((part for part in root.all(MEANS) if part.text("cbc:PaymentDueDate").startswith(written)), NOTHING)
    return means.place("cbc:PaymentDueDate")


def _of_type(root: Part, code: str) -> str:
    for part in root.all(_ADDITIONAL):
        if part.text("cbc:DocumentTypeCode") == code:
            return part.schemed("cbc:ID")
    return ""
