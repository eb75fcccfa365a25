"""Bodies that are a document: as they are, or as a part of a form with the PDF beside it."""

from dataclasses import dataclass
from email.message import Message
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from shared.chassis.errors import Problem

XML_TYPES = ("application/xml", "text/xml")
FORM = "multipart/form-data"
_MOST_PARTS = 10
_BYTES = {"type": "string", "format": "binary"}


@dataclass(frozen=True, slots=True)
class DocumentBody:
    """A document and the PDF that came with it; either may be one byte larger than was asked for, and no more."""

    document: bytes
    pdf: bytes | None = None


def described_document() -> dict[str, Any]:
    """`openapi_extra` of a route that takes a UBL document, alone or with its PDF."""
    form = {"type": "object", "properties": {"file": _BYTES, "pdf": _BYTES}, "required": ["file"]}
    xml = {media_type: {"schema": _BYTES} for media_type in XML_TYPES}
    return {"requestBody": {"required": True, "content": {**xml, FORM: {"schema": form}}}}


def media_type(request: Request) -> str:
    """Type and subtype in lower case, without parameters (RFC 9110 §8.3.1); empty where there is none."""
    written = request.headers.get("content-type", "")
    header = Message()
    header["content-type"] = written
    return header.get_content_type() if written else ""


async def read_document(request: Request, most: int) -> DocumentBody:
    """The XML as the body, or a form with the part `file` and optionally `pdf`, each up to `most` bytes and one.

    Raises `Problem` 415 `media_type_unsupported`, 422 `part_missing`.
    """
    kind = media_type(request)
    if kind == FORM:
        return await _read_form(request, most)
    if kind in XML_TYPES:
        return DocumentBody(await read_body(request, most))
    raise unsupported(kind, (*XML_TYPES, FORM))


async def read_body(request: Request, most: int) -> bytes:
    """The body; of one that is larger than `most` bytes, enough to see that."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > most:
            break  # the rest is not read: what is wrong is told already
    return bytes(data)


def unsupported(found: str, expected: tuple[str, ...]) -> Problem:
    """415 `media_type_unsupported`."""
    detail = "The body has a media type that is not taken here."
    return flawed(415, "media_type_unsupported", detail, found=found[:80] or "none", expected=" or ".join(expected))


def flawed(status: int, code: str, detail: str, *, found: str, expected: str, pointer: str = "") -> Problem:
    """A problem with one error that says where, what was found and what was expected."""
    error = {"pointer": pointer, "code": code, "detail": detail, "found": found, "expected": expected}
    return Problem(status, code, detail, errors=[error])


async def _read_form(request: Request, most: int) -> DocumentBody:
    async with request.form(max_files=_MOST_PARTS, max_fields=_MOST_PARTS) as form:
        file, pdf = form.get("file"), form.get("pdf")
        if not isinstance(file, UploadFile):
            names, expected = ", ".join(sorted(form)) or "no part", "file, and pdf where there is one"
            detail = "The form has no file in its part 'file'."
            raise flawed(422, "part_missing", detail, found=names[:80], expected=expected, pointer="/file")
        document = await file.read(most + 1)
        return DocumentBody(document, await pdf.read(most + 1) if isinstance(pdf, UploadFile) else None)
