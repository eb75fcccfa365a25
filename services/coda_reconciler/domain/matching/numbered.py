"""Rules 4 and 6: references and invoice numbers in free text, alone or several, credit notes netted."""

from collections.abc import Iterable, Sequence
from itertools import combinations, islice, product

from services.coda_reconciler.domain.matching.debtors import SIMILAR, similar
from services.coda_reconciler.domain.matching.facts import Decision, Evidence, OpenItem, Part, Rule
from services.coda_reconciler.domain.matching.named import Group, named_groups
from services.coda_reconciler.domain.matching.question import Question, money
from services.coda_reconciler.domain.matching.tolerance import (
    closing,
    is_late_discount,
    sign_of,
    whole,
    with_bank_costs,
)

Parts = tuple[Part, ...]

_MOST_READINGS = 256
_MOST_SUBSETS_OF = 10
_MOST_SUBSETS_SHOWN = 3
_SHORTEST_TELLING_COUNTER = 3
_NAMED_WHOLE = ("reference", "padded_reference", "full")


def by_text(question: Question) -> Decision | None:
    """What the text settles; None where it names nothing, or where it only suggests (see `question.proposals`)."""
    groups = named_groups(question)
    bare = [group for group in groups if group.strength == "tail"]
    named = [group for group in groups if group.strength != "tail"]
    if not named:
        _suggest_bare_counters(question, bare)
        return None
    rule: Rule = "R04" if all(group.is_reference for group in named) else "R06"
    live = [Group(tuple(question.open(group.items)), group.strength, group.evidence) for group in named]
    live = [group for group in live if group.items]
    if not live:
        question.doubt = "duplicate_payment" if _was_paid_before(question, named) else "already_paid"
        return question.none(rule, question.doubt, [group.evidence for group in named])
    evidence = [group.evidence for group in live]
    readings = _readings(question, live)
    if len(readings) == 1:
        return question.settle(rule, readings[0], evidence)
    for reading in readings:
        question.propose(reading, rule, (_why(rule), "sum_equal", "several_readings"), evidence)
    if readings:
        question.doubt = "several_readings"
        return None
    if len(named) == 1 and len(live[0].items) == 1:
        return _single(question, live[0], rule)
    _unfitting(question, live, rule, evidence)
    return None


def _why(rule: Rule) -> str:
    return "reference_in_text" if rule == "R04" else "number_in_text"


def _was_paid_before(question: Question, named: Sequence[Group]) -> bool:
    payable = [sum(sign_of(group.items[0]) * group.items[0].payable for group in named)]
    payable += [sign_of(item) * item.payable for group in named for item in group.items]
    return question.amount in payable


def _readings(question: Question, live: Sequence[Group]) -> list[Parts]:
    """The choices of one item a group that the amount closes exactly; without the credit notes if not with them."""
    choices = list(islice(product(*(group.items for group in live)), _MOST_READINGS + 1))
    if len(choices) > _MOST_READINGS:
        return []
    for keep_all in (True, False):
        found: dict[frozenset[object], Parts] = {}
        for chosen in choices:
            items = chosen if keep_all else tuple(item for item in chosen if _goes_with(question, item))
            if not any(_goes_with(question, item) for item in items):
                continue
            parts = closing(items, question.amount, question.day)
            if parts is not None:
                found.setdefault(frozenset(part.item for part in parts), parts)
        readings = list(found.values())
        exact = [parts for parts in readings if all(part.difference_kind is None for part in parts)]
        if readings:
            return exact or readings
    return []


def _goes_with(question: Question, item: OpenItem) -> bool:
    """Whether the money goes the way that this item asks for."""
    return (sign_of(item) > 0) == (question.amount > 0)


def _single(question: Question, group: Group, rule: Rule) -> Decision | None:
    """One item that the amount does not close: paid in part, or more than is open of it."""
    item, evidence = group.items[0], [group.evidence]
    if not _goes_with(question, item):
        question.reject(item, "money_goes_the_other_way", money(question.amount))
        question.doubt = "names_another_item"
        return None
    costs = with_bank_costs(item, question.movement)
    if costs is not None:
        return question.settle(rule, [costs], evidence)
    if abs(question.amount) > item.balance:
        counted = [each for each in _counted(question) if each.balance == abs(question.amount)]
        if group.strength == "reference" and item.family == "invoice" and not counted:
            return question.settle(rule, [whole(item)], evidence, "overpaid")
        question.doubt = "several_readings" if counted else "more_than_open"
        for other in counted:
            question.propose([whole(other)], "R06", ("number_in_text", "amount_equal", "several_readings"), evidence)
        question.propose([whole(item)], rule, (_why(rule), "more_than_open"), evidence)
        return None
    part = Part(item.key, question.amount)
    late = "discount_late" if is_late_discount(item, question.amount, question.day) else "partial"
    is_whole = group.strength in _NAMED_WHOLE and not question.names_a_stranger(item)
    if group.strength == "reference" or (is_whole and is_from_customer(question, item)):
        return question.settle(rule, [part], evidence, late)
    question.doubt = "less_than_open"
    question.propose([part], rule, (_why(rule), "less_than_open"), evidence)
    return None


def _counted(question: Question) -> list[OpenItem]:
    """The items whose bare counter stands beside a name: `+++…+++ factuur 921`."""
    found = {item.key: item for key in question.facts.number_keys for item in question.items.looked_up("tail", key)}
    return [item for item in question.open(found.values()) if _goes_with(question, item)]


def is_from_customer(question: Question, item: OpenItem) -> bool:
    """Whether the counterparty may well be the item's customer: its account is known to be, or its name is alike."""
    facts = question.facts
    known = question.knowledge.debtors.get(facts.account)
    if known is not None:
        return not known.isdisjoint(item.debtors)
    names = [name for name in (facts.name, facts.ultimate_debtor) if name]
    return not names or any(similar(name, item.customer_name) >= SIMILAR for name in names)


def _unfitting(question: Question, live: Sequence[Group], rule: Rule, evidence: Sequence[Evidence]) -> None:
    """Several names whose sum is not the amount: what fits of them first, then oldest first until it is used up."""
    question.doubt = "sum_differs"
    items = [item for group in live for item in group.items]
    for parts in islice(_fitting_subsets(question, items), _MOST_SUBSETS_SHOWN):
        question.propose(parts, rule, (_why(rule), "sum_of_some_equal", "sum_differs"), evidence)
    firsts = [group.items[0] for group in live]
    expected = sum(sign_of(item) * item.balance for item in firsts)
    for item in firsts:
        question.reject(item, "sum_differs", money(question.amount), money(expected))
    question.propose(_in_turn(question, firsts), rule, (_why(rule), "oldest_first", "sum_differs"), evidence)


def _in_turn(question: Question, items: Sequence[OpenItem]) -> list[Part]:
    """What is netted as it is named, and of the others as much as money and netted amounts go."""
    own = [item for item in items if _goes_with(question, item)]
    netted = [item for item in items if not _goes_with(question, item)] if own else []
    left = abs(question.amount) + sum(item.balance for item in netted)
    parts = []
    for item in own:
        taken = min(item.balance, left)
        if taken:
            parts.append(Part(item.key, sign_of(item) * taken))
        left -= taken
    return [*parts, *(whole(item) for item in netted)]


def _fitting_subsets(question: Question, items: Sequence[OpenItem]) -> Iterable[Parts]:
    for size in range(len(items) - 1, 0, -1) if len(items) <= _MOST_SUBSETS_OF else ():
        for chosen in combinations(items, size):
            if sum(sign_of(item) * item.balance for item in chosen) == question.amount:
                yield tuple(whole(item) for item in chosen)


def _suggest_bare_counters(question: Question, bare: Sequence[Group]) -> None:
    """A counter without its year or letters never settles by itself; whose amount fits comes first. One or two digits
    are somebody's only where one open item has them and its amount fits."""
    found = [
        (item, group) for group in bare for item in _told_by_counter(question, group) if _goes_with(question, item)
    ]
    found.sort(key=lambda pair: pair[0].balance != abs(question.amount))
    for item, group in found:
        part = Part(item.key, sign_of(item) * min(item.balance, abs(question.amount)))
        fit = "amount_equal" if item.balance == abs(question.amount) else "amount_differs"
        question.propose([part], "R06", ("number_in_text", fit, "bare_counter"), [group.evidence])


def _told_by_counter(question: Question, group: Group) -> list[OpenItem]:
    """The open items of a bare counter that it tells anything about."""
    items = question.open(group.items)
    if len(group.evidence.text.lstrip("0")) >= _SHORTEST_TELLING_COUNTER:
        return items
    return items if len(items) == 1 and items[0].balance == abs(question.amount) else []
