"""Documents on their way, and the feeds of offices."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from services.delivery.domain.documents import Document
from services.delivery.domain.feeds import Entry
from shared.values import DocumentId, OfficeId, SoftwareSlug

FeedRow = tuple[int, datetime, Document]
"""Position in the feed, when it came in, the document."""


class DocumentStore(Protocol):
    """The worker's side."""

    async def known_documents(self, ids: Collection[DocumentId]) -> set[DocumentId]: ...

    async def documents(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        """Those that exist, locked until the transaction ends."""
        ...

    async def save_documents(self, documents: Collection[Document]) -> None: ...

    async def append_entries(self, entries: Sequence[Entry]) -> list[int]:
        """Adds to the offices' feeds; the position of each. An entry that is there keeps its position."""
        ...


class DocumentReading(Protocol):
    """The API's side, on which only the caller's rows exist."""

    async def read_feed(self, office: OfficeId, after: int, limit: int) -> list[FeedRow]: ...

    async def own_documents(self, software: SoftwareSlug, after: int, limit: int) -> list[Document]:
        """By the position at which the software first heard of them."""
        ...

    async def document(self, document_id: DocumentId) -> Document | None: ...

    async def lock_document(self, document_id: DocumentId) -> Document | None: ...

    async def save_progress(self, document: Document) -> None:
        """Writes state, reason, version and timeline, and nothing else."""
        ...
