"""Payments: what movements of the bank pay of invoices, or may pay."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.delivery.domain.payments import Payment, PaymentState
from shared.values import DocumentId, EnterpriseNumber, PaymentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFilter:
    """What a payment must be to be in a list; None and empty ask for nothing. `since` is when it last changed (UTC)."""

    companies: tuple[EnterpriseNumber, ...] = ()
    document_id: DocumentId | None = None
    invoice_number: str = ""
    states: tuple[PaymentState, ...] = ()
    since: datetime | None = None

    def holds(self, payment: Payment) -> bool:
        """Whether a payment is in the list."""
        return (
            (not self.companies or payment.enterprise_number in self.companies)
            and (self.document_id is None or payment.document_id == self.document_id)
            and (not self.invoice_number or payment.invoice_number == self.invoice_number)
            and (not self.states or payment.state in self.states)
            and (self.since is None or payment.changed_at >= self.since)
        )


class PaymentStore(Protocol):
    """The worker's side."""

    async def payments_of(self, payment_ids: Collection[PaymentId]) -> list[Payment]:
        """Those of them that are known; nobody decides of them until the transaction ends."""
        ...

    async def save_payments(self, payments: Sequence[Payment]) -> None:
        """Writes each at a new position, behind all that anybody has read; no later one is visible before."""
        ...


class PaymentReading(Protocol):
    """The API's side: a caller sees the payments of the documents that it sees."""

    async def list_payments(self, after: int, limit: int, wanted: PaymentFilter) -> list[Payment]:
        """By position; those of which something but their end is known."""
        ...

    async def last_payment_position(self) -> int:
        """How far the positions go; a caller that waits asks this first."""
        ...

    async def payment(self, payment_id: PaymentId) -> Payment | None: ...

    async def lock_payment(self, payment_id: PaymentId) -> Payment | None:
        """Nobody else changes it until the transaction ends."""
        ...

    async def save_decision(self, payment: Payment) -> None:
        """Writes what a person decided and its state, at a new position."""
        ...

    async def own_numbers(self, company: EnterpriseNumber, numbers: Collection[str]) -> set[str]:
        """Those of these invoice numbers of a company that the caller sees."""
        ...

    async def readable_companies(self, companies: Collection[EnterpriseNumber]) -> set[EnterpriseNumber]:
        """Those of these companies whose statements the calling software may read by an active connection."""
        ...
