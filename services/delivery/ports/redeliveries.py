"""What offices and softwares asked to have delivered again."""

from typing import Protocol

from services.delivery.domain.deliverables import Subject
from services.delivery.domain.listing import DocumentFilter
from services.delivery.domain.redelivery import Preview, Redelivery
from services.delivery.domain.statement_lists import StatementFilter
from shared.values import Iban, OfficeId, RedeliveryId, SoftwareSlug


class RedeliveryStore(Protocol):
    """The worker's side."""

    async def lock_redelivery(self, redelivery_id: RedeliveryId) -> Redelivery | None:
        """As it is now; nobody else changes it until the transaction ends."""
        ...

    async def redelivery_documents(self, redelivery_id: RedeliveryId, skip: int, limit: int) -> list[Subject]:
        """What a redelivery holds behind the first `skip`, in the order of the feed when it was asked for."""
        ...

    async def save_redelivery(self, redelivery: Redelivery) -> None:
        """Writes how far it is; of one that is queued whole the documents are kept no longer."""
        ...


class RedeliveryReading(Protocol):
    """The API's side, on which only the caller's rows exist."""

    async def preview_redelivery(self, office: OfficeId, wanted: DocumentFilter) -> Preview: ...

    async def preview_statements(
        self, owner: OfficeId | SoftwareSlug, wanted: StatementFilter
    ) -> tuple[Preview, frozenset[Iban]]:
        """With the accounts of which there is a statement."""
        ...

    async def open_redeliveries(self, owner: OfficeId | SoftwareSlug) -> int:
        """How many of the caller's are not queued whole yet; those that failed are not counted."""
        ...

    async def add_redelivery(self, redelivery: Redelivery, wanted: DocumentFilter | StatementFilter) -> bool:
        """Keeps it with what it holds, as that is in the caller's feed or list now; False where it is kept already."""
        ...

    async def redelivery(self, redelivery_id: RedeliveryId) -> Redelivery | None:
        """With what became of it on the channels."""
        ...

    async def start_redelivery_again(self, redelivery_id: RedeliveryId) -> bool:
        """False where it did not fail."""
        ...
