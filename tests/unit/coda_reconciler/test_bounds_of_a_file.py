"""A file may have 20 MiB and 100,000 lines: one that has more is refused before any of it is read."""

import tracemalloc

import pytest

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import LARGEST_BYTES, MOST_LINES, split_file
from tests.unit.coda_reconciler.statements import Move, statement

FILE = statement([Move(10), Move(-3)])
LINES = FILE.count(b"\n")


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
def test_a_file_may_have_a_hundred_thousand_lines_and_not_one_more(line_end: bytes) -> None:
    file = FILE.replace(b"\r\n", line_end)
    most = file * (MOST_LINES // LINES) + line_end * (MOST_LINES % LINES)
    assert len(split_file(most).statements) == MOST_LINES // LINES
    with pytest.raises(CodaError) as refusal:
        split_file(most + b"0")
    told = refusal.value
    assert (told.code, told.line, told.found) == ("E01", MOST_LINES + 1, "100001 lines")


def test_a_file_may_have_twenty_megabytes_and_not_one_byte_more() -> None:
    wide = FILE + b" " * (LARGEST_BYTES - len(FILE))
    assert len(split_file(wide).statements) == 1
    with pytest.raises(CodaError, match="E01"):
        split_file(wide + b" ")


def test_a_file_of_nothing_but_beginnings_is_refused_before_each_becomes_a_statement() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(CodaError, match="E01"):
            split_file(b"0\n" * (LARGEST_BYTES // 2))
        assert tracemalloc.get_traced_memory()[1] < 4 * LARGEST_BYTES
    finally:
        tracemalloc.stop()
