"""Posting what was resolved of a component: entries, balances, states, proposals, and the events of all that."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from services.coda_reconciler.domain.matching.facts import (
    Decision,
    ItemKey,
    LedgerMovement,
    MovementKey,
    OpenItem,
    Part,
    Proposal,
)
from services.coda_reconciler.domain.matching.items import Items
from services.coda_reconciler.domain.matching.tolerance import effect_of
from services.coda_reconciler.domain.settlement.balances import Pair, Standings, Step, steps_between
from services.coda_reconciler.domain.settlement.decided import Decided
from services.coda_reconciler.domain.settlement.endings import ending_of
from services.coda_reconciler.domain.settlement.outcomes import (
    allocation_of,
    compensation_of,
    paid_event,
    proposal_id,
    reopened_event,
    settlement_id,
    suggested_event,
    undone_event,
    withdrawn_event,
)
from services.coda_reconciler.domain.settlement.resolving import Resolution
from services.coda_reconciler.domain.settlement.values import (
    ActiveProposal,
    Changes,
    LedgerEntry,
    MovementState,
    Outcome,
)
from shared.contracts.statements import Allocation


class Books(Protocol):
    """What posting writes to."""

    changes: Changes
    standings: Standings
    decided: Decided
    movements: dict[MovementKey, LedgerMovement]
    proposals: dict[MovementKey, tuple[ActiveProposal, ...]]
    asked_anew: set[MovementKey]

    def post(self, entry: LedgerEntry) -> None: ...

    def change(self, item: OpenItem) -> None: ...

    def conclude(self, state: MovementState) -> None: ...

    def propose(self, movement: MovementKey, proposals: tuple[ActiveProposal, ...]) -> None: ...


class Posting:
    """One component; `changed` says by how much more is allocated to the items that it changed."""

    def __init__(self, books: Books, items: Items, present: Mapping[ItemKey, OpenItem], resolution: Resolution) -> None:
        self.outcomes: list[Outcome] = []
        self.changed: dict[ItemKey, int] = {}
        self._books = books
        self._items = items
        self._present = present
        self._resolution = resolution
        self._in_turn = list(resolution.remaining)

    def post(self) -> None:
        """Entries first, then what is left and suggested."""
        wanted: dict[Pair, Part] = {}
        for movement in self._in_turn:
            for part in self._resolution.decisions[movement].parts:
                wanted[movement, part.item] = part
        for step in steps_between(self._books.standings, self._in_turn, wanted, self._present):
            if step.takes_back is None:
                self._give(step)
            else:
                self._take_back(step)
        for movement in self._in_turn:
            decision = self._resolution.decisions[movement]
            self._books.conclude(MovementState(movement, self._resolution.remaining[movement], decision))
            self._suggest(self._books.movements[movement], decision)

    def renew(self, items: Iterable[ItemKey]) -> None:
        """A newer version of an invoice tells what was paid of it, where nothing else did."""
        for key in sorted(set(items) - self.changed.keys()):
            made = [
                standing.made
                for movement in self._in_turn
                if (standing := self._books.standings.active(movement).get(key)) is not None
            ]
            if made:
                self.outcomes.append(paid_event(self._changed(key, 0), made[-1].facts))

    def _changed(self, key: ItemKey, effect: int) -> OpenItem:
        """The item with one more change of its balance."""
        item = self._items.get(key)
        if item is None:
            raise KeyError(f"{key} changes and is not among the items")
        item = item.with_balance(item.allocated + effect, item.version + 1)
        self._books.change(item)
        if effect:
            self.changed[key] = self.changed.get(key, 0) + effect
        return item

    def _give(self, step: Step) -> None:
        movement, key = self._books.movements[step.movement], step.part.item
        decision = self._resolution.decisions[movement.key]
        effect = effect_of(self._present[key], step.part)
        item = self._changed(key, effect)
        earlier = self._books.standings.of(movement.key).get(key)
        allocation_id = settlement_id(movement, item, earlier.count + 1 if earlier is not None else 1)
        facts = allocation_of(movement, item, step.part, decision, allocation_id, self._compensates(movement.key, key))
        self._post(step, item, facts)
        if effect > 0:
            self.outcomes.append(paid_event(item, facts))
        else:
            self.outcomes.append(reopened_event(item, facts, _return_reason(movement)))

    def _compensates(self, movement: MovementKey, item: ItemKey) -> str:
        """The allocation that a return takes back."""
        taken = self._resolution.takes_back.get(movement)
        standing = self._books.standings.of(taken).get(item) if taken is not None else None
        return standing.made.allocation_id if standing is not None else ""

    def _take_back(self, step: Step) -> None:
        if step.takes_back is None:
            return
        movement, made = self._books.movements[step.movement], step.takes_back.made
        pin = self._books.decided.pins.get(movement.key)
        is_undone = pin is not None and not pin.parts
        effect = effect_of(self._present[step.part.item], step.part)
        item = self._changed(step.part.item, effect)
        why = "undone by a person" if is_undone else "what came since tells otherwise"
        facts = compensation_of(made.facts, movement, item, step.part, why)
        self._post(step, item, facts)
        if effect > 0:
            self.outcomes.append(paid_event(item, facts))
        elif is_undone:
            self.outcomes.append(undone_event(item, facts))
        else:
            self.outcomes.append(reopened_event(item, facts, ""))

    def _post(self, step: Step, item: OpenItem, facts: Allocation) -> None:
        made = step.takes_back.made if step.takes_back is not None else None
        entry = LedgerEntry(
            item=item.key,
            movement=step.movement,
            amount=step.part.amount,
            difference=step.part.difference,
            difference_kind=step.part.difference_kind,
            document_id=made.document_id if made is not None else item.document_id,
            rule=made.rule if made is not None else self._resolution.decisions[step.movement].rule,
            allocation_id=facts.allocation_id,
            facts=facts,
        )
        self._books.post(entry)

    def _suggest(self, movement: LedgerMovement, decision: Decision) -> None:
        """Publish the proposals of a movement where they are others than before, or where a person asks anew; each
        part is an event, and so is the end of each that holds no more."""
        earlier = self._books.proposals.get(movement.key, ())
        active = tuple(
            ActiveProposal(movement.key, proposal, rank, ids)
            for rank, proposal in enumerate(decision.proposals, 1)
            if (ids := self._ids(movement, proposal))
        )
        is_same = [each.allocation_ids for each in active] == [each.allocation_ids for each in earlier]
        if is_same and movement.key not in self._books.asked_anew:
            return
        self._books.asked_anew.discard(movement.key)
        self._books.propose(movement.key, active)
        self._books.changes.proposals[movement.key] = active
        if earlier:
            self._withdraw(movement, decision, earlier, active)
        for each in active:
            proposal = each.proposal
            grounds = Decision("suggest", proposal.rule, evidence=proposal.evidence, rejected=decision.rejected)
            for part, allocation_id in zip(proposal.parts, each.allocation_ids, strict=True):
                item = self._changed(part.item, 0)
                facts = allocation_of(movement, item, part, grounds, allocation_id)
                self.outcomes.append(suggested_event(item, facts, each))

    def _withdraw(
        self,
        movement: LedgerMovement,
        decision: Decision,
        earlier: Iterable[ActiveProposal],
        active: Iterable[ActiveProposal],
    ) -> None:
        """Publish the end of every part that was suggested and is no more."""
        standing = {allocation_id for each in active for allocation_id in each.allocation_ids}
        for each in earlier:
            grounds = Decision("suggest", each.proposal.rule, evidence=each.proposal.evidence)
            for part, allocation_id in zip(each.proposal.parts, each.allocation_ids, strict=True):
                if allocation_id not in standing:
                    item = self._changed(part.item, 0)
                    facts = allocation_of(movement, item, part, grounds, allocation_id)
                    ending = ending_of(each, allocation_id, item, decision, self._books.decided)
                    self.outcomes.append(withdrawn_event(item, facts, ending))

    def _ids(self, movement: LedgerMovement, proposal: Proposal) -> tuple[str, ...]:
        items = [self._items.get(part.item) for part in proposal.parts]
        return tuple(proposal_id(movement, item, proposal.parts) for item in items if item is not None)


def _return_reason(movement: LedgerMovement) -> str:
    facts = movement.facts
    return facts.returned.reason if facts is not None and facts.returned is not None else ""
