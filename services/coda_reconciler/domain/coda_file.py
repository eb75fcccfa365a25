"""From bytes to the bytes of each statement, and back to the same bytes.

A file may hold statements of several companies, so each keeps its own bytes. One broken statement never touches
its neighbours.
"""

import hashlib
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise
from typing import Literal

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_grid import RECORD_LENGTH, stride_of
from shared.values import Sha256

Charset = Literal["cp1252", "utf-8"]

LARGEST_BYTES, MOST_LINES = 20 * 1024 * 1024, 100_000
"""What a file may have at most; intake refuses more at every entrance."""
LINE_ENDS = b"\r\n\x1a"
_LINE_END = re.compile(rb"\r\n?|\n")
_BARE_RETURN = re.compile(rb"\r(?!\n)")
HEADER = r"0{5}[0-9]{6}(?:[0-9]{3}| {3})(?:05|00| {2})[ D]"
"""Columns 1 to 17 of a record 0."""
_HEADER = re.compile(HEADER.encode())
_HEADERS_AND_TRAILERS = re.compile(rb"[\r\n][09]")
_OF_COLUMN = re.compile(rb"[09]")
_PIECE = 64 * 1024
_BLANK = LINE_ENDS + b" "
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"0\x00", b"\x000")


def _cp1252_of(byte: int) -> str:
    """cp1252 leaves five bytes undefined; banks send them, so they are read as latin-1."""
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_OF_CP1252_ONLY = re.compile(rb"[\x80-\x9f]")
OF_CP1252 = {byte: _cp1252_of(byte) for byte in range(0x80, 0xA0)}
"""The letters that latin-1 has not, by their bytes."""


def decoded(data: bytes, charset: Charset) -> str:
    """The text of a statement or of a record; never fails for a character set that `split_file` chose."""
    if charset == "utf-8":
        return data.decode("utf-8", "replace")
    # Decoding by cp1252's table takes many times as long, and seldom is there a letter for which it is needed.
    if not _OF_CP1252_ONLY.search(data):
        return data.decode("latin-1")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1").translate(OF_CP1252)


@dataclass(frozen=True, slots=True)
class StatementText:
    """One statement as it stands in its file: the position from 0, the line of its header from 1, its bytes."""

    index: int
    first_line: int
    charset: Charset
    raw: bytes

    def content_sha256(self) -> Sha256:
        """What makes two statements the same one, whatever their file, line ends or copy flags.

        CODA 2.6: column 17 of the header says that this is a duplicate, column 128 of the trailer that another
        statement follows in the file; neither is the statement's content.
        """
        lines = [line.rstrip(_BLANK) for line in self.raw.splitlines()]
        digest = hashlib.sha256()
        for at, line in enumerate(lines):
            if line.startswith(b"0"):
                lines[at] = line[:16] + b" " + line[17:]
            elif line.startswith(b"9"):
                lines[at] = line[:127].rstrip(b" ")
        digest.update(b"".join([line + b"\n" for line in lines if line]))
        return Sha256(digest.hexdigest())


@dataclass(frozen=True, slots=True)
class CodaFile:
    """A file cut into statements; `preamble` is what stands before the first (byte order mark, blank lines)."""

    preamble: bytes
    statements: tuple[StatementText, ...]


def split_file(data: bytes) -> CodaFile:
    """Cut a file into its statements. Raises `CodaError` E01 as `statements_of` does."""
    statements = tuple(statements_of(data))
    first = _first_line(data)
    return CodaFile(data[:first], statements)


def statements_of(data: bytes) -> Iterator[StatementText]:
    """The statements of a file, each cut out when it is asked for. Raises `CodaError` E01 before the first when nothing
    in the file can be a statement, or it is too large.

    A statement begins at a record 0, and after a record 9; the flag in column 128 of the trailer is never used,
    for banks set it wrongly in both directions. A file without any header, such as a PDF, is one that nobody can read,
    and not one for each of its lines that happens to begin with 0 or 9.
    """
    if len(data) > LARGEST_BYTES:
        raise CodaError("E01", 1, "", f"{len(data)} bytes", f"at most {LARGEST_BYTES} bytes")
    if data.startswith(_UTF_16):
        raise CodaError("E01", 1, "", data[:16].hex(), "a CODA file of one byte a character, or UTF-8")
    first = _first_line(data)
    if first is None:
        raise CodaError("E01", 1, "", "an empty file", "a CODA file")
    charset = charset_of(data.removeprefix(_BYTE_ORDER_MARK))
    layout = _Layout.of(data)
    starts = _starts(data, first, layout)
    if not any(_HEADER.match(data, start) for start in starts):
        starts = [first]
    ends = [*starts[1:], len(data)]
    before = accumulate(layout.line_ends(data, start, end) for start, end in pairwise([0, *starts, len(data)]))
    *first_lines, behind = (1 + lines for lines in before)
    lines = behind - data.endswith((b"\n", b"\r"))
    if lines > MOST_LINES:
        raise CodaError("E01", MOST_LINES + 1, "", f"{lines} lines", f"at most {MOST_LINES} lines")
    for index, (start, end, line) in enumerate(zip(starts, ends, first_lines, strict=True)):
        yield StatementText(index, line, charset, data[start:end])


def _first_line(data: bytes) -> int | None:
    return _next_line(data, len(_BYTE_ORDER_MARK) if data.startswith(_BYTE_ORDER_MARK) else 0)


def dump_file(file: CodaFile) -> bytes:
    """The bytes that `split_file` read, each of them."""
    return file.preamble + b"".join(statement.raw for statement in file.statements)


def charset_of(data: bytes) -> Charset:
    """UTF-8 only when it decodes, needs more than one byte somewhere and fills 128 columns there; else cp1252.

    A byte order mark alone proves nothing. cp850 cannot be told from cp1252.
    """
    if data.isascii():
        return "cp1252"
    if not _is_utf_8(data):
        return "cp1252"
    beyond_ascii = (line.rstrip(LINE_ENDS) for line in data.splitlines() if not line.isascii())
    return "utf-8" if {len(line.decode("utf-8")) for line in beyond_ascii} == {RECORD_LENGTH} else "cp1252"


def _is_utf_8(data: bytes) -> bool:
    """Piece by piece: most files say soon that they are not, and the error would hold a copy of all its bytes."""
    decoder = getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), _PIECE):
            decoder.decode(data[at : at + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the lines of a file are found: at equal distances of `stride` bytes in nearly every one, else by their ends.

    Counting LF is many times as fast as looking for all line ends, and right unless one is a bare CR.
    """

    stride: int | None
    has_bare_returns: bool

    @classmethod
    def of(cls, data: bytes) -> "_Layout":
        stride = stride_of(data)
        return cls(stride, stride is None and _BARE_RETURN.search(data) is not None)

    def headers_and_trailers(self, data: bytes, first: int) -> Iterator[int]:
        """Where lines behind `first`, the beginning of a line, begin with 0 or 9."""
        if self.stride is None:
            return (found.start() + 1 for found in _HEADERS_AND_TRAILERS.finditer(data, first))
        behind = first + self.stride
        return (behind + found.start() * self.stride for found in _OF_COLUMN.finditer(data[behind :: self.stride]))

    def line_ends(self, data: bytes, start: int, end: int) -> int:
        """How many lines end between two beginnings of lines, or the last one and the end of the file."""
        if self.stride is not None:
            return (end - start) // self.stride
        if self.has_bare_returns:
            return sum(1 for _ in _LINE_END.finditer(data, start, end))
        return data.count(b"\n", start, end)


def _starts(data: bytes, first: int, layout: _Layout) -> list[int]:
    """Where the statements begin: at the first record, at every record 0 and at what follows a record 9."""
    starts, trailers = {first}, [first] if data.startswith(b"9", first) else []
    # No more than there may be lines: of a file that has more, what is behind them is only counted.
    for at in islice(layout.headers_and_trailers(data, first), MOST_LINES):
        if data.startswith(b"0", at):
            starts.add(at)
        else:
            trailers.append(at)
    starts.update(at for at in (_next_line(data, _line_end(data, trailer)) for trailer in trailers) if at is not None)
    return sorted(starts)


def _next_line(data: bytes, at: int) -> int | None:
    """Where the first line that is not blank begins; `at` is the beginning of a line."""
    while at < len(data):
        end = _line_end(data, at)
        if data[at:end].strip(_BLANK):
            return at
        at = end
    return None


def _line_end(data: bytes, at: int) -> int:
    """Behind the line end of the line that holds `at`."""
    end = _LINE_END.search(data, at)
    return end.end() if end else len(data)
