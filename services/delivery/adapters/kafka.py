"""The edge on real Kafka, through the chassis's administration."""

from services.delivery.domain.edges import Edge
from shared.chassis.administration import Administration, kafka_password
from shared.chassis.edges import EdgePrincipal, ensure_edge


class KafkaEdges:
    """Makes edges with an administrator's account; passwords are derived from `password_secret`."""

    def __init__(self, administration: Administration, password_secret: bytes) -> None:
        self._administration, self._password_secret = administration, password_secret

    async def open(self, edge: Edge) -> None:
        """Raises `Unavailable` when Kafka does not answer."""
        principal = EdgePrincipal(edge.principal, edge.topics, edge.submissions)
        await ensure_edge(self._administration, [principal], self._password_secret)

    def password(self, principal: str) -> str:
        """The password of an office or a software on Kafka."""
        return kafka_password(self._password_secret, principal)
