"""What goes through the pipes of a rendering process, both ways.

A question is a header in JSON, what was read (`facts`) and the bytes that go into the file (`source`). An answer is a
kind and bytes. Nothing but bytes comes back, so a document that took a renderer over cannot hand its parent an object.
"""

import struct
from enum import IntEnum
from typing import Literal, NamedTuple

from pydantic import BaseModel

from shared.contracts.statements import TransactionsBooked
from shared.values import Language

READY = b"R"
LARGEST_ANSWER = 200_000_000
"""Bytes; a renderer that announces more is broken."""

LENGTHS = struct.Struct(">QQQ")
_ANSWER = struct.Struct(">BQ")
ANSWER_SIZE = _ANSWER.size


class Question(BaseModel):
    """What to render; `statement` is there where it is one."""

    document: Literal["invoice", "statement"]
    language: Language
    source_name: str
    source_media_type: str
    statement: TransactionsBooked | None = None


class Kind(IntEnum):
    """What an answer is."""

    PDF = 1
    UNREADABLE = 2
    """The facts are not what they should be; the bytes say why."""
    FAILED = 3
    """The page could not be made; the bytes say why."""


class Answer(NamedTuple):
    """What a process says."""

    kind: Kind
    data: bytes

    def packed(self) -> bytes:
        """As it goes through the pipe."""
        return _ANSWER.pack(self.kind, len(self.data)) + self.data

    @staticmethod
    def announced(header: bytes) -> tuple[Kind, int]:
        """Kind and length. Raises `ValueError` for a kind that does not exist and a length that no answer has."""
        kind, length = _ANSWER.unpack(header)
        if length > LARGEST_ANSWER:
            raise ValueError(f"an answer of {length} bytes")
        return Kind(kind), length
