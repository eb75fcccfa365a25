"""A file may have 20 MiB and 100,000 lines: one that has more is refused before any of it is read."""

import tracemalloc

import pytest

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import LARGEST_BYTES, MOST_LINES, split_file
from services.coda_reconciler.domain.coda_reader import read_statement
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


def test_what_is_no_bank_file_is_refused_once_and_not_once_for_each_line_that_begins_like_one() -> None:
    page = b"%PDF-1.7\n" + b"0000000016 00000 n \n" * 90 + b"9 0 obj\n<< >>\n%%EOF\n"
    only = split_file(page).statements
    assert [text.raw for text in only] == [page]
    with pytest.raises(CodaError, match="E01"):
        read_statement(only[0])


def test_one_header_that_is_damaged_takes_no_neighbour_along() -> None:
    damaged = FILE.replace(b"00000", b"0000X", 1)
    assert [text.raw for text in split_file(damaged + FILE).statements] == [damaged, FILE]
