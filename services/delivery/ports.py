"""Everything delivery needs from the world."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.delivery.domain.documents import Document
from services.delivery.domain.edges import Edge
from services.delivery.domain.feeds import Entry
from services.delivery.domain.notices import Notice
from services.delivery.domain.statements import BookedStatement
from services.delivery.domain.webhook_queue import Attempt, Waiting
from services.delivery.domain.webhooks import Answer, WebhookEndpoint
from shared.contracts.access import Mode
from shared.contracts.connections import ConnectionChanged
from shared.contracts.documents import Claim
from shared.values import (
    ConnectionId,
    DocumentId,
    EnterpriseNumber,
    OfficeId,
    SoftwareSlug,
    StatementId,
    WebhookEndpointId,
)


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


class WebhookLog(Protocol):
    """What both sides do with webhook endpoints; the API's side sees those of its caller."""

    async def read_stream(
        self, software: SoftwareSlug, mode: Mode, after: int, types: Sequence[str], limit: int
    ) -> StreamPage:
        """What a stream holds of one mode; both modes share its positions."""
        ...

    async def webhook(self, endpoint_id: WebhookEndpointId) -> WebhookEndpoint | None: ...

    async def lock_webhook(self, endpoint_id: WebhookEndpointId) -> WebhookEndpoint | None:
        """As it is now; nobody else changes it until the transaction ends."""
        ...

    async def save_webhook(self, endpoint: WebhookEndpoint) -> None:
        """Adds it or writes it anew."""
        ...

    async def add_attempts(self, attempts: Sequence[Attempt]) -> None: ...


class WebhookQueue(WebhookLog, Protocol):
    """What the worker needs for sending."""

    async def webhooks_of(self, softwares: Collection[SoftwareSlug]) -> list[WebhookEndpoint]:
        """The enabled endpoints of these softwares, by id."""
        ...

    async def webhooks_due(self, now: datetime) -> list[WebhookEndpointId]:
        """The enabled endpoints, by id, which asked for no longer pause and for which an event is due, or which have
        nothing waiting and are behind their stream; none of a suspended software."""
        ...

    async def waiting(self, endpoint_id: WebhookEndpointId) -> list[Waiting]:
        """What waits for an endpoint, by position."""
        ...

    async def texts(self, software: SoftwareSlug, positions: Collection[int]) -> dict[int, str]:
        """Events of a stream as JSON text, by position."""
        ...

    async def save_waiting(self, endpoint: WebhookEndpoint, waiting: Sequence[Waiting], done: Collection[int]) -> None:
        """Adds what waits or writes it anew, and takes out what is done. What the stream forgot is left out."""
        ...

    async def forget_attempts(self, before: datetime) -> None: ...


class DeliveryStore(WebhookQueue, Protocol):
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

    async def note_software_states(self, states: Sequence[tuple[SoftwareSlug, bool, int]]) -> set[SoftwareSlug]:
        """Notes who is suspended, each with the sequence of what told it (a lower one is ignored); gives those for
        whom that changed. Nobody is suspended of whom nothing was told."""
        ...

    async def suspended_software(self, software: SoftwareSlug) -> bool: ...

    async def want_edge(self, edge: Edge) -> None:
        """Notes an edge that is to be made or, with `closed`, taken away."""
        ...

    async def edge_opened(self, edge: Edge, opened_at: datetime) -> None:
        """Notes that a wanted edge is there and can be used."""
        ...

    async def forget_notices(self, before: datetime) -> None:
        """Takes what is older out of the streams; positions go on."""
        ...


class ReadingStore(WebhookLog, Protocol):
    """Bound to one transaction of the API role, in which only the caller's rows exist."""

    async def forgotten_to(self, software: SoftwareSlug) -> int:
        """The position up to which a software's stream was forgotten; 0 while it is whole."""
        ...

    async def position_before(self, software: SoftwareSlug, moment: datetime) -> int:
        """The position behind which everything happened then or later; the stream's head if nothing did."""
        ...

    async def count_events(self, software: SoftwareSlug, after: int, until: int, types: Sequence[str]) -> int:
        """How many events lie behind `after` up to and with `until`; all types when none is named."""
        ...

    async def own_webhooks(self, software: SoftwareSlug) -> list[WebhookEndpoint]:
        """Oldest first."""
        ...

    async def remove_webhook(self, endpoint_id: WebhookEndpointId) -> bool:
        """With its queue and its log. False where there is none."""
        ...

    async def waiting_counts(self, endpoints: Collection[WebhookEndpointId]) -> dict[WebhookEndpointId, int]:
        """How many events wait for each; those for which none does are left out."""
        ...

    async def try_waiting_now(self, endpoint_id: WebhookEndpointId, now: datetime) -> None:
        """What waits for its next try is due at once, and begins its schedule anew."""
        ...

    async def attempts(
        self, endpoint_id: WebhookEndpointId, before: int | None, limit: int
    ) -> list[tuple[int, Attempt]]:
        """The log of an endpoint with the number of each line, newest first; those before a line."""
        ...

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

    async def close(self, edge: Edge) -> None:
        """Takes user and access rules away; done again it changes nothing. Raises `Unavailable`."""
        ...


class WebhookSender(Protocol):
    """Who calls endpoints."""

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One try, at most 15 s. Never raises for what the endpoint does or what stands in the way of reaching it."""
        ...
