"""What hangs together by its names stays small, whatever people and programs write into them."""

from services.coda_reconciler.domain.matching.keys import RETURN_KINDS, keys_of_movement
from tests.unit.coda_reconciler.matching.made import OGM, facts, movement


def returning(made: object) -> set[object]:
    return {key for key in keys_of_movement(made) if key.kind in RETURN_KINDS}  # type: ignore[arg-type]


def test_an_id_that_a_program_gives_to_all_its_payments_makes_no_component_of_them() -> None:
    one = movement(-121_000, facts(end_to_end_id="BETALING"))
    other = movement(-50_000, facts(end_to_end_id="BETALING"), position=1)
    assert returning(one) and returning(one).isdisjoint(returning(other))


def test_a_payment_and_what_takes_it_back_have_the_id_in_common() -> None:
    paid = movement(121_000, facts(end_to_end_id="E2E-1"))
    back = movement(-121_000, facts(return_reason="MD06", end_to_end_id="E2E-1"), position=1)
    assert not returning(paid).isdisjoint(returning(back))


def test_a_cancelled_payment_without_an_id_has_its_banks_reference_in_common_with_what_takes_it_back() -> None:
    paid = movement(121_000, facts(reference=OGM, bank_reference="OL9456574"))
    back = movement(-121_000, facts(return_reason="", bank_reference="OL9456574"), position=1, code="00149000")
    assert not returning(paid).isdisjoint(returning(back))


def test_a_reference_that_a_bank_gives_to_all_makes_no_component_of_them() -> None:
    same = [movement(amount, facts(bank_reference="OL9456574"), position=amount) for amount in (121_000, 50_000)]
    assert returning(same[0]).isdisjoint(returning(same[1]))
    assert returning(movement(121_000, facts(bank_reference="0000000000000"))) == set()
    assert returning(movement(121_000, facts(bank_reference="OVERSCHRIJVING"))) == set()
