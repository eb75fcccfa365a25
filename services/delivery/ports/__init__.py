"""Everything delivery needs from the world, a file for each thing that it keeps."""

from typing import Protocol

from services.delivery.ports.documents import DocumentReading, DocumentStore, FeedRow
from services.delivery.ports.edges import EdgeReading, Edges, EdgeStore
from services.delivery.ports.statements import StatementReading, StatementStore
from services.delivery.ports.streams import StoredNotice, StreamPage, StreamReading, StreamStore
from services.delivery.ports.webhooks import WebhookQueue, WebhookReading, WebhookSender
from shared.contracts.documents import Claim

__all__ = [
    "DeliveryStore",
    "Edges",
    "FeedRow",
    "Originals",
    "ReadingStore",
    "StoredNotice",
    "StreamPage",
    "WebhookSender",
]


class DeliveryStore(DocumentStore, StreamStore, StatementStore, EdgeStore, WebhookQueue, Protocol):
    """Bound to one transaction of the worker. Rows are locked in the order documents, streams, feeds; each
    sorted by key, so that nobody deadlocks. What concerns statements and their readers comes after the
    company's lock."""


class ReadingStore(DocumentReading, StreamReading, StatementReading, EdgeReading, WebhookReading, Protocol):
    """Bound to one transaction of the API role, in which only the caller's rows exist."""


class Originals(Protocol):
    """Where documents lie."""

    async def get(self, claim: Claim) -> bytes:
        """The bytes, proven by their digest. Raises `Unavailable`, `InvalidMessage`."""
        ...
