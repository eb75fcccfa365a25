"""CODA in ASCII: fact 13 of the v2 interface. Whatever letters a Belgian name has, a record keeps its 128 columns."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.domain.ascii_coda import RECORD_COLUMNS, in_ascii

LETTERS = "àâäáãåçéèêëíìîïñóòôöõøúùûüýÿæœßÀÂÄÁÇÉÈÊËÎÏÔÖØÙÛÜŸÆŒ"
OF_LATIN_1 = "".join(letter for letter in LETTERS if letter not in "œŒŸ")
SIGNS = "€‘’“”–—…•°§«»´¨·"
PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-/&'()+"


def lines_of(letters: str) -> st.SearchStrategy[list[str]]:
    line = st.text(st.sampled_from(letters + PLAIN), max_size=RECORD_COLUMNS).map(lambda text: text.ljust(128))
    return st.lists(line, min_size=1, max_size=5)


@given(lines_of(OF_LATIN_1), st.sampled_from(["latin-1", "cp1252", "utf-8"]), st.sampled_from(["\r\n", "\n"]))
def test_every_letter_becomes_one_letter_in_its_place(lines: list[str], charset: str, end: str) -> None:
    found = in_ascii("".join(line + end for line in lines).encode(charset)).decode("ascii")
    assert found.endswith(end)
    for before, after in zip(lines, found.removesuffix(end).split(end), strict=True):
        assert len(after) == RECORD_COLUMNS
        for letter, alike in zip(before, after, strict=True):
            assert alike == letter if letter.isascii() else alike.isalpha()


@given(lines_of(LETTERS + SIGNS), st.sampled_from(["cp1252", "utf-8"]))
def test_what_is_no_letter_takes_one_column_too(lines: list[str], charset: str) -> None:
    found = in_ascii("\r\n".join(lines).encode(charset))
    assert found.isascii()
    assert [len(line) for line in found.split(b"\r\n")] == [RECORD_COLUMNS] * len(lines)
    assert all(32 <= byte < 127 or byte in b"\r\n" for byte in found)


@given(st.text(st.sampled_from(LETTERS + "abc "), max_size=60))
def test_a_line_that_a_bank_filled_up_in_bytes_keeps_its_columns_in_bytes(text: str) -> None:
    line = text.encode().ljust(RECORD_COLUMNS)
    assert len(in_ascii(line)) == RECORD_COLUMNS


@given(st.binary(max_size=400))
def test_no_bytes_are_too_strange(data: bytes) -> None:
    found = in_ascii(data)
    assert found.isascii()
    assert found.count(b"\n") == data.count(b"\n")


@given(st.binary(max_size=300).filter(bytes.isascii))
def test_what_is_ascii_stays_as_it_is(data: bytes) -> None:
    assert in_ascii(data) == data


def test_words_after_a_letter_of_two_bytes_stay_where_they_were() -> None:
    line = "Crème Brûlée BV".encode().ljust(RECORD_COLUMNS)
    found = in_ascii(line)
    assert found.rstrip() == b"Creme  Brulee   BV"
    assert found.index(b"Brulee") == line.index(b"Br")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Müßig & Söhne", "Musig & Sohne"),
        ("L’Œuvre d’Été", "L'Ouvre d'Ete"),
        ("Ça va, señor? 12 €", "Ca va, senor? 12 E"),
        ("“Groß” – Łódź", '"Gros" - Lodz'),
        ("emoji \N{GRINNING FACE} here", "emoji ? here"),
    ],
)
def test_people_recognise_what_they_wrote(written: str, expected: str) -> None:
    assert in_ascii(written.encode()).decode() == expected


def test_an_accent_that_follows_its_letter_makes_no_column_more() -> None:
    text = unicodedata.normalize("NFD", "Crème Brûlée").ljust(RECORD_COLUMNS)
    found = in_ascii(text.encode())
    assert (len(found), found.rstrip()) == (RECORD_COLUMNS, b"Creme  Brulee")


def test_bytes_that_cp1252_does_not_define_are_no_obstacle() -> None:
    assert in_ascii(b"A\x81\x8d\x8f\x90\x9dB\xe9") == b"A?????Be"


def test_a_byte_order_mark_is_no_column() -> None:
    assert in_ascii(b"\xef\xbb\xbfCaf\xc3\xa9\r\n") == b"Cafe\r\n"
