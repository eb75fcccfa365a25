"""What people decided: settlements that hold before all rules, pairs that are refused, accounts that were learnt."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from services.coda_reconciler.domain.matching.facts import ItemKey, Knowledge, LedgerMovement, MovementKey, Part
from services.coda_reconciler.domain.matching.items import Items
from services.coda_reconciler.domain.matching.tolerance import effect_of
from services.coda_reconciler.domain.settlement.balances import Standings
from services.coda_reconciler.domain.settlement.values import (
    ActiveProposal,
    Learnt,
    PersonDecision,
    Pin,
    Refusal,
    RefusalCode,
)
from shared.values import EnterpriseNumber, StatementId, ValueRejected

_EMPTY = Knowledge()


def movement_of(allocation_id: str) -> MovementKey | None:
    """The movement that an allocation's or a proposal's id belongs to; None for what is no such id."""
    parts = allocation_id.split("/")
    if len(parts) != 4 or not (parts[1].isascii() and parts[1].isdecimal()) or len(parts[1]) > 9:
        return None
    try:
        return StatementId(parts[0]), int(parts[1])
    except ValueRejected:
        return None


@dataclass(frozen=True, slots=True)
class Said:
    """What follows from a person's decision for the ledger."""

    movement: MovementKey
    items: frozenset[ItemKey]
    pins: tuple[Pin, ...] = ()
    refused: tuple[Refusal, ...] = ()
    learnt: tuple[Learnt, ...] = ()


class Decided:
    """Decisions so far; `pins` are the last of each movement, `learnt` and `refusals` the ones that hold."""

    def __init__(
        self,
        knowledge: Mapping[EnterpriseNumber, Knowledge],
        learnt: Iterable[Learnt],
        refusals: Iterable[Refusal] = (),
    ) -> None:
        self.pins: dict[MovementKey, Pin] = {}
        self._refusals: dict[MovementKey, dict[ItemKey, Refusal]] = {}
        for refusal in refusals:
            self._refusals.setdefault(refusal.movement, {})[refusal.item] = refusal
        self._knowledge = dict(knowledge)
        self._learnt: list[Learnt] = []
        for each in learnt:
            self._take_over(each)

    def knowledge_of(self, company: EnterpriseNumber) -> Knowledge:
        """What is known of a company, what was just decided included."""
        return self._knowledge.get(company, _EMPTY)

    def refusals_of(self, movement: MovementKey) -> Iterable[Refusal]:
        """What a person said that the movement does not pay."""
        return self._refusals.get(movement, {}).values()

    def read(
        self,
        decision: PersonDecision,
        movements: Mapping[MovementKey, LedgerMovement],
        standings: Standings,
        proposals: Mapping[MovementKey, tuple[ActiveProposal, ...]],
        items_of: Callable[[EnterpriseNumber], Items],
    ) -> Said | RefusalCode:
        """What a decision means now, taken over here; or why it changes nothing."""
        key = movement_of(decision.allocation_id)
        movement = movements.get(key) if key is not None else None
        if movement is None or movement.enterprise_number != decision.enterprise_number:
            return "allocation_unknown"
        if decision.allocation_id.split("/")[2] != decision.document_id:
            return "allocation_unknown"
        items = items_of(decision.enterprise_number)
        if decision.decision == "undo":
            said = self._undone(decision, movement, standings)
        else:
            said = self._answered(decision, movement, proposals.get(movement.key, ()), items)
        if isinstance(said, Said):
            for refusal in said.refused:
                self._refuse(decision.enterprise_number, refusal)
            for each in said.learnt:
                self._take_over(each)
        return said

    def _answered(
        self, decision: PersonDecision, movement: LedgerMovement, proposals: Iterable[ActiveProposal], items: Items
    ) -> Said | RefusalCode:
        found = next((each for each in proposals if decision.allocation_id in each.allocation_ids), None)
        if found is None:
            return "proposal_stale"
        parts = found.proposal.parts
        if decision.decision == "refuse":
            refused = parts[found.allocation_ids.index(decision.allocation_id)].item
            refusal = Refusal(movement.key, refused, decision.decision_id, decision.allocation_id, found)
            return Said(movement.key, frozenset({refused}), refused=(refusal,))
        if not all(_holds(items, part) for part in parts):
            return "proposal_stale"
        pin = Pin(
            movement.key,
            parts,
            found.proposal.rule,
            decision.decided_by,
            decision.decision_id,
            found.proposal.takes_back,
        )
        learnt = _lesson(decision, movement, parts, items, self.knowledge_of(decision.enterprise_number))
        return Said(movement.key, frozenset(part.item for part in parts), (pin,), learnt=learnt)

    def _undone(self, decision: PersonDecision, movement: LedgerMovement, standings: Standings) -> Said | RefusalCode:
        """The movement's whole settlement goes: its parts only make sense together. Of what was refused, the refusal
        goes: the question is open again."""
        active = standings.active(movement.key)
        named = [item for item, each in active.items() if each.made.allocation_id == decision.allocation_id]
        if not named:
            return self._unrefused(decision, movement)
        pin = Pin(movement.key, (), "R12", decision.decided_by, decision.decision_id)
        before = self.pins.get(movement.key)
        withdrawn = tuple(
            replace(each, withdrawn=True)
            for each in self._learnt
            if before is not None and each.decision_id == before.decision_id
        )
        refusal = Refusal(movement.key, named[0], decision.decision_id)
        return Said(movement.key, frozenset(active), (pin,), (refusal,), withdrawn)

    def _unrefused(self, decision: PersonDecision, movement: LedgerMovement) -> Said | RefusalCode:
        """Taken back by the id of what was refused."""
        for refusal in self.refusals_of(movement.key):
            if refusal.allocation_id == decision.allocation_id:
                taken_back = replace(refusal, decision_id=decision.decision_id, withdrawn=True)
                return Said(movement.key, frozenset({refusal.item}), refused=(taken_back,))
        return "nothing_to_undo"

    def _refuse(self, company: EnterpriseNumber, refusal: Refusal) -> None:
        """Take a refusal over, or take one back."""
        knowledge, pair = self.knowledge_of(company), {(refusal.movement, refusal.item)}
        refused = knowledge.refused - pair if refusal.withdrawn else knowledge.refused | pair
        self._knowledge[company] = replace(knowledge, refused=refused)
        refusals = self._refusals.setdefault(refusal.movement, {})
        if refusal.withdrawn:
            refusals.pop(refusal.item, None)
        else:
            refusals[refusal.item] = refusal

    def _take_over(self, learnt: Learnt) -> None:
        """An account is known as long as one decision that says so holds."""
        if learnt.withdrawn:
            self._learnt = [each for each in self._learnt if not _is_same(each, learnt)]
        else:
            self._learnt.append(learnt)
        said = any(
            (each.enterprise_number, each.iban, each.debtor) == (learnt.enterprise_number, learnt.iban, learnt.debtor)
            for each in self._learnt
        )
        knowledge = self.knowledge_of(learnt.enterprise_number)
        debtors = dict(knowledge.debtors)
        known = debtors.get(learnt.iban, frozenset())
        debtors[learnt.iban] = known | {learnt.debtor} if said else known - {learnt.debtor}
        if not debtors[learnt.iban]:
            del debtors[learnt.iban]
        self._knowledge[learnt.enterprise_number] = replace(knowledge, debtors=debtors)


def _is_same(one: Learnt, other: Learnt) -> bool:
    return (one.enterprise_number, one.iban, one.debtor, one.decision_id) == (
        other.enterprise_number,
        other.iban,
        other.debtor,
        other.decision_id,
    )


def _holds(items: Items, part: Part) -> bool:
    """Whether a part can still be given: its item has that much open, or, taken back, that much paid."""
    item = items.get(part.item)
    return item is not None and 0 <= item.allocated + effect_of(item, part) <= item.payable


def _lesson(
    decision: PersonDecision, movement: LedgerMovement, parts: Iterable[Part], items: Items, knowledge: Knowledge
) -> tuple[Learnt, ...]:
    """Money that came in from an account pays the invoices of one debtor: the account is that debtor's, unless whose
    account it is says that it pays for somebody else."""
    facts = movement.facts
    if facts is None or facts.kind != "payment" or movement.amount <= 0:
        return ()
    account = facts.account
    if not account or account in knowledge.own_accounts or facts.ultimate_debtor:
        return ()
    debtors = {item.debtors[:1] for part in parts if (item := items.get(part.item)) is not None}
    if len(debtors) != 1 or debtors == {()}:
        return ()
    [(debtor,)] = debtors
    return (Learnt(decision.enterprise_number, account, debtor, decision.decision_id),)
