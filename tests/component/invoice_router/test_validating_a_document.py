"""Does the dry run say what would become of a document, in the caller's language, and leave nothing behind?"""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from services.invoice_router.domain.reading import Reading, read_document
from services.invoice_router.endpoints import Turns, routes, validation
from services.invoice_router.endpoints.validation import Validation, validate_document
from shared.chassis.errors import Problem, Unavailable
from shared.values import EnterpriseNumber
from tests.unit.invoice_router.documents import BUYER, COMPANY, attachment, invoice
from tests.waiting import PATIENCE_S, until

LARGEST = 20 * 1024 * 1024
OWN, OTHER = EnterpriseNumber(COMPANY), EnterpriseNumber(BUYER)


class ReaderHere:
    """Reads in this process."""

    async def read(self, data: bytes) -> Reading:
        return read_document(data)


class SlowReader(ReaderHere):
    """Reads when it is told to."""

    def __init__(self) -> None:
        self.go, self.busy = asyncio.Event(), 0

    async def read(self, data: bytes) -> Reading:
        self.busy += 1
        await self.go.wait()
        return await super().read(data)


async def verdict_on(
    body: bytes,
    *,
    media_type: str = "application/xml",
    language: str = "",
    company: EnterpriseNumber | None = None,
    connection_of: str | None = None,
    reader: Any = None,
    turns: Turns | None = None,
    software: str = "robaws",
    stalls: bool = False,
) -> Validation:
    """What is answered; `connection_of` is the company whose connection asks, else a software asks."""
    pieces = [body[at : at + 60_000] for at in range(0, len(body), 60_000)] or [b""]

    async def receive() -> dict[str, Any]:
        if stalls:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    headers = [(b"content-type", media_type.encode()), (b"accept-language", language.encode())]
    scope = {"type": "http", "method": "POST", "path": "/v1/documents/validate", "headers": headers}
    call: Any = SimpleNamespace(
        resources={"reader": reader or ReaderHere(), "turns": turns or Turns(4, 2, 1.0)},
        principal=SimpleNamespace(enterprise_number=connection_of, software=software, text=f"connection:{software}"),
    )
    return await validate_document(Request(scope, receive), call, company)


def form(**parts: bytes) -> tuple[bytes, str]:
    """A form (RFC 7578) with these files, and its media type."""
    body = b"".join(
        b'--edge\r\nContent-Disposition: form-data; name="%s"; filename="a"\r\n\r\n%s\r\n' % (name.encode(), content)
        for name, content in parts.items()
    )
    return body + b"--edge--\r\n", "multipart/form-data; boundary=edge"


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
    ("language", "answered", "words"),
    [
        ("nl-BE,fr;q=0.5", "nl", "Exporteer de factuur opnieuw"),
        ("fr", "fr", "Exportez la facture"),
        ("de-AT", "de", "Exportieren Sie die Rechnung"),
        ("sv", "en", "Export the invoice again"),
        ("", "en", "Export the invoice again"),
    ],
)
async def test_the_message_is_in_the_language_of_the_caller_and_all_languages_are_there(
    language: str, answered: str, words: str
) -> None:
    found = await verdict_on(b"<half", language=language)
    [finding] = found.model_dump(mode="json")["findings"]
    assert words in finding["message"] and finding["message"] == finding["i18n"][answered]
    assert sorted(finding["i18n"]) == ["de", "en", "fr", "nl"]


@pytest.mark.parametrize(
    ("company", "connection_of", "verdict"),
    [
        (None, None, "accepted"),
        (OWN, None, "accepted"),
        (OTHER, None, "quarantined"),
        (None, COMPANY, "accepted"),
        (None, BUYER, "quarantined"),
        (OWN, BUYER, "quarantined"),
    ],
)
async def test_the_supplier_is_held_against_the_company_as_for_a_real_document(
    company: EnterpriseNumber | None, connection_of: str | None, verdict: str
) -> None:
    found = await verdict_on(invoice(), company=company, connection_of=connection_of)
    assert found.verdict == verdict and found.invoice is not None
    codes = ["SUPPLIER_MISMATCH"] if verdict == "quarantined" else []
    assert [finding.code for finding in found.findings] == codes


async def test_a_supplier_that_no_number_proves_is_quarantined_whoever_asks() -> None:
    found = await verdict_on(invoice(endpoint="0403170702", legal="0403170702", vat="BE0403170702"), company=OWN)
    assert found.verdict == "quarantined"
    assert "SUPPLIER_MISMATCH" not in [finding.code for finding in found.findings]


async def test_a_bad_file_inside_is_told_and_keeps_no_document_back() -> None:
    found = await verdict_on(invoice(attachment=attachment("%%%")), company=OWN)
    assert found.verdict == "accepted"
    assert [(finding.code, finding.severity) for finding in found.findings] == [("ATTACHMENT_BASE64", "quarantine")]


async def test_a_document_in_a_form_is_read_with_or_without_its_pdf() -> None:
    for parts in ({"file": invoice()}, {"file": invoice(), "pdf": b"%PDF-1.7"}):
        body, media_type = form(**parts)
        assert (await verdict_on(body, media_type=media_type)).verdict == "accepted"


@pytest.mark.parametrize(
    ("name", "body", "media_type", "status", "code"),
    [
        ("another media type", b"{}", "application/json", 415, "media_type_unsupported"),
        ("no media type", invoice(), "", 415, "media_type_unsupported"),
        ("nothing", b"", "text/xml", 422, "document_empty"),
        ("too many bytes", b"<" * (LARGEST + 1), "application/xml", 413, "document_too_large"),
        ("a form without the file", *form(pdf=b"%PDF-1.7"), 422, "part_missing"),
        ("a form with an empty file", *form(file=b""), 422, "document_empty"),
        ("a form with too large a file", *form(file=b"<" * (LARGEST + 1)), 413, "document_too_large"),
        ("a form with a PDF that is none", *form(file=invoice(), pdf=b"MZ"), 422, "pdf_invalid"),
    ],
)
async def test_what_cannot_be_a_document_is_a_problem_as_where_documents_are_sent(
    name: str, body: bytes, media_type: str, status: int, code: str
) -> None:
    with pytest.raises(Problem) as caught:
        await verdict_on(body, media_type=media_type)
    assert (caught.value.status, caught.value.code) == (status, code), name
    [error] = caught.value.errors
    assert error["code"] == code and error["found"] and error["expected"]


async def test_a_reader_that_does_not_start_is_told_as_a_problem() -> None:
    class Failing:
        async def read(self, data: bytes) -> Reading:
            raise Unavailable("no process")

    with pytest.raises(Problem) as caught:
        await verdict_on(invoice(), reader=Failing())
    assert (caught.value.status, caught.value.headers) == (503, {"Retry-After": "1"})


async def test_a_caller_is_sent_away_while_too_many_documents_are_read() -> None:
    with pytest.raises(Problem) as caught:
        await verdict_on(invoice(), turns=Turns(0, 2, 0.01))
    assert (caught.value.status, caught.value.headers) == (503, {"Retry-After": "1"})


async def test_a_software_that_sends_many_at_one_time_keeps_none_from_the_others() -> None:
    turns, reader = Turns(4, 2, PATIENCE_S), SlowReader()
    flood = [asyncio.create_task(verdict_on(invoice(), turns=turns, reader=reader)) for _ in range(50)]
    await until(lambda: (reader.busy, sum(task.done() for task in flood)) == (2, 48))
    others = [
        asyncio.create_task(verdict_on(invoice(), turns=turns, reader=reader, software=name))
        for name in ("billit", "billit", "octopus", "yuki")
    ]
    await until(lambda: reader.busy == 4)
    await asyncio.sleep(0.05)
    assert reader.busy == 4, "all turns are taken, and the last two wait for theirs"
    reader.go.set()
    assert [(await each).verdict for each in others] == ["accepted"] * 4
    verdicts = await asyncio.gather(*flood, return_exceptions=True)
    refused = [each for each in verdicts if isinstance(each, Problem)]
    assert (len(refused), {each.status for each in refused}) == (48, {503})
    assert (await verdict_on(invoice(), turns=turns)).verdict == "accepted", "its share is free again"


def test_the_dry_run_has_the_one_route_of_this_service() -> None:
    assert [(route.path, route.methods) for route in routes.routes] == [("/v1/documents/validate", {"POST"})]  # type: ignore[attr-defined]


async def test_who_sends_too_slowly_keeps_no_turn_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "SENT_WITHIN_S", 0.05)
    with pytest.raises(Problem) as caught:
        await verdict_on(invoice(), stalls=True)
    assert (caught.value.status, caught.value.code) == (503, "temporarily_unavailable")
