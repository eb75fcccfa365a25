"""Does every field say what its columns say, in both versions, with its place and what is odd about it?"""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.coda.files import bank_files
from services.coda_reconciler.domain.coda_errors import CodaError, Finding
from services.coda_reconciler.domain.coda_file import StatementText, split_file
from services.coda_reconciler.domain.coda_grammar import check_grammar
from services.coda_reconciler.domain.coda_lines import Lines, lines_of
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Movement, Statement
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, REFERENCE, Move, statement

ACCOUNT = f"{IBAN:<31}   EUR"


def read(data: bytes, *, any_account: bool = False) -> Statement:
    return read_statement(split_file(data).statements[0], any_account=any_account)


def changed(data: bytes, line: int, first: int, text: str) -> bytes:
    lines = data.splitlines(keepends=True)
    at, new = first - 1, text.encode("cp1252")
    lines[line - 1] = lines[line - 1][:at] + new + lines[line - 1][at + len(new) :]
    return b"".join(lines)


def old_statement() -> bytes:
    """Version 1: a movement with all three parts, the address in the third."""
    key = "00010000"
    first = f"21{key}{'BJUA00109 TBO':13}{'LOONINDN':8}1{1_352_480:015d}190207001010000{'ONKOSTEN':53}1902070320100"
    second = f"22{key}{'':53}{'DIV ONKO':26}EUR{1_352_480:015d}{'':18}1 0"
    third = f"23{key}467538877123{'':10}{'':15}{'FIBECON BVBA':26}{'MEERSBLOEM 30':26}{'9700 OUDENAARDE':26}0 0"
    header = f"000001902077250{'5':2}  00000{'00074789':10}{'INVERTO NV':26}{'0' * 11}00430018420 00000{'':39}1"
    opening = f"1 032737010689443 EUR0BE{'':18}0{236_074_080:015d}140207{'INVERTO NV':26}{'KBC':35}001"
    closing = f"8032737010689443 EUR0BE{'':18}0{234_721_600:015d}190207{'':65}"
    trailer = f"9{'':15}000005{1_352_480:015d}{0:015d}{'':75}2"
    lines = [header, opening, first, second, third, closing, trailer]
    return "".join(f"{line}\r\n" for line in lines).encode("cp1252")


def test_the_frame_of_a_statement_says_who_and_what() -> None:
    found = read(statement([Move(1)], flag="D"))
    assert (found.bank, found.bic, found.addressee, found.version) == ("725", "KREDBEBB", "BAKKERIJ", 2)
    assert (found.holder, found.description, found.paper_number) == ("BAKKERIJ", "Zicht", "001")
    assert (found.holder_number, found.duplicate, found.separate_application) == (COMPANY, True, False)
    assert (found.account.structure, found.account.identification) == ("2", IBAN)
    assert (found.created_on, found.old_balance_date) == (date(2026, 3, 2), date(2026, 3, 2))


def test_a_movement_says_all_that_stands_in_its_records() -> None:
    data = statement([Move(-5_000, text="Domiciliëring", information=("Mededeling: factuur 12", "van maart"))])
    data = changed(data, 4, 113, "2MD06SALASUPP")
    [movement] = read(data).movements
    assert (movement.sequence, movement.detail, movement.amount, movement.parent) == (1, 0, -5_000, None)
    assert (movement.bank_reference, movement.transaction_code, movement.globalisation) == ("REF", "00150000", 0)
    assert (movement.customer_reference, movement.counterparty_bic) == ("NOTPROVIDED", "KREDBEBB")
    assert (movement.counterparty_account, movement.counterparty_currency) == ("BE68539007547034", "EUR")
    assert (movement.return_type, movement.return_reason) == ("2", "MD06")
    assert (movement.category_purpose, movement.purpose) == ("SALA", "SUPP")
    assert movement.communication.text == "Domiciliëring"
    assert movement.free_information == f"{'Mededeling: factuur 12':<73}van maart"
    assert [(part.label, part.text.split()) for part in movement.labels] == [
        ("communication", ["factuur", "12", "van", "maart"])
    ]


@pytest.mark.parametrize("columns", ["43246", "4ab12", "0", "6MD06", " MD06"])
def test_garbage_in_the_columns_of_a_return_is_no_return(columns: str) -> None:
    [movement] = read(changed(statement([Move(1)]), 4, 113, columns)).movements
    fields = movement.fields()
    assert (movement.return_type, movement.return_reason) == (fields.return_type, fields.return_reason) == ("", "")


@pytest.mark.parametrize("columns", ["2", "2FOCR", "3AC04"])
def test_a_return_has_a_type_and_perhaps_a_reason_of_iso_20022(columns: str) -> None:
    [movement] = read(changed(statement([Move(1)]), 4, 113, columns)).movements
    assert (movement.return_type, movement.return_reason) == (columns[0], columns[1:])


def test_a_movement_knows_the_lines_and_the_statement_that_it_comes_from() -> None:
    data = b"\r\n" + statement([Move(1), Move(2, information=("een", "twee"))])
    found = read(data)
    origin = found.movements[1].origin
    assert origin.statement == found.content_sha256 == found.text.content_sha256()
    assert origin.records == (("21", 7), ("22", 8), ("23", 9), ("31", 10), ("31", 11))


def test_a_statement_of_version_1_is_read_by_its_own_columns() -> None:
    found = read(old_statement())
    [movement] = found.movements
    assert (found.version, found.bic, found.currency, found.account.number) == (1, "", "EUR", "737010689443")
    assert (movement.amount, movement.customer_reference, movement.counterparty_bic) == (-1_352_480, "DIV ONKO", "")
    assert (movement.counterparty_account, movement.counterparty_name) == ("467538877123", "FIBECON BVBA")
    assert movement.counterparty_address == "MEERSBLOEM 30 9700 OUDENAARDE"
    assert movement.communication.text == "ONKOSTEN"
    assert (movement.return_type, movement.return_reason, movement.purpose) == ("", "", "")


def test_version_2_is_not_taken_for_version_1() -> None:
    with pytest.raises(CodaError) as caught:
        read(changed(statement([Move(1)]), 1, 128, "1"))
    assert caught.value.code == "E02"


def test_the_account_of_another_country_is_read_only_when_asked_for() -> None:
    foreign = f"{'12345678 GB':<34}EUR"
    data = statement([Move(1)]).replace(ACCOUNT.encode(), foreign.encode())
    data = changed(data, 2, 2, "1")
    with pytest.raises(CodaError) as caught:
        read(data)
    assert (caught.value.code, caught.value.line, caught.value.columns) == ("E14", 2, "6-39")
    found = read(data, any_account=True)
    assert (found.account.identification, found.account.iban, found.currency) == ("12345678 GB", None, "EUR")
    with pytest.raises(CodaError):
        _ = found.iban


def test_a_separate_application_needs_no_balances_and_no_details_that_make_a_total() -> None:
    data = statement([Move(7, code="0150000"), Move(5)], old=0, application="01500")
    data = changed(data, len(data.splitlines()) - 1, 43, f"{0:015d}")
    found = read(data)
    assert (found.separate_application, found.new_balance, len(found.booked)) == (True, 0, 2)


@pytest.mark.parametrize(
    ("code", "line", "first", "text", "columns"),
    [
        ("W01", 3, 66, "090933755494", "66-77"),
        ("W02", 3, 63, "100RF19539007547034", "66-90"),
        ("W03", 5, 11, "BE69", "11-44"),
        ("W04", 3, 54, "00112000", "54-61"),
        ("W05", 1, 72, " ", "72-82"),
        ("W05", 1, 72, f"{'':11}", "72-82"),
        ("W06", 1, 17, "D", "17"),
        ("W07", 5, 48, "é", ""),
        ("W08", 5, 45, "ZZZ", "45-47"),
        ("W09", 1, 15, "00", "15-16"),
        ("W09", 2, 59, "000000", "59-64"),
        ("W09", 3, 116, "000000", "116-121"),
        ("W09", 6, 39, "   ", "5-41"),
        ("W09", 6, 58, "000000", "58-63"),
    ],
)
def test_what_is_odd_is_told_with_its_place_and_does_not_keep_a_statement_from_being_read(
    code: str, line: int, first: int, text: str, columns: str
) -> None:
    clean = statement([Move(1, reference=REFERENCE)])
    assert read(clean).findings == ()
    found = read(changed(clean, line, first, text))
    [finding] = found.findings
    assert isinstance(finding, Finding)
    place = 1 if code == "W07" else line
    assert (finding.code, finding.line, finding.columns) == (code, place, columns)
    assert found.warnings == (code,)


def test_fields_say_the_same_whether_lines_end_with_returns_feeds_or_both() -> None:
    for data in bank_files(7):
        expected = [told(read_any(text)) for text in split_file(data).statements]
        for line_end in (b"\n", b"\r"):
            other = split_file(data.replace(b"\r\n", line_end))
            assert [told(read_any(text)) for text in other.statements] == expected


def test_all_fields_at_once_are_what_each_says_by_itself() -> None:
    statements = [
        read_any(text) for seed in range(5) for data in bank_files(seed) for text in split_file(data).statements
    ]
    for found in [*statements, read(old_statement())]:
        for movement, fields in zip(found.movements, found.fields(), strict=True):
            assert fields == tuple(getattr(movement, name) for name in fields._fields)
            assert fields == movement.fields()


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_records_at_equal_distances_say_the_same_as_those_cut_line_by_line(line_end: bytes) -> None:
    letters = bytes(range(0x80, 0x100))
    named = statement([Move(1, name="€ Œdile", text="’t 5 €"), Move(2, information=("Ž" * 73, "é€\xa0"))])
    named = named.replace("’t 5 €".encode("cp1252").ljust(50), letters[:50])
    for data in [named, *bank_files(3), *bank_files(4)]:
        even, cut = (split_file(each).statements[-1] for each in (data, data + b"\r\n \r\n"))
        even, cut = (replace(text, raw=text.raw.replace(b"\r\n", line_end)) for text in (even, cut))
        assert (lines_of(even).even is not None, lines_of(cut).even) == (True, None)
        assert told(read_any(even))[1:] == told(read_any(cut))[1:]


@given(data=st.data())
def test_a_changed_file_is_refused_alike_at_equal_distances_and_line_by_line(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(list(bank_files(5, accounts=2, days=1, booked=4))))
    at, byte = data.draw(st.integers(0, len(file) - 1)), data.draw(st.sampled_from(b"019 A?\x00\x1a\r\n\x80\x81\xe9"))
    changed_file = file[:at] + bytes((byte,)) + file[at + 1 :]
    for text in split_file(changed_file).statements:
        cut = replace(text, raw=text.raw.removesuffix(b"\r\n") + b"\r\n \r\n")
        assert refused_or_told(text) == refused_or_told(cut)


def refused_or_told(text: StatementText) -> tuple[object, ...]:
    try:
        return told(read_any(text))
    except CodaError as error:
        return error.code, error.line, error.columns, error.found, error.expected


def test_what_the_bank_wrote_in_utf_8_says_the_same() -> None:
    data = statement([Move(1, name="Café Zoë", text="Œuvre à 5 €", information=("é" * 73,)), Move(2)])
    utf_8 = data.decode("cp1252").encode()
    assert told(read(utf_8))[1:] == told(read(data))[1:]


@given(st.permutations(("0", "1", "21", "22", "23", "31", "32", "33", "8", "4", "9")))
def test_records_in_any_other_order_are_refused(kinds: list[str]) -> None:
    texts = [fitting(kind, after) for kind, after in zip(kinds, [*kinds[1:], ""], strict=True)]
    lines = Lines(range(1, len(texts) + 1), cut=texts)
    if kinds == ["0", "1", "21", "22", "23", "31", "32", "33", "8", "4", "9"]:
        check_grammar(lines)
        return
    with pytest.raises(CodaError) as caught:
        check_grammar(lines)
    assert caught.value.code in ("E04", "E15")


def test_free_communications_follow_each_other_by_number() -> None:
    empty = statement([]).splitlines()
    closing = f"8001{ACCOUNT}0{1_000_000:015d}020326{'':64}1"
    free = [f"4 {key}{'':22}{text:80}{'':15}{link}" for key, text, link in
            (("00010000", "een", 1), ("00010001", "twee", 1), ("00020000", "drie", 0))]  # fmt: skip
    trailer = empty[2].replace(b"000001", b"000002")

    def data(texts: list[str]) -> bytes:
        return b"\r\n".join([*empty[:2], *(line.encode() for line in [closing, *texts]), trailer])

    assert read(data(free)).free_communications == ("een", "twee", "drie")
    for order in permutations(free):
        if list(order) != free:
            with pytest.raises(CodaError) as caught:
                read(data(list(order)))
            assert caught.value.code in ("E07", "E08", "E09")


def fitting(kind: str, after: str) -> str:
    """A record whose next and link codes say what follows it."""
    return f"{kind:<125}{int(after in ('22', '23', '32', '33'))} {int(after in ('31', '4'))}"


def read_any(text: StatementText) -> Statement:
    return read_statement(text, any_account=True)


def told(found: Statement) -> tuple[object, ...]:
    """Everything that a statement says, but for its bytes."""
    names = [name for name, member in vars(Movement).items() if isinstance(member, property) and name != "origin"]
    movements = [[getattr(movement, name) for name in names] for movement in found.movements]
    return found.content_sha256, found.account, found.new_balance, found.free_communications, movements
