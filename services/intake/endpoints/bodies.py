"""Bodies of requests: documents, many of them at once, bank files; each looked at as far as intake looks."""

from starlette.requests import Request

from services.intake.domain.bank_files import flaw_of_bank_file
from services.intake.domain.documents import LARGEST_BYTES, PDF, flaw_of_pdf, flaw_of_size, flaw_of_xml
from services.intake.endpoints.answers import problem
from shared.chassis import bodies
from shared.chassis.bodies import XML_TYPES, DocumentBody, media_type, unsupported

ARCHIVE_TYPES = ("application/zip", "application/x-zip-compressed")
LINES_TYPES = ("application/x-ndjson", "application/jsonl", "application/jsonlines")
BANK_FILE_TYPES = ("application/vnd.coda", "text/plain", "application/octet-stream")


async def read_document(request: Request) -> DocumentBody:
    """The XML as the body, or a form with the part `file` and optionally `pdf`.

    Raises `Problem` 413, 415 or 422 that says what was found and what was expected.
    """
    body = await bodies.read_document(request, LARGEST_BYTES)
    flaw = flaw_of_xml(body.document)
    if flaw is None and body.pdf is not None:
        flaw = flaw_of_pdf(body.pdf)
    if flaw is not None:
        raise problem(flaw)
    return body


async def read_bank_file(request: Request) -> bytes:
    """A bank's file as the body, byte for byte. Raises `Problem` 413, 415 or 422."""
    kind = media_type(request)
    if kind not in (*BANK_FILE_TYPES, ""):
        raise unsupported(kind, BANK_FILE_TYPES)
    data = await bodies.read_body(request, LARGEST_BYTES)
    flaw = flaw_of_bank_file(data)
    if flaw is not None:
        raise problem(flaw)
    return data


async def read_batch(request: Request) -> tuple[str, bytes]:
    """A ZIP or lines of JSON: the media type and the bytes. Raises `Problem` 413, 415 or 422."""
    kind = media_type(request)
    if kind not in (*ARCHIVE_TYPES, *LINES_TYPES):
        raise unsupported(kind, (ARCHIVE_TYPES[0], LINES_TYPES[0]))
    return kind, await _sized_body(request)


async def read_upload(request: Request) -> tuple[str, bytes]:
    """A UBL document or a PDF: the media type and the bytes. Raises `Problem` 413, 415 or 422."""
    kind = media_type(request)
    if kind not in (*XML_TYPES, PDF):
        raise unsupported(kind, (*XML_TYPES, PDF))
    data = await _sized_body(request)
    flaw = flaw_of_pdf(data) if kind == PDF else flaw_of_xml(data)
    if flaw is not None:
        raise problem(flaw)
    return kind, data


async def _sized_body(request: Request) -> bytes:
    data = await bodies.read_body(request, LARGEST_BYTES)
    flaw = flaw_of_size(data)
    if flaw is not None:
        raise problem(flaw)
    return data
