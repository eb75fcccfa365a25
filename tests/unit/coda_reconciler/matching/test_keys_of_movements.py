"""What hangs together by its names stays small, whatever people and programs write into them."""

from services.coda_reconciler.domain.matching.keys import RETURN_KINDS, keys_of_movement
from tests.unit.coda_reconciler.matching.made import facts, movement


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
