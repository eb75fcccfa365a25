"""What is said of a change in the ledger: allocations with their evidence, and the events of an invoice."""

from hashlib import sha256

from services.coda_reconciler.domain.matching.facts import Decision, Evidence, LedgerMovement, OpenItem, Part, Rejected
from services.coda_reconciler.domain.matching.question import money
from services.coda_reconciler.domain.settlement.values import ActiveProposal, Ending, Outcome
from shared.contracts.statements import (
    Allocation,
    AllocationDifference,
    AllocationFact,
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
    PaymentWithdrawn,
    RejectedCandidate,
)
from shared.values import DocumentId, Money

_MOST_FACTS = 20
_MOST_SHOWN = 5

_SENTENCES = {
    "structured_reference": "the structured communication is this invoice's reference",
    "reference_in_text": "the text has the invoice's reference",
    "end_to_end_id": "the end-to-end id is the one that was issued for this invoice",
    "mandate": "the mandate is this invoice's",
    "invoice_number": "the text names the invoice",
    "counterparty_account": "the account is confirmed to be this customer's",
    "counterparty_name": "the payer's name is like the customer's",
    "ultimate_debtor": "the ultimate debtor's name is like the customer's",
    "return_reason": "the bank took the payment back",
    "decision": "a person decided so",
}


def allocation_of(
    movement: LedgerMovement,
    item: OpenItem,
    part: Part,
    decision: Decision,
    allocation_id: str,
    compensates: str = "",
) -> Allocation:
    """What an event says of an allocation to an item. `decision` has the evidence that this part rests on."""
    return Allocation(
        iban=movement.iban,
        year=movement.year,
        sequence=movement.statement_sequence,
        movement=movement.sequence,
        detail=movement.detail,
        amount=Money.from_thousandths(part.amount, item.currency),
        taken=Money.from_thousandths(part.taken, movement.currency) if part.taken is not None else None,
        value_date=movement.value_date,
        rule=decision.rule,
        evidence=_sentence(decision),
        statement_id=movement.statement_id,
        allocation_id=allocation_id,
        compensates=compensates,
        facts=tuple(map(_fact, decision.evidence[:_MOST_FACTS])),
        difference=_difference(item, part),
        provisional=movement.provisional,
        rejected=tuple(map(_rejected, decision.rejected)),
    )


def compensation_of(
    allocation: Allocation, movement: LedgerMovement, item: OpenItem, part: Part, why: str
) -> Allocation:
    """An allocation that takes another one of the same id back."""
    return allocation.model_copy(
        update={
            "amount": Money.from_thousandths(part.amount, item.currency),
            "taken": -allocation.taken if allocation.taken is not None else None,
            "difference": _difference(item, part),
            "evidence": why,
            "provisional": movement.provisional,
        }
    )


def _sentence(decision: Decision) -> str:
    """What the first fact says, with the texts of all facts of its kind."""
    told = [fact for fact in decision.evidence if fact.meaning in _SENTENCES]
    if not told:
        return "the movement and the invoice agree"
    said = _SENTENCES[told[0].meaning]
    shown = dict.fromkeys(fact.text for fact in told if fact.meaning == told[0].meaning and fact.text)
    return f"{said}: {', '.join(list(shown)[:_MOST_SHOWN])}" if shown and told[0].meaning != "decision" else said


def _fact(evidence: Evidence) -> AllocationFact:
    return AllocationFact(line=evidence.line, columns=evidence.columns, text=evidence.text, meaning=evidence.meaning)


def _difference(item: OpenItem, part: Part) -> AllocationDifference | None:
    if part.difference_kind is None or part.difference == 0:
        return None
    return AllocationDifference(
        kind=part.difference_kind, amount=Money.from_thousandths(part.difference, item.currency)
    )


def _rejected(rejected: Rejected) -> RejectedCandidate:
    return RejectedCandidate(
        invoice_number=rejected.item[2], reason=rejected.reason, found=rejected.found, expected=rejected.expected
    )


def paid_event(item: OpenItem, allocation: Allocation) -> Outcome:
    """The item was paid, whole or in part."""
    return (
        InvoiceSettled(**_of(item, allocation)) if item.balance == 0 else InvoicePartiallyPaid(**_of(item, allocation))
    )


def reopened_event(item: OpenItem, allocation: Allocation, reason: str) -> Outcome:
    """What was paid of the item is open again; `reason` is the bank's ISO code, if that is why."""
    return InvoiceReopened(**_of(item, allocation), return_reason=reason)


def undone_event(item: OpenItem, allocation: Allocation) -> Outcome:
    """A person took what was paid of the item back."""
    return PaymentUndone(**_of(item, allocation))


def suggested_event(item: OpenItem, allocation: Allocation, proposal: ActiveProposal) -> Outcome:
    """The movement may pay the item: a person decides."""
    return PaymentSuggested(**_of(item, allocation), rank=proposal.rank, reasons=proposal.proposal.reasons)


def withdrawn_event(item: OpenItem, allocation: Allocation, ending: Ending) -> Outcome:
    """What was suggested is over. It is told of the version of the invoice that it was suggested for."""
    document_id = DocumentId(allocation.allocation_id.split("/")[2])
    return PaymentWithdrawn(**(_of(item, allocation) | {"document_id": document_id}), reason=ending)


def _of(item: OpenItem, allocation: Allocation) -> dict[str, object]:
    return {
        "document_id": item.document_id,
        "enterprise_number": item.enterprise_number,
        "invoice_number": item.number,
        "version": item.version,
        "balance": Money.from_thousandths(item.balance, item.currency),
        "allocation": allocation,
    }


def settlement_id(movement: LedgerMovement, item: OpenItem, count: int) -> str:
    """The id of the `count`-th time that the movement is allocated to the item."""
    return f"{movement.statement_id}/{movement.position}/{item.document_id}/{count}"


def proposal_id(movement: LedgerMovement, item: OpenItem, parts: tuple[Part, ...]) -> str:
    """The id of a part of a proposal: another one as soon as the proposal's parts are others."""
    said = ";".join(f"{'/'.join(map(str, part.item))}={money(part.amount)}+{money(part.difference)}" for part in parts)
    digest = sha256(said.encode()).hexdigest()[:8]
    return f"{movement.statement_id}/{movement.position}/{item.document_id}/p{digest}"
