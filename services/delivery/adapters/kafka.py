"""The edge on real Kafka, through the chassis's administration."""

import asyncio

from services.delivery.domain.edges import Edge
from shared.chassis.administration import Administration, kafka_password
from shared.chassis.edges import EdgePrincipal, ensure_edge


class KafkaEdges:
    """Makes edges with an administrator's account; passwords are derived from `password_secret`."""

    def __init__(self, administration: Administration, password_secret: bytes) -> None:
        self._administration, self._password_secret = administration, password_secret
        self._wanted: dict[str, EdgePrincipal] = {}
        self._turn = asyncio.Lock()

    async def open(self, edge: Edge) -> None:
        """Make an edge; those asked for while others are being made are made together, in one round of requests.

        Raises `Unavailable` when Kafka does not answer.
        """
        self._wanted[edge.principal] = EdgePrincipal(edge.principal, edge.topics, edge.submissions)
        async with self._turn:
            if edge.principal not in self._wanted:
                return  # made in the round before this one's turn
            together = dict(self._wanted)
            await ensure_edge(self._administration, list(together.values()), self._password_secret)
            for principal in together:
                self._wanted.pop(principal, None)

    def password(self, principal: str) -> str:
        """The password of an office or a software on Kafka."""
        return kafka_password(self._password_secret, principal)
