"""Delivery's store in memory: the same behaviour as Postgres, for tests; one caller at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.delivery.adapters.memory_webhooks import MemoryWebhooks, WebhookTables
from services.delivery.domain.documents import Document
from services.delivery.domain.edges import Edge
from services.delivery.domain.feeds import Entry
from services.delivery.domain.notices import Notice, may_read_statements
from services.delivery.domain.statements import BookedStatement
from services.delivery.ports import StoredNotice, StreamPage
from shared.contracts.access import Mode
from shared.contracts.connections import ConnectionChanged
from shared.contracts.documents import Claim
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, SoftwareSlug, StatementId


@dataclass
class MemoryTables:
    """What stays between transactions."""

    documents: dict[DocumentId, Document] = field(default_factory=dict)
    streams: dict[SoftwareSlug, list[tuple[int, Notice]]] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)
    forgotten: dict[SoftwareSlug, int] = field(default_factory=dict)
    feeds: dict[OfficeId, dict[DocumentId, tuple[int, datetime]]] = field(default_factory=dict)
    connections: dict[ConnectionId, tuple[ConnectionChanged, int]] = field(default_factory=dict)
    statements: dict[StatementId, BookedStatement] = field(default_factory=dict)
    kafka: dict[OfficeId, datetime] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    opened: dict[str, datetime] = field(default_factory=dict)
    software_states: dict[SoftwareSlug, tuple[bool, int]] = field(default_factory=dict)
    webhooks: WebhookTables = field(default_factory=WebhookTables)


class MemoryDelivery(MemoryWebhooks):
    """`principal` is the caller's text (`office:janssens`) for the API's side, which sees its own `mode` only; None
    is the worker."""

    def __init__(self, tables: MemoryTables, principal: str | None = None, mode: Mode = "live") -> None:
        super().__init__(tables.webhooks, tables.streams, tables.heads, tables.software_states, principal, mode)
        self._tables = tables

    async def known_documents(self, ids: Collection[DocumentId]) -> set[DocumentId]:
        return set(ids) & set(self._tables.documents)

    async def documents(self, ids: Collection[DocumentId]) -> dict[DocumentId, Document]:
        return {each: self._tables.documents[each] for each in sorted(ids) if each in self._tables.documents}

    async def save_documents(self, documents: Collection[Document]) -> None:
        self._tables.documents |= {document.document_id: document for document in documents}

    async def append_notices(self, notices: Sequence[Notice]) -> list[int]:
        positions = []
        for notice in notices:
            position = self._tables.heads.get(notice.event.software, 0) + 1
            self._tables.heads[notice.event.software] = position
            self._tables.streams.setdefault(notice.event.software, []).append((position, notice))
            positions.append(position)
        return positions

    async def append_entries(self, entries: Sequence[Entry]) -> list[int]:
        positions = []
        for entry in entries:
            feed = self._tables.feeds.setdefault(entry.office_id, {})
            feed.setdefault(entry.document_id, (len(feed) + 1, entry.added_at))
            positions.append(feed[entry.document_id][0])
        return positions

    async def statement_readers(
        self, numbers: Collection[EnterpriseNumber]
    ) -> dict[EnterpriseNumber, list[SoftwareSlug]]:
        readers: dict[EnterpriseNumber, set[SoftwareSlug]] = {}
        for body, _ in self._tables.connections.values():
            if body.enterprise_number in numbers and body.state == "active" and may_read_statements(body.scopes):
                readers.setdefault(body.enterprise_number, set()).add(body.software)
        return {number: sorted(softwares) for number, softwares in readers.items()}

    async def save_statements(self, statements: Sequence[BookedStatement]) -> None:
        self._tables.statements |= {statement.statement_id: statement for statement in statements}

    async def statements_since(self, number: EnterpriseNumber, moment: datetime) -> list[BookedStatement]:
        known = self._tables.statements.values()
        own = [each for each in known if each.body.enterprise_number == number and each.booked_at >= moment]
        return sorted(own, key=lambda statement: (statement.booked_at, statement.statement_id))

    async def kafka_offices(self, offices: Collection[OfficeId]) -> set[OfficeId]:
        return set(offices) & set(self._tables.kafka)

    async def save_connections(self, snapshots: Sequence[tuple[ConnectionChanged, int]]) -> None:
        for body, sequence in snapshots:
            known = self._tables.connections.get(body.connection_id)
            if known is None or known[1] < sequence:
                self._tables.connections[body.connection_id] = (body, sequence)

    async def connection_states(self, ids: Collection[ConnectionId]) -> dict[ConnectionId, tuple[str, int]]:
        known = self._tables.connections
        return {each: (known[each][0].state, known[each][1]) for each in ids if each in known}

    async def softwares_without_edge(self, softwares: Collection[SoftwareSlug]) -> set[SoftwareSlug]:
        return {each for each in softwares if f"software.{each}" not in self._tables.edges}

    async def note_software_states(self, states: Sequence[tuple[SoftwareSlug, bool, int]]) -> set[SoftwareSlug]:
        changed = set()
        for software, suspended, sequence in states:
            before, heard = self._tables.software_states.get(software, (False, -1))
            if heard < sequence:
                self._tables.software_states[software] = (suspended, sequence)
                changed |= {software} if suspended != before else set()
        return changed

    async def suspended_software(self, software: SoftwareSlug) -> bool:
        return self._tables.software_states.get(software, (False, -1))[0]

    async def want_edge(self, edge: Edge) -> None:
        self._tables.edges[edge.principal] = edge
        if edge.closed:
            self._tables.opened.pop(edge.principal, None)

    async def edge_opened(self, edge: Edge, opened_at: datetime) -> None:
        self._tables.opened.setdefault(edge.principal, opened_at)

    async def forget_notices(self, before: datetime) -> None:
        for software, stream in self._tables.streams.items():
            kept = [pair for pair in stream if pair[1].event.time >= before]
            if len(kept) < len(stream):
                self._tables.forgotten[software] = kept[0][0] - 1 if kept else self._tables.heads[software]
            self._tables.streams[software] = kept
        self._forget_waiting()

    async def forgotten_to(self, software: SoftwareSlug) -> int:
        return self._tables.forgotten.get(software, 0) if self._is("software", software) else 0

    async def read_stream(
        self, software: SoftwareSlug, mode: Mode, after: int, types: Sequence[str], limit: int
    ) -> StreamPage:
        head = self._tables.heads.get(software, 0) if self._is("software", software) else 0
        if head <= after:
            return StreamPage((), after, False)
        stream = [each for each in self._seen(software) if each[0] > after and each[1].mode == mode]
        found = [each for each in stream if not types or each[1].event.type in types]
        notices = tuple(StoredNotice(position, notice.text) for position, notice in found[:limit])
        more = len(found) > limit
        return StreamPage(notices, notices[-1].position if more else head, more)

    async def read_feed(self, office: OfficeId, after: int, limit: int) -> list[tuple[int, datetime, Document]]:
        feed = self._tables.feeds.get(office, {}) if self._is("office", office) else {}
        entries = [
            (position, added_at, self._tables.documents[document_id])
            for document_id, (position, added_at) in feed.items()
            if position > after and self._sees(self._tables.documents[document_id])
        ]
        return sorted(entries, key=lambda entry: entry[0])[:limit]

    async def own_documents(self, software: SoftwareSlug, after: int, limit: int) -> list[Document]:
        own = [
            document
            for document in self._tables.documents.values()
            if document.software == software and document.position > after and self._sees(document)
        ]
        return sorted(own, key=lambda document: document.position)[:limit]

    async def document(self, document_id: DocumentId) -> Document | None:
        document = self._tables.documents.get(document_id)
        return document if document is not None and self._sees(document) else None

    async def lock_document(self, document_id: DocumentId) -> Document | None:
        document = await self.document(document_id)
        return document if document is not None and self._is("office", document.office_id) else None

    async def save_progress(self, document: Document) -> None:
        known = await self.lock_document(document.document_id)
        if known is not None:
            self._tables.documents[document.document_id] = replace(
                known,
                state=document.state,
                reason=document.reason,
                version=document.version,
                timeline=document.timeline,
            )

    async def statement_movements(self, statement_id: StatementId) -> Claim | None:
        found = self._tables.statements.get(statement_id)
        seen = found is not None and self._of_mode("live") and any(self._is("software", each) for each in found.readers)
        return found.body.movements if found is not None and seen else None

    async def chose_kafka(self, office: OfficeId) -> bool:
        return self._is("office", office) and office in self._tables.kafka

    async def choose_kafka(self, office: OfficeId, at: datetime) -> bool:
        if office in self._tables.kafka:
            return False
        self._tables.kafka[office] = at
        return True

    async def edge_is_open(self, principal: str) -> bool:
        return self._is(*principal.split(".", 1)) and principal in self._tables.opened

    def _is(self, kind: str, name: str | None) -> bool:
        return self._principal is None or self._principal == f"{kind}:{name}"

    def _sees(self, document: Document) -> bool:
        own = self._is("software", document.software) or self._is("office", document.office_id)
        return own and self._of_mode(document.mode)
