"""POST /v1/documents/validate: what would become of a document, without any effect."""

import asyncio
from typing import Annotated, cast

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.domain.verdicts import Verdict, judged
from services.invoice_router.endpoints.bodies import read_document
from services.invoice_router.endpoints.turns import Turns
from services.invoice_router.ports import InvoiceReader
from shared.chassis.bodies import described_document
from shared.chassis.errors import Problem, Unavailable
from shared.chassis.http import Call, caller, router
from shared.contracts.findings import PublicFinding, public_finding
from shared.contracts.invoices import Finding
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import EnterpriseNumber, Language

routes = router()

VALIDATED_AT_ONCE = 4
"""Bodies that are held in memory for this; the reader takes one after the other."""
OF_ONE_CALLER = 2
"""At one time, of a billing software with all its connections."""
TURN_WITHIN_S = 12.0
"""For so long others may hold all turns, if they send as slowly as they may."""
SENT_WITHIN_S = 10
"""Within so long a body must be here."""

CompanyQuery = Annotated[
    EnterpriseNumber | None,
    Query(description="whose document it must be, when a software asks; of a connection it is its own company"),
]


class Validation(BaseModel):
    """The verdict on a document, and everything that was found in it."""

    verdict: Verdict = Field(description="what would become of it: delivered, kept back, or not read at all")
    findings: tuple[PublicFinding, ...] = Field(description="`message` is in the language of Accept-Language")
    invoice: SalesInvoice | None = Field(None, description="what was read of it, null when it is refused")


@routes.post("/v1/documents/validate", openapi_extra=described_document())
async def validate_document(
    request: Request, call: Annotated[Call, Depends(caller("connection", "software"))], company: CompanyQuery = None
) -> Validation:
    """Read a UBL document, alone or in the part `file` of a form, and say what would become of it.

    A refusal is an answer like another: the status is 200 for it too. The supplier is held against the company of the
    connection that asks, or against `company`. 503 for a third document of a billing software at one time, and while
    others have too many read.
    """
    reader = cast(InvoiceReader, call.resources["reader"])
    turns = cast(Turns, call.resources["turns"])
    language = Language.best(request.headers.get("accept-language"))
    try:
        async with turns.taken(call.principal.software or call.principal.text):
            # Whoever sends slowly would keep a turn from everybody else.
            async with asyncio.timeout(SENT_WITHIN_S):
                document = await read_document(request)
            invoice = (await reader.read(document)).invoice
    except DocumentRejected as rejected:
        return Validation(verdict="refused", findings=_told((rejected.finding,), language))
    except (Unavailable, TimeoutError) as error:
        raise _busy() from error
    verdict, findings = judged(invoice, _company_of(call) or company)
    return Validation(verdict=verdict, findings=_told(findings, language), invoice=invoice)


def _company_of(call: Call) -> EnterpriseNumber | None:
    number = call.principal.enterprise_number
    return EnterpriseNumber(number) if number else None


def _told(findings: tuple[Finding, ...], language: Language) -> tuple[PublicFinding, ...]:
    public = (public_finding(finding) for finding in findings)
    return tuple(each.model_copy(update={"message": each.i18n[language]}) for each in public)


def _busy() -> Problem:
    detail = "Documents cannot be looked at now; please try again."
    return Problem(503, "temporarily_unavailable", detail, headers={"Retry-After": "1"})
