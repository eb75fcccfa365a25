"""What goes through the pipes of a reading process, both ways.

A question is its length and the document. An answer is a header, JSON, and the bytes of the PDF that was inside the
document: raw, for base64 in JSON would cost a third more and two copies. Nothing but text and bytes comes back, so a
document that took a reader over cannot hand its parent an object.
"""

import struct
from enum import IntEnum
from typing import NamedTuple

from pydantic import BaseModel

from services.invoice_router.domain.rejection import DocumentRejected

LENGTH = struct.Struct(">Q")
READY = b"R"

LARGEST_JSON = 100_000_000
"""Bytes; a reader that announces more is broken."""

_HEADER = struct.Struct(">B?dQQ")
HEADER_SIZE = _HEADER.size


class Kind(IntEnum):
    """What an answer is."""

    INVOICE = 1
    REJECTION = 2
    EXHAUSTED = 3
    """The document asked for more memory than a reader has."""


class Header(NamedTuple):
    """What comes before an answer. `leaves`: the process answers nothing after this, what was sent ahead is unread.

    `processor_s` are the seconds of processor time that the process has had until now.
    """

    kind: Kind
    leaves: bool
    processor_s: float
    json_length: int
    pdf_length: int

    def packed(self) -> bytes:
        """As it goes through the pipe."""
        return _HEADER.pack(*self)

    @classmethod
    def unpacked(cls, data: bytes) -> "Header":
        """Raises `ValueError` for a kind that does not exist and for lengths that no answer has."""
        kind, leaves, processor_s, json_length, pdf_length = _HEADER.unpack(data)
        if json_length > LARGEST_JSON or pdf_length > LARGEST_JSON:
            raise ValueError(f"an answer of {json_length} and {pdf_length} bytes")
        return cls(Kind(kind), leaves, processor_s, json_length, pdf_length)


class Rejection(BaseModel):
    """A `DocumentRejected` on its way between processes."""

    code: str
    location: str
    found: str
    expected: str

    @classmethod
    def of(cls, rejected: DocumentRejected) -> "Rejection":
        """The same facts."""
        return cls(code=rejected.code, location=rejected.location, found=rejected.found, expected=rejected.expected)

    def error(self) -> DocumentRejected:
        """The exception again."""
        return DocumentRejected(self.code, self.location, self.found, self.expected)
