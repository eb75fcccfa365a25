"""Kafka's figures, through the chassis's administration."""

from collections.abc import Collection, Mapping

from services.console.domain.readings import TopicReading
from shared.chassis.administration import Administration


class KafkaWatch:
    """Reads ends and lags; a consumer group is named `<service>.<topic>`."""

    def __init__(self, administration: Administration) -> None:
        self._administration = administration

    async def read(self, topics: Collection[str]) -> Mapping[str, TopicReading]:
        """Raises `Unavailable` when Kafka does not answer."""
        ends: dict[str, int] = {}
        for (topic, _), end in (await self._administration.end_offsets(topics)).items():
            ends[topic] = ends.get(topic, 0) + end
        lags: dict[str, dict[str, int]] = {}
        for lag in await self._administration.lag():
            if lag.topic in ends:
                by_service = lags.setdefault(lag.topic, {})
                service = lag.group.split(".", 1)[0]
                by_service[service] = by_service.get(service, 0) + lag.waiting
        return {topic: TopicReading(end, lags.get(topic, {})) for topic, end in ends.items()}
