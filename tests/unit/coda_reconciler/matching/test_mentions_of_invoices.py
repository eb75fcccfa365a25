"""Does a payment name the invoices that it means, no others, and is it told how surely and where?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coda_reconciler.domain.matching.facts import OpenItem, PaymentFacts
from services.coda_reconciler.domain.matching.mentions import mentions
from tests.unit.coda_reconciler.matching.readings import item, named, passages_of

LIST = tuple(f"2024-04{counter}" for counter in range(10, 20))


@pytest.mark.parametrize(
    ("text", "number", "strength"),
    [
        ("factuur 2024-0412", "2024-0412", "full"), ("factuur 2024/0412", "VF-2024-0412", "derived"),
        ("FACT20240412", "2024-0412", "full"), ("vf 2024 0412", "VF-2024/0412", "full"),
        ("221213422", "2022-12-13422", "derived"), ("24.0412", "2024-0412", "derived"),
        ("2024-12", "2024-012", "tail"), ("202412", "2024-0012", "tail"), ("facture 2024-05-12", "2024-05-12", "tail"),
        ("factuur 900", "900", "tail"), ("factuur 900", "2024-0900", "tail"), ("factuur 900", "VF-900", "tail"),
        ("12345", "12345", "full"), ("facture n°2024.0412", "F2024-0412", "derived"), ("VF412", "VF-0412", "derived"),
        ("20240412FACTUUR", "20240412", "derived"), ("6088CN", "6088CN", "full"), ("/INV/VF-0412", "VF-0412", "full"),
    ],
)  # fmt: skip
def test_a_number_is_named_as_surely_as_it_is_written(text: str, number: str, strength: str) -> None:
    assert named(text, number).get(number) == strength


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-0412+413", {"2024-0412": "full", "2024-0413": "elided"}),
        ("2024-0412, 13 en 14", {"2024-0412": "full", "2024-0413": "elided", "2024-0414": "elided"}),
        ("2024-0412 2024-0413 2024-0414", {"2024-0412": "full", "2024-0413": "full", "2024-0414": "full"}),
        ("2024-0412 t/m 2024-0414", {"2024-0412": "full", "2024-0413": "range", "2024-0414": "full"}),
        ("2024-0412 au 414", {"2024-0412": "full", "2024-0413": "range", "2024-0414": "range"}),
        ("20240412-20240414", {"2024-0412": "derived", "2024-0413": "range", "2024-0414": "derived"}),
    ],
)
def test_lists_and_ranges_name_all_of_their_invoices(text: str, found: dict[str, str]) -> None:
    assert named(text, *LIST) == found


@pytest.mark.parametrize(
    "text",
    [
        "bestelling 20240412", "uw order nr. 2024-0412", "commande n° 2024-0412", "PO-2024-0412", "klant: 2024-0412",
        "PO20240412", "4500-2024-0412", "2024-0412-7", "20240412RI", "KLANT20240412", "devis 2024-0412",
    ],
)  # fmt: skip
def test_another_number_with_the_same_digits_is_only_suggested(text: str) -> None:
    assert named(text, "2024-0412") == {"2024-0412": "tail"}


@pytest.mark.parametrize(
    "text",
    [
        "2024-04120", "120240412", "1202404125", "rek BE68 2024 0412 7034", "rek BE68-2024-0412-7034", "2024-0413",
        "12/04/2024", "412,00 EUR", "tel 0412/20.24.04", "240412ISABEL", "A2024B0412C",
    ],
)  # fmt: skip
def test_other_numbers_do_not_name_it(text: str) -> None:
    assert named(text, "2024-0412") == {}


@pytest.mark.parametrize(
    "text",
    [
        "2024-0413, 2de aanmaning", "2024-0413/2", "2024-0413 - 3 facturen", "2024-0413 3e keer", "2024-0413 121,00",
        "2024 0413 EUR 410,00", "410,00 voor 2024-0413", "2024-0413 (410 EUR)", "2024-0413 3 x",
    ],
)  # fmt: skip
def test_what_else_is_said_of_an_invoice_names_no_second_one(text: str) -> None:
    assert named(text, *LIST) == {"2024-0413": "full"}


@pytest.mark.parametrize("text", ["order 900", "klant 900", "4500-900", "900-12", "X900", "900RI"])
def test_a_bare_counter_that_does_not_stand_alone_is_not_even_suggested(text: str) -> None:
    assert named(text, "900") == {}


def test_a_company_that_writes_letters_before_its_numbers_is_known_by_them() -> None:
    assert named("VF20240412", "VF2024-0412") == {"VF2024-0412": "full"}
    assert named("XF20240412", "VF2024-0412") == {"VF2024-0412": "tail"}
    assert named("PO-20240412", "PO-20240412") == {"PO-20240412": "full"}


def test_the_longest_reading_wins() -> None:
    assert named("2022-12-13422", "2022-12-13422", "13422", "2022-12") == {"2022-12-13422": "full"}
    assert named("VF20240412", "VF20240412", "20240412") == {"VF20240412": "full"}


def test_invoices_that_share_groups_of_digits_are_not_all_named() -> None:
    numbers = [f"2022-12-{counter}" for counter in range(13_400, 13_460)]
    assert named("2022-12-13422", *numbers) == {"2022-12-13422": "full"}
    assert named("2024906464510", "2024906464510", "2024906464511", "2024906464") == {"2024906464510": "full"}


def test_the_stronger_of_two_readings_of_one_place_wins() -> None:
    assert named("240412", "24-0412", "2024-0412") == {"24-0412": "derived"}
    assert named("INV 240415", "24-0415", "2024-0415") == {"24-0415": "full"}


def test_the_same_number_in_two_years_names_both_at_one_place() -> None:
    facts = PaymentFacts("payment", passages_of("factuur VF-0412"))
    found = mentions(facts, [item("VF-0412", 2025), item("VF-0412", 2026)])
    assert [mention.item.year for mention in found] == [2025, 2026]
    assert len({mention.evidence for mention in found}) == 1


def test_an_invoice_and_a_credit_note_of_one_number_are_both_named() -> None:
    items = [item("2026-0412"), item("2026-0412", family="credit_note")]
    assert len(mentions(PaymentFacts("payment", passages_of("2026-0412")), items)) == 2


def test_an_invoice_that_is_named_twice_counts_once_as_strongly_as_it_is_named() -> None:
    facts = PaymentFacts("payment", passages_of("412", "2024-0412", "24-0412"))
    (mention,) = mentions(facts, [item("2024-0412")])
    assert (mention.strength, mention.evidence.line, mention.evidence.columns) == ("full", 4, "63-71")


def test_the_payers_own_reference_of_digits_names_less_surely() -> None:
    assert named("2024001", "2024001", zone="customer_reference") == {"2024001": "derived"}
    assert named("VF2024001", "VF2024001", zone="customer_reference") == {"VF2024001": "full"}
    assert named("2024001", "2024001") == {"2024001": "full"}


def test_eight_digits_that_are_a_day_name_less_surely_unless_said_to_be_an_invoice() -> None:
    assert named("20240412", "2024-0412") == {"2024-0412": "derived"}
    assert named("factuur 20240412", "2024-0412") == {"2024-0412": "full"}
    assert named("20240432", "2024-0432") == {"2024-0432": "full"}


def test_evidence_is_the_text_as_it_stands() -> None:
    (mention,) = mentions(PaymentFacts("payment", passages_of("Betr. vf-2024/0412, dank")), [item("VF2024-0412")])
    assert (mention.evidence.text, mention.evidence.meaning) == ("vf-2024/0412", "invoice_number")


NUMBERS = st.sampled_from(["2024-0412", "2024-0413", "VF-0412", "900", "12345", "2022-12-13422", "F24/00240"])


def _items(numbers: list[str]) -> list[OpenItem]:
    return [item(number) for number in dict.fromkeys(numbers)]


@settings(deadline=None)
@given(st.lists(NUMBERS, max_size=6), st.text("0123456789 -/+,.VFEN€", max_size=80))
def test_whatever_the_text_mentions_are_of_the_items_and_stand_there(numbers: list[str], text: str) -> None:
    items = _items(numbers)
    facts = PaymentFacts("payment", passages_of(f"{text} {' '.join(numbers[:2])}", text))
    found = mentions(facts, items)
    assert {mention.item.key for mention in found} <= {each.key for each in items}
    assert len({mention.item.key for mention in found}) == len(found)
    for mention in found:
        assert any(mention.evidence.text in passage.text for passage in facts.passages)
    assert found == mentions(facts, items[::-1])


@settings(deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=6, unique=True))
def test_numbers_written_in_full_with_commas_between_are_all_named(numbers: list[str]) -> None:
    found = named(", ".join(numbers), *numbers)
    assert set(found) == set(numbers)
