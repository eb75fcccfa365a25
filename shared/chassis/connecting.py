"""How a process connects to Kafka: as whom, and not all at once while Kafka refuses."""

import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiokafka.client import AIOKafkaClient

from shared.chassis.database import pause_before
from shared.chassis.settings import SecurityProtocol

_LONGEST_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class KafkaAddress:
    """Where Kafka is, and as whom this process connects (SASL/SCRAM-SHA-512, unless the protocol has no SASL)."""

    bootstrap_servers: str
    username: str
    password: str = field(repr=False)
    security_protocol: SecurityProtocol = "SASL_PLAINTEXT"


@dataclass(slots=True)
class _Node:
    failures: int = 0
    opens_at: float = 0.0


class Gate:
    """While a broker refuses this process, one connection tries at a time, less often each time.

    A process has dozens of consumers, and aiokafka lets each of them try ten times a second: a Kafka that is starting,
    or that has lost its users, would do nothing else than refuse them.
    """

    def __init__(self) -> None:
        self._nodes: dict[Any, _Node] = {}

    def guard(self, client: AIOKafkaClient) -> None:
        """Have every connection of this client pass the gate."""
        client._get_conn = partial(self.pass_through, client._conns, client._get_conn)

    async def pass_through(self, connections: Any, connect: Any, node_id: Any, **options: Any) -> Any:
        """What `connect` gives; None, without asking the broker, while the gate is closed."""
        node = self._nodes.setdefault(node_id, _Node())
        open_already = any(place[0] == node_id and known.connected() for place, known in connections.items())
        now = time.monotonic()
        if not open_already and now < node.opens_at:
            return None
        if node.failures:
            node.opens_at = now + _LONGEST_SECONDS  # the others wait for what this one finds
        connection = await connect(node_id, **options)
        if connection is None:
            node.failures += 1
            node.opens_at = time.monotonic() + pause_before(
                node.failures, first_seconds=0.1, longest_seconds=_LONGEST_SECONDS
            )
        else:
            node.failures, node.opens_at = 0, 0.0
        return connection
