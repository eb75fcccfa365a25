"""Is a customer known by number and name however these are written, and are names compared as people would?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coda_reconciler.domain.matching.debtors import SIMILAR, debtor_keys, name_key, similar
from shared.contracts.invoices import Customer


@pytest.mark.parametrize("number", ["0403170701", "BE 0403.170.701", "BE0403170701", "0208:0403170701", "403170701"])
def test_a_belgian_number_is_ten_digits_however_it_is_written(number: str) -> None:
    assert debtor_keys(Customer(name="Colruyt NV", number=number)) == ("0403170701", "COLRUYT")


@pytest.mark.parametrize(
    ("number", "key"), [("NL 123.456.789 B01", "NL123456789B01"), ("0403170702", "0403170702"), ("de-12 34", "DE1234")]
)
def test_any_other_number_is_its_letters_and_digits(number: str, key: str) -> None:
    assert debtor_keys(Customer(number=number)) == (key,)


def test_what_an_invoice_does_not_name_has_no_key() -> None:
    assert debtor_keys(Customer()) == ()
    assert debtor_keys(Customer(name="  -- ", number=" . ")) == ()


@pytest.mark.parametrize(
    "name", ["Électro & Fils SA", "S.A. Electro Fils", "ELECTRO FILS s.a.", "Electro, Fils", "Sprl Électro et Fils"]
)
def test_legal_form_accents_case_and_punctuation_make_no_other_name(name: str) -> None:
    assert name_key(name) == "ELECTRO FILS"


def test_a_name_that_is_a_legal_form_only_stays() -> None:
    assert name_key("S.A.") == "SA"


ALIKE = [
    ("PEETERS LIEVE", "Lieve Peeters"),
    ("BAKKERIJ JANSSENS BV", "Bakkerij Jansens"),
    ("GARAGE VAN DEN BOSSCHE EN ZONEN NIJ", "Garage Van den Bossche en Zonen Nijlen BV"),
    ("S.A. ELECTRO", "Électro sprl"),
    ("TIMMERMANS EN ZONEN GEBROEDERS VAN", "Timmermans en Zonen Gebroeders Vandamme"),
    ("Müller GmbH", "MULLER"),
]
UNLIKE = [
    ("Bakkerij Janssens", "Bakkerij Peeters"),
    ("Jan Peeters", "Piet Peeters"),
    ("Jan", "Jansen"),
    ("", "Peeters"),
    ("", ""),
    ("ETABLISSEMENTS DUPONT", "Etablissements Durand"),
    ("Bakkerij", "Bakkerij Peeters"),
]


@pytest.mark.parametrize(("name", "other"), ALIKE)
def test_names_of_one_debtor_are_similar(name: str, other: str) -> None:
    assert similar(name, other) >= SIMILAR


@pytest.mark.parametrize(("name", "other"), UNLIKE)
def test_names_of_two_debtors_are_not(name: str, other: str) -> None:
    assert similar(name, other) < SIMILAR


@settings(deadline=None)
@given(st.text(max_size=50), st.text(max_size=50))
def test_likeness_is_between_0_and_1_and_the_same_both_ways(name: str, other: str) -> None:
    assert 0.0 <= similar(name, other) <= 1.0
    assert similar(name, other) == similar(other, name)
    assert similar(name, name) in (0.0, 1.0)
