"""Rules 1 to 12 in their order, for one movement: deterministic before statistical, one reading or a suggestion."""

from services.coda_reconciler.domain.matching.debtor import by_known_account
from services.coda_reconciler.domain.matching.facts import Decision, Knowledge, LedgerMovement, PaymentFacts
from services.coda_reconciler.domain.matching.issued import by_issued_name
from services.coda_reconciler.domain.matching.items import Items
from services.coda_reconciler.domain.matching.numbered import by_text
from services.coda_reconciler.domain.matching.original import by_original_amount
from services.coda_reconciler.domain.matching.question import Question
from services.coda_reconciler.domain.matching.structured import by_structured_reference
from services.coda_reconciler.domain.matching.suggestions import suggest_by_name, suggest_wrong_references

_CLASSIFIED = ("own_transfer", "costs", "interest", "payout")


def decide(movement: LedgerMovement, items: Items, knowledge: Knowledge, remaining: int) -> Decision:
    """What is done with `remaining` thousandths of a movement that takes nothing back; see `reversals` for those."""
    facts = movement.facts
    classified = classify(movement, knowledge)
    if facts is None or classified is not None:
        return classified or Decision("none", "R12", reason="not_a_payment")
    question = Question.of(movement, facts, items, knowledge, remaining)
    settled = _named(question)
    if settled is not None:
        return settled
    settled = by_known_account(question)
    if settled is not None:
        return settled
    suggest_by_name(question)
    return question.conclusion()


def decide_named(movement: LedgerMovement, items: Items, knowledge: Knowledge, remaining: int) -> Decision | None:
    """What a movement settles by what it names (rules 3 to 6), or why it never will; None where that is open."""
    facts = movement.facts
    classified = classify(movement, knowledge)
    if facts is None or classified is not None:
        return classified
    if not names_anything(facts):
        return None
    return _named(Question.of(movement, facts, items, knowledge, remaining))


def names_anything(facts: PaymentFacts) -> bool:
    """Whether there is a name in a movement by which rules 3 to 6 may find an item."""
    return bool(facts.references or facts.number_keys or facts.end_to_end_id or facts.mandate)


def _named(question: Question) -> Decision | None:
    settled = by_original_amount(question) or by_structured_reference(question)
    if settled is not None:
        return settled
    has_reference = any(reference.is_valid for reference in question.facts.references)
    first, second = (by_text, by_issued_name) if has_reference else (by_issued_name, by_text)
    decision = first(question)
    if decision is None or decision.kind != "settle":
        decision = second(question) or decision
    if decision is None:
        suggest_wrong_references(question)
    return decision


def classify(movement: LedgerMovement, knowledge: Knowledge) -> Decision | None:
    """Rule 11 and what comes before all rules: what pays no customer's invoice, by its kind."""
    facts = movement.facts
    if facts is None:
        return Decision("none", "R12", reason="not_a_payment")
    if facts.kind == "replaced":
        return Decision("none", "R12", reason="replaced_by_details")
    if facts.kind in _CLASSIFIED:
        return Decision("none", "R11", reason=facts.kind)
    if facts.account and facts.account in knowledge.own_accounts:
        return Decision("none", "R11", reason="own_transfer")
    if movement.amount == 0:
        return Decision("none", "R12", reason="no_amount")
    return None
