"""Documents on their way, and the feeds of offices."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from services.delivery.domain.documents import Document
from services.delivery.domain.feeds import Acknowledgement, Entry, FeedRow
from services.delivery.domain.listing import EVERYTHING, DocumentFilter, Order, Place
from services.delivery.domain.series import Issued
from shared.values import DocumentId, EnterpriseNumber, OfficeId, SoftwareSlug


class DocumentStore(Protocol):
    """The worker's side."""

    async def accepted_documents(self, ids: Collection[DocumentId]) -> set[DocumentId]:
        """Those of which it is known that they were accepted."""
        ...

    async def documents(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        """Those that exist, locked until the transaction ends."""
        ...

    async def newer_versions(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        """The document that supersedes each of these, where one does."""
        ...

    async def add_documents(self, documents: Collection[Document]) -> set[DocumentId]:
        """Adds those of which nothing was known; gives which these are. The others stay as they are."""
        ...

    async def save_documents(self, documents: Collection[Document]) -> None: ...

    async def save_progress(self, documents: Collection[Document]) -> None:
        """Writes state, reason, version and timeline of documents that exist, and nothing else."""
        ...

    async def append_entries(self, entries: Sequence[Entry]) -> list[int]:
        """Adds to the offices' feeds; the position of each. An entry that is there keeps its position, unless it
        comes by a redelivery: then it moves to a new one and is open again."""
        ...


class DocumentReading(Protocol):
    """The API's side, on which only the caller's rows exist."""

    async def accepted_documents(self, ids: Collection[DocumentId]) -> set[DocumentId]:
        """Those of the caller's own that were accepted."""
        ...

    async def read_feed(
        self, office: OfficeId, after: int, limit: int, wanted: DocumentFilter = EVERYTHING
    ) -> list[FeedRow]:
        """By position."""
        ...

    async def own_documents(
        self, software: SoftwareSlug, after: int, limit: int, wanted: DocumentFilter = EVERYTHING
    ) -> list[Document]:
        """By the position at which the software first heard what becomes of them."""
        ...

    async def list_feed(
        self, office: OfficeId, behind: Place | None, limit: int, wanted: DocumentFilter, order: Order
    ) -> list[FeedRow]:
        """By the receipt of the documents, from `behind` on; from the beginning where that is None."""
        ...

    async def list_documents(
        self, software: SoftwareSlug, behind: Place | None, limit: int, wanted: DocumentFilter, order: Order
    ) -> list[Document]:
        """The same for a software; what was received and not read yet is among them."""
        ...

    async def issued_numbers(self, company: EnterpriseNumber, year: int | None, limit: int) -> list[Issued]:
        """The numbers of a company's accepted documents that the caller sees, of a year of issue or of all; the
        latest by date of issue where there are more than `limit`."""
        ...

    async def document(self, document_id: DocumentId) -> Document | None: ...

    async def lock_document(self, document_id: DocumentId) -> Document | None: ...

    async def lock_documents(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        """Those that the office sees; nobody else changes them until the transaction ends."""
        ...

    async def save_progress(self, documents: Collection[Document]) -> None:
        """Writes state, reason, version and timeline, and nothing else."""
        ...

    async def acknowledge(self, office: OfficeId, said: Mapping[DocumentId, Acknowledgement]) -> None:
        """Writes what the office's package said of its entries."""
        ...

    async def acknowledgements(
        self, office: OfficeId, ids: Collection[DocumentId]
    ) -> dict[DocumentId, Acknowledgement]:
        """What the office's package said of each of these entries, as far as they exist."""
        ...
