"""Bodies of requests that are documents: as they are, or as parts of a form."""

from dataclasses import dataclass
from email.message import Message

from starlette.datastructures import UploadFile
from starlette.requests import Request

from services.intake.domain.documents import LARGEST_BYTES, PDF, Unusable, flaw_of_pdf, flaw_of_size, flaw_of_xml
from services.intake.endpoints.answers import problem

FORM = "multipart/form-data"
XML_TYPES = ("application/xml", "text/xml")
ARCHIVE_TYPES = ("application/zip", "application/x-zip-compressed")
LINES_TYPES = ("application/x-ndjson", "application/jsonl", "application/jsonlines")
BANK_FILE_TYPES = ("application/vnd.coda", "text/plain", "application/octet-stream")
_MOST_PARTS = 10


@dataclass(frozen=True, slots=True)
class DocumentBody:
    """A UBL document and the PDF that came with it."""

    document: bytes
    pdf: bytes | None = None


async def read_document(request: Request) -> DocumentBody:
    """The XML as the body, or a form with the part `file` and optionally `pdf`.

    Raises `Problem` 413, 415 or 422 that says what was found and what was expected.
    """
    kind = media_type(request)
    if kind == FORM:
        body = await _read_form(request)
    elif kind in XML_TYPES:
        body = DocumentBody(await _read_body(request))
    else:
        raise problem(_unsupported(kind, (*XML_TYPES, FORM)))
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
        raise problem(_unsupported(kind, BANK_FILE_TYPES))
    return await _sized_body(request)


async def read_batch(request: Request) -> tuple[str, bytes]:
    """A ZIP or lines of JSON: the media type and the bytes. Raises `Problem` 413, 415 or 422."""
    kind = media_type(request)
    if kind not in (*ARCHIVE_TYPES, *LINES_TYPES):
        raise problem(_unsupported(kind, (ARCHIVE_TYPES[0], LINES_TYPES[0])))
    return kind, await _sized_body(request)


async def read_upload(request: Request) -> tuple[str, bytes]:
    """A UBL document or a PDF: the media type and the bytes. Raises `Problem` 413, 415 or 422."""
    kind = media_type(request)
    if kind not in (*XML_TYPES, PDF):
        raise problem(_unsupported(kind, (*XML_TYPES, PDF)))
    data = await _sized_body(request)
    flaw = flaw_of_pdf(data) if kind == PDF else flaw_of_xml(data)
    if flaw is not None:
        raise problem(flaw)
    return kind, data


def media_type(request: Request) -> str:
    """Type and subtype in lower case, without parameters (RFC 9110 §8.3.1); empty where there is none."""
    header = Message()
    header["content-type"] = request.headers.get("content-type", "")
    return header.get_content_type() if request.headers.get("content-type") else ""


async def _sized_body(request: Request) -> bytes:
    data = await _read_body(request)
    flaw = flaw_of_size(data)
    if flaw is not None:
        raise problem(flaw)
    return data


async def _read_body(request: Request) -> bytes:
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > LARGEST_BYTES:
            break  # the rest is not read: the flaw is told already
    return bytes(data)


async def _read_form(request: Request) -> DocumentBody:
    async with request.form(max_files=_MOST_PARTS, max_fields=_MOST_PARTS) as form:
        file, pdf = form.get("file"), form.get("pdf")
        if not isinstance(file, UploadFile):
            names = ", ".join(sorted(form)) or "no part"
            raise problem(
                Unusable(
                    "part_missing",
                    "The form has no file in its part 'file'.",
                    pointer="/file",
                    found=names[:80],
                    expected="file, and pdf where there is one",
                )
            )
        document = await file.read(LARGEST_BYTES + 1)
        if not isinstance(pdf, UploadFile):
            return DocumentBody(document)
        return DocumentBody(document, await pdf.read(LARGEST_BYTES + 1))


def _unsupported(found: str, expected: tuple[str, ...]) -> Unusable:
    return Unusable(
        "media_type_unsupported",
        "The body has a media type that is not taken here.",
        pointer="",
        found=found[:80] or "none",
        expected=" or ".join(expected),
        status=415,
    )
