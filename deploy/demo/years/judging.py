"""What was found of a movement, held against what is true of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from deploy.demo.years.truths import Decided, Truth

Paid = frozenset[tuple[str, str, int]]
"""Supplier, number and thousandths, of each invoice once."""
Verdict = Literal["right", "missed", "wrong"]
"""`missed` leaves to a person what could have been done, or asks for nothing; `wrong` moved money that it must not."""

_MOVES_MONEY = ("settle", "reopen")


@dataclass(frozen=True, slots=True)
class Found:
    """A decision: what it settles or reopens, and the readings that it proposes."""

    decision: Decided
    paid: Paid = frozenset()
    proposals: tuple[Paid, ...] = ()


def verdict(truth: Truth, found: Found) -> Verdict:
    """Whether it is what should have become of the movement."""
    if found.decision in _MOVES_MONEY:
        return "right" if (truth.decision, paid(truth)) == (found.decision, found.paid) else "wrong"
    if truth.decision == "suggest":
        named = {invoices(proposal) for proposal in found.proposals}
        return "right" if found.decision == "suggest" and invoices(paid(truth)) in named else "missed"
    if truth.decision == "none":
        return "right" if found.decision == "none" or truth.may_be_suggested else "missed"
    return "missed"


def paid(truth: Truth) -> Paid:
    """What each invoice should get."""
    return frozenset((str(invoice.company.number), invoice.number, amount) for invoice, amount in truth.paid)


def invoices(parts: Iterable[tuple[str, str, int]]) -> frozenset[tuple[str, str]]:
    """Which ones, whatever they get: of a suggestion the amounts are for a person to see to."""
    return frozenset((supplier, number) for supplier, number, _ in parts)
