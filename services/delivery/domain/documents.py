"""A document on its way to an accounting office: `received -> valid -> routed -> delivered -> fetched -> booked`.

Side states are `held` (no office yet), `repeated` (the same was accepted before), `quarantined` and `invalid` (never
delivered), `refused` (by the office) and `superseded` (a newer version came). A document's state is the most
advanced one on its timeline, so events may come late, twice and in any order: they end in the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared.contracts.access import Mode
from shared.contracts.documents import Claim
from shared.contracts.invoices import Difference, Finding
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, SoftwareSlug

PROGRESS = (
    *("received", "valid", "held", "repeated", "quarantined", "invalid", "routed", "delivered", "fetched"),
    *("refused", "superseded", "booked"),
)
"""States from the least to the most advanced; a late event never takes a document back."""

MOST_STEPS = 200
"""On one timeline: of what is delivered again and again, the oldest repeats make room for the newest."""
_KEPT_STEPS = 100
"""The first ones: nothing but repeats comes so late."""

_RANK = {state: rank for rank, state in enumerate(PROGRESS)}

AT_OFFICE = frozenset({"delivered", "fetched", "refused", "superseded", "booked"})
"""States in which a document that has an office stands at its disposal."""

NOT_ACCEPTED = frozenset({"quarantined", "invalid"})
"""States of a document of which nothing was read that could be shown."""

_WITH_A_REASON = frozenset({"held", "quarantined", "invalid", "refused"})
"""States in which `reason` says why: a code of the catalogue of reasons, or the office's own words."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a document's timeline; `at` is UTC.

    `detail` is the reason, the channel or the other version; `cause` the id of the event or call that it follows from.
    """

    state: str
    at: datetime
    detail: str = ""
    cause: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What delivery knows of one document; `version` counts its changes and is the sequence of its events.

    Until it is accepted, `issue_date` is None and what stands in the invoice is empty. Amounts are in
    `invoice_currency`, `balance` in `currency`.
    """

    document_id: DocumentId
    enterprise_number: EnterpriseNumber
    connection_id: ConnectionId
    software: SoftwareSlug
    state: str
    received_at: datetime
    mode: Mode = "live"
    office_id: OfficeId | None = None
    client_code: str = ""
    family: str = ""
    number: str = ""
    self_billed: bool = False
    issue_date: date | None = None
    due_date: date | None = None
    customer_name: str = ""
    customer_number: str = ""
    tax_inclusive: Decimal | None = None
    payable: Decimal | None = None
    invoice_currency: str = ""
    reference: str = ""
    invoice_version: int = 1
    supersedes: DocumentId | None = None
    superseded_by: DocumentId | None = None
    repeats: DocumentId | None = None
    findings: tuple[Finding, ...] = ()
    differences: tuple[Difference, ...] = ()
    document: Claim | None = None
    pdf: Claim | None = None
    sidecar: Claim | None = None
    reason: str = ""
    payment: str = ""
    balance: Decimal | None = None
    currency: str = ""
    payment_version: int = 0
    position: int = 0
    version: int = 1
    timeline: tuple[Step, ...] = field(default=())

    def was(self, state: str) -> bool:
        """Whether the document ever was in this state."""
        return any(step.state == state for step in self.timeline)


def advance(document: Document, state: str, at: datetime, detail: str = "", cause: UUID | None = None) -> Document:
    """The document with one more step on its timeline; the state stays when it is already beyond that step.

    A step that is there already changes nothing.
    """
    return advance_by(document, (Step(state, at, detail, cause),))


def advance_by(document: Document, steps: Iterable[Step], /, **told: Any) -> Document:
    """The same by several steps, and with what else is told: a document is large, so it is made anew only once."""
    added = [step for step in steps if step not in document.timeline]
    if not added:
        return replace(document, **told) if told else document
    return with_timeline(document, (*document.timeline, *added), added=len(added), **told)


def with_timeline(document: Document, steps: tuple[Step, ...], /, *, added: int = 1, **told: Any) -> Document:
    """The document with these steps, of which so many are `added`, in the order of time, and what follows from them."""
    timeline = _bounded(tuple(sorted(steps, key=_place)))
    state = max(document.state, *(step.state for step in steps), key=_RANK.__getitem__)
    reasons = [step.detail for step in timeline if step.state == state]
    return replace(
        document,
        state=state,
        reason=reasons[-1] if reasons and state in _WITH_A_REASON else "",
        version=document.version + added,
        timeline=timeline,
        **told,
    )


def _bounded(timeline: tuple[Step, ...]) -> tuple[Step, ...]:
    surplus = len(timeline) - MOST_STEPS
    if surplus <= 0:
        return timeline
    repeats = {step for step in timeline[_KEPT_STEPS:] if step.state == "delivered"}
    gone = set([step for step in timeline if step in repeats][:surplus])
    return tuple(step for step in timeline if step not in gone)


def paid(document: Document, payment: str, version: int, balance: Decimal, currency: str) -> Document | None:
    """The balance of the invoice changed. None for a `version` that is not above the known one: it is late."""
    if version <= document.payment_version:
        return None
    return replace(
        document,
        payment=payment,
        payment_version=version,
        balance=balance,
        currency=currency,
        version=document.version + 1,
    )


def heard_of(document: Document, position: int) -> Document:
    """The software first heard of the document at this position of its stream."""
    return replace(document, position=position)


def _place(step: Step) -> tuple[datetime, int, str, str]:
    return step.at, _RANK[step.state], step.detail, str(step.cause)
