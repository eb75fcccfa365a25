"""The files of one document: the UBL as it was sent, a PDF for the eye, everything that was read of it as JSON."""

from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Header, Query, Response

from services.delivery.domain.channels import FileKind
from services.delivery.domain.documents import AT_OFFICE, NOT_ACCEPTED, Document
from services.delivery.domain.files import MEDIA_TYPES, file_name, sidecar_file
from services.delivery.endpoints.answers import Responses, bytes_described
from services.delivery.endpoints.document_views import found, unknown
from services.delivery.endpoints.originals import digest_of, language_of, made, note_fetched, read_bytes
from services.delivery.ports import ReadingStore
from services.delivery.ports.rendering import PdfMaker
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.contracts.documents import Claim
from shared.contracts.findings import public_finding
from shared.contracts.invoices import Finding
from shared.values import Language

_MOST_FINDINGS = 20

routes = APIRouter()
Either = Annotated[Call, Depends(caller("office", "software", "connection"))]
Wanted = Annotated[
    Literal["nl", "fr", "de", "en"] | None,
    Query(description="of a PDF that is rendered; by default the office's, for a software that of Accept-Language"),
]
Accepted = Annotated[str | None, Header(alias="Accept-Language", include_in_schema=False)]


def _described(media_type: str, description: str, **headers: str) -> Responses:
    """A file that is saved under a name of its own (RFC 6266)."""
    told = bytes_described(media_type, description)
    named = {
        "Content-Disposition": "a harmless file name",
        **{name.replace("_", "-"): headers[name] for name in headers},
    }
    told[200]["headers"] |= {name: {"description": text, "schema": {"type": "string"}} for name, text in named.items()}
    return told


@routes.get("/v1/documents/{document_id}/ubl", responses=_described("application/xml", "the document byte for byte"))
async def read_ubl(document_id: str, call: Either) -> Response:
    """The XML as the software sent it, which alone counts. When an office reads it first, `document.fetched` follows.

    404 `document_unknown`, also for somebody else's; 503 `temporarily_unavailable`.
    """
    document = await _at_hand(document_id, call)
    data = await read_bytes(call, _there(document, document.document))
    return await _file(call, document, "xml", data)


@routes.get(
    "/v1/documents/{document_id}/pdf",
    responses=_described("application/pdf", "the PDF", Relais_Rendered="`true` where it was made here from the UBL"),
)
async def read_pdf(document_id: str, call: Either, language: Wanted = None, accepted: Accepted = None) -> Response:
    """The PDF that came inside the document or beside it; else one rendered from the UBL (PDF/A-3, the UBL inside).

    404 `document_unknown`, also for somebody else's; 422 `document_invalid` where no page can be made of it, with the
    findings of one that was not accepted; 503 `temporarily_unavailable`. As for the UBL, `document.fetched` follows.
    """
    document = await _at_hand(document_id, call)
    if document.pdf is None:
        _there(document, document.sidecar)
    maker: PdfMaker = call.resources["pdf_maker"]
    told = Language(language) if language is not None else await language_of(call, accepted)
    pdf = await made(maker.pdf_of(document, told))
    return await _file(call, document, "pdf", pdf.data, {"Relais-Rendered": "true" if pdf.rendered else "false"})


@routes.get(
    "/v1/documents/{document_id}/sidecar",
    responses=_described("application/json", "everything that was read of the document"),
)
async def read_sidecar(document_id: str, call: Either) -> Response:
    """Parties, lines, VAT, totals, payment and findings in the terms of EN 16931; for an office also, under `relais`,
    what is known here: its client code, the version and how it differs from the one before.

    404 `document_unknown`, also for somebody else's; 422 `document_invalid` with the findings of a document that was
    not accepted; 503 `temporarily_unavailable`. As for the UBL, `document.fetched` follows.
    """
    document = await _at_hand(document_id, call)
    data = await read_bytes(call, _there(document, document.sidecar))
    if call.principal.kind == "office":
        data = sidecar_file(document, data)
    return await _file(call, document, "json", data)


async def _at_hand(document_id: str, call: Call) -> Document:
    """A software's own document; one that stands at the office's disposal."""
    async with call.transaction() as tx:
        document = await found(cast(ReadingStore, tx.store).document, document_id)
    if call.principal.kind == "office" and document.state not in AT_OFFICE:
        raise unknown()
    return document


def _there(document: Document, claim: Claim | None) -> Claim:
    """Raises `Problem` 404 for a file that is not there yet, 422 with the reason for one that never will be."""
    if claim is not None:
        return claim
    if document.state not in NOT_ACCEPTED:
        raise unknown()
    errors = [_error(finding) for finding in document.findings[:_MOST_FINDINGS]]
    detail = f"The document was not accepted ({document.reason or document.state}): nothing could be made of it."
    raise Problem(422, "document_invalid", detail, errors=errors, extra={"reason": document.reason or None})


def _error(finding: Finding) -> dict[str, str]:
    sentence = public_finding(finding).i18n[Language.EN]
    told = {"pointer": "", "code": finding.code, "detail": sentence, "location": finding.location}
    return told | {"found": finding.found, "expected": finding.expected}


async def _file(
    call: Call, document: Document, kind: FileKind, data: bytes, headers: dict[str, str] | None = None
) -> Response:
    if call.principal.kind == "office":
        await note_fetched(call, document.document_id)
    told = {
        "Content-Type": MEDIA_TYPES[kind],
        # Letters, digits, dots and dashes only, so that no client needs `filename*`.
        "Content-Disposition": f'attachment; filename="{file_name(document, kind)}"',
        **digest_of(data),
        **(headers or {}),
    }
    return Response(data, headers=told)
