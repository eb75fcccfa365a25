"""Everything that the router needs from the world."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.invoice_router.domain.entries import Company, Content, ReadDocument, RegisteredInvoice
from services.invoice_router.domain.heads import Sidecar
from services.invoice_router.domain.reading import Reading
from shared.chassis.messages import Task
from shared.contracts.documents import Claim
from shared.contracts.invoices import Finding, InvoiceQuarantined, InvoiceRepeated
from shared.values import EnterpriseNumber

__all__ = ["Documents", "InvoiceReader", "ReadDocument", "ReleaseHeld", "RouterStore", "UnreadableDocument"]

RELEASED_AT_ONCE = 1000
"""Held documents that one transaction takes up; a task goes on with the rest."""


@dataclass(frozen=True, slots=True)
class UnreadableDocument:
    """A document that is unsafe, no invoice, or more than a reader survives."""

    finding: Finding


class ReleaseHeld(Task, kind="release_held"):
    """More was held for a company than one transaction takes; its key is the enterprise number."""

    enterprise_number: EnterpriseNumber


class Documents(Protocol):
    """The object store, content-addressed; `owner` is an enterprise number.

    Raises `Unavailable`; `get` also `InvalidMessage` for bytes that are missing or not those of the claim.
    """

    async def put(self, data: bytes, owner: str, media_type: str) -> Claim: ...

    async def get(self, claim: Claim) -> bytes: ...


class InvoiceReader(Protocol):
    """Reads documents away from this process, in bounded time; may be asked for many at once.

    Raises `DocumentRejected`, with READER_FAILED for a document that no reader survives; `Unavailable`.
    """

    async def read(self, data: bytes) -> Reading: ...

    async def read_sidecar(self, data: bytes) -> Sidecar:
        """The same, not made into values: for whoever stores it."""
        ...


class RouterStore(Protocol):
    """The router's tables, bound to one transaction."""

    async def lock_companies(self, numbers: Collection[EnterpriseNumber]) -> None:
        """As a batch locks `company:<number>`; for tasks, which have no batch."""
        ...

    async def companies(self, numbers: Collection[EnterpriseNumber]) -> list[Company]: ...

    async def save_companies(self, companies: Sequence[Company]) -> None: ...

    async def released(self, number: EnterpriseNumber) -> None:
        """Nothing that was held for the company is on its way any more."""
        ...

    async def invoices(self, contents: Collection[Content]) -> list[RegisteredInvoice]:
        """Of each key the newest version, the newest that replaced another, and the one that says the same.

        So many at most, however many versions there are. The one that replaced another comes with its facts.
        """
        ...

    async def held_invoices(self, numbers: Collection[EnterpriseNumber], most: int) -> list[RegisteredInvoice]:
        """What waits for an office of these companies, without facts: the `most` that were received first."""
        ...

    async def save_invoices(self, invoices: Sequence[RegisteredInvoice]) -> None:
        """Write new invoices, and the office and sequence of known ones."""
        ...

    async def quarantine(self, quarantined: Sequence[InvoiceQuarantined]) -> None: ...

    async def note_repeats(self, repeated: Sequence[InvoiceRepeated]) -> None: ...
