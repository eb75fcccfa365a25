"""Statements at the disposal of offices, and the lists of both sides."""

from collections.abc import Collection, Sequence
from typing import Protocol

from services.delivery.domain.listing import Order
from services.delivery.domain.statement_lists import BookedPlace, StatementEntry, StatementFilter, StatementRow
from services.delivery.domain.statements import BookedStatement, RoutedStatement
from shared.values import ConnectionId, EnterpriseNumber, OfficeId, SoftwareSlug, StatementId


class RoutedStatementStore(Protocol):
    """The worker's side."""

    async def append_statement_entries(self, entries: Sequence[StatementEntry]) -> list[StatementEntry]:
        """Adds to the offices' feeds, in this order; gives those that are new there. One that is there keeps its
        position, unless it comes by a redelivery: then it moves to a new one and is open again."""
        ...

    async def routed_statements(
        self, office: OfficeId, ids: Collection[StatementId]
    ) -> dict[StatementId, RoutedStatement]:
        """Those that stand in the office's feed."""
        ...

    async def connections_of_software(
        self, software: SoftwareSlug, numbers: Collection[EnterpriseNumber]
    ) -> dict[EnterpriseNumber, list[ConnectionId]]:
        """The software's active connections with these companies that may read their statements."""
        ...


class RoutedStatementReading(Protocol):
    """The API's side, on which only the caller's rows exist."""

    async def office_statements(
        self, office: OfficeId, behind: int | None, limit: int, wanted: StatementFilter, order: Order
    ) -> list[StatementRow]:
        """The office's feed by position."""
        ...

    async def software_statements(
        self, software: SoftwareSlug, behind: BookedPlace | None, limit: int, wanted: StatementFilter, order: Order
    ) -> list[BookedStatement]:
        """What the software was told of, by the time of booking."""
        ...

    async def software_statement(self, software: SoftwareSlug, statement_id: StatementId) -> BookedStatement | None: ...

    async def office_statement(self, office: OfficeId, statement_id: StatementId) -> StatementRow | None: ...

    async def lock_statement_entries(
        self, office: OfficeId, ids: Collection[StatementId]
    ) -> dict[StatementId, StatementRow]:
        """Those that exist; nobody else changes them until the transaction ends."""
        ...

    async def save_statement_marks(self, rows: Collection[StatementRow]) -> None:
        """Writes what the office said of its entries and when it first read them, and nothing else."""
        ...
