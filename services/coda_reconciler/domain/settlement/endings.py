"""Why what was suggested of a movement is suggested no more."""

from services.coda_reconciler.domain.matching.facts import Decision, OpenItem
from services.coda_reconciler.domain.settlement.decided import Decided
from services.coda_reconciler.domain.settlement.values import ActiveProposal, Ending


def ending_of(proposal: ActiveProposal, allocation_id: str, item: OpenItem, decision: Decision, now: Decided) -> Ending:
    """The ending of one part of a proposal; `decision` is what became of its movement, `item` what the part was for.

    What a person said comes first: an accepted proposal settles as well, and a refused one is read otherwise.
    """
    pin, given = now.pins.get(proposal.movement), proposal.proposal
    if pin is not None and (pin.parts, pin.rule, pin.takes_back) == (given.parts, given.rule, given.takes_back):
        return "accepted"
    if any(refusal.allocation_id == allocation_id for refusal in now.refusals_of(proposal.movement)):
        return "refused"
    if decision.kind in ("settle", "reopen"):
        return "movement_settled"
    if decision.reason == "taken_back":
        return "taken_back"
    return "invoice_paid" if item.balance == 0 and given.takes_back is None else "read_otherwise"
