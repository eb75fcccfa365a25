"""From bytes to the lines of each statement, and back to the same bytes.

A file may hold statements of several companies, so each keeps its own bytes. One broken statement never touches
its neighbours.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from services.coda_reconciler.domain.coda_errors import CodaError
from shared.values import Sha256

Charset = Literal["cp1252", "utf-8"]

RECORD_LENGTH = 128
_LINE_ENDS = b"\r\n\x1a"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"0\x00", b"\x000")


def _cp1252_of(byte: int) -> str:
    """cp1252 leaves five bytes undefined; banks send them, so they are read as latin-1."""
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_CP1252 = {byte: _cp1252_of(byte) for byte in range(0x80, 0xA0)}


@dataclass(frozen=True, slots=True)
class StatementText:
    """One statement as it stands in its file: the position from 0, the line of its header from 1, its bytes."""

    index: int
    first_line: int
    charset: Charset
    raw: bytes

    def lines(self) -> list[tuple[int, str]]:
        """Line number in the file and text without line end, blank lines left out."""
        return [
            (self.first_line + offset, _decoded(line.rstrip(_LINE_ENDS), self.charset))
            for offset, line in enumerate(self.raw.splitlines(keepends=True))
            if line.strip(_LINE_ENDS + b" ")
        ]

    def content_sha256(self) -> Sha256:
        """What makes two statements the same one, whatever their file, line ends or copy flags.

        CODA 2.6: column 17 of the header says that this is a duplicate, column 128 of the trailer that another
        statement follows in the file; neither is the statement's content.
        """
        digest = hashlib.sha256()
        for line in self.raw.splitlines():
            content = line.rstrip(_LINE_ENDS + b" ")
            if content.startswith(b"0"):
                content = content[:16] + b" " + content[17:]
            elif content.startswith(b"9"):
                content = content[:127].rstrip(b" ")
            if content:
                digest.update(content + b"\n")
        return Sha256(digest.hexdigest())


@dataclass(frozen=True, slots=True)
class CodaFile:
    """A file cut into statements; `preamble` is what stands before the first (byte order mark, blank lines)."""

    preamble: bytes
    statements: tuple[StatementText, ...]


def split_file(data: bytes) -> CodaFile:
    """Cut a file into its statements. Raises `CodaError` E01 when nothing in it can be a statement.

    A statement begins at a record 0, and after a record 9; the flag in column 128 of the trailer is never used,
    for banks set it wrongly in both directions.
    """
    preamble = _BYTE_ORDER_MARK if data.startswith(_BYTE_ORDER_MARK) else b""
    if data.startswith(_UTF_16):
        raise CodaError("E01", 1, "", data[:16].hex(), "a CODA file of one byte a character, or UTF-8")
    lines = data.removeprefix(preamble).splitlines(keepends=True)
    blank = 0
    while blank < len(lines) and not lines[blank].strip(_LINE_ENDS + b" "):
        blank += 1
    if blank == len(lines):
        raise CodaError("E01", 1, "", "an empty file", "a CODA file")
    charset = charset_of([line.rstrip(_LINE_ENDS) for line in lines])
    starts = _starts(lines, blank)
    ends = [*starts[1:], len(lines)]
    statements = (
        StatementText(index, start + 1, charset, b"".join(lines[start:end]))
        for index, (start, end) in enumerate(zip(starts, ends, strict=True))
    )
    return CodaFile(preamble + b"".join(lines[:blank]), tuple(statements))


def dump_file(file: CodaFile) -> bytes:
    """The bytes that `split_file` read, each of them."""
    return file.preamble + b"".join(statement.raw for statement in file.statements)


def charset_of(lines: list[bytes]) -> Charset:
    """UTF-8 only when it decodes, needs more than one byte somewhere and fills 128 columns there; else cp1252.

    A byte order mark alone proves nothing. cp850 cannot be told from cp1252.
    """
    beyond_ascii = [line for line in lines if not line.isascii()]
    try:
        lengths = {len(line.decode("utf-8")) for line in beyond_ascii}
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8" if lengths == {RECORD_LENGTH} else "cp1252"


def _decoded(line: bytes, charset: Charset) -> str:
    return line.decode("utf-8", "replace") if charset == "utf-8" else line.decode("latin-1").translate(_CP1252)


def _starts(lines: list[bytes], first: int) -> list[int]:
    starts, closed = [first], False
    for at, line in enumerate(lines):
        if at < first or not line.strip(_LINE_ENDS + b" "):
            continue
        if at > first and (closed or re.match(rb"0", line)):
            starts.append(at)
        closed = line.startswith(b"9")
    return starts
