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


@pytest.mark.parametrize(
    ("broken", "sentences"),
    [
        (
            gap((117, 119), "50.00", sequence=120),
            (
                "117 tot 119 ontbreken tussen 116 en 120; het saldo loopt door",
                "117 à 119 manquent entre 116 et 120 ; le solde se suit",
                "117 bis 119 fehlen zwischen 116 und 120; der Saldo schließt an",
                "117 to 119 are missing between 116 and 120; the balance goes on",
            ),
        ),
        (
            gap(None, "49.99", sequence=117),
            (
                "Tussen 116 en 117 ontbreekt een uittreksel; het saldo verspringt met 0,01",
                "Il manque un extrait entre 116 et 117 ; le solde fait un saut de 0,01",
                "Zwischen 116 und 117 fehlt ein Auszug; der Saldo springt um 0,01",
                "A statement is missing between 116 and 117; the balance jumps by 0.01",
            ),
        ),
    ],
)
def test_several_or_unnumbered_ones_are_told_in_each_language(
    broken: StatementGapOpened, sentences: tuple[str, ...]
) -> None:
    assert tuple(gap_sentences(broken).values()) == sentences


@pytest.mark.parametrize(
    ("changes", "between"),
    [
        ({"before": None, "expected_sequence": 1, "sequence": 3}, "000 and 003"),
        ({"before": None, "expected_sequence": 0, "sequence": 3}, "000 and 003"),
        ({"day": None, "sequence": 0}, "116 and 000"),
        ({"before": {"sequence": 0}, "sequence": 5}, "2026-03-03 and 2026-03-05"),
        ({"before": {"sequence": 7, "year": 2025}, "sequence": 9}, "2025/007 and 2026/009"),
    ],
)
def test_the_statements_on_both_sides_are_named_as_they_can_be_told_apart(
    changes: dict[str, Any], between: str
) -> None:
    before = {"statement_id": STATEMENT, "year": 2026, "sequence": 116, "day": "2026-03-03"}
    if changes.get("before") is not None:
        changes = changes | {"before": before | changes["before"]}
    assert f"A statement is missing between {between};" in gap_sentences(gap(None, **changes))[Language.EN]


def test_every_rule_and_reason_is_told_in_four_languages_also_one_that_nobody_knows() -> None:
    rules = [f"R{number:02d}" for number in range(1, 13)]
    for told in (*map(rule_sentences, [*rules, "R99"]), *map(reason_sentences, [*REASONS, "new_reason"])):
        assert set(told) == set(Language)
        assert len(set(told.values())) == 4
        assert all(sentence.endswith(".") for sentence in told.values())
    assert list(rule_sentences("R99").values()) == [
        "Gekoppeld volgens regel R99.",
        "Rapproché selon la règle R99.",
        "Nach Regel R99 zugeordnet.",
        "Matched by rule R99.",
    ]
    assert list(reason_sentences("new_reason").values()) == [
        "Reden: new_reason.",
        "Raison : new_reason.",
        "Grund: new_reason.",
        "Reason: new_reason.",
    ]
