"""Does a disguised bank file say the same about itself, and nothing about anybody?"""

import re
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deploy.demo.coda import files, people
from services.coda_reconciler.domain.anonymising import Anonymiser, CannotDisguise
from services.coda_reconciler.domain.coda_errors import CodaError, Finding
from services.coda_reconciler.domain.coda_file import split_file
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.marked_numbers import marked_numbers
from services.coda_reconciler.domain.substitutes import Substitutes
from shared.values import EnterpriseNumber, Iban, StructuredReference
from tests.unit.coda_reconciler import mutations
from tests.unit.coda_reconciler.statements import Move, statement

KEY = b"a key of this test"
MARKERS = {"NOTPROVIDED", "NOT PROVIDED"}
WORD = re.compile(r"[^\W\d_]{4,}")
NUMBER = re.compile(r"[0-9]{5,}")

Verdict = tuple[str, list[tuple[str, int, str]]]


def disguised(*data: bytes, key: bytes = KEY, scale: int = 1, shift_days: int = 0) -> list[bytes]:
    anonymiser = Anonymiser(key, scale=scale, shift_days=shift_days)
    for each in data:
        anonymiser.learn(each)
    return [anonymiser.disguised(each) for each in data]


def read(data: bytes) -> list[Statement]:
    return [read_statement(text) for text in split_file(data).statements]


def verdicts(data: bytes) -> list[Verdict]:
    def verdict(findings: Iterable[Finding | CodaError], word: str) -> Verdict:
        return word, [(each.code, each.line, each.columns) for each in findings]

    found = []
    for text in split_file(data).statements:
        try:
            found.append(verdict(read_statement(text, any_account=True).findings, "accepted"))
        except CodaError as error:
            found.append(verdict([error], "rejected"))
    return found


def texts_of(statements: Iterable[Statement]) -> list[str]:
    """Everything in which a person or a company could be named."""
    found: list[str] = []
    for each in statements:
        found += [each.holder, each.addressee, each.description, each.file_reference, *each.free_communications]
        for movement in each.movements:
            found += [movement.counterparty_name, movement.bank_reference, movement.free_information]
            reference = movement.customer_reference
            found += [] if reference in MARKERS else [reference]
            for text in (movement.communication, *movement.information):
                found += [text.text] if text.structured_type is None else named_in(text.structured)
    return found


def named_in(structured: object) -> list[str]:
    """The texts of a structured communication that are no codes."""
    names = ("name", "street", "locality", "identification", "first", "second", "third", "fourth", "communication")
    names += ("creditor", "mandate", "description", "text", "invoice", "reference", "bordereau", "message")
    values = (getattr(structured, name, "") for name in names)
    return [value for value in values if isinstance(value, str)]


def numbers_of(statements: Iterable[Statement]) -> set[str]:
    found: set[str] = set()
    for each in statements:
        found |= {each.iban, str(each.holder_number)}
        found |= {movement.counterparty_account for movement in each.movements}
        found |= {str(movement.communication.reference) for movement in each.movements}
    return found - {"", "None"}


def leftovers(before: list[str], after: list[str]) -> set[str]:
    """Words of four letters and more, and numbers of five digits and more behind their zeros, that stand in both."""
    together = "\n".join(after).lower()
    words = {word for text in before for word in WORD.findall(text.lower())}
    return {word for word in words if word in together} | (long_numbers(before) & long_numbers(after))


def long_numbers(texts: Iterable[str]) -> set[str]:
    return {number for text in texts for number in NUMBER.findall(text) if len(number.lstrip("0")) >= 5}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), key=st.binary(min_size=1, max_size=80))
def test_nobody_is_left_in_any_text_account_or_number(seed: int, key: bytes) -> None:
    originals = list(files.bank_files(seed, accounts=2, days=2, booked=8))
    copies = disguised(*originals, key=key)
    before, after = ([each for data in some for each in read(data)] for some in (originals, copies))
    assert leftovers(texts_of(before), texts_of(after)) == set()
    everything = b"".join(copies).decode("cp1252")
    for number in numbers_of(before):
        assert number not in everything
    for name in {each.holder for each in before} | {m.counterparty_name for each in before for m in each.movements}:
        assert not name or name not in everything


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_copy_has_the_same_verdict_lengths_and_amounts(seed: int) -> None:
    for original in files.bank_files(seed, accounts=2, days=2, booked=8):
        [copy] = disguised(original)
        assert verdicts(copy) == verdicts(original)
        assert [len(line) for line in copy.splitlines()] == [len(line) for line in original.splitlines()]
        assert [line[:1] for line in copy.splitlines()] == [line[:1] for line in original.splitlines()]
        for before, after in zip(read(original), read(copy), strict=True):
            assert (before.old_balance, before.new_balance) == (after.old_balance, after.new_balance)
            for one, other in zip(before.movements, after.movements, strict=True):
                assert (one.amount, one.transaction_code, one.value_date) == (
                    other.amount,
                    other.transaction_code,
                    other.value_date,
                )
                assert (one.counterparty_bic, one.return_reason) == (other.counterparty_bic, other.return_reason)
                assert (one.communication.reference is None) == (other.communication.reference is None)
                assert one.communication.structured_type == other.communication.structured_type


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from([*mutations.OF_A_DIGIT, *mutations.OF_A_RECORD]))
def test_what_is_wrong_with_a_file_is_wrong_with_its_copy(seed: int, kind: mutations.Change) -> None:
    [original] = files.bank_files(seed, accounts=2, days=1, booked=5)
    broken = kind(original.splitlines(keepends=True), Random(seed)) or original
    try:
        expected = verdicts(broken)
    except CodaError:
        with pytest.raises(CannotDisguise):
            disguised(broken)
        return
    assert verdicts(disguised(broken)[0]) == expected


def test_what_is_odd_stays_odd_and_wrong_check_digits_stay_wrong() -> None:
    wrong = statement([Move(1000, reference="090933755494")], company="0403170702", flag="D").replace(
        b"BE68539007547034", b"BE68539007547035"
    )
    codes = {finding[0] for finding in verdicts(wrong)[0][1]}
    assert {"W01", "W03", "W05", "W06"} <= codes
    for key in (bytes((number,)) for number in range(1, 200)):
        assert verdicts(disguised(wrong, key=key)[0]) == verdicts(wrong)


def test_the_same_account_and_name_is_the_same_one_in_every_file() -> None:
    originals = list(files.bank_files(seed=11, accounts=2, days=6, booked=5))
    copies = disguised(*originals)
    before, after = ([each for data in some for each in read(data)] for some in (originals, copies))
    for value in (lambda each: each.iban, lambda each: each.holder_number, lambda each: each.holder):
        pairs = {(value(one), value(other)) for one, other in zip(before, after, strict=True)}
        assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs}) == 2


def test_a_name_or_number_is_known_again_however_it_is_written() -> None:
    substitutes = Substitutes(KEY)
    iban = substitutes.text("BE71096123456769")
    assert substitutes.text("IBAN: BE71 0961 2345 6769 ").replace(" ", "").endswith(iban)
    assert substitutes.text("be71-0961-2345-6769").replace("-", "").upper() == iban
    assert substitutes.text("096123456769") == iban[4:]
    reference = substitutes.text("090933755493")
    assert substitutes.text("+++090/9337/55493+++") == f"+++{reference[:3]}/{reference[3:7]}/{reference[7:]}+++"
    number = substitutes.text("0403170701")
    assert substitutes.text("BE0403.170.701")[2:] == f"{number[:4]}.{number[4:7]}.{number[7:]}"
    assert substitutes.text("00403170701") == f"0{number}"
    creditor = people.creditor_identifier(EnterpriseNumber("0403170701"))
    assert substitutes.text(creditor) == people.creditor_identifier(EnterpriseNumber(number)) != creditor
    name = substitutes.text("Lefèvre")
    assert substitutes.text("LEFÈVRE") == name.upper() != "LEFÈVRE"
    assert substitutes.text("007") == "00" + substitutes.text("7")


@settings(deadline=None)
@given(seed=st.integers(0, 2**32), key=st.binary(min_size=1, max_size=8))
def test_check_digits_are_right_again(seed: int, key: bytes) -> None:
    dice, substitutes = Random(seed), Substitutes(key)
    numbers = [
        (Iban, people.belgian_account(dice, "363")),
        (Iban, people.foreign_account(dice)),
        (EnterpriseNumber, people.enterprise_number(dice)),
        (StructuredReference, people.belgian_reference(dice)),
        (StructuredReference, people.creditor_reference(dice)),
    ]
    for value, number in numbers:
        substitute = substitutes.text(number)
        assert value(substitute) == substitute != number


@settings(deadline=None)
@given(text=st.text(max_size=120))
def test_letters_stay_letters_of_their_class_and_digits_stay_digits(text: str) -> None:
    assume(not marked_numbers(text))  # an IBAN keeps its country
    found = Substitutes(KEY).text(text)
    assert len(found) == len(text)
    for one, other in zip(text, found, strict=True):
        assert (one in "0123456789", one.isalpha(), one.isascii()) == (
            other in "0123456789",
            other.isalpha(),
            other.isascii(),
        )
        assert one == other or one.isalnum()
        assert not (one.isascii() and one.isalpha()) or (one != other and one.isupper() == other.isupper())


def test_amounts_by_a_factor_and_dates_by_days_keep_every_sum() -> None:
    for original in files.bank_files(seed=5):
        [copy] = disguised(original, scale=7, shift_days=-28)
        assert verdicts(copy) == verdicts(original)
        for before, after in zip(read(original), read(copy), strict=True):
            assert after.new_balance == 7 * before.new_balance
            assert (before.new_balance_date - after.new_balance_date).days == 28
            assert [each.amount for each in after.movements] == [7 * each.amount for each in before.movements]


@pytest.mark.parametrize("change", [{"scale": 99}, {"shift_days": 40_000}, {"shift_days": 10**9}])
def test_a_change_that_does_not_fit_is_refused(change: dict[str, int]) -> None:
    with pytest.raises(CannotDisguise):
        disguised(statement([Move(900_000_000_000_000)]), **change)


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xff\xfe0\x00"])
def test_what_is_no_bank_file_is_not_disguised(data: bytes) -> None:
    with pytest.raises(CannotDisguise, match="E01"):
        disguised(data)


def test_a_letter_that_somebody_wrote_across_or_outside_the_columns_is_disguised_too() -> None:
    [copy] = disguised(
        b"Geachte mevrouw Peeters,\r\n0Peeters Lieve" + b" " * 70 + b"Peeters\r\n24Peeters\r\n9Peeters\r\n"
    )
    assert b"eeters" not in copy
    assert copy[:2] != b"Ge"


def test_a_field_of_figures_that_holds_a_name_instead_is_disguised() -> None:
    # Type 106 has a rate of twelve digits behind two amounts; some banks write what they like.
    text = f"{'Peeters Lieve':15}{'Gent':15}{'Peeters Liev':12}2{'BE 071 09612':15}"
    [copy] = disguised(statement([Move(1000, text="#")]).replace(b"0#" + b" " * 52, b"1106" + text[:50].encode()))
    assert leftovers([text], [copy.decode("cp1252")]) == set()


def test_utf_8_stays_utf_8_and_keeps_its_columns() -> None:
    lines = statement([Move(1000, text="réglé", name="Žofie")]).decode("cp1252")
    original = lines.replace("Å½", "Ž").encode("utf-8")
    [copy] = disguised(original)
    assert verdicts(copy) == verdicts(original)
    assert split_file(copy).statements[0].charset == split_file(original).statements[0].charset == "utf-8"


def test_blank_lines_line_ends_and_undefined_bytes_stay_where_they_are() -> None:
    original = b"\r\n" + statement([Move(1000, text="xxx")]).replace(b"xxx", b"\x81\x9d-").replace(b"\r\n", b"\n \n", 3)
    [copy] = disguised(original + b"\x1a")
    assert b"\x81\x9d-" in copy
    assert copy.endswith(b"\x1a")
    assert [len(line) for line in copy.splitlines()] == [len(line) for line in (original + b"\x1a").splitlines()]
    assert verdicts(copy) == verdicts(original + b"\x1a")
