"""Is what matching found told in four languages, whatever it found?"""

from typing import get_args
from uuid import uuid4

import pytest

from services.coda_reconciler.domain.matching.facts import Meaning, Rule
from services.coda_reconciler.domain.settlement import outcomes, posting
from services.delivery.domain import simulated_payments
from services.delivery.domain.notices import notice_of
from shared.contracts.evidence_words import EVIDENCE, evidence_sentences
from shared.contracts.match_words import MEANINGS, RULES, meaning_words
from shared.contracts.public_payments import SettledFacts
from shared.contracts.statements import InvoiceSettled
from shared.values import Language, SoftwareSlug
from tests.unit.delivery.test_notices_and_cursors import NOW


def test_the_catalogue_has_the_reconcilers_rules_and_meanings_and_no_others() -> None:
    assert set(RULES) == set(get_args(Rule))
    assert set(MEANINGS) == set(get_args(Meaning))


def strings_in(code: object) -> set[str]:
    """The texts in a module's functions."""
    found: set[str] = set()
    waiting = [each.__code__ for each in vars(code).values() if hasattr(each, "__code__")]
    while waiting:
        constants = waiting.pop().co_consts
        waiting += [each for each in constants if hasattr(each, "co_consts")]
        found |= {each for each in constants if isinstance(each, str)}
    return found


def test_every_sentence_of_evidence_is_somebodys_and_every_one_that_is_said_is_told_in_four_languages() -> None:
    said = strings_in(outcomes) | strings_in(simulated_payments) | set(outcomes._SENTENCES.values())
    said |= {text for kind in vars(posting).values() if isinstance(kind, type) for text in strings_in(kind)}
    assert set(EVIDENCE) <= said
    assert set(outcomes._SENTENCES.values()) <= set(EVIDENCE)
    for sentences in EVIDENCE.values():
        assert len(set(sentences)) == 4


@pytest.mark.parametrize("meaning", [*MEANINGS, "something_new"])
def test_a_fact_says_in_four_languages_what_it_was_taken_for(meaning: str) -> None:
    told = meaning_words(meaning)
    assert set(told) == set(Language) and len(set(told.values())) >= 3, "Mandat and Montant are nearly alike"


def test_the_texts_of_the_statement_stay_as_they_are() -> None:
    told = evidence_sentences("the text names the invoice: VF-12, VF: 13")
    assert told[Language.NL] == "de tekst noemt de factuur: VF-12, VF: 13"
    assert told[Language.EN] == "the text names the invoice: VF-12, VF: 13"
    assert evidence_sentences("10.00 more was paid than is open: a credit stays")[Language.DE].endswith("bleibt")
    assert evidence_sentences("nobody ever said this") == evidence_sentences("") == {}


def test_a_software_is_told_the_evidence_in_four_languages(a_settlement: InvoiceSettled) -> None:
    data = notice_of(uuid4(), NOW, a_settlement, software=SoftwareSlug("robaws")).event.data
    assert isinstance(data, SettledFacts)
    assert data.allocation.i18n == evidence_sentences(a_settlement.allocation.evidence) != {}
    assert data.allocation.evidence == a_settlement.allocation.evidence
    hidden = a_settlement.allocation.model_copy(update={"evidence": "", "facts": ()})
    untold = notice_of(uuid4(), NOW, a_settlement.model_copy(update={"allocation": hidden}), software=SoftwareSlug("x"))
    assert isinstance(untold.event.data, SettledFacts) and untold.event.data.allocation.i18n == {}


@pytest.fixture
def a_settlement() -> InvoiceSettled:
    euro = {"amount": "10.00", "currency": "EUR"}
    allocation = {"iban": "BE68539007547034", "year": 2026, "sequence": 118, "movement": 1, "amount": euro}
    allocation |= {"rule": "R03", "evidence": "the structured communication is this invoice's reference: +++1+++"}
    return InvoiceSettled.model_validate(
        {"document_id": "doc_01jd8w3q5k7x9e2v4b6n8m0r1t", "enterprise_number": "0403170701", "invoice_number": "A-1"}
        | {"version": 1, "balance": euro, "allocation": allocation}
    )
