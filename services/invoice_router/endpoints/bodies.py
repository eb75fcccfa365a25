"""Documents that are only looked at: taken and refused as where they are sent."""

from starlette.requests import Request

from shared.chassis import bodies
from shared.chassis.bodies import flawed

LARGEST_BYTES = 20 * 1024 * 1024
"""Of the document, and of its PDF; intake takes no more either."""

_PDF_HEADER_WITHIN = 1024
"""ISO 32000-1 Annex H.3.4.1"""


async def read_document(request: Request) -> bytes:
    """The document. Raises `Problem` 413, 415 or 422 that says what was found and what was expected."""
    body = await bodies.read_document(request, LARGEST_BYTES)
    document = _sized(body.document)
    if body.pdf is not None and b"%PDF-" not in _sized(body.pdf)[:_PDF_HEADER_WITHIN]:
        found, detail = repr(body.pdf[:16])[2:-1], "The part 'pdf' is not a PDF."
        raise flawed(422, "pdf_invalid", detail, found=found, expected="%PDF-", pointer="/pdf")
    return document


def _sized(data: bytes) -> bytes:
    if not data:
        detail = "There is no document in the request."
        raise flawed(422, "document_empty", detail, found="0 bytes", expected="a document")
    if len(data) > LARGEST_BYTES:
        found, expected = f"{len(data)} bytes", f"at most {LARGEST_BYTES} bytes"
        raise flawed(413, "document_too_large", "The document is too large.", found=found, expected=expected)
    return data
