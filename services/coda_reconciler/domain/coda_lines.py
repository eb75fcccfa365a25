"""The records of a statement: 128 columns each, found again in the raw bytes when a field is asked for."""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_fields import Record
from services.coda_reconciler.domain.coda_file import RECORD_LENGTH, StatementText, decoded
from shared.values import Sha256

# Only these may be cut short of their blanks; a cut movement or balance may have lost an amount (CODA 2.6 §5).
_SHORTEST = {"4": 1, "9": 52}
_CONTROLS = bytes((*range(10), 11, 12, *range(14, 32), 127))
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LINE_END = re.compile(r"[\r\n]")
_END_OF_FILE = "\x1a"


@dataclass(frozen=True)
class StatementRecords:
    """What stays of a statement once it is read: its bytes, and where in them each record begins.

    `starts` are byte offsets, `numbers` lines of the file. Decoding again on demand keeps a movement below a kilobyte.
    """

    source: StatementText
    version: int
    starts: Sequence[int]
    numbers: Sequence[int]

    def text(self, index: int) -> str:
        """The columns of a record, as they stand in the file, blanks filled up to 128."""
        start = self.starts[index]
        if self.source.charset == "cp1252":
            text = decoded(self.source.raw[start : start + RECORD_LENGTH], "cp1252")
        else:
            text = decoded(self.source.raw[start : start + 4 * RECORD_LENGTH], "utf-8")[:RECORD_LENGTH]
        if len(text) < RECORD_LENGTH or "\n" in text or "\r" in text:
            text = _LINE_END.split(text, maxsplit=1)[0].rstrip(_END_OF_FILE).ljust(RECORD_LENGTH)
        return text

    def record(self, index: int) -> Record:
        """A record with its line number."""
        return Record(self.numbers[index], self.text(index))

    @cached_property
    def content_sha256(self) -> Sha256:
        """See `StatementText.content_sha256`; every movement points to it as its origin."""
        return self.source.content_sha256()


@dataclass(frozen=True, slots=True)
class Lines:
    """The decoded lines of a statement while it is read; blank ones are left out. `starts` as above."""

    texts: list[str]
    numbers: Sequence[int]
    starts: Sequence[int]

    def record(self, index: int) -> Record:
        """A record with its line number."""
        return Record(self.numbers[index], self.texts[index])


def lines_of(source: StatementText) -> Lines:
    """Cut a statement into lines; no length or character is checked yet."""
    text = decoded(source.raw, source.charset)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    texts = text.split("\n")
    if not texts[-1]:
        texts.pop()
    lengths = map(len, source.raw.splitlines(keepends=True))
    starts = array("I", accumulate(lengths, initial=0))
    lines = Lines(texts, range(source.first_line, source.first_line + len(texts)), starts)
    return _without_blank_lines(lines) if {text[:1] for text in texts} & {"", " ", _END_OF_FILE} else lines


def check_lines(lines: Lines, raw: bytes) -> None:
    """Every record has 128 columns (E03), or is filled up to them in place, and no control character (E17)."""
    if {*map(len, lines.texts)} != {RECORD_LENGTH}:
        for at, text in enumerate(lines.texts):
            lines.texts[at] = _filled(lines.numbers[at], text)
    if len(raw.translate(None, _CONTROLS)) != len(raw):
        for number, text in zip(lines.numbers, lines.texts, strict=True):
            _refuse_controls(number, text)


def _without_blank_lines(lines: Lines) -> Lines:
    kept = [at for at, text in enumerate(lines.texts) if text.strip(" " + _END_OF_FILE)]
    return Lines(
        [lines.texts[at] for at in kept],
        array("I", [lines.numbers[at] for at in kept]),
        array("I", [lines.starts[at] for at in kept]),
    )


def _filled(number: int, line: str) -> str:
    text = line.rstrip(_END_OF_FILE)
    shortest = _SHORTEST.get(text[:1], RECORD_LENGTH)
    if not shortest <= len(text) <= RECORD_LENGTH:
        _refuse_controls(number, text)
        raise CodaError("E03", number, "", f"{len(text)} columns", f"{RECORD_LENGTH} columns")
    return text.ljust(RECORD_LENGTH)


def _refuse_controls(number: int, text: str) -> None:
    control = _CONTROL.search(text)
    if control:
        raise CodaError(
            "E17", number, str(control.start() + 1), control.group(), "no control character in a record"
        )
