"""Between the values of matching and the JSON that is kept: every field by its name, new ones with a default.

What is written a million times a morning leaves out what is its default: a field's default is never changed.
"""

from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json

from services.coda_reconciler.domain.matching.facts import Decision, Discount, PaymentFacts, Proposal
from services.coda_reconciler.domain.settlement.values import ActiveProposal, Pin
from shared.contracts.statements import Allocation

_FACTS = TypeAdapter(PaymentFacts)
_DECISION = TypeAdapter(Decision)
_PROPOSAL = TypeAdapter(Proposal)
_ACTIVE_PROPOSAL = TypeAdapter(ActiveProposal)
_PIN = TypeAdapter(Pin)
_DISCOUNTS = TypeAdapter(tuple[Discount, ...])


def as_json(value: Any) -> str:
    """Dataclasses as objects, tuples as arrays."""
    return to_json(value).decode()


def facts_text(facts: PaymentFacts | None) -> str:
    """What a movement said, without what it did not say."""
    return _FACTS.serializer.to_json(facts, exclude_defaults=True).decode() if facts is not None else "null"


def decision_text(decision: Decision) -> str:
    """What was decided of it, as short."""
    return _DECISION.serializer.to_json(decision, exclude_defaults=True).decode()


def allocation_text(allocation: Allocation) -> str:
    """What an event said of an allocation, as short."""
    return allocation.__pydantic_serializer__.to_json(allocation, exclude_defaults=True).decode()


def facts_of(text: str) -> PaymentFacts:
    """What a movement said."""
    return _FACTS.validate_json(text)


def decision_of(text: str) -> Decision:
    """What was decided of it."""
    return _DECISION.validate_json(text)


def proposal_of(text: str) -> Proposal:
    """A proposal that was published."""
    return _PROPOSAL.validate_json(text)


def active_proposal_of(text: str) -> ActiveProposal:
    """The same, as it was when a person refused it."""
    return _ACTIVE_PROPOSAL.validate_json(text)


def pin_of(text: str) -> Pin:
    """What a person settled."""
    return _PIN.validate_json(text)


def discounts_of(text: str) -> tuple[Discount, ...]:
    """The cash discounts of an item."""
    return _DISCOUNTS.validate_json(text)


def allocation_of(text: str) -> Allocation:
    """What an event said of an allocation."""
    return Allocation.model_validate_json(text)
