"""Rules 7 and 8: a counterparty whose account a person confirmed, and an amount that only one reading explains."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain, islice

from services.coda_reconciler.domain.matching.debtors import SIMILAR, similar
from services.coda_reconciler.domain.matching.debts import Debts, age_of
from services.coda_reconciler.domain.matching.facts import Decision, Evidence, ItemKey, OpenItem, Part
from services.coda_reconciler.domain.matching.question import Question
from services.coda_reconciler.domain.matching.sources import source_of
from services.coda_reconciler.domain.matching.subsets import MOST_SETTLED, MOST_SUGGESTED, subsets
from services.coda_reconciler.domain.matching.tolerance import closing, sign_of, whole, with_bank_costs

_SHOWN = 3
MANY = 200
"""Items of one debtor from which on not each is looked at for each payment."""


def by_known_account(question: Question) -> Decision | None:
    """What the confirmed debtor's open items and the amount settle; nothing that the payer's own words gainsay.

    An item issued after the payment is not looked at: it would make the reading of an old payment change for ever.
    """
    debtors = question.knowledge.debtors.get(question.facts.account, frozenset())
    if sum(question.items.count_named("debtor", debtor) for debtor in debtors) > MANY:
        return _of_many(question, sorted(debtors))
    named = {item.key: item for debtor in sorted(debtors) for item in question.items.named("debtor", debtor)}
    items = [item for item in question.open(named.values()) if _was_issued(question, item)]
    items.sort(key=age_of)
    if not items:
        return None
    evidence = _evidence(question)
    decision = _one(question, items, evidence) or _sum(question, items, evidence)
    if decision is None and question.amount > 0 and not question.proposals:
        _in_turn(question, items, evidence)
    return decision


def _of_many(question: Question, debtors: Sequence[str]) -> Decision | None:
    """The same of a debtor with hundreds of items: only what the amount may close is looked at, and, for a sum and in
    turn, the oldest of what is open as far as that is of use."""
    original = question.facts.original
    amounts = {abs(question.amount), *((original.amount,) if original is not None else ())}
    debts = [question.items.debts_of(debtor) for debtor in debtors]
    near = {key: question.items.get(key) for each in debts for key in each.near(amounts)}
    items = [item for item in question.open(filter(None, near.values())) if _was_issued(question, item)]
    items.sort(key=age_of)
    evidence = _evidence(question)
    decision = _one(question, items, evidence)
    if decision is not None:
        return decision
    oldest = (item for item in _oldest(question, debts) if question.day is None or item.issue_date <= question.day)
    few = list(islice(oldest, MOST_SUGGESTED + 1))
    if few and len(few) <= MOST_SUGGESTED:
        decision = _sum(question, few, evidence)
    if decision is None and few and question.amount > 0 and not question.proposals:
        _in_turn(question, chain(few, oldest), evidence)
    return decision


def _oldest(question: Question, debts: Sequence[Debts]) -> Iterator[OpenItem]:
    """What is open and usable of all these debtors, each item once, in the order in which it is paid."""
    seen: set[ItemKey] = set()
    for item in merge(*(each.oldest() for each in debts), key=age_of):
        if item.key not in seen and question.usable([item]):
            seen.add(item.key)
            yield item


def _evidence(question: Question) -> list[Evidence]:
    return [source_of(question.facts, "counterparty_account"), question.amount_stated()]


def _was_issued(question: Question, item: OpenItem) -> bool:
    if question.day is None or item.issue_date <= question.day:
        return True
    question.reject(item, "issued_after_payment", str(question.day), str(item.issue_date))
    return False


def _one(question: Question, items: Sequence[OpenItem], evidence: Sequence[Evidence]) -> Decision | None:
    """Rule 7: exactly one open item has the amount; a difference counts only where no item has it exactly."""
    own = [item for item in items if (sign_of(item) > 0) == (question.amount > 0)]
    fitting: list[tuple[Part, ...]] = [(whole(item),) for item in own if item.balance == abs(question.amount)]
    fitting = fitting or [parts for item in own if (parts := closing([item], question.amount, question.day))]
    fitting = fitting or [(costs,) for item in own if (costs := with_bank_costs(item, question.movement))]
    if len(fitting) == 1 and _is_undoubted(question, fitting[0]):
        return question.settle("R07", fitting[0], evidence)
    reasons = ("known_account", "amount_equal", "several_readings" if len(fitting) > 1 else question.doubt)
    for parts in fitting:
        question.propose(parts, "R07", reasons if reasons[-1] else (*reasons[:2], "another_is_named"), evidence)
    if fitting:
        question.doubt = question.doubt or "several_readings"
    return None


def _sum(question: Question, items: Sequence[OpenItem], evidence: Sequence[Evidence]) -> Decision | None:
    """Rule 8: exactly one set of open items has the sum; with many items it is only suggested."""
    if question.doubt == "several_readings":
        return None
    amounts = [sign_of(item) * item.balance for item in items]
    found = [tuple(whole(items[place]) for place in places) for places in subsets(amounts, question.amount, _SHOWN)]
    found = [parts for parts in found if any((part.amount > 0) == (question.amount > 0) for part in parts)]
    if len(found) == 1 and len(items) <= MOST_SETTLED and _is_undoubted(question, found[0]):
        return question.settle("R08", found[0], evidence)
    why = "several_readings" if len(found) > 1 else question.doubt or "many_open_items"
    for parts in found:
        question.propose(parts, "R08", ("known_account", "sum_equal", why), evidence)
    return None


def _is_undoubted(question: Question, parts: Sequence[Part]) -> bool:
    """Whether the payer's words, as far as they name anything, name just these items."""
    taken = {part.item for part in parts}
    items = [item for key in taken if (item := question.items.get(key)) is not None]
    if any(question.names_a_stranger(item) or _is_paid_for_another(question, item) for item in items):
        question.doubt = question.doubt or "another_is_named"
    suggested = [{part.item for part in proposal.parts} for proposal in question.proposals]
    return not question.doubt and all(items <= taken for items in suggested)


def _is_paid_for_another(question: Question, item: OpenItem) -> bool:
    """Whether the payer says that it pays for somebody, and that is not this item's customer."""
    name = question.facts.ultimate_debtor
    return bool(name) and similar(name, item.customer_name) < SIMILAR


def _in_turn(question: Question, items: Iterable[OpenItem], evidence: Sequence[Evidence]) -> None:
    """Nothing fits: the oldest open invoices as far as the money goes."""
    left, parts = question.amount, []
    for item in items:
        if left <= 0:
            break
        if item.family == "invoice":
            parts.append(Part(item.key, min(item.balance, left)))
            left -= min(item.balance, left)
    question.propose(parts, "R12", ("known_account", "oldest_first", "amount_differs"), evidence)
