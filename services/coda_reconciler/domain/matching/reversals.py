"""Rule 2: which payment a return, refund, reversal or cancellation takes back, whichever of the two came first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.coda_reconciler.domain.matching.facts import (
    Decision,
    LedgerMovement,
    MovementKey,
    Part,
    PaymentFacts,
    Proposal,
)

_Marks = tuple[bool, ...]

_TELLING = 5
"""How many of the marks tell a payment by themselves; account, name and order only help to choose."""


def is_return(movement: LedgerMovement) -> bool:
    """Whether a movement takes an earlier one back."""
    return movement.facts is not None and movement.facts.kind == "return"


@dataclass(frozen=True, slots=True)
class Pairs:
    """The payment that each return takes back, and for those that found none the ones that it may be about."""

    found: dict[MovementKey, MovementKey]
    likely: dict[MovementKey, tuple[MovementKey, ...]]


def pairs_of(movements: Iterable[LedgerMovement], accepted: Mapping[MovementKey, MovementKey]) -> Pairs:
    """For each return the one payment of its amount that has most in common with it, told by more than its account.

    `accepted` are the pairs that a person chose. A payment is taken back once.
    """
    payments: dict[tuple[int, str], list[LedgerMovement]] = {}
    returns = []
    for movement in sorted(movements, key=lambda movement: movement.order):
        if is_return(movement):
            returns.append(movement)
        elif movement.facts is not None and movement.facts.kind == "payment":
            payments.setdefault((movement.amount, movement.currency), []).append(movement)
    pairs = Pairs(dict(accepted), {})
    gone = set(accepted.values())
    for movement in returns:
        if movement.key in pairs.found:
            continue
        candidates = payments.get((-movement.amount, movement.currency), [])
        marks, best = _best(movement, [payment for payment in candidates if payment.key not in gone])
        if len(best) == 1 and any(marks[:_TELLING]):
            pairs.found[movement.key] = best[0]
            gone.add(best[0])
        elif any(marks[: _TELLING + 1]):
            pairs.likely[movement.key] = best
    return pairs


def _best(movement: LedgerMovement, candidates: Sequence[LedgerMovement]) -> tuple[_Marks, tuple[MovementKey, ...]]:
    marked = [(marks, payment) for payment in candidates if (marks := _marks(movement, payment)) is not None]
    best = max((marks for marks, _ in marked), default=())
    return best, tuple(payment.key for marks, payment in marked if marks == best)


def _marks(movement: LedgerMovement, payment: LedgerMovement) -> _Marks | None:
    """What a return and a payment of its amount have in common, most telling first; None where they cannot belong
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


def reopening(facts: PaymentFacts, taken: Sequence[Part]) -> Decision:
    """What a return does with what its payment settled; `reason` is the ISO code, where the bank gave one."""
    evidence = (facts.returned.evidence,) if facts.returned is not None else ()
    reason = facts.returned.reason if facts.returned is not None else ""
    if not taken:
        return Decision("none", "R02", evidence=evidence, reason="returned_unallocated")
    return Decision("reopen", "R02", parts=taken_back(taken), evidence=evidence, reason=reason or "returned")


def taken_back(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The same parts with the opposite signs."""
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


def undecided(facts: PaymentFacts, candidates: Sequence[tuple[MovementKey, Sequence[Part]]]) -> Decision:
    """A return that finds no payment is held until one comes; of two equal ones a person chooses."""
    evidence = (facts.returned.evidence,) if facts.returned is not None else ()
    why = "several_payments" if len(candidates) > 1 else "only_account_equal"
    proposals = tuple(
        Proposal(taken_back(parts), "R02", ("may_take_back", why), evidence, payment)
        for payment, parts in candidates
        if parts
    )
    if proposals:
        return Decision("suggest", "R02", proposals=proposals, evidence=evidence, reason=why)
    return Decision("none", "R02", evidence=evidence, reason=why if candidates else "reversal_held")
