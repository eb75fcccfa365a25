"""What the ledger takes and gives beside movements and items: entries, states, proposals, people's decisions."""

from dataclasses import dataclass, field
from typing import Literal

from services.coda_reconciler.domain.matching.facts import (
    Decision,
    DifferenceKind,
    ItemKey,
    MovementKey,
    OpenItem,
    Part,
    Proposal,
    Rule,
)
from shared.contracts.statements import (
    Allocation,
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
    PaymentWithdrawn,
)
from shared.values import DocumentId, EnterpriseNumber

Outcome = InvoiceSettled | InvoicePartiallyPaid | InvoiceReopened | PaymentSuggested | PaymentUndone | PaymentWithdrawn

Ending = Literal["accepted", "refused", "movement_settled", "taken_back", "invoice_paid", "read_otherwise"]
"""Why a suggestion is none any more; `PaymentWithdrawn` says what each means."""

RefusalCode = Literal["allocation_unknown", "proposal_stale", "nothing_to_undo"]
"""Why a person's decision changes nothing: no such movement or invoice; the proposal is no longer one; nothing of
the movement is allocated to the invoice, nor was a proposal of it refused."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A line of the ledger, only ever added. `amount` and `difference` are signed thousandths, as a `Part` has them:
    what takes an earlier entry back has the opposite signs and the same `allocation_id`."""

    item: ItemKey
    movement: MovementKey
    amount: int
    difference: int
    difference_kind: DifferenceKind | None
    document_id: DocumentId
    rule: Rule
    allocation_id: str
    facts: Allocation


@dataclass(frozen=True, slots=True)
class MovementState:
    """What was decided of a movement; `remaining` (thousandths, never negative) is what no item took of it."""

    movement: MovementKey
    remaining: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class ActiveProposal:
    """A proposal that was published and holds. `allocation_ids` has one of each of its parts, by which a person
    accepts it as a whole or refuses that part's invoice."""

    movement: MovementKey
    proposal: Proposal
    rank: int
    allocation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A person said that the movement does not pay the item; `withdrawn`: said later that it may after all. The last
    one of a movement and an item holds. `allocation_id` is what was refused of `proposal` (None where it was a
    settlement, by undoing it)."""

    movement: MovementKey
    item: ItemKey
    decision_id: str
    allocation_id: str = ""
    proposal: ActiveProposal | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class PersonDecision:
    """What a person said of an allocation or a proposal. `decision_id` tells it from any other: the event's id."""

    enterprise_number: EnterpriseNumber
    document_id: DocumentId
    allocation_id: str
    decision: Literal["accept", "refuse", "undo"]
    decided_by: str
    decision_id: str


@dataclass(frozen=True, slots=True)
class Pin:
    """What a person settled of a movement, once and for all until undone: its parts, or with none (`undone`), that
    nothing of it is settled unless a person says so. The last pin of a movement holds. `takes_back` is the payment
    that a return takes back."""

    movement: MovementKey
    parts: tuple[Part, ...]
    rule: Rule
    decided_by: str
    decision_id: str
    takes_back: MovementKey | None = None


@dataclass(frozen=True, slots=True)
class Learnt:
    """A counterparty's account is (`withdrawn`: no longer) known to be a debtor's, by a decision to accept."""

    enterprise_number: EnterpriseNumber
    iban: str
    debtor: str
    decision_id: str
    withdrawn: bool = False


@dataclass(slots=True)
class Changes:
    """What must be written: the last value of each item and movement, whole sets of proposals by movement, and
    what is only ever added, in its order. `rekeyed` are the items whose index keys are to be replaced."""

    items: dict[ItemKey, OpenItem] = field(default_factory=dict)
    rekeyed: set[ItemKey] = field(default_factory=set)
    states: dict[MovementKey, MovementState] = field(default_factory=dict)
    proposals: dict[MovementKey, tuple[ActiveProposal, ...]] = field(default_factory=dict)
    entries: list[LedgerEntry] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    learnt: list[Learnt] = field(default_factory=list)
