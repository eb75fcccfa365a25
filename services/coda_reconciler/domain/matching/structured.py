"""Rule 3: the structured reference (CODA 2.6 types 100, 101, 102, 105 and 127) of one open invoice."""

from services.coda_reconciler.domain.matching.facts import Decision, Evidence, OpenItem, Part
from services.coda_reconciler.domain.matching.question import Question, money
from services.coda_reconciler.domain.matching.tolerance import (
    closing,
    is_late_discount,
    sign_of,
    whole,
    with_bank_costs,
)
from services.coda_reconciler.domain.matching.widening import suggest_despite_unknown_reference


def by_structured_reference(question: Question) -> Decision | None:
    """What a valid structured reference says; None where the payer gave none.

    Nothing else settles then: a reference that no invoice has yet may be that of one that is still to come.
    """
    given = [ref for ref in question.facts.references if ref.is_structured and ref.is_valid]
    if not given:
        return None
    evidence = tuple({ref.text: ref.evidence for ref in given}.values())
    known = {item.key: item for ref in given for item in question.items.named("reference", ref.text)}
    if not known:
        suggest_despite_unknown_reference(question)
        return question.conclusion() if question.proposals else question.none("R03", "reference_unknown", evidence)
    family = "invoice" if question.amount > 0 else "credit_note"
    usable = question.usable(known.values())
    named = question.open(item for item in usable if item.family == family)
    others = [item for item in usable if item.family != family and item.balance > 0]
    if len(named) == 1:
        return settle_one(question, named[0], others, evidence)
    if named:
        return _several(question, named, evidence)
    if any(item.family == family for item in usable):
        return question.none("R03", "duplicate_payment" if family == "invoice" else "already_refunded", evidence)
    if question.proposals:
        return question.conclusion()
    reason = "no_such_open_item" if usable else question.rejected[0].reason
    return question.none("R03", reason, evidence)


def settle_one(question: Question, item: OpenItem, netted: list[OpenItem], evidence: tuple[Evidence, ...]) -> Decision:
    """One item and its reference: whole, with what the payer netted, in part, or more than is open."""
    whole_parts = closing([item], question.amount, question.day)
    if whole_parts is None and netted:
        whole_parts = closing([item, *netted], question.amount, question.day)
    if whole_parts is not None:
        return question.settle("R03", whole_parts, evidence)
    costs = with_bank_costs(item, question.movement)
    if costs is not None:
        return question.settle("R03", [costs], evidence)
    if abs(question.amount) < item.balance:
        late = is_late_discount(item, question.amount, question.day)
        part = Part(item.key, question.amount)
        return question.settle("R03", [part], evidence, "discount_late" if late else "partial")
    if item.family == "credit_note":
        question.propose([whole(item)], "R03", ("structured_reference", "more_than_open"), evidence)
        return question.conclusion()
    return question.settle("R03", [whole(item)], evidence, "overpaid")


def _several(question: Question, named: list[OpenItem], evidence: tuple[Evidence, ...]) -> Decision:
    """One reference for several open items is nobody's to settle: those that fit first, then all of them."""
    why = "several_items_with_reference"
    exact = [item for item in named if item.balance == abs(question.amount)]
    together = closing(named, question.amount, question.day)
    for item in exact:
        question.propose([whole(item)], "R03", ("structured_reference", "amount_equal", why), evidence)
    if together is not None:
        question.propose(together, "R03", ("structured_reference", "sum_equal", why), evidence)
    for item in named:
        part = Part(item.key, sign_of(item) * min(item.balance, abs(question.amount)))
        question.propose([part], "R03", ("structured_reference", why), evidence)
        question.reject(item, "several_items_with_reference", money(question.amount), money(item.balance))
    return question.conclusion()
