"""Booked statements, and who may read them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from services.delivery.domain.statements import BookedStatement
from shared.contracts.connections import ConnectionChanged
from shared.contracts.documents import Claim
from shared.values import ConnectionId, EnterpriseNumber, SoftwareSlug, StatementId


class StatementStore(Protocol):
    """The worker's side."""

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

    async def connection_states(self, ids: Collection[ConnectionId]) -> dict[ConnectionId, tuple[str, int]]:
        """State and sequence of the snapshot that is known."""
        ...

    async def save_connections(self, snapshots: Sequence[tuple[ConnectionChanged, int]]) -> None:
        """Applies snapshots with a higher sequence than the one known."""
        ...


class StatementReading(Protocol):
    """The API's side, on which only the caller's rows exist."""

    async def statement_movements(self, statement_id: StatementId) -> Claim | None: ...
