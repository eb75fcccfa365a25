"""Rule 10 across currencies: an invoice in the currency that the payer ordered in, paid on an account of another one.

What the bank gave for it is no measure of the invoice: only what the payer ordered (CODA 2.6 communication 105,
information 006) can be compared with its balance. A transfer from abroad (family 41) that ordered just what is open of
the one invoice that it names settles it with all that it brought; anything less certain is suggested.
"""

from collections.abc import Iterator
from typing import NamedTuple

from services.coda_reconciler.domain.matching.facts import Decision, Evidence, OpenItem, Part
from services.coda_reconciler.domain.matching.mentions import mentions
from services.coda_reconciler.domain.matching.question import Question
from services.coda_reconciler.domain.matching.tolerance import FOREIGN_TRANSFERS


class _Named(NamedTuple):
    """An invoice that the payer names, how, whether by all of its reference or number, and where."""

    item: OpenItem
    why: str
    is_whole: bool
    evidence: Evidence


def by_original_amount(question: Question) -> Decision | None:
    """What of an invoice was ordered in its own currency settles it, where that is the only invoice of the text; else
    each that fits is proposed, with the whole movement."""
    original, movement = question.facts.original, question.movement
    if original is None or original.currency == movement.currency or question.amount != movement.amount:
        return None
    named = list(_named_invoices(question))
    ordered = original.currency, original.amount
    fitting = [
        each
        for each in named
        if (each.item.currency, each.item.balance) == ordered
        and (movement.key, each.item.key) not in question.knowledge.refused
    ]
    is_one_reading = len({each.item.key for each in named if each.item.balance > 0}) == 1
    for item, why, is_whole, evidence in fitting:
        part = Part(item.key, item.balance, taken=question.amount)
        told = [evidence, original.evidence, question.amount_stated()]
        if is_one_reading and is_whole and movement.transaction_code[1:3] == FOREIGN_TRANSFERS:
            return question.settle("R10", [part], told, "other_currency")
        question.propose([part], "R10", (why, "amount_equal", "other_currency"), told)
    return None


def _named_invoices(question: Question) -> Iterator[_Named]:
    """By reference and then by number, in whatever currency."""
    facts, named = question.facts, question.items.named
    if question.amount <= 0:
        return
    for reference in facts.references:
        why = "structured_reference" if reference.is_structured else "reference_in_text"
        for item in named("reference", reference.text) if reference.is_valid else ():
            if item.family == "invoice":
                yield _Named(item, why, True, reference.evidence)
    found = {item.key: item for key in facts.number_keys for item in named("number", key)}
    for mention in mentions(facts, list(found.values())):
        if mention.strength != "tail" and mention.item.family == "invoice":
            yield _Named(mention.item, "number_in_text", mention.strength == "full", mention.evidence)
