"""Everything delivery needs from the world, a file for each thing that it keeps."""

from typing import Protocol

from services.delivery.ports.accounts import AccountReading, AccountStore
from services.delivery.ports.channels import ChannelQueue, ChannelReading, Courier, Secrets
from services.delivery.ports.clients import ClientReading, ClientStore
from services.delivery.ports.documents import DocumentReading, DocumentStore
from services.delivery.ports.edges import EdgeReading, Edges, EdgeStore
from services.delivery.ports.office_events import OfficeEventReading, OfficeEventStore
from services.delivery.ports.payments import PaymentReading, PaymentStore
from services.delivery.ports.pods import PodReading, PodStore
from services.delivery.ports.put_aside import PutAsideStore
from services.delivery.ports.redeliveries import RedeliveryReading, RedeliveryStore
from services.delivery.ports.routed_statements import RoutedStatementReading, RoutedStatementStore
from services.delivery.ports.statements import StatementReading, StatementStore
from services.delivery.ports.streams import StoredNotice, StreamPage, StreamReading, StreamStore
from services.delivery.ports.webhooks import WebhookQueue, WebhookReading, WebhookSender
from shared.contracts.documents import Claim

__all__ = [
    "Courier",
    "DeliveryStore",
    "Edges",
    "Originals",
    "ReadingStore",
    "Secrets",
    "StoredNotice",
    "StreamPage",
    "WebhookSender",
]


class DeliveryStore(
    DocumentStore,
    RedeliveryStore,
    ClientStore,
    StreamStore,
    StatementStore,
    RoutedStatementStore,
    AccountStore,
    PaymentStore,
    EdgeStore,
    WebhookQueue,
    ChannelQueue,
    PodStore,
    OfficeEventStore,
    PutAsideStore,
    Protocol,
):
    """Bound to one transaction of the worker. Rows are locked in the order documents, streams, feeds, pods,
    channels, payments; each sorted by key, so that nobody deadlocks. What concerns statements and their readers comes
    after the company's lock."""


class ReadingStore(
    DocumentReading,
    RedeliveryReading,
    ClientReading,
    StreamReading,
    StatementReading,
    RoutedStatementReading,
    AccountReading,
    PaymentReading,
    EdgeReading,
    WebhookReading,
    ChannelReading,
    PodReading,
    OfficeEventReading,
    Protocol,
):
    """Bound to one transaction of the API role, in which only the caller's rows exist."""


class Originals(Protocol):
    """Where documents lie."""

    async def get(self, claim: Claim) -> bytes:
        """The bytes, proven by their digest. Raises `Unavailable`, `InvalidMessage`."""
        ...
