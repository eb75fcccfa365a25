"""Booked statements and who may read them, in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.delivery.adapters.memory.tables import MemoryCaller
from services.delivery.domain.notices import may_read_statements
from services.delivery.domain.statements import BookedStatement
from shared.contracts.connections import ConnectionChanged
from shared.contracts.documents import Claim
from shared.values import ConnectionId, EnterpriseNumber, SoftwareSlug, StatementId


class MemoryStatements(MemoryCaller):
    """See the port for what each does."""

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

    async def connection_states(self, ids: Collection[ConnectionId]) -> dict[ConnectionId, tuple[str, int]]:
        known = self._tables.connections
        return {each: (known[each][0].state, known[each][1]) for each in ids if each in known}

    async def save_connections(self, snapshots: Sequence[tuple[ConnectionChanged, int]]) -> None:
        for body, sequence in snapshots:
            known = self._tables.connections.get(body.connection_id)
            if known is None or known[1] < sequence:
                self._tables.connections[body.connection_id] = (body, sequence)

    async def statement_movements(self, statement_id: StatementId) -> Claim | None:
        found = self._tables.statements.get(statement_id)
        seen = found is not None and self._of_mode("live") and any(self._is("software", each) for each in found.readers)
        return found.body.movements if found is not None and seen else None
