"""The edge on real Kafka, through the chassis's administration."""

import asyncio

from services.delivery.domain.edges import Edge
from shared.chassis.administration import Administration, kafka_password
from shared.chassis.edges import EdgePrincipal, close_edge, ensure_edge


class KafkaEdges:
    """Makes edges with an administrator's account; passwords are derived from `password_secret`."""

    def __init__(self, administration: Administration, password_secret: bytes) -> None:
        self._administration, self._password_secret = administration, password_secret
        self._wanted: dict[str, EdgePrincipal] = {}
        self._turn = asyncio.Lock()
        self._one_by_one = False

    async def open(self, edge: Edge) -> None:
        """Make an edge; those asked for while others are being made are made together, in one round of requests.

        After a round that failed each is made alone, so that one that cannot be made holds up no other.
        Raises `Unavailable` when Kafka does not answer.
        """
        own = EdgePrincipal(edge.principal, edge.topics, edge.submissions)
        self._wanted[edge.principal] = own
        try:
            async with self._turn:
                if edge.principal in self._wanted:  # not made in the round before this one's turn
                    await self._make({edge.principal: own} if self._one_by_one else dict(self._wanted))
        finally:
            self._wanted.pop(edge.principal, None)
            self._one_by_one = self._one_by_one and bool(self._wanted)

    async def close(self, edge: Edge) -> None:
        """Take user and rules of an edge away; its topics stay. Raises `Unavailable` when Kafka does not answer."""
        self._wanted.pop(edge.principal, None)
        async with self._turn:
            own = EdgePrincipal(edge.principal, edge.topics, edge.submissions, closed=True)
            await close_edge(self._administration, own)

    async def _make(self, together: dict[str, EdgePrincipal]) -> None:
        before, self._one_by_one = self._one_by_one, True
        await ensure_edge(self._administration, list(together.values()), self._password_secret)
        self._one_by_one = before
        for principal in together:
            self._wanted.pop(principal, None)

    def password(self, principal: str) -> str:
        """The password of an office or a software on Kafka."""
        return kafka_password(self._password_secret, principal)
