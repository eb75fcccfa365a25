"""Is all that a payer or a bank wrote read, and told where it stands in the file?"""

import pytest

from deploy.demo.coda.records import Entry, Text
from services.coda_reconciler.domain.matching.facts import Passage
from services.coda_reconciler.domain.matching.mentions import mentions
from services.coda_reconciler.domain.matching.reading import payment_facts
from services.coda_reconciler.domain.matching.texts import part_of, place_in, places
from tests.unit.coda_reconciler.matching.readings import (
    CREDIT,
    FIRST_LINE,
    PAYER,
    all_facts,
    facts_of,
    file_of,
    item,
    paid,
    statement_of,
    text_at,
)

ACROSS_TWO = "x" * 47 + " 2026-12-13422 dank u"
"""The number begins in record 2.1 and ends in record 2.2."""


def evidence_of(data: bytes, number: str) -> tuple[str, str]:
    """The text that names an invoice, as it is told and as it stands in the file."""
    statement = statement_of(data)
    facts = payment_facts(statement, statement.movements[0])
    (mention,) = mentions(facts, [item(number)])
    return mention.evidence.text, text_at(data, mention.evidence)


def test_free_text_stands_in_record_21() -> None:
    facts = facts_of(paid("factuur 2026-0412"))
    assert facts.passages == (Passage("free", "factuur 2026-0412", FIRST_LINE, "63-115"),)
    assert facts.number_keys[0] == "20260412"


def test_a_number_that_goes_over_two_records_is_found_and_told_where() -> None:
    data = file_of([paid(ACROSS_TWO)])
    assert evidence_of(data, "2026-12-13422") == ("2026-12-13422", "2026-12-13422")


def test_the_places_of_a_number_over_two_records_are_columns_of_each() -> None:
    statement = statement_of(file_of([paid(ACROSS_TWO)]))
    (mention,) = mentions(payment_facts(statement, statement.movements[0]), [item("2026-12-13422")])
    assert (mention.evidence.line, mention.evidence.columns) == (3, "111-115,+1:11-18")
    assert places(3, mention.evidence.columns) == ((3, 111, 115), (4, 11, 18))


def test_a_number_in_the_third_zone_stands_in_record_23() -> None:
    text = "y" * 106 + "2026-0412"
    assert evidence_of(file_of([paid(text)]), "2026-0412") == ("2026-0412", "2026-0412")


def test_blank_lines_in_the_file_do_not_shift_what_is_told() -> None:
    lines = file_of([paid(ACROSS_TWO)]).split(b"\r\n")
    data = b"\r\n".join([*lines[:3], b"", *lines[3:]])
    assert evidence_of(data, "2026-12-13422") == ("2026-12-13422", "2026-12-13422")


def test_a_left_out_record_22_is_blanks_that_stand_nowhere() -> None:
    lines = file_of([paid("z" * 53 + " " * 53 + "2026-0412")]).split(b"\r\n")
    first = lines[2][:125] + b"1 0"
    assert lines[3].startswith(b"22")
    trailer = lines[6][:16] + b"000004" + lines[6][22:]
    data = b"\r\n".join([*lines[:2], first, *lines[4:6], trailer, b""])
    assert evidence_of(data, "2026-0412") == ("2026-0412", "2026-0412")


def test_information_that_a_bank_wraps_within_a_word_is_joined() -> None:
    # Record 3.1 has 73 columns: the label and the number both go on in the next record.
    texts = [Text(f"{'Virement':61}Communicatio"), Text(f"n : facture{'2026-0':>62}"), Text("413")]
    data = file_of([paid("Europese overschrijving (zie bijlage)", *texts)])
    statement = statement_of(data)
    facts = payment_facts(statement, statement.movements[0])
    assert [passage.zone for passage in facts.passages] == ["free", "label"]
    (mention,) = mentions(facts, [item("2026-0413")])
    assert mention.evidence.text == "2026-0413"
    assert text_at(data, mention.evidence) == "2026-0413"


def test_long_information_goes_over_records_32_and_33() -> None:
    text = "a" * 70 + " 2026-0414 " + "b" * 90 + " 2026-0415 "
    data = file_of([paid("", Text(text))])
    statement = statement_of(data)
    found = mentions(payment_facts(statement, statement.movements[0]), [item("2026-0414"), item("2026-0415")])
    assert [mention.item.number for mention in found] == ["2026-0414", "2026-0415"]
    assert [text_at(data, mention.evidence) for mention in found] == ["2026-0414", "2026-0415"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("IBAN: BE68539007547034 Mededeling : factuur 2026-0412", ["factuur 2026-0412"]),
        ("Info personnelle: 2026-0412 Mandat: MND-2026-0413", ["2026-0412"]),
        ("Uiteindelijke opdrachtgever : Peeters 2026-0412 Referentie: 77", ["77"]),
    ],
)
def test_only_what_stands_behind_the_labels_of_the_payer_is_the_payers(text: str, found: list[str]) -> None:
    passages = facts_of(paid("", Text(text))).passages
    assert [passage.text for passage in passages if passage.zone != "ultimate_debtor"] == found


def test_labels_tell_account_ultimate_debtor_and_mandate() -> None:
    text = "IBAN: BE68 5390 0754 7034 Donneur d'ordre final : Dupont Jean Mandat: M-77"
    facts = facts_of(Entry(121_000, CREDIT, Text("Virement en euros (SEPA)"), information=(Text(text),)))
    assert (facts.account, facts.ultimate_debtor, facts.mandate) == (PAYER, "Dupont Jean", "M-77")


def test_the_ultimate_debtor_of_type_009_is_read_and_names_no_invoice() -> None:
    facts = facts_of(paid("huur", Text(f"{'Kinderen 2026-0412':70}", "009")))
    assert facts.ultimate_debtor == "Kinderen 2026-0412"
    assert facts.number_keys == ()
    assert mentions(facts, [item("2026-0412")]) == ()


def test_the_lines_of_the_bank_have_the_payers_words_of_a_payment_from_abroad() -> None:
    facts = facts_of(paid("00352037002A3545", Text(f"{'INV. 2026-0412':35}{'MERCI':35}", "002"), code="04150000"))
    assert [mention.item.number for mention in mentions(facts, [item("2026-0412")])] == ["2026-0412"]


def test_a_name_that_record_23_cuts_is_whole_in_type_001() -> None:
    entry = Entry(1_000, CREDIT, name="GARAGE VAN DEN BOSSCHE EN ZONEN NIJ", information=(
        Text(f"{'GARAGE VAN DEN BOSSCHE EN ZONEN NIJLEN':70}{'Markt 1':35}{'2560 Nijlen':35}", "001"),
    ))  # fmt: skip
    facts = facts_of(entry)
    assert facts.name == "GARAGE VAN DEN BOSSCHE EN ZONEN NIJLEN"
    assert facts.counterparty_line == FIRST_LINE + 1


def test_the_communication_and_the_mandate_of_a_direct_debit_are_read() -> None:
    body = f"02032611{0}{'BE12ZZZ0403170701':35}{'MND-2026-7':35}{'factuur 2026-0412':62}0"
    data = file_of([Entry(121_000, "00550000", Text(body, "127"))])
    statement = statement_of(data)
    facts = payment_facts(statement, statement.movements[0])
    assert (facts.kind, facts.mandate) == ("payment", "MND-2026-7")
    assert [(passage.zone, passage.text) for passage in facts.passages] == [("structured", "factuur 2026-0412")]
    assert text_at(data, facts.passages[0]) == "factuur 2026-0412"


@pytest.mark.parametrize("reference", ["NOTPROVIDED", "NOT PROVIDED", "notprovided", "NONREF", "0000"])
def test_a_reference_that_says_there_is_none_is_none(reference: str) -> None:
    facts = facts_of(Entry(1_000, CREDIT, Text("huur"), customer_reference=reference))
    assert facts.end_to_end_id == ""
    assert [passage.text for passage in facts.passages] == ["huur"]


def test_the_end_to_end_id_is_a_passage_of_its_own() -> None:
    data = file_of([Entry(1_000, CREDIT, Text("huur"), customer_reference="2026-0412")])
    statement = statement_of(data)
    facts = payment_facts(statement, statement.movements[0])
    assert facts.end_to_end_id == "2026-0412"
    assert facts.passages[1] == Passage("customer_reference", "2026-0412", FIRST_LINE + 1, "64-72")
    assert text_at(data, facts.passages[1]) == "2026-0412"


def test_the_reference_of_a_total_is_no_end_to_end_id() -> None:
    (facts,) = all_facts(Entry(1_000, "10150000", Text("batch"), customer_reference="PMT-2026-1"))
    assert facts.end_to_end_id == ""


ORDERED = (
    Entry(
        118_000, "04150000", Text(f"{118_000:015d}{130_000:015d}000110000000USD{'090933755493'}US{118_000:015d}", "105")
    ),
    paid("INV", Text(f"{'bedrag van de opdracht':30}USD{130_000:015d}0100", "006"), code="04150000"),
)


@pytest.mark.parametrize("entry", ORDERED, ids=("communication 105", "information 006"))
def test_what_the_payer_ordered_is_read(entry: Entry) -> None:
    data = file_of([entry])
    statement = statement_of(data)
    original = payment_facts(statement, statement.movements[0]).original
    assert original is not None
    assert (original.amount, original.currency) == (130_000, "USD")
    assert text_at(data, original.evidence) == f"{130_000:015d}"


def test_a_cost_that_information_explains_is_not_what_the_payer_ordered() -> None:
    facts = facts_of(paid("INV", Text(f"{'kosten':30}EUR{3_000:015d}1013", "006")))
    assert facts.original is None


def test_a_part_of_a_passage_knows_its_own_line() -> None:
    passage = Passage("free", "a" * 60, 7, "63-115,+1:11-63,+2:83-125")
    assert part_of(passage, "label", 55, 60) == Passage("label", "aaaaa", 8, "13-17")
    assert place_in(passage, 50, 55) == (7, "113-115,+1:11-12")
