"""Are structured references found wherever they stand, and is nothing else taken for one?"""

import re

import pytest

from deploy.demo.coda.records import Entry, Text
from services.coda_reconciler.domain.matching.facts import NamedReference
from services.coda_reconciler.domain.matching.reading import payment_facts
from services.coda_reconciler.domain.matching.references import MOST_REFERENCES, references_in
from shared.values import StructuredReference
from tests.unit.coda_reconciler.matching.readings import CREDIT, facts_of, file_of, passages_of, statement_of, text_at

OGM, OTHER, RF = "090933755493", "000009423649", "RF18539007547034"


def found_in(*texts: str) -> list[tuple[str, bool]]:
    """The references of free texts, and whether their check digits hold."""
    return [(reference.text, reference.is_valid) for reference in references_in(passages_of(*texts))]


def only(entry: Entry) -> tuple[NamedReference, str]:
    """The one reference of a movement, and what stands in the file where it was found."""
    data = file_of([entry])
    statement = statement_of(data)
    (reference,) = payment_facts(statement, statement.movements[0]).references
    return reference, text_at(data, reference.evidence)


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("101", OGM, OGM), ("102", OGM, OGM), ("100", RF, RF), ("100", f"{RF}         ", RF),
        ("105", f"{1_000:015d}{1_000:015d}000110000000USD{OGM}US{1_000:015d}", OGM),
    ],
)  # fmt: skip
def test_a_zone_for_references_holds_one(kind: str, body: str, text: str) -> None:
    reference, found = only(Entry(1_000, CREDIT, Text(body, kind)))
    assert (reference.text, reference.is_valid, reference.is_structured, found) == (text, True, True, text)


def test_the_whole_communication_of_a_direct_debit_is_a_structured_reference() -> None:
    body = f"02032611{0}{'BE12ZZZ0403170701':35}{'MND':35}{OGM:62}0"
    assert only(Entry(1_000, "00550000", Text(body, "127")))[0].is_structured


@pytest.mark.parametrize("told", ["9423649", f"factuur {OGM}"])
def test_a_reference_that_is_a_part_of_it_or_a_guess_is_not_structured(told: str) -> None:
    body = f"02032611{0}{'BE12ZZZ0403170701':35}{'MND':35}{told:62}0"
    reference = only(Entry(1_000, "00550000", Text(body, "127")))[0]
    assert (reference.is_valid, reference.is_structured) == (True, False)


@pytest.mark.parametrize("kind", ["101", "102"])
@pytest.mark.parametrize("body", ["", "000000000000", "            "])
def test_a_zone_that_is_left_blank_holds_none(kind: str, body: str) -> None:
    assert facts_of(Entry(1_000, CREDIT, Text(body, kind))).references == ()


def test_a_wrong_check_digit_in_a_structured_zone_is_kept_and_does_not_hold() -> None:
    reference, found = only(Entry(1_000, CREDIT, Text("090933755494", "101")))
    assert (reference.text, reference.is_valid, found) == ("090933755494", False, "090933755494")


@pytest.mark.parametrize(
    "text",
    [
        "+++090/9337/55493+++", "***090/9337/55493***", "+++ 090/9337/55493 +++", "090/9337/55493", "090 9337 55493",
        "090-9337-55493", "090.9337.55493", OGM, f"betaling {OGM} dank u", "ogm:090/9337/55493.", "090 / 9337 / 55493",
        "+++090933755493+++", "mededeling+++090/9337/55493+++factuur 12",
    ],
)  # fmt: skip
def test_an_ogm_is_found_however_it_is_written(text: str) -> None:
    assert found_in(text) == [(OGM, True)]


@pytest.mark.parametrize(
    "text",
    [
        "0909/3375/5493", "0909 3375 5493", "0909-3375-5493", "0909.3375.5493", "+++0909/3375/5493+++",
        "090933/755493", "090 933 755 493", "betaling 0909 3375 5493 dank u",
        "factuur 2026-0412 0909/3375/5493", "klant 77 0909/3375/5493", "0909 / 3375 / 5493", "ref:0909/3375/5493.",
    ],
)  # fmt: skip
def test_an_ogm_in_other_groups_is_found_where_its_check_digits_hold(text: str) -> None:
    spelled = re.search(r"09[-0-9 /.]*93", text)
    (reference,) = references_in(passages_of(text))
    assert spelled is not None and (reference.text, reference.is_valid, reference.is_structured) == (OGM, True, False)
    assert reference.evidence.text == spelled[0]
    first = 63 + spelled.start()
    assert reference.evidence.columns == f"{first}-{first + len(spelled[0]) - 1}"


@pytest.mark.parametrize(
    "text",
    [
        "0909/3375/5494", "TEL 0909 3375 5493", "09 09 33 75 54 93", "0909/3375/5493/12", "12/0909/3375/5493",
        "A0909/3375/5493", "0909/3375/5493B", "09 0933 7554", "BE09 0933 7554 9300", "0909,3375,5493",
    ],
)  # fmt: skip
def test_other_groups_of_twelve_digits_are_no_reference(text: str) -> None:
    assert (OGM, True) not in found_in(text) and all(not is_valid for _, is_valid in found_in(text))


def test_a_batch_file_says_the_same_reference_twice_and_it_counts_once() -> None:
    (reference,) = references_in(passages_of("000009423649        000/0094/23649"))
    assert (reference.text, reference.is_structured, reference.evidence.columns) == (OTHER, False, "63-74")


@pytest.mark.parametrize("text", ["9423649", "94/23649", "0094/23649", "0/0094/23649", "nr 9423649."])
def test_leading_zeros_that_are_missing_are_put_back(text: str) -> None:
    assert found_in(text) == [(OTHER, True)]


@pytest.mark.parametrize("text", ["9423650", "94/23650", "423649", "1/94/23649", "94-23649"])
def test_zeros_are_not_put_back_where_the_check_digits_do_not_hold_or_too_little_is_left(text: str) -> None:
    assert found_in(text) == []


@pytest.mark.parametrize("text", ["+++090/9337/55494+++", "***090933755494***", "090/9337/55494"])
def test_what_is_clearly_meant_as_an_ogm_is_kept_with_a_wrong_check_digit(text: str) -> None:
    assert found_in(text) == [("090933755494", False)]


@pytest.mark.parametrize(
    "text",
    [
        "090933755494", "090 9337 55494", "BE68 5390 0754 7034", "BE68539007547034", "rek. BE68-5390-0754-7034",
        "1090933755493", "0909337554931", "000000000000", "+++000/0000/00000+++", "",
    ],
)  # fmt: skip
def test_other_digits_are_no_reference(text: str) -> None:
    assert found_in(text) == []


@pytest.mark.parametrize(
    "text", [RF, "RF18 5390 0754 7034", "rf18 5390 0754 7034", f"ref {RF} dank", "RF18 5390 0754 7034 FACTUUR 12"]
)
def test_an_rf_reference_is_found_with_and_without_blanks(text: str) -> None:
    assert found_in(text) == [(RF, True)]


def test_an_rf_reference_with_a_wrong_check_digit_is_kept() -> None:
    assert found_in("RF19539007547034 dank") == [("RF19539007547034", False)]


@pytest.mark.parametrize("text", ["PERF12 5390", "RF1", "RFID12"])
def test_other_words_with_rf_are_no_reference(text: str) -> None:
    assert found_in(text) == []


def test_a_text_full_of_references_is_read_up_to_a_bound() -> None:
    bodies = [f"{number:010d}" for number in range(1, 40)]
    text = " ".join(f"{body}{int(body) % 97 or 97:02d}" for body in bodies)
    assert len(references_in(passages_of(text))) == MOST_REFERENCES


def test_references_are_as_the_vocabulary_has_them() -> None:
    for text, _ in found_in("+++090/9337/55493+++ RF18 5390 0754 7034 9423649"):
        assert StructuredReference(text) == text
