"""POST /v1/documents/validate: what would be found in a document, without any effect."""

import asyncio
from typing import Annotated, Literal, cast

from fastapi import Depends, Request
from pydantic import BaseModel

from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.ports import InvoiceReader
from shared.chassis.errors import InvalidMessage, Problem, Unavailable
from shared.chassis.http import Call, caller, router
from shared.contracts.invoices import Finding
from shared.contracts.sales_invoices import SalesInvoice

routes = router()

_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/xml": {"schema": {"type": "string", "format": "binary"}}},
    }
}
VALIDATED_AT_ONCE = 4
"""Bodies that are held in memory for this; the reader takes one after the other."""


class Validation(BaseModel):
    """The verdict on a document; `invoice` is what was read of it, None when it is refused."""

    verdict: Literal["accepted", "refused"]
    findings: tuple[Finding, ...]
    invoice: SalesInvoice | None = None


@routes.post("/v1/documents/validate", openapi_extra=_BODY)
async def validate_document(request: Request, call: Annotated[Call, Depends(caller("software"))]) -> Validation:
    """Read the body as a UBL document. A refusal is an answer like another, so the status is 200 for it too.

    422 `reader_failed` for a document that cannot be read in time, 503 while too many are read.
    """
    reader = cast(InvoiceReader, call.resources["reader"])
    turns = cast(asyncio.Semaphore, call.resources["turns"])
    if turns.locked():
        raise _busy()
    async with turns:
        try:
            invoice = (await reader.read(await request.body())).invoice
        except DocumentRejected as rejected:
            return Validation(verdict="refused", findings=(rejected.finding,))
        except InvalidMessage as error:
            raise Problem(422, error.code, error.detail) from error
        except Unavailable as error:
            raise _busy() from error
    return Validation(verdict="accepted", findings=invoice.findings, invoice=invoice)


def _busy() -> Problem:
    detail = "Documents cannot be looked at now; please try again."
    return Problem(503, "temporarily_unavailable", detail, headers={"Retry-After": "1"})
