"""Bodies that are a document: as it is, or as a part of a form. The same is taken and refused as where it is sent."""

from dataclasses import dataclass
from email.message import Message

from starlette.datastructures import UploadFile
from starlette.requests import Request

from shared.chassis.errors import Problem

XML_TYPES = ("application/xml", "text/xml")
FORM = "multipart/form-data"
LARGEST_BYTES = 20 * 1024 * 1024
"""Of the document, and of its PDF; intake takes no more either."""

_MOST_PARTS = 10
_PDF_HEADER_WITHIN = 1024
"""ISO 32000-1 Annex H.3.4.1"""

DESCRIBED = {
    "requestBody": {
        "required": True,
        "content": {
            **{media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in XML_TYPES},
            FORM: {
                "schema": {
                    "type": "object",
                    "properties": {name: {"type": "string", "format": "binary"} for name in ("file", "pdf")},
                    "required": ["file"],
                }
            },
        },
    }
}
"""`openapi_extra` of a route that takes such a body."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a body cannot be read as a document."""

    status: int
    code: str
    detail: str
    found: str
    expected: str
    pointer: str = ""


async def read_document(request: Request) -> bytes:
    """The document. Raises `Problem` 413, 415 or 422 that says what was found and what was expected."""
    kind = _media_type(request)
    if kind == FORM:
        return await _read_form(request)
    if kind in XML_TYPES:
        return _sized(await _read_body(request))
    expected = " or ".join((*XML_TYPES, FORM))
    detail = "The body has a media type that is not taken here."
    raise _problem(Flaw(415, "media_type_unsupported", detail, kind[:80] or "none", expected))


def _media_type(request: Request) -> str:
    """Type and subtype in lower case, without parameters (RFC 9110 §8.3.1); empty where there is none."""
    written = request.headers.get("content-type", "")
    header = Message()
    header["content-type"] = written
    return header.get_content_type() if written else ""


async def _read_body(request: Request) -> bytes:
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > LARGEST_BYTES:
            break  # the rest is not read: it is told already that it is too large
    return bytes(data)


async def _read_form(request: Request) -> bytes:
    async with request.form(max_files=_MOST_PARTS, max_fields=_MOST_PARTS) as form:
        file, pdf = form.get("file"), form.get("pdf")
        if not isinstance(file, UploadFile):
            names, expected = ", ".join(sorted(form)) or "no part", "file, and pdf where there is one"
            detail = "The form has no file in its part 'file'."
            raise _problem(Flaw(422, "part_missing", detail, names[:80], expected, "/file"))
        document = _sized(await file.read(LARGEST_BYTES + 1))
        if isinstance(pdf, UploadFile):
            _check_pdf(_sized(await pdf.read(LARGEST_BYTES + 1)))
        return document


def _sized(data: bytes) -> bytes:
    if not data:
        detail = "There is no document in the request."
        raise _problem(Flaw(422, "document_empty", detail, "0 bytes", "a document"))
    if len(data) > LARGEST_BYTES:
        found, expected = f"{len(data)} bytes", f"at most {LARGEST_BYTES} bytes"
        raise _problem(Flaw(413, "document_too_large", "The document is too large.", found, expected))
    return data


def _check_pdf(data: bytes) -> None:
    if b"%PDF-" not in data[:_PDF_HEADER_WITHIN]:
        found = repr(data[:16])[2:-1]
        raise _problem(Flaw(422, "pdf_invalid", "The part 'pdf' is not a PDF.", found, "%PDF-", "/pdf"))


def _problem(flaw: Flaw) -> Problem:
    error = {"pointer": flaw.pointer, "code": flaw.code, "detail": flaw.detail}
    return Problem(
        flaw.status, flaw.code, flaw.detail, errors=[error | {"found": flaw.found, "expected": flaw.expected}]
    )
