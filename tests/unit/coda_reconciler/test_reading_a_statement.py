"""Does the reader take what the standard allows, and refuse everything else with line, columns and reason?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import dump_file, split_file
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Statement
from tests.unit.coda_reconciler.statements import IBAN, OTHER_IBAN, REFERENCE, Move, statement

CODES = {f"E{number:02d}" for number in range(1, 18)}
MOVES = [
    Move(121_000, reference=REFERENCE),
    Move(-50_000, text="Huur maart", information=("Communication : huur", "van maart")),
    Move(30_000, details=(Move(10_000, text="een"), Move(20_000, text="twee"))),
]
FILE = statement(MOVES)
LINES = FILE.splitlines(keepends=True)
WITHOUT_A_MOVEMENT = b"".join(LINES[:2] + LINES[5:])
OTHER_ACCOUNT_AT_THE_END = b"".join(LINES[:2]) + b"".join(LINES[2:]).replace(IBAN.encode(), OTHER_IBAN.encode())


def read(data: bytes) -> Statement:
    return read_statement(split_file(data).statements[0])


def error_of(data: bytes) -> CodaError:
    with pytest.raises(CodaError) as caught:
        read(data)
    return caught.value


def changed(line: int, first: int, text: str) -> bytes:
    lines = FILE.splitlines(keepends=True)
    at = first - 1
    lines[line - 1] = lines[line - 1][:at] + text.encode() + lines[line - 1][at + len(text) :]
    return b"".join(lines)


def without(line: int) -> bytes:
    lines = FILE.splitlines(keepends=True)
    return b"".join(lines[: line - 1] + lines[line:])


def test_a_statement_gives_account_balances_and_movements() -> None:
    found = read(FILE)
    assert (found.iban, found.currency, found.sequence) == (IBAN, "EUR", 1)
    assert (found.old_balance, found.new_balance, found.debits, found.credits) == (
        1_000_000,
        1_101_000,
        50_000,
        151_000,
    )
    assert [movement.amount for movement in found.booked] == [121_000, -50_000, 30_000]
    assert [movement.amount for movement in found.leaves] == [121_000, -50_000, 10_000, 20_000]
    assert found.movements[0].communication.reference == REFERENCE
    assert found.movements[1].communication.text == "Huur maart"
    assert [text.text for text in found.movements[1].information] == ["Communication : huur", "van maart"]
    assert found.movements[0].counterparty_name == "Peeters Lieve"


def test_a_reference_with_a_wrong_check_digit_is_told_and_settles_nothing() -> None:
    found = read(statement([Move(1000, reference="090933755494")]))
    assert found.movements[0].communication.reference is None
    assert "W01" in found.warnings


def test_an_empty_statement_keeps_its_balance() -> None:
    found = read(statement([]))
    assert (found.old_balance, found.new_balance, found.movements) == (1_000_000, 1_000_000, ())


def test_more_than_9999_movements_start_again_at_zero() -> None:
    found = read(statement([Move(1)] * 10_050))
    assert len(found.booked) == 10_050
    assert found.movements[9_999].sequence == 0


def test_a_detail_numbered_zero_after_9999_is_still_a_detail() -> None:
    details = (Move(1),) * 10_005
    found = read(statement([Move(10_005, details=details), Move(7)]))
    assert [movement.amount for movement in found.booked] == [10_005, 7]


@pytest.mark.parametrize(
    ("name", "data", "code", "line", "columns"),
    [
        ("an invoice is no statement", b"<Invoice/>", "E01", 1, "1-17"),
        ("version 1", changed(1, 128, "1"), "E02", 1, "128"),
        ("a line of 129 columns", FILE.replace(b"\r\n", b"x\r\n", 3), "E03", 1, ""),
        ("an unknown record", changed(3, 1, "5"), "E04", 3, "1-2"),
        ("a second record of another movement", changed(4, 6, "9"), "E05", 4, "3-10"),
        ("a next code where nothing follows", changed(5, 126, "1"), "E06", 5, "126"),
        ("a link code where no 31 follows", changed(5, 128, "1"), "E07", 5, "128"),
        ("a movement left out", WITHOUT_A_MOVEMENT, "E08", 3, "3-6"),
        ("an information record left out", without(9), "E09", 9, "7-10"),
        ("a wrong count", changed(21, 17, "000099"), "E10", 21, "17-22"),
        ("a wrong debit total", changed(21, 23, "9"), "E11", 21, "23-37"),
        ("a wrong credit total", changed(21, 38, "9"), "E12", 21, "38-52"),
        ("a wrong new balance", changed(20, 55, "9"), "E13", 20, "42-57"),
        ("another account at the end", OTHER_ACCOUNT_AT_THE_END, "E14", 20, "5-41"),
        ("no trailer", b"".join(FILE.splitlines(keepends=True)[:-1]), "E15", 20, ""),
        ("details that miss a cent", changed(14, 45, "9"), "E16", 17, "33-47"),
        ("an amount of letters", changed(3, 40, "A"), "E17", 3, "33-47"),
        ("a day that does not exist", changed(3, 48, "310226"), "E17", 3, "48-53"),
        ("a NUL in a name", changed(5, 50, "\x00"), "E17", 5, "50"),
        ("UTF-16", FILE.decode("cp1252").encode("utf-16"), "E01", 1, ""),
    ],
)  # fmt: skip
def test_what_breaks_the_standard_is_refused_with_its_place(
    name: str, data: bytes, code: str, line: int, columns: str
) -> None:
    error = error_of(data)
    assert (error.code, error.line, error.columns) == (code, line, columns), f"{name}: {error}"
    assert error.expected


def test_every_changed_digit_of_an_amount_or_balance_is_noticed() -> None:
    for line, first in ((2, 44), (3, 33), (6, 33), (11, 33), (20, 43), (21, 23), (21, 38)):
        for column in range(first, first + 15):
            old = FILE.splitlines()[line - 1][column - 1 : column]
            assert error_of(changed(line, column, "7" if old != b"7" else "8")).code in CODES


@given(st.integers(min_value=1, max_value=len(FILE) - 90))
def test_every_file_cut_short_is_refused(length: int) -> None:
    assert error_of(FILE[:length]).code in CODES


@given(st.binary(max_size=600) | st.binary(max_size=300).map(lambda junk: FILE[:500] + junk + FILE[500:]))
def test_any_bytes_give_a_statement_or_a_coda_error(data: bytes) -> None:
    try:
        file = split_file(data)
        assert dump_file(file) == data
        for text in file.statements:
            read_statement(text)
    except CodaError as error:
        assert error.code in CODES


def test_a_file_is_written_back_to_the_byte() -> None:
    data = b"\xef\xbb\xbf\r\n" + FILE + b"\r\n" + statement([], sequence=2).replace(b"\r\n", b"\n") + b"\x1a"
    file = split_file(data)
    assert len(file.statements) == 2
    assert dump_file(file) == data


def test_a_broken_statement_leaves_its_neighbour_whole() -> None:
    first, second = split_file(without(21) + statement(MOVES, sequence=2)).statements
    with pytest.raises(CodaError):
        read_statement(first)
    assert read_statement(second).sequence == 2


def test_the_copy_flag_and_line_ends_do_not_make_another_content() -> None:
    copy = statement(MOVES, flag="D").replace(b"\r\n", b"\n")
    assert read(copy).content_sha256 == read(FILE).content_sha256
    assert read(statement(MOVES, sequence=2)).content_sha256 != read(FILE).content_sha256


@pytest.mark.parametrize("charset", ["cp1252", "utf-8"])
def test_accents_are_read_in_both_character_sets(charset: str) -> None:
    data = statement([Move(1, name="Café Zoë")]).decode("cp1252").encode(charset)
    assert read(data).movements[0].counterparty_name == "Café Zoë"
