"""The records of a statement: lines of 128 columns."""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_fields import Record
from services.coda_reconciler.domain.coda_file import OF_CP1252, StatementText, decoded
from services.coda_reconciler.domain.coda_grid import RECORD_LENGTH, Grid, side_by_side, stride_of
from shared.values import Sha256

# Only these may be cut short of their blanks; a cut movement or balance may have lost an amount (CODA 2.6 §5).
_SHORTEST = {"4": 1, "9": 52}
# Of a communication (4): what stands here was moved to the left by columns that are missing in front of it.
_ALWAYS_BLANK = 112
_CONTROLS = bytes((*range(10), 11, 12, *range(14, 32), 127))
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_END_OF_FILE = "\x1a"
_BLANK = " " + _END_OF_FILE
_KEY = range(2, 10)

_REFUSED, _OF_CP1252_ONLY = b"\0", b"\1"
_MARKS = bytes.maketrans(_CONTROLS + bytes(OF_CP1252), _REFUSED * len(_CONTROLS) + _OF_CP1252_ONLY * len(OF_CP1252))
"""One look at all bytes of a statement tells whether any needs another."""


@dataclass(frozen=True, slots=True)
class EvenRecords:
    """Records of 128 columns each, without a control character and none of them blank, at equal distances.

    `letters` are the bytes among them that latin-1 does not have, such as the sign of the euro.
    """

    grid: Grid
    letters: tuple[int, ...]

    @classmethod
    def of(cls, source: StatementText) -> "EvenRecords | None":
        """None for a statement that has to be cut and looked at line by line."""
        stride = stride_of(source.raw) if source.charset == "cp1252" else None
        if stride is None:
            return None
        marks, grid = source.raw.translate(_MARKS), Grid(source.raw, stride)
        if _REFUSED in marks or b" " in grid.column(0):
            return None
        letters = (byte for byte in OF_CP1252 if bytes((byte,)) in source.raw) if _OF_CP1252_ONLY in marks else ()
        return cls(grid, tuple(letters))

    def text(self, at: int) -> str:
        """The 128 columns of a record."""
        return decoded(self.grid.record(at), "cp1252")

    def texts(self, first: int = 0, end: int | None = None) -> list[str]:
        """Those of some records. One letter beyond latin-1 in the row would make cutting all of it slow."""
        stride = self.grid.stride
        piece = self.grid.data[first * stride : end and end * stride]
        row = piece.decode("latin-1")
        texts = [row[at : at + RECORD_LENGTH] for at in range(0, len(row), stride)]
        for byte in self.letters:
            latin_1, letter, place = chr(byte), OF_CP1252[byte], piece.find(byte)
            while place >= 0:
                at = place // stride
                texts[at] = texts[at].replace(latin_1, letter)
                place = piece.find(byte, (at + 1) * stride)
        return texts


@dataclass(frozen=True, eq=False)
class Lines:
    """The records of a statement, blank lines left out: their lines in the file, and `even` ones or `cut` texts."""

    numbers: Sequence[int]
    even: EvenRecords | None = None
    cut: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def texts(self) -> Sequence[str]:
        """Of all records; who needs a few asks for these."""
        return self.even.texts() if self.even else self.cut

    @cached_property
    def grid(self) -> Grid:
        """Their bytes, once they have 128 columns each: to find what is wrong in any, which its text then tells.

        A letter beyond latin-1 is a question mark there, which is right nowhere either.
        """
        return self.even.grid if self.even else Grid("".join(self.cut).encode("latin-1", "replace"), RECORD_LENGTH)

    def keys(self) -> Sequence[object]:
        """Sequence and detail number of each record, as something to compare."""
        if self.even:
            return side_by_side([self.even.grid.column(at) for at in _KEY])
        return [text[_KEY.start : _KEY.stop] for text in self.cut]

    def text(self, at: int) -> str:
        """The columns of a record."""
        return self.even.text(at) if self.even else self.cut[at]

    def start(self, at: int) -> str:
        """The first two columns of a record."""
        return self.text(at)[:2]

    def key(self, at: int) -> str:
        """Sequence and detail number of a record."""
        return self.text(at)[_KEY.start : _KEY.stop]

    def record(self, at: int) -> Record:
        """A record with its line number."""
        return Record(self.numbers[at], self.text(at))


@dataclass(frozen=True, eq=False)
class StatementRecords:
    """What stays of a statement once it is read: its bytes, decoded again when the first field is asked for.

    So a statement that is only checked, counted and passed on costs less than a kilobyte a movement.
    """

    source: StatementText
    version: int
    numbers: Sequence[int]
    even: EvenRecords | None

    @cached_property
    def texts(self) -> list[str]:
        """The 128 columns of each record."""
        if self.even:
            return self.even.texts()
        return [text.rstrip(_END_OF_FILE).ljust(RECORD_LENGTH) for text in lines_of(self.source).cut]

    def some_texts(self, first: int, end: int) -> list[str]:
        """Those of the records from `first` to `end`, for who needs each of them once and keeps none."""
        return self.even.texts(first, end) if self.even else self.texts[first:end]

    @cached_property
    def content_sha256(self) -> Sha256:
        """See `StatementText.content_sha256`; every movement points to it as its origin."""
        return self.source.content_sha256()


def lines_of(source: StatementText) -> Lines:
    """Cut a statement into lines; no length or character is checked yet."""
    even = EvenRecords.of(source)
    if even:
        return Lines(range(source.first_line, source.first_line + len(even.grid)), even)
    # One line end for all three; the bytes are cut first, for the text of some letters would cut lines as well.
    texts = decoded(b"\n".join(source.raw.splitlines()), source.charset).split("\n")
    kept = [at for at, text in enumerate(texts) if text.strip(_BLANK)]
    return Lines(array("I", [source.first_line + at for at in kept]), cut=[texts[at] for at in kept])


def check_lines(lines: Lines, raw: bytes) -> Lines:
    """Every record has 128 columns (E03), or is filled up to them, and no control character (E17)."""
    if lines.even:
        return lines
    texts = lines.cut
    if {*map(len, texts)} != {RECORD_LENGTH}:
        texts = [_filled(number, text) for number, text in zip(lines.numbers, texts, strict=True)]
    if len(raw.translate(None, _CONTROLS)) != len(raw):
        for number, text in zip(lines.numbers, texts, strict=True):
            _refuse_controls(number, text)
    return Lines(lines.numbers, cut=texts)


def _filled(number: int, line: str) -> str:
    text = line.rstrip(_END_OF_FILE)
    shortest = _SHORTEST.get(text[:1], RECORD_LENGTH)
    moved = text[:1] == "4" and len(text) < RECORD_LENGTH and text[_ALWAYS_BLANK:].strip()
    if moved or not shortest <= len(text) <= RECORD_LENGTH:
        _refuse_controls(number, text)
        raise CodaError("E03", number, "", f"{len(text)} columns", f"{RECORD_LENGTH} columns")
    return text.ljust(RECORD_LENGTH)


def _refuse_controls(number: int, text: str) -> None:
    control = _CONTROL.search(text)
    if control:
        raise CodaError("E17", number, str(control.start() + 1), control.group(), "no control character in a record")
