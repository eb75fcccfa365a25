"""Does the dry run answer with findings, and leave nothing behind?"""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from services.invoice_router.domain.reading import Reading, read_document
from services.invoice_router.endpoints import Validation, routes, validate_document
from shared.chassis.errors import InvalidMessage, Problem, Unavailable
from shared.contracts.sales_invoices import SalesInvoice
from tests.unit.invoice_router.documents import invoice


class ReaderHere:
    """Reads in this process."""

    async def read(self, data: bytes) -> Reading:
        return read_document(data)


async def verdict_on(data: bytes, reader: Any = None, turns: int = 1) -> Validation:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": data, "more_body": False}

    request = Request({"type": "http", "method": "POST", "path": "/v1/documents/validate", "headers": []}, receive)
    call: Any = SimpleNamespace(resources={"reader": reader or ReaderHere(), "turns": asyncio.Semaphore(turns)})
    return await validate_document(request, call)


async def test_a_good_document_is_accepted_with_what_was_read() -> None:
    found = await verdict_on(invoice(payable="120.00"))
    assert found.verdict == "accepted" and found.invoice is not None
    assert [finding.code for finding in found.findings] == ["BR-CO-16"]
    assert found.model_dump(mode="json")["invoice"]["payable"] == {"amount": "120.00", "currency": "EUR"}


async def test_a_dangerous_document_is_refused_with_its_place() -> None:
    found = await verdict_on(invoice(prologue="<!DOCTYPE Invoice>"))
    assert (found.verdict, found.invoice) == ("refused", None)
    assert [(finding.code, finding.severity, finding.location) for finding in found.findings] == [
        ("XML_DOCTYPE", "refuse", "/")
    ]


@pytest.mark.parametrize(
    ("error", "status"), [(InvalidMessage("reader_failed", "no answer"), 422), (Unavailable("no process"), 503)]
)
async def test_a_reader_that_fails_is_told_as_a_problem(error: Exception, status: int) -> None:
    class Failing:
        async def read(self, data: bytes) -> SalesInvoice:
            raise error

    with pytest.raises(Problem) as caught:
        await verdict_on(invoice(), Failing())
    assert caught.value.status == status


async def test_a_caller_is_sent_away_while_too_many_documents_are_read() -> None:
    with pytest.raises(Problem) as caught:
        await verdict_on(invoice(), turns=0)
    assert (caught.value.status, caught.value.headers) == (503, {"Retry-After": "1"})


def test_the_dry_run_has_the_one_route_of_this_service() -> None:
    assert [(route.path, route.methods) for route in routes.routes] == [("/v1/documents/validate", {"POST"})]  # type: ignore[attr-defined]
