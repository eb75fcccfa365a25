"""The edge on Kafka, in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.delivery.adapters.memory.tables import MemoryCaller
from services.delivery.domain.edges import Edge
from shared.values import SoftwareSlug


class MemoryEdges(MemoryCaller):
    """See the port for what each does."""

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

    async def edge_is_open(self, principal: str) -> bool:
        return self._is(*principal.split(".", 1)) and principal in self._tables.opened
