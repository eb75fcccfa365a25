"""Rule 10 across currencies: an invoice in the currency that the payer ordered in, paid on an account of another one.

What the bank gave for it is no measure of the invoice: only what the payer ordered (CODA 2.6 communication 105,
information 006) can be compared with its balance. That the rate was the bank's to choose is why a person is asked.
"""

from collections.abc import Iterator

from services.coda_reconciler.domain.matching.facts import Evidence, OpenItem, Part
from services.coda_reconciler.domain.matching.mentions import mentions
from services.coda_reconciler.domain.matching.question import Question


def suggest_original_amount(question: Question) -> None:
    """Propose the named invoices of which exactly what is open was ordered, in their currency; each takes the whole
    movement."""
    original, movement = question.facts.original, question.movement
    if original is None or original.currency == movement.currency or question.amount != movement.amount:
        return
    ordered = original.currency, original.amount
    for item, why, evidence in _named_in_other_currencies(question):
        if (item.currency, item.balance) == ordered and (movement.key, item.key) not in question.knowledge.refused:
            part = Part(item.key, item.balance, taken=question.amount)
            reasons = (why, "amount_equal", "other_currency")
            question.propose([part], "R10", reasons, [evidence, original.evidence, question.amount_stated()])


def _named_in_other_currencies(question: Question) -> Iterator[tuple[OpenItem, str, Evidence]]:
    """Invoices that the payer names, by reference and then by number, and how."""
    facts, named = question.facts, question.items.named
    if question.amount <= 0:
        return
    for reference in facts.references:
        why = "structured_reference" if reference.is_structured else "reference_in_text"
        for item in named("reference", reference.text) if reference.is_valid else ():
            if item.family == "invoice" and item.currency != question.movement.currency:
                yield item, why, reference.evidence
    found = {item.key: item for key in facts.number_keys for item in named("number", key)}
    for mention in mentions(facts, list(found.values())):
        if mention.strength != "tail" and mention.item.family == "invoice":
            yield mention.item, "number_in_text", mention.evidence
