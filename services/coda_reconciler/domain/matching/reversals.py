"""Rule 2: which payment a return, refund, reversal or cancellation takes back, whichever of the two came first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from services.coda_reconciler.domain.matching.facts import (
    Decision,
    LedgerMovement,
    MovementKey,
    Part,
    PaymentFacts,
    Proposal,
)
from services.coda_reconciler.domain.matching.keys import tells_one
from services.coda_reconciler.domain.matching.originals import telling_ids

_Marks = tuple[bool, ...]

_TELLING = 5
"""How many of the marks tell a payment of the return's amount by themselves; account, name and order only help to
choose."""

MOST_COSTS = 100_000
"""What a bank is believed to take for a return, thousandths, where it takes it together with the money."""


def is_return(movement: LedgerMovement) -> bool:
    """Whether a movement takes an earlier one back."""
    return movement.facts is not None and movement.facts.kind == "return"


@dataclass(frozen=True, slots=True)
class Pairs:
    """The payment that each return takes back, and for those that found none the ones that it may be about."""

    found: dict[MovementKey, MovementKey]
    likely: dict[MovementKey, tuple[LedgerMovement, ...]]


def pairs_of(movements: Iterable[LedgerMovement], accepted: Mapping[MovementKey, MovementKey]) -> Pairs:
    """For each return the one payment of its amount that has most in common with it, told by more than its account;
    where there is none, the one that it names and that is less by what a bank takes for a return.

    `accepted` are the pairs that a person chose. A payment is taken back once.
    """
    known = list(movements)
    if not any(map(is_return, known)):
        return Pairs(dict(accepted), {})
    in_order = sorted(known, key=lambda movement: movement.order)
    payments = [each for each in in_order if each.facts is not None and each.facts.kind == "payment"]
    of_amount: dict[tuple[int, str], list[LedgerMovement]] = {}
    for payment in payments:
        of_amount.setdefault((payment.amount, payment.currency), []).append(payment)
    pairs = Pairs(dict(accepted), {})
    gone = set(accepted.values())
    left = []
    for movement in in_order:
        if not is_return(movement) or movement.key in pairs.found:
            continue
        candidates = of_amount.get((-movement.amount, movement.currency), [])
        marks, best = _best(movement, [payment for payment in candidates if payment.key not in gone])
        if len(best) == 1 and any(marks[:_TELLING]):
            pairs.found[movement.key] = best[0].key
            gone.add(best[0].key)
        elif any(marks[: _TELLING + 1]):
            pairs.likely[movement.key] = best
        else:
            left.append(movement)
    if left:
        _pair_with_costs(left, payments, pairs, gone, telling_ids(in_order))
    return pairs


def _pair_with_costs(
    returns: Sequence[LedgerMovement],
    payments: Sequence[LedgerMovement],
    pairs: Pairs,
    gone: set[MovementKey],
    telling: Set[str],
) -> None:
    """Of another amount than the return's: taken for the payment where it is the only one that the return names, and
    the difference is what a bank may have kept; otherwise a person is asked."""
    by_name: dict[tuple[str, str], list[LedgerMovement]] = {}
    for payment in payments:
        for name in _names(payment):
            by_name.setdefault(name, []).append(payment)
    for movement in returns:
        named = {payment.key: payment for name in _names(movement) for payment in by_name.get(name, ())}
        sign = -1 if movement.amount > 0 else 1
        candidates = [
            payment
            for payment in named.values()
            if payment.key not in gone and payment.currency == movement.currency and payment.amount * sign > 0
        ]
        marks, best = _best(movement, candidates)
        costs = abs(movement.amount) - abs(best[0].amount) if best else 0
        is_named = any(_is_named(movement, payment, telling) for payment in best[:1])
        if len(candidates) == 1 and is_named and 0 < costs <= MOST_COSTS:
            pairs.found[movement.key] = best[0].key
            gone.add(best[0].key)
        elif any(marks[:_TELLING]):
            # What has less in common may be the only one that paid something.
            pairs.likely[movement.key] = (*best, *(payment for payment in candidates if payment not in best))


def _is_named(movement: LedgerMovement, payment: LedgerMovement, telling: Set[str]) -> bool:
    """Whether a return says which payment it takes back, the amounts aside. A mandate does not, and an id alone only
    where it is one of the `telling` ones, made as a number is, and no other account is named."""
    kinds = {kind for kind, _ in set(_names(movement)).intersection(_names(payment))}
    taking, taken = movement.facts, payment.facts
    if not kinds <= {"end_to_end", "mandate"}:
        return True
    if taking is None or taken is None or "end_to_end" not in kinds:
        return False
    issued, is_another = taking.end_to_end_id, _differ(taking.account, taken.account)
    return "mandate" in kinds or (issued in telling and tells_one(issued) and not is_another)


def _names(movement: LedgerMovement) -> Iterator[tuple[str, str]]:
    """By what a return of another amount finds its payment. All but a mandate tell which one it is: that comes again
    with other amounts, as numbers do."""
    facts = movement.facts
    if facts is None:
        return
    if facts.end_to_end_id:
        yield "end_to_end", facts.end_to_end_id
    if tells_one(facts.bank_reference):
        yield "bank_reference", facts.bank_reference
    if facts.mandate:
        yield "mandate", facts.mandate
    for reference in facts.references:
        if reference.is_valid:
            yield "reference", reference.text


def _best(movement: LedgerMovement, candidates: Sequence[LedgerMovement]) -> tuple[_Marks, tuple[LedgerMovement, ...]]:
    marked = [(marks, payment) for payment in candidates if (marks := _marks(movement, payment)) is not None]
    best = max((marks for marks, _ in marked), default=())
    return best, tuple(payment for marks, payment in marked if marks == best)


def _marks(movement: LedgerMovement, payment: LedgerMovement) -> _Marks | None:
    """What a return and a payment have in common, most telling first; None where they cannot belong
    together: another id, another mandate."""
    taking, taken = movement.facts, payment.facts
    if taking is None or taken is None:
        return None
    if _differ(taking.end_to_end_id, taken.end_to_end_id) or _differ(taking.mandate, taken.mandate):
        return None
    references = {reference.text for reference in taking.references if reference.is_valid}
    return (
        _equal(taking.end_to_end_id, taken.end_to_end_id),
        _equal(taking.bank_reference, taken.bank_reference) and not _differ(taking.account, taken.account),
        any(reference.text in references for reference in taken.references),
        not set(taking.number_keys).isdisjoint(taken.number_keys),
        _equal(taking.mandate, taken.mandate),
        _equal(taking.account, taken.account),
        _equal(taking.name, taken.name),
        payment.order <= movement.order,
    )


def _equal(one: str, other: str) -> bool:
    return bool(one) and one == other


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def reopening(movement: LedgerMovement, facts: PaymentFacts, taken: Sequence[Part]) -> Decision:
    """What a return does with what its payment settled, and never more; `reason` is the ISO code, where the bank gave
    one. What the return brought beyond that are the bank's costs."""
    evidence = (facts.returned.evidence,) if facts.returned is not None else ()
    reason = facts.returned.reason if facts.returned is not None else ""
    if not taken:
        return Decision("none", "R02", evidence=evidence, reason="returned_unallocated")
    parts = taken_back(taken, abs(movement.amount))
    if not parts:
        return Decision("none", "R02", evidence=evidence, reason="amount_differs")
    return Decision("reopen", "R02", parts=parts, evidence=evidence, reason=reason or "returned")


def taken_back(parts: Sequence[Part], most: int) -> tuple[Part, ...]:
    """The same parts with the opposite signs. Where the return brought less than they took (`most`, thousandths), as
    much as that of the only one; of several nobody knows which."""
    taken = abs(sum(part.of_movement for part in parts))
    if taken > most and (len(parts) > 1 or parts[0].taken is not None):
        return ()
    if taken > most:
        sign = -1 if parts[0].amount > 0 else 1
        return (Part(parts[0].item, sign * most),)
    return tuple(
        Part(
            part.item,
            -part.amount,
            -part.difference,
            part.difference_kind,
            -part.taken if part.taken is not None else None,
        )
        for part in parts
    )


def undecided(
    movement: LedgerMovement, facts: PaymentFacts, candidates: Sequence[tuple[LedgerMovement, Sequence[Part]]]
) -> Decision:
    """A return that finds no payment is held until one comes; of two equal ones, and of one of another amount, a person
    decides."""
    evidence = (facts.returned.evidence,) if facts.returned is not None else ()
    is_equal = all(payment.amount == -movement.amount for payment, _ in candidates)
    why = "several_payments" if len(candidates) > 1 else "only_account_equal" if is_equal else "amount_differs"
    proposals = tuple(
        Proposal(back, "R02", ("may_take_back", why), evidence, payment.key)
        for payment, parts in candidates
        if parts and (back := taken_back(parts, abs(movement.amount)))
    )
    if proposals:
        return Decision("suggest", "R02", proposals=proposals, evidence=evidence, reason=why)
    return Decision("none", "R02", evidence=evidence, reason=why if candidates else "reversal_held")
