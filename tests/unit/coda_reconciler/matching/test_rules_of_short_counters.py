"""Is a counter of one or two digits taken for an invoice's only where the text says so, and only ever suggested?"""

import pytest

from services.coda_reconciler.domain.matching.numbers import number_keys, text_keys
from tests.unit.coda_reconciler.matching.ledger_world import World, suggested
from tests.unit.coda_reconciler.matching.made import decided, facts, invoice, item, movement
from tests.unit.coda_reconciler.matching.readings import passages_of


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("fact 17", "17"), ("factuur nr 7", "7"), ("Factuur nr. 07", "7"), ("facture n° 17 merci", "17"),
        ("fact.17", "17"), ("Rechnung 7, danke", "7"), ("betaling factuur 17", "17"), ("fact 017", "17"),
        ("factuur 0007", "7"), ("facture n° 00412", "412"), ("fact 004120", "4120"),
    ],
)  # fmt: skip
def test_a_word_before_them_makes_one_or_two_digits_a_counter(text: str, key: str) -> None:
    assert key in text_keys(passages_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "17", "bus 17", "klant 17", "fact 17/2", "fact 17-03", "fact 17.50", "fact 17A", "fact A17", "fact 00",
        "17 facturen", "factuur van 17 maart", "factuur 12,50 EUR", "017", "klant 017", "fact 017/2", "fact 0017A",
    ],
)  # fmt: skip
def test_without_one_or_tied_to_more_they_are_none(text: str) -> None:
    assert not {"17", "12", "7"}.intersection(text_keys(passages_of(text)))


def test_zeros_before_a_number_that_tells_by_itself_are_not_dropped() -> None:
    assert "12345" not in text_keys(passages_of("factuur 012345"))


@pytest.mark.parametrize("number", ["2024-0017", "2024-17", "VF-0017", "F24/00017", "20240017", "INV/2024/00017"])
def test_an_invoice_is_found_by_its_counter_without_its_zeros(number: str) -> None:
    assert "17" in number_keys(number)


@pytest.mark.parametrize("text", ["fact 17", "factuur nr 17", "fact 017"])
def test_it_is_suggested_where_the_amount_is_that_of_the_one_open_invoice(text: str) -> None:
    decision = decided(movement(121_000, facts(text, name="J. Onbekend")), item("2024-0017"), item("2024-0117", 5_000))
    [proposal] = decision.proposals
    assert (decision.kind, decision.rule, proposal.reasons) == (
        "suggest", "R06", ("number_in_text", "amount_equal", "bare_counter"),
    )  # fmt: skip
    assert [part.item for part in proposal.parts] == [item("2024-0017").key]
    [evidence] = proposal.evidence
    said = text.split()[-1]
    first = 63 + text.index(said)
    assert (evidence.text, evidence.columns) == (said, f"{first}-{first + len(said) - 1}")


def test_another_amount_or_two_open_invoices_of_the_counter_suggest_nothing() -> None:
    said = facts("fact 17", name="J. Onbekend")
    assert decided(movement(120_000, said), item("2024-0017")).kind == "none"
    assert decided(movement(121_000, said), item("2024-0017"), item("2025-0017")).kind == "none"
    paid = item("2025-0017", allocated=121_000)
    assert decided(movement(121_000, said), item("2024-0017"), paid).kind == "suggest"


def test_a_payment_before_its_invoice_is_asked_of_when_that_comes() -> None:
    world = World()
    world.take(movement(121_000, facts("fact 17", name="J. Onbekend")))
    [suggestion] = suggested(world.take(invoice("2024-0017")))
    assert suggestion.reasons[-1] == "bare_counter"
