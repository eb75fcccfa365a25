"""The edge on Kafka: who may use it, who makes it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from services.delivery.domain.edges import Edge
from shared.values import SoftwareSlug


class EdgeStore(Protocol):
    """The worker's side."""

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


class EdgeReading(Protocol):
    """The API's side, on which only the caller's rows exist."""

    async def edge_is_open(self, principal: str) -> bool: ...


class Edges(Protocol):
    """Who makes the edge on Kafka."""

    async def open(self, edge: Edge) -> None:
        """Topics, user and access rules; done again it changes nothing. Raises `Unavailable`."""
        ...

    async def close(self, edge: Edge) -> None:
        """Takes user and access rules away; done again it changes nothing. Raises `Unavailable`."""
        ...
