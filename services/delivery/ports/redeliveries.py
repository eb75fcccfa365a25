"""What offices asked to have delivered again."""

from typing import Protocol

from services.delivery.domain.listing import DocumentFilter
from services.delivery.domain.redelivery import Preview, Redelivery
from shared.values import DocumentId, OfficeId, RedeliveryId


class RedeliveryStore(Protocol):
    """The worker's side."""

    async def lock_redelivery(self, redelivery_id: RedeliveryId) -> Redelivery | None:
        """As it is now; nobody else changes it until the transaction ends."""
        ...

    async def redelivery_documents(self, redelivery_id: RedeliveryId, skip: int, limit: int) -> list[DocumentId]:
        """The documents of a redelivery behind the first `skip`, in the order of the feed when it was asked for."""
        ...

    async def save_redelivery(self, redelivery: Redelivery) -> None:
        """Writes how far it is; of one that is finished the documents are kept no longer."""
        ...


class RedeliveryReading(Protocol):
    """The API's side, on which only the caller's rows exist."""

    async def preview_redelivery(self, office: OfficeId, wanted: DocumentFilter) -> Preview: ...

    async def open_redeliveries(self, office: OfficeId) -> int:
        """How many of an office's are not finished."""
        ...

    async def add_redelivery(self, redelivery: Redelivery, wanted: DocumentFilter) -> bool:
        """Keeps it with the documents that it holds, as they are in the feed now; False where it is kept already."""
        ...

    async def redelivery(self, redelivery_id: RedeliveryId) -> Redelivery | None: ...
