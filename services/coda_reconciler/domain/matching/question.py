"""One movement before the items that it may pay: what was looked at, what may be, what is decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from services.coda_reconciler.domain.matching.facts import (
    Decision,
    Evidence,
    Knowledge,
    LedgerMovement,
    OpenItem,
    Part,
    PaymentFacts,
    Proposal,
    Rejected,
    Rule,
)
from services.coda_reconciler.domain.matching.items import Items
from services.coda_reconciler.domain.matching.tolerance import day_of

MOST_PROPOSALS = 5
MOST_REJECTED = 20

_CENTURY, _YEAR, _LETTERS_OR_YEAR = "20", 4, 2
"""What numbers of one make begin with alike: a year of four or two digits, or letters."""

_YEARS_BACK = 2
"""An invoice of so many years ago may still be paid, and may be older than what is known here."""

_DIGITS = str.maketrans("123456789", "000000000")


@dataclass(slots=True)
class Question:
    """`amount` is what is left of the movement, signed. `doubt` says why nothing may be settled that the payer did
    not name: the payer named something else."""

    movement: LedgerMovement
    facts: PaymentFacts
    items: Items
    knowledge: Knowledge
    amount: int
    day: date | None
    doubt: str = ""
    rejected: list[Rejected] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)

    @classmethod
    def of(cls, movement: LedgerMovement, facts: PaymentFacts, items: Items, knowledge: Knowledge, rest: int) -> Self:
        """`rest` is what of the movement is not allocated yet, unsigned."""
        amount = rest if movement.amount > 0 else -rest
        return cls(movement, facts, items, knowledge, amount, day_of(movement))

    def usable(self, items: Iterable[OpenItem]) -> list[OpenItem]:
        """Those that this movement may concern at all."""
        return [item for item in items if self._is_usable(item)]

    def open(self, items: Iterable[OpenItem]) -> list[OpenItem]:
        """Those of the usable ones of which something is open; the others are said to be paid."""
        found = []
        for item in self.usable(items):
            if item.balance > 0:
                found.append(item)
            else:
                self.reject(item, "already_paid")
        return found

    def _is_usable(self, item: OpenItem) -> bool:
        if item.currency != self.movement.currency:
            self.reject(item, "other_currency", self.movement.currency, item.currency)
            return False
        if (self.movement.key, item.key) in self.knowledge.refused:
            self.reject(item, "refused_by_a_person")
            return False
        return True

    def reject(self, item: OpenItem, reason: str, found: str = "", expected: str = "") -> None:
        """Note an item that was looked at and not taken, and why; the first reason stays."""
        if len(self.rejected) < MOST_REJECTED and all(other.item != item.key for other in self.rejected):
            self.rejected.append(Rejected(item.key, reason, found, expected))

    def amount_stated(self) -> Evidence:
        """The amount as record 2.1 has it."""
        return Evidence(self.facts.line, "33-47", f"{abs(self.movement.amount):015d}", "amount")

    def names_a_stranger(self, item: OpenItem) -> bool:
        """Whether the text has a number that is made like the item's and is nobody's that is known: an invoice that
        was never seen may be what is paid."""
        if not item.keys:
            return False
        own, number = set(item.keys), item.keys[0]
        return any(
            key not in own
            and shape_of(key) == shape_of(number)
            and _begin_alike(key, number, item.issue_date.year)
            and not self.items.named("number", key)
            for key in self.facts.number_keys
        )

    def propose(self, parts: Sequence[Part], rule: Rule, reasons: Sequence[str], evidence: Sequence[Evidence]) -> None:
        """Add a reading that a person may accept, after the better ones."""
        if parts and all(other.parts != tuple(parts) for other in self.proposals):
            self.proposals.append(Proposal(tuple(parts), rule, tuple(reasons), tuple(evidence)))

    def settle(self, rule: Rule, parts: Sequence[Part], evidence: Sequence[Evidence], reason: str = "") -> Decision:
        """The one reading. A named difference makes it rule 10's, whatever rule found the items."""
        kinds = [part.difference_kind for part in parts if part.difference_kind is not None]
        taken = {part.item for part in parts}
        return Decision(
            kind="settle",
            rule="R10" if kinds else rule,
            parts=tuple(parts),
            evidence=tuple(evidence),
            rejected=tuple(rejected for rejected in self.rejected if rejected.item not in taken),
            reason=reason or (kinds[0] if kinds else ""),
        )

    def none(self, rule: Rule, reason: str, evidence: Sequence[Evidence] = ()) -> Decision:
        """Nothing is settled, and nothing suggested."""
        return Decision(kind="none", rule=rule, evidence=tuple(evidence), rejected=tuple(self.rejected), reason=reason)

    def conclusion(self) -> Decision:
        """What remains when no rule settled: the proposals, or nothing."""
        if not self.proposals:
            return self.none("R12", self.doubt or ("unmatched" if self.movement.amount > 0 else "debit"))
        proposals = tuple(self.proposals[:MOST_PROPOSALS])
        best = proposals[0]
        proposed = {part.item for proposal in proposals for part in proposal.parts}
        rejected = tuple(rejected for rejected in self.rejected if rejected.item not in proposed)
        return Decision(
            kind="suggest",
            rule=best.rule,
            proposals=proposals,
            evidence=best.evidence,
            rejected=rejected,
            reason=best.reasons[-1],
        )


def _begin_alike(key: str, number: str, issued_in: int) -> bool:
    """Whether a key of a number's shape begins as that number does; where that is a year, it may be an earlier one."""
    begins = number[: _YEAR if number.startswith(_CENTURY) else _LETTERS_OR_YEAR]
    is_year = begins.isdecimal() and (len(begins) == _YEAR or begins == f"{issued_in % 100:02d}")
    if is_year:
        return 0 <= int(begins) - int(key[: len(begins)]) <= _YEARS_BACK
    return key.startswith(begins)


def shape_of(key: str) -> str:
    """A number's letters where they stand, and a zero for each digit."""
    return key.translate(_DIGITS)


def money(thousandths: int) -> str:
    """An amount as a rejection tells it: `121.00`, a third decimal only where there is one."""
    whole, rest = divmod(abs(thousandths), 1000)
    decimals = f"{rest:03d}"
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{whole}.{decimals if rest % 10 else decimals[:2]}"
