"""What a component's movements settle, from nothing: a function of what came, not of the order in which it came."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from services.coda_reconciler.domain.matching.decide import classify, decide, decide_named
from services.coda_reconciler.domain.matching.facts import (
    Decision,
    Evidence,
    Knowledge,
    LedgerMovement,
    MovementKey,
    Part,
    Proposal,
)
from services.coda_reconciler.domain.matching.items import Items
from services.coda_reconciler.domain.matching.reversals import is_return, pairs_of, reopening, undecided
from services.coda_reconciler.domain.matching.tolerance import effect_of, sign_of
from services.coda_reconciler.domain.settlement.values import Pin


@dataclass(slots=True)
class Resolution:
    """What was decided of each movement, in the order in which it takes effect, and what is left of it.

    `takes_back` names the payment of each return that found one.
    """

    items: Items
    knowledge: Knowledge
    decisions: dict[MovementKey, Decision] = field(default_factory=dict)
    remaining: dict[MovementKey, int] = field(default_factory=dict)
    takes_back: dict[MovementKey, MovementKey] = field(default_factory=dict)

    def apply(self, movement: LedgerMovement, decision: Decision) -> None:
        """Take a decision over: its parts off the movement and onto the items."""
        self.decisions[movement.key] = decision
        taken = 0
        for part in decision.parts:
            item = self.items.get(part.item)
            if item is None:
                raise KeyError(f"{part.item} was decided on and is not among the items")
            self.items.change(item.with_balance(item.allocated + effect_of(item, part), item.version))
            taken += part.of_movement
        self.remaining[movement.key] = self.remaining[movement.key] - abs(taken)


def resolve(
    movements: Iterable[LedgerMovement], items: Items, knowledge: Knowledge, pins: Mapping[MovementKey, Pin]
) -> Resolution:
    """Decide on all movements of a component; `items` are a trial of which nothing is paid.

    People's decisions come first, then what names its invoice, then what only its debtor tells; each in the one order
    of movements, and a return right behind its payment: what it frees is there for the payments after that one.
    """
    known = {movement.key: movement for movement in movements}
    accepted = {key: pin.takes_back for key, pin in pins.items() if pin.takes_back is not None and key in known}
    undone = {key for key, pin in pins.items() if not pin.parts and key in known and is_return(known[key])}
    pairs = pairs_of((movement for movement in known.values() if movement.key not in undone), accepted)
    resolution = Resolution(items, knowledge)
    resolution.takes_back = pairs.found
    in_turn = sorted(known.values(), key=lambda movement: _place(movement, resolution.takes_back, known))
    resolution.remaining = {movement.key: abs(movement.amount) for movement in in_turn}
    for step in (_pinned, _named, _others):
        for movement in in_turn:
            if movement.key not in resolution.decisions:
                step(resolution, movement, pins, pairs.likely)
    return resolution


def _place(
    movement: LedgerMovement, takes_back: Mapping[MovementKey, MovementKey], known: Mapping[MovementKey, LedgerMovement]
) -> tuple[object, ...]:
    taken = takes_back.get(movement.key)
    if taken is None or taken not in known:
        return movement.order, 0
    return known[taken].order, 1


_Pins = Mapping[MovementKey, Pin]
_Likely = Mapping[MovementKey, tuple[LedgerMovement, ...]]


def _pinned(resolution: Resolution, movement: LedgerMovement, pins: _Pins, likely: _Likely) -> None:
    """What a person settled, as far as the items still have it; and what takes it back."""
    pin = pins.get(movement.key)
    if is_return(movement):
        _return_if_decided(resolution, movement)
    elif pin is not None and pin.parts:
        parts = tuple(_fitted(resolution, pin, movement.amount))
        evidence = (Evidence(movement.facts.line if movement.facts else 0, "", pin.decided_by, "decision"),)
        if parts:
            resolution.apply(movement, Decision("settle", pin.rule, parts, evidence=evidence, reason="accepted"))


def _fitted(resolution: Resolution, pin: Pin, amount: int) -> list[Part]:
    """What a person accepted, cut to what is open of the items since: never more than the money and what is netted
    with it, and never netted more than is paid."""
    open_parts = [part for given in pin.parts if (part := _open_part(resolution, given)) is not None]
    own = [part for part in open_parts if (part.amount > 0) == (amount > 0)]
    netted = [part for part in open_parts if (part.amount > 0) != (amount > 0)]
    own = _cut(own, abs(amount) + sum(abs(part.of_movement) for part in netted))
    return own + _cut(netted, sum(abs(part.of_movement) for part in own))


def _cut(parts: Iterable[Part], most: int) -> list[Part]:
    """The parts as far as so many thousandths go; one that is cut closes nothing, and one in another currency is not
    cut: nobody knows what less of the money would have been there."""
    fitted = []
    for part in parts:
        taken = min(abs(part.of_movement), most)
        if part.taken is not None and taken < abs(part.taken):
            continue
        most -= taken
        if taken:
            sign = 1 if part.amount > 0 else -1
            fitted.append(part if taken == abs(part.of_movement) else Part(part.item, sign * taken))
    return fitted


def _open_part(resolution: Resolution, part: Part) -> Part | None:
    item = resolution.items.get(part.item)
    if item is None or item.balance == 0:
        return None
    over = effect_of(item, part) - item.balance
    if over <= 0:
        return part
    if over <= part.difference:
        difference = part.difference - over
        return Part(part.item, part.amount, difference, part.difference_kind if difference else None)
    # In another currency the money goes with what is given, in the measure in which it was paid.
    taken = part.taken * item.balance // abs(part.amount) if part.taken is not None else None
    return Part(part.item, sign_of(item) * item.balance, taken=taken)


def _named(resolution: Resolution, movement: LedgerMovement, pins: _Pins, likely: _Likely) -> None:
    """What names its item, and what takes it back. What does not settle now is asked again with the rest: a payment
    that came twice is the only one when the other is taken back."""
    if is_return(movement):
        _return_if_decided(resolution, movement)
    elif movement.key not in pins:
        decision = decide_named(movement, resolution.items, resolution.knowledge, resolution.remaining[movement.key])
        if decision is not None and decision.kind == "settle":
            resolution.apply(movement, decision)


def _others(resolution: Resolution, movement: LedgerMovement, pins: _Pins, likely: _Likely) -> None:
    """The rest: what only its debtor tells, and returns that no payment or more than one may belong to. What a person
    undid settles nothing by itself."""
    if is_return(movement):
        if not _return_if_decided(resolution, movement):
            _hold(resolution, movement, likely.get(movement.key, ()))
        return
    remaining = resolution.remaining[movement.key]
    decision = decide(movement, resolution.items, resolution.knowledge, remaining)
    if movement.key in pins and decision.kind == "settle":
        decision = _only_suggested(decision)
    resolution.apply(movement, decision)
    if classify(movement, resolution.knowledge) is not None:
        resolution.remaining[movement.key] = 0


def _return_if_decided(resolution: Resolution, movement: LedgerMovement) -> bool:
    """Take the payment back if what it settles is known: nothing remains of either."""
    taken = resolution.takes_back.get(movement.key)
    if taken is None or movement.facts is None or taken not in resolution.decisions:
        return False
    settled = resolution.decisions[taken]
    resolution.apply(movement, reopening(movement, movement.facts, settled.parts))
    resolution.remaining[movement.key] = resolution.remaining[taken] = 0
    if settled.kind == "suggest":
        resolution.decisions[taken] = Decision("none", "R02", rejected=settled.rejected, reason="taken_back")
    return True


def _hold(resolution: Resolution, movement: LedgerMovement, candidates: tuple[LedgerMovement, ...]) -> None:
    if movement.facts is not None:
        decisions = resolution.decisions
        settled = [(each, decisions[each.key].parts) for each in candidates if each.key in decisions]
        resolution.apply(movement, undecided(movement, movement.facts, settled))


def _only_suggested(decision: Decision) -> Decision:
    reasons = (decision.reason, "undone_by_a_person") if decision.reason else ("undone_by_a_person",)
    proposal = Proposal(decision.parts, decision.rule, reasons, decision.evidence)
    return replace(decision, kind="suggest", parts=(), proposals=(proposal,), reason="undone_by_a_person")
