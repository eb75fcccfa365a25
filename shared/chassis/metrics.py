"""What Prometheus reads of one process: what came, what became of it, what waits."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SIZES = (1, 2, 5, 10, 25, 50, 100, 250, 500)


class Metrics:
    """The figures of one process, in a registry of its own, so that tests and services never share one."""

    media_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self.registry = registry
        self._looks: list[Callable[[], None]] = []
        self._received = Counter("relais_received", "Messages read from a topic", ["topic"], registry=registry)
        self._handled = Counter("relais_handled", "Messages whose work was committed", ["topic"], registry=registry)
        self._failed = Counter(
            "relais_failed",
            "Messages that became dead letters, by reason",
            ["topic", "code"],
            registry=registry,
        )
        self._published = Counter("relais_published", "Messages that Kafka acknowledged", ["topic"], registry=registry)
        self._lag = Gauge(
            "relais_consumer_lag", "Messages of a topic that wait to be handled", ["topic"], registry=registry
        )
        self._oldest = Gauge(
            "relais_outbox_oldest_seconds",
            "Age of the oldest row that waits to be published",
            registry=registry,
        )
        self._size = Histogram(
            "relais_batch_size", "Messages of one transaction", ["topic"], buckets=_SIZES, registry=registry
        )
        self._seconds = Histogram(
            "relais_handle_seconds",
            "Time from batch to commit",
            ["topic"],
            buckets=_SECONDS,
            registry=registry,
        )

    def received(self, topic: str, count: int) -> None:
        """So many messages were read."""
        self._received.labels(topic).inc(count)

    def handled(self, topic: str, count: int, seconds: float) -> None:
        """A transaction with so many messages of this topic was committed after `seconds`."""
        self._handled.labels(topic).inc(count)
        self._size.labels(topic).observe(count)
        self._seconds.labels(topic).observe(seconds)

    def failed(self, topic: str, code: str, count: int = 1) -> None:
        """Messages became dead letters for this reason (a stable code)."""
        self._failed.labels(topic, code).inc(count)

    def published(self, topic: str, count: int) -> None:
        """Kafka acknowledged so many messages."""
        self._published.labels(topic).inc(count)

    def lag(self, topic: str, count: int) -> None:
        """So many messages of the topic wait for this process."""
        self._lag.labels(topic).set(count)

    def outbox_oldest(self, seconds: float) -> None:
        """The oldest unpublished row is this old; 0 when none waits."""
        self._oldest.set(seconds)

    def before_reading(self, look: Callable[[], None]) -> None:
        """Have `look` set figures that are only true at the moment they are read."""
        self._looks.append(look)

    def text(self) -> bytes:
        """All figures in Prometheus's text format."""
        for look in self._looks:
            look()
        return generate_latest(self.registry)
