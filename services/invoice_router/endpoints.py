"""POST /v1/documents/validate: what would be found in a document, without any effect."""

from typing import Annotated, Literal, cast

from fastapi import Depends, Request
from pydantic import BaseModel

from services.invoice_router.domain.invoice import Invoice
from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.ports import InvoiceReader
from shared.chassis.http import Call, caller, router
from shared.contracts.invoices import Finding

routes = router()


class Validation(BaseModel):
    """The verdict on a document; `invoice` is what was read of it, None when it is refused."""

    verdict: Literal["accepted", "refused"]
    findings: tuple[Finding, ...]
    invoice: Invoice | None = None


@routes.post("/v1/documents/validate")
async def validate_document(request: Request, call: Annotated[Call, Depends(caller("software"))]) -> Validation:
    """Read the body as a UBL document. A refusal is an answer like another, so the status is always 200."""
    reader = cast(InvoiceReader, call.resources["reader"])
    try:
        invoice = await reader.read(await request.body())
    except DocumentRejected as rejected:
        return Validation(verdict="refused", findings=(rejected.finding,))
    return Validation(verdict="accepted", findings=invoice.findings, invoice=invoice)
