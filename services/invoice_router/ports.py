"""Everything that the router needs from the world."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.invoice_router.domain.reading import Reading
from services.invoice_router.domain.register import Company, DocumentKey, RegisteredInvoice
from shared.contracts.documents import Claim
from shared.contracts.invoices import Finding, InvoiceQuarantined
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import EnterpriseNumber


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document that was read before the transaction; its sidecar is written."""

    invoice: SalesInvoice
    sidecar: Claim
    pdf: Claim | None = None


@dataclass(frozen=True, slots=True)
class UnreadableDocument:
    """A document that is unsafe or no invoice."""

    finding: Finding


class Documents(Protocol):
    """The object store, content-addressed; `owner` is an enterprise number."""

    async def put(self, data: bytes, owner: str, media_type: str) -> Claim: ...

    async def get(self, claim: Claim) -> bytes: ...


class InvoiceReader(Protocol):
    """Reads a document away from this process, in bounded time.

    Raises `DocumentRejected`; `InvalidMessage` for a document that no reader survives; `Unavailable`.
    """

    async def read(self, data: bytes) -> Reading: ...


class RouterStore(Protocol):
    """The router's tables, bound to one transaction."""

    async def companies(self, numbers: Collection[EnterpriseNumber]) -> list[Company]: ...

    async def save_companies(self, companies: Sequence[Company]) -> None: ...

    async def invoices(self, keys: Collection[DocumentKey]) -> list[RegisteredInvoice]: ...

    async def held_invoices(self, numbers: Collection[EnterpriseNumber]) -> list[RegisteredInvoice]: ...

    async def save_invoices(self, invoices: Sequence[RegisteredInvoice]) -> None: ...

    async def quarantine(self, quarantined: Sequence[InvoiceQuarantined]) -> None: ...
