"""What delivery's store in memory keeps between transactions, and who looks at it."""

from dataclasses import dataclass, field
from datetime import datetime

from services.delivery.adapters.memory.pod_tables import PodTables
from services.delivery.domain.accounts import Account, AccountKey, Gap
from services.delivery.domain.channels import Channel
from services.delivery.domain.clients import Client, Office
from services.delivery.domain.deliverables import Subject
from services.delivery.domain.documents import Document
from services.delivery.domain.edges import Edge
from services.delivery.domain.feeds import FeedRow
from services.delivery.domain.handovers import Handover
from services.delivery.domain.notices import Notice
from services.delivery.domain.office_notices import OfficeNotice
from services.delivery.domain.payments import Payment
from services.delivery.domain.put_aside import Place, PutAside
from services.delivery.domain.redelivery import Redelivery
from services.delivery.domain.statement_lists import StatementRow
from services.delivery.domain.statements import BookedStatement
from services.delivery.domain.webhook_queue import Attempt, Waiting
from services.delivery.domain.webhooks import WebhookEndpoint
from shared.contracts.access import Mode
from shared.contracts.connections import ConnectionChanged
from shared.values import (
    ChannelId,
    ConnectionId,
    DocumentId,
    EnterpriseNumber,
    OfficeId,
    PaymentId,
    RedeliveryId,
    Sha256,
    SoftwareSlug,
    StatementId,
    WebhookEndpointId,
)


@dataclass
class WebhookTables:
    """What stays between transactions."""

    endpoints: dict[WebhookEndpointId, WebhookEndpoint] = field(default_factory=dict)
    queue: dict[WebhookEndpointId, dict[int, Waiting]] = field(default_factory=dict)
    attempts: list[tuple[int, Attempt]] = field(default_factory=list)
    last_attempt: int = 0


@dataclass
class ChannelTables:
    """What stays between transactions."""

    channels: dict[ChannelId, Channel] = field(default_factory=dict)
    handovers: dict[ChannelId, dict[int, Handover]] = field(default_factory=dict)
    heads: dict[ChannelId, int] = field(default_factory=dict)


@dataclass
class OfficeEventTables:
    """What stays between transactions."""

    events: dict[OfficeId, dict[int, OfficeNotice]] = field(default_factory=dict)
    heads: dict[OfficeId, int] = field(default_factory=dict)
    forgotten: dict[OfficeId, int] = field(default_factory=dict)
    told: dict[StatementId, OfficeId] = field(default_factory=dict)


@dataclass
class MemoryTables:
    """What stays between transactions."""

    documents: dict[DocumentId, Document] = field(default_factory=dict)
    streams: dict[SoftwareSlug, list[tuple[int, Notice]]] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)
    forgotten: dict[SoftwareSlug, int] = field(default_factory=dict)
    feeds: dict[OfficeId, dict[DocumentId, FeedRow]] = field(default_factory=dict)
    feed_heads: dict[OfficeId, int] = field(default_factory=dict)
    redeliveries: dict[RedeliveryId, Redelivery] = field(default_factory=dict)
    redelivery_documents: dict[RedeliveryId, list[Subject]] = field(default_factory=dict)
    clients: dict[EnterpriseNumber, tuple[Client, int]] = field(default_factory=dict)
    offices: dict[OfficeId, tuple[Office, int]] = field(default_factory=dict)
    connections: dict[ConnectionId, tuple[ConnectionChanged, int]] = field(default_factory=dict)
    statements: dict[StatementId, BookedStatement] = field(default_factory=dict)
    statement_feeds: dict[OfficeId, dict[StatementId, StatementRow]] = field(default_factory=dict)
    statement_heads: dict[OfficeId, int] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    opened: dict[str, datetime] = field(default_factory=dict)
    software_states: dict[SoftwareSlug, tuple[bool, int]] = field(default_factory=dict)
    webhooks: WebhookTables = field(default_factory=WebhookTables)
    pods: PodTables = field(default_factory=PodTables)
    channels: ChannelTables = field(default_factory=ChannelTables)
    accounts: dict[AccountKey, Account] = field(default_factory=dict)
    gaps: dict[StatementId, Gap] = field(default_factory=dict)
    payments: dict[PaymentId, Payment] = field(default_factory=dict)
    office_events: OfficeEventTables = field(default_factory=OfficeEventTables)
    senders: dict[Sha256, SoftwareSlug | OfficeId] = field(default_factory=dict)
    put_aside: dict[Place, PutAside] = field(default_factory=dict)


class MemoryCaller:
    """One transaction of one caller. `principal` is the caller's text (`office:janssens`) for the API's side, which
    sees its own `mode` only; None is the worker."""

    def __init__(self, tables: MemoryTables, principal: str | None = None, mode: Mode = "live") -> None:
        self._tables, self._principal, self._mode = tables, principal, mode

    def _is(self, kind: str, name: str | None) -> bool:
        return self._principal is None or self._principal == f"{kind}:{name}"

    def _sees(self, document: Document) -> bool:
        own = self._is("software", document.software) or self._is("connection", document.connection_id)
        return (own or self._is("office", document.office_id)) and self._of_mode(document.mode)

    def _of_mode(self, mode: Mode) -> bool:
        return self._principal is None or mode == self._mode
