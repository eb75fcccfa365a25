"""Everything delivery needs from the world."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.delivery.domain.documents import Document
from services.delivery.domain.edges import Edge
from services.delivery.domain.feeds import Entry
from services.delivery.domain.notices import Notice
from services.delivery.domain.statements import BookedStatement
from shared.contracts.connections import ConnectionChanged
from shared.contracts.documents import Claim
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, SoftwareSlug, StatementId


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notice as it stands in a software's stream; `text` is the public event's JSON."""

    position: int
    text: str


@dataclass(frozen=True, slots=True)
class StreamPage:
    """Notices in order; `read_to` is the position up to which everything asked for is in it."""

    notices: tuple[StoredNotice, ...]
    read_to: int
    more: bool


FeedRow = tuple[int, datetime, Document]
"""Position in the feed, when it came in, the document."""


class DeliveryStore(Protocol):
    """Bound to one transaction of the worker. Rows are locked in the order documents, streams, feeds; each
    sorted by key, so that nobody deadlocks. What concerns statements and their readers comes after the
    company's lock."""

    async def known_documents(self, ids: Collection[DocumentId]) -> set[DocumentId]: ...

    async def documents(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        """Those that exist, locked until the transaction ends."""
        ...

    async def save_documents(self, documents: Collection[Document]) -> None: ...

    async def append_notices(self, notices: Sequence[Notice]) -> list[int]:
        """Adds to the softwares' streams; the position of each, without holes, in the order given."""
        ...

    async def append_entries(self, entries: Sequence[Entry]) -> list[int]:
        """Adds to the offices' feeds; the position of each. An entry that is there keeps its position."""
        ...

    async def statement_readers(
        self, numbers: Collection[EnterpriseNumber]
    ) -> dict[EnterpriseNumber, list[SoftwareSlug]]:
        """Which softwares have an active connection that may read the statements of these companies."""
        ...

    async def save_statements(self, statements: Sequence[BookedStatement]) -> None:
        """Adds them, or replaces who was told of them."""
        ...

    async def statements_since(self, number: EnterpriseNumber, moment: datetime) -> list[BookedStatement]:
        """The statements of a company that were booked then or later, oldest first."""
        ...

    async def kafka_offices(self, offices: Collection[OfficeId]) -> set[OfficeId]:
        """Which of these chose the Kafka channel."""
        ...

    async def connection_states(self, ids: Collection[ConnectionId]) -> dict[ConnectionId, tuple[str, int]]:
        """State and sequence of the snapshot that is known."""
        ...

    async def save_connections(self, snapshots: Sequence[tuple[ConnectionChanged, int]]) -> None:
        """Applies snapshots with a higher sequence than the one known."""
        ...

    async def softwares_without_edge(self, softwares: Collection[SoftwareSlug]) -> set[SoftwareSlug]:
        """Those whose edge nobody asked for yet."""
        ...

    async def want_edge(self, edge: Edge) -> None:
        """Notes an edge that is to be made."""
        ...

    async def edge_opened(self, edge: Edge, opened_at: datetime) -> None:
        """Notes that a wanted edge is there and can be used."""
        ...

    async def forget_notices(self, before: datetime) -> None:
        """Takes what is older out of the streams; positions go on."""
        ...


class ReadingStore(Protocol):
    """Bound to one transaction of the API role, in which only the caller's rows exist."""

    async def read_stream(self, software: SoftwareSlug, after: int, types: Sequence[str], limit: int) -> StreamPage: ...

    async def read_feed(self, office: OfficeId, after: int, limit: int) -> list[FeedRow]: ...

    async def own_documents(self, software: SoftwareSlug, after: int, limit: int) -> list[Document]:
        """By the position at which the software first heard of them."""
        ...

    async def document(self, document_id: DocumentId) -> Document | None: ...

    async def lock_document(self, document_id: DocumentId) -> Document | None: ...

    async def save_progress(self, document: Document) -> None:
        """Writes state, reason, version and timeline, and nothing else."""
        ...

    async def statement_movements(self, statement_id: StatementId) -> Claim | None: ...

    async def chose_kafka(self, office: OfficeId) -> bool: ...

    async def choose_kafka(self, office: OfficeId, at: datetime) -> bool:
        """True where the office had not chosen it before."""
        ...

    async def edge_is_open(self, principal: str) -> bool: ...


class Originals(Protocol):
    """Where documents lie."""

    async def get(self, claim: Claim) -> bytes:
        """The bytes, proven by their digest. Raises `Unavailable`, `InvalidMessage`."""
        ...


class Edges(Protocol):
    """Who makes the edge on Kafka."""

    async def open(self, edge: Edge) -> None:
        """Topics, user and access rules; done again it changes nothing. Raises `Unavailable`."""
        ...
