"""An extract on disk, a folder or a zip, read as a stream: memory does not grow with it."""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

from services.verification.domain.kbo import (
    CellRejected,
    Edition,
    KboRefused,
    Layout,
    Problem,
    Record,
    edition_of,
    positions,
)

PROBLEMS_TOLD = 1000
"""Problems that are kept to be told; the others are counted."""
_META = Layout("meta.csv", ("Variable", "Value"), lambda cells: (cells[0].strip(), cells[1].strip()))
_BLOCK_BYTES = 1 << 18
_ROWS_A_WORD = 100_000
_FOUND_LENGTH = 120

Progress = Callable[[str, int], None]
"""Told a file and how many of its rows were read, now and then and at its end."""


class Findings:
    """The problems of one extract: all are counted, the first thousand are kept."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.total = 0

    def add(self, problem: Problem) -> None:
        """Note one."""
        self.total += 1
        if len(self.problems) < PROBLEMS_TOLD:
            self.problems.append(problem)

    def require_none(self) -> None:
        """Raises `KboRefused` with all problems, where there are any."""
        if self.total:
            raise KboRefused("kbo_extract_malformed", f"{self.total} problems", "none", self.problems)


class Extract:
    """The files of one extract. Raises `KboRefused`: `kbo_extract_missing`, `kbo_archive_broken`."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise KboRefused("kbo_extract_missing", str(path), "a folder or a zip file")
        self._archive = None if path.is_dir() else _archive(path)
        members = path.iterdir() if self._archive is None else map(Path, self._archive.namelist())
        self._members = {member.name.lower(): member for member in members if member.suffix.lower() == ".csv"}

    def missing(self, layouts: Sequence[Layout]) -> list[Problem]:
        """One problem for each file that is expected and not there."""
        found = ", ".join(sorted(self._members)) or "no CSV file"
        wanted = [layout.file for layout in (_META, *layouts)]
        return [Problem("kbo_file_missing", file, 0, "", found, file) for file in wanted if file not in self._members]

    def edition(self, findings: Findings) -> Edition | None:
        """What meta.csv says; None where it cannot be read, which `findings` then tell."""
        rows = [(str(name), str(value)) for name, value in self.records(_META, findings)]
        if findings.total:
            return None
        try:
            return edition_of(dict(rows))
        except CellRejected as error:
            findings.add(_problem(error, _META.file, 0))
            return None

    def records(
        self, layout: Layout, findings: Findings, progress: Progress = lambda file, rows: None
    ) -> Iterator[Record]:
        """The records of one file; what cannot be read goes to `findings` with its line."""
        with self._opened(layout.file) as stream:
            reader = csv.reader(_lines(stream), strict=True)
            record_ends = 0
            try:
                for record_ends, cells in _cells(reader, layout, findings):
                    if record_ends % _ROWS_A_WORD == 0:
                        progress(layout.file, record_ends)
                    try:
                        record = layout.record(cells)
                    except CellRejected as error:
                        findings.add(_problem(error, layout.file, record_ends))
                        continue
                    if record is not None:
                        yield record
            except (csv.Error, UnicodeDecodeError, zipfile.BadZipFile, zlib.error, EOFError) as error:
                findings.add(_broken(error, layout.file, record_ends + 1, reader.line_num))
            progress(layout.file, max(reader.line_num - 1, 0))

    @contextmanager
    def _opened(self, file: str) -> Iterator[IO[bytes]]:
        member = self._members[file]
        with member.open("rb") if self._archive is None else self._archive.open(member.as_posix()) as stream:
            yield stream


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise KboRefused("kbo_archive_broken", f"{path.name}: {error}", "a zip file") from None


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """Lines with their ends. Blocks are cut after a line feed, which is never a part of a longer UTF-8 character."""
    rest = b""
    first = True
    while block := stream.read(_BLOCK_BYTES):
        if first:
            block, first = block.removeprefix(b"\xef\xbb\xbf"), False
        whole, feed, tail = block.rpartition(b"\n")
        if feed:
            yield from io.StringIO((rest + whole + feed).decode("utf-8"), newline="")
            rest = tail
        else:
            rest += tail
    yield from io.StringIO(rest.decode("utf-8"), newline="")


def _cells(reader: Any, layout: Layout, findings: Findings) -> Iterator[tuple[int, Sequence[str]]]:
    """(line, cells) of every row that has the width of the header; the cells in the order of the layout."""
    header: list[str] = next(reader, [])
    try:
        places = positions(layout, header)
    except CellRejected as error:
        findings.add(_problem(error, layout.file, 1))
        return
    # Of one place an itemgetter gives the cell itself.
    pick: Callable[[Sequence[str]], Sequence[str]] = itemgetter(*places) if len(places) > 1 else _only(places[0])
    width = len(header)
    for row in reader:
        if len(row) == width:
            yield reader.line_num, pick(row)
        elif row:
            expected = f"{width} as in the header"
            findings.add(Problem("kbo_row_width", layout.file, reader.line_num, "", f"{len(row)} columns", expected))


def _only(place: int) -> Callable[[Sequence[str]], Sequence[str]]:
    return lambda row: (row[place],)


def _problem(error: CellRejected, file: str, line: int) -> Problem:
    return Problem(error.code, file, line, error.column, error.found[:_FOUND_LENGTH], error.expected)


def _broken(error: Exception, file: str, begun: int, read: int) -> Problem:
    if isinstance(error, UnicodeDecodeError):
        block = bytes(error.object)
        line = read + 1 + block.count(b"\n", 0, error.start)
        found = block[error.start : error.start + 8].hex(" ")
        return Problem("kbo_not_utf8", file, line, "", f"the bytes {found}", "text in UTF-8")
    if isinstance(error, csv.Error):
        return Problem("kbo_csv_broken", file, begun, "", str(error), "a record by RFC 4180, its quotes closed")
    return Problem("kbo_archive_broken", file, begun, "", str(error), "a whole zip file")
