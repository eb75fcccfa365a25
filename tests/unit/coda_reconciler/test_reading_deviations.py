"""Is what banks really send, beside the standard, taken where no content can be lost, and refused where it can?"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.coda.files import bank_files
from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import dump_file, split_file
from services.coda_reconciler.domain.coda_lines import lines_of
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Statement
from tests.unit.coda_reconciler.statements import IBAN, OTHER_IBAN, Move, statement

FILE = statement([Move(10), Move(-3)])
LINES = FILE.splitlines()
REAL_FILE = b"".join(bank_files(11, accounts=2, days=2))
PIECES = st.sampled_from([b"\r", b"\n", b"\r\n", b"\x1a", b" ", b"\n0", b"\r9", b"\n9 \r\r", b"\xe9", b"\x81"])


def read(lines: list[bytes], line_end: bytes = b"\r\n") -> Statement:
    return read_statement(split_file(line_end.join(lines)).statements[0])


def replaced(at: int, line: bytes) -> list[bytes]:
    return [*LINES[:at], line, *LINES[at + 1 :]]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("no line end at the end", LINES),
        ("blank lines between records", [*LINES[:3], b"", b"   ", *LINES[3:]]),
        ("an end-of-file mark", [*LINES, b"\x1a"]),
        ("an end-of-file mark on the last line", replaced(-1, LINES[-1] + b"\x1a")),
        ("a trailer cut behind its totals", [*LINES[:-1], LINES[-1][:57]]),
        ("one statement of several", [*LINES[:-1], LINES[-1][:127] + b"1"]),
        ("no account structure", replaced(1, LINES[1].replace(b"12", b"1 ", 1))),
        ("a transaction code of zeros", replaced(2, LINES[2].replace(b"00150000", b"00000000"))),
        ("no application code", replaced(0, LINES[0][:14] + b"  " + LINES[0][16:])),
        ("no currency in record 8", [*LINES[:-2], LINES[-2].replace(b"EUR", b"   "), LINES[-1]]),
        ("no day of booking", replaced(2, LINES[2][:115] + b"      " + LINES[2][121:])),
        ("a blank next code for none", replaced(4, LINES[4][:125] + b" " + LINES[4][126:])),
    ],
)  # fmt: skip
def test_what_loses_no_content_is_read(name: str, lines: list[bytes]) -> None:
    found = read(lines)
    assert [movement.amount for movement in found.movements] == [10, -3], name
    assert found.trailer.text.startswith("9")


@pytest.mark.parametrize(
    ("name", "lines", "code", "line"),
    [
        ("a movement cut short", replaced(3, LINES[3][:127]), "E03", 4),
        ("a new balance cut short", [*LINES[:-2], LINES[-2].rstrip(b" 0"), LINES[-1]], "E03", 9),
        ("a trailer cut in its totals", [*LINES[:-1], LINES[-1][:51]], "E03", 10),
        ("movements without a new balance", [*LINES[:-2], LINES[-1]], "E04", 9),
        ("a record 4 among the movements", [*LINES[:5], b"4 00010000" + b" " * 118, *LINES[5:]], "E04", 6),
        ("an account cut short at the end", [*LINES[:-2], LINES[-2].replace(IBAN[12:].encode(), b"    "), LINES[-1]],
         "E14", 9),
        ("no account at all", replaced(1, LINES[1].replace(IBAN.encode(), b" " * 16)), "E14", 2),
        ("an unknown currency", replaced(1, LINES[1].replace(b"EUR", b"E0R")), "E14", 2),
        ("an account of letters", replaced(1, b"10" + LINES[1][2:].replace(IBAN.encode(), b"12x4" * 4)), "E14", 2),
        ("digits of another script", replaced(2, LINES[2][:40] + "٣".encode() + LINES[2][41:]), "E17", 3),
        ("superscripts for digits", replaced(2, LINES[2][:40] + b"\xb2" + LINES[2][41:]), "E17", 3),
    ],
)  # fmt: skip
def test_what_may_have_lost_content_is_refused(name: str, lines: list[bytes], code: str, line: int) -> None:
    with pytest.raises(CodaError) as caught:
        read(lines)
    assert (caught.value.code, caught.value.line) == (code, line), name


def test_an_old_belgian_account_is_known_by_its_iban() -> None:
    account = f"{OTHER_IBAN[4:]:<12} EUR0BE{'':18}".encode()
    old = [line.replace(f"{IBAN:<31}   EUR".encode(), account) for line in LINES]
    old[1] = b"10" + old[1][2:]
    found = read(old)
    assert (found.iban, found.account.number, found.account.structure) == (OTHER_IBAN, OTHER_IBAN[4:], "0")


@given(st.lists(st.tuples(st.integers(min_value=0, max_value=len(REAL_FILE)), PIECES), max_size=8))
def test_cutting_a_file_into_statements_is_what_reading_line_by_line_would_do(cuts: list[tuple[int, bytes]]) -> None:
    data = REAL_FILE
    for at, piece in cuts:
        data = data[:at] + piece + data[at:]
    starts: list[int] = []
    closed, offset, texts = True, 0, []
    for line in data.splitlines(keepends=True):
        if line.strip(b"\r\n\x1a "):
            if closed or line.startswith(b"0"):
                starts.append(offset)
            closed = line.startswith(b"9")
            texts.append(line.strip(b"\r\n").rstrip(b"\x1a"))
        offset += len(line)
    file = split_file(data)
    assert dump_file(file) == data
    assert [len(each.raw) for each in file.statements] == [
        end - start for start, end in zip(starts, [*starts[1:], len(data)], strict=True)
    ]
    numbers = [number for each in file.statements for number in lines_of(each).numbers]
    assert numbers == [number for number, line in enumerate(re.split(rb"\r\n|\r|\n", data), 1) if line.strip(b"\x1a ")]
