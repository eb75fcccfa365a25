"""The records of a statement: lines of 128 columns."""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_fields import Record
from services.coda_reconciler.domain.coda_file import RECORD_LENGTH, StatementText, decoded
from shared.values import Sha256

# Only these may be cut short of their blanks; a cut movement or balance may have lost an amount (CODA 2.6 §5).
_SHORTEST = {"4": 1, "9": 52}
# Of a communication (4): what stands here was moved to the left by columns that are missing in front of it.
_ALWAYS_BLANK = 112
_CONTROLS = bytes((*range(10), 11, 12, *range(14, 32), 127))
_CONTROLS_AND_LINE_ENDS = _CONTROLS + b"\n\r"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_start, _key = itemgetter(slice(0, 2)), itemgetter(slice(2, 10))
_END_OF_FILE = "\x1a"
_BLANK = " " + _END_OF_FILE
_BLANK_RECORD = " " * RECORD_LENGTH


@dataclass(frozen=True, slots=True)
class Lines:
    """The records of a statement; blank lines are left out.

    Four columns: the decoded text of each record, its first two characters, its key (sequence and detail number of a
    movement), its line in the file.
    """

    texts: list[str]
    starts: list[str]
    keys: list[str]
    numbers: Sequence[int]
    row: str | None = None
    """The records in a row, where each is known to have its 128 columns and no control character."""

    def record(self, index: int) -> Record:
        """A record with its line number."""
        return Record(self.numbers[index], self.texts[index])


@dataclass(frozen=True, eq=False)
class StatementRecords:
    """What stays of a statement once it is read: its bytes, decoded again when the first field is asked for.

    So a statement that is only checked, counted and passed on costs less than a kilobyte a movement. `kept` are the
    lines of one whose fields are all asked for at once.
    """

    source: StatementText
    version: int
    numbers: Sequence[int]
    kept: list[str] | None = None

    @cached_property
    def texts(self) -> list[str]:
        """The 128 columns of each record."""
        if self.kept is not None:
            return self.kept
        row = _row_of(self.source)
        if row is not None:
            texts = _texts_in(row)
            return [text for text in texts if text != _BLANK_RECORD] if _BLANK_RECORD in texts else texts
        texts = lines_of(self.source).texts
        return [text.rstrip(_END_OF_FILE).ljust(RECORD_LENGTH) for text in texts]

    @cached_property
    def content_sha256(self) -> Sha256:
        """See `StatementText.content_sha256`; every movement points to it as its origin."""
        return self.source.content_sha256()


def lines_of(source: StatementText) -> Lines:
    """Cut a statement into lines; no length or character is checked yet."""
    row = _row_of(source)
    # One line end for all three; the bytes are cut first, for the text of some letters would cut lines as well.
    texts = _texts_in(row) if row else decoded(b"\n".join(source.raw.splitlines()), source.charset).split("\n")
    starts, keys = list(map(_start, texts)), list(map(_key, texts))
    lines = Lines(texts, starts, keys, range(source.first_line, source.first_line + len(texts)), row)
    return _without_blank_lines(lines) if any(map(_may_be_blank, set(starts))) else lines


def _row_of(source: StatementText) -> str | None:
    """The records in a row, None unless each has 128 columns and behind it the line end of the first, as nearly always.

    Then there is nothing to search for and nothing to check: as many bytes fall out as the line ends have.
    """
    raw, end = source.raw, source.raw[RECORD_LENGTH : RECORD_LENGTH + 2]
    end = end if end == b"\r\n" else b"\n"
    row, stride = raw.translate(None, _CONTROLS_AND_LINE_ENDS), RECORD_LENGTH + len(end)
    records, rest = divmod(len(row), RECORD_LENGTH)
    ends = records - (not raw.endswith(end))
    is_even = not rest and len(raw) == len(row) + ends * len(end) and source.charset == "cp1252"
    are_ends = all(raw[RECORD_LENGTH + at :: stride] == end[at : at + 1] * ends for at in range(len(end)))
    return decoded(row, source.charset) if is_even and are_ends else None


def _texts_in(row: str) -> list[str]:
    return [row[at : at + RECORD_LENGTH] for at in range(0, len(row), RECORD_LENGTH)]


def _are_full(texts: list[str]) -> bool:
    return {*map(len, texts)} == {RECORD_LENGTH}


def _may_be_blank(start: str) -> bool:
    return not start.strip(_BLANK)


def check_lines(lines: Lines, raw: bytes) -> None:
    """Every record has 128 columns (E03), or is filled up to them in place, and no control character (E17)."""
    if lines.row is not None:
        return
    if not _are_full(lines.texts):
        for at, text in enumerate(lines.texts):
            lines.texts[at] = _filled(lines.numbers[at], text)
    if len(raw.translate(None, _CONTROLS)) != len(raw):
        for number, text in zip(lines.numbers, lines.texts, strict=True):
            _refuse_controls(number, text)


def _without_blank_lines(lines: Lines) -> Lines:
    kept = [at for at, text in enumerate(lines.texts) if text.strip(_BLANK)]
    return Lines(
        [lines.texts[at] for at in kept],
        [lines.starts[at] for at in kept],
        [lines.keys[at] for at in kept],
        array("I", [lines.numbers[at] for at in kept]),
    )


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
