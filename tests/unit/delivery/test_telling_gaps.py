"""Is what is missing told in a sentence that a person understands, in four languages?"""

from typing import Any

import pytest

from services.delivery.domain.gap_words import gap_sentences
from services.delivery.domain.payment_reasons import REASONS
from services.delivery.domain.payment_words import reason_sentences, rule_sentences
from shared.contracts.statements import StatementGapOpened
from shared.values import Language

STATEMENT = "stm_01jd8w3q5k7x9e2v4b6n8m0r1t"


def gap(missing: tuple[int, int] | None, found: str = "1254.55", **changes: Any) -> StatementGapOpened:
    facts: dict[str, Any] = {
        "statement_id": STATEMENT,
        "enterprise_number": "0403170701",
        "iban": "BE68539007547034",
        "year": 2026,
        "sequence": 118,
        "expected_sequence": 117,
        "expected_balance": {"amount": "50.00", "currency": "EUR"},
        "found_balance": {"amount": found, "currency": "EUR"},
        "day": "2026-03-05",
        "before": {"statement_id": STATEMENT, "year": 2026, "sequence": 116, "day": "2026-03-03"},
        "missing": {"first": missing[0], "last": missing[1]} if missing else None,
    }
    return StatementGapOpened.model_validate(facts | changes)


def test_one_missing_statement_is_named_with_the_jump_of_the_balance() -> None:
    assert gap_sentences(gap((117, 117))) == {
        Language.NL: "117 ontbreekt tussen 116 en 118; het saldo verspringt met 1.204,55",
        Language.FR: "117 manque entre 116 et 118 ; le solde fait un saut de 1\u202f204,55",
        Language.DE: "117 fehlt zwischen 116 und 118; der Saldo springt um 1.204,55",
        Language.EN: "117 is missing between 116 and 118; the balance jumps by 1,204.55",
    }


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (gap((117, 119), sequence=120), "117 to 119 are missing between 116 and 120; the balance jumps by 1,204.55"),
        (gap((117, 117), "50.00"), "117 is missing between 116 and 118; the balance goes on"),
        (gap((117, 117), "50.005"), "117 is missing between 116 and 118; the balance jumps by 0.005"),
        (gap((117, 117), "-1150.00"), "117 is missing between 116 and 118; the balance jumps by 1,200.00"),
        (gap(None, sequence=117), "A statement is missing between 116 and 117; the balance jumps by 1,204.55"),
        (
            gap((1, 2), year=2027, sequence=3),
            "001 to 002 are missing between 2026/116 and 2027/003; the balance jumps by 1,204.55",
        ),
        (
            gap(None, sequence=0),
            "A statement is missing between 2026-03-03 and 2026-03-05; the balance jumps by 1,204.55",
        ),
        (gap(None, before=None), "A statement is missing between 116 and 118; the balance jumps by 1,204.55"),
    ],
)
def test_what_is_missing_is_told_as_far_as_it_is_known(broken: StatementGapOpened, sentence: str) -> None:
    assert gap_sentences(broken)[Language.EN] == sentence
    assert len(set(gap_sentences(broken).values())) == 4


def test_every_rule_and_reason_is_told_in_four_languages_also_one_that_nobody_knows() -> None:
    rules = [f"R{number:02d}" for number in range(1, 13)]
    for told in (*map(rule_sentences, [*rules, "R99"]), *map(reason_sentences, [*REASONS, "new_reason"])):
        assert set(told) == set(Language)
        assert len(set(told.values())) == 4
        assert all(sentence.endswith(".") for sentence in told.values())
    assert reason_sentences("new_reason")[Language.EN] == "Reason: new_reason."
