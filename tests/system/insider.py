"""Kafka's administrator, who may do what no tenant may: publish anything anywhere, and read every record."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from deploy.demo.doors import PATIENCE_S, KafkaClient, observed
from shared.chassis.administration import Administration
from shared.contracts.event import Event
from shared.contracts.operations import DeadLetter


@dataclass(frozen=True, slots=True)
class Forged:
    """A record as nobody of us would publish it; its `mark`, in a header or the key, names it in its dead letter."""

    mark: str
    topic: str
    key: bytes
    value: bytes | None
    headers: Mapping[str, str | bytes]


class Insider(KafkaClient):
    """A client with the administrator's credentials."""

    def __init__(self, credentials: Mapping[str, Any], bootstrap: str) -> None:
        super().__init__(credentials, bootstrap)
        self._administration = Administration(bootstrap, credentials["username"], credentials["password"])

    async def place(self, *records: Forged) -> None:
        """Publish records in this order, whatever they hold."""
        producer = AIOKafkaProducer(**self._settings, acks="all", max_request_size=3_000_000)
        await producer.start()
        try:
            for record in records:
                headers = [(name, as_bytes(value)) for name, value in record.headers.items()]
                await producer.send_and_wait(record.topic, record.value, record.key, headers=headers)
        finally:
            await producer.stop()

    async def dead_letter(self, service: str, record: Forged) -> DeadLetter:
        """What the service tells of a record that it could not handle; waits for it."""
        _, value = await self.read(service + DeadLetter.topic_suffix, record.mark)
        return DeadLetter.model_validate_json(value)

    async def everything(self) -> list[ConsumerRecord]:
        """Every record that lies in Kafka now, also in topics of Kafka's own."""
        names = [*await self._administration.describe(), "__consumer_offsets"]
        ends = {TopicPartition(*place): end for place, end in (await self._administration.end_offsets(names)).items()}
        consumer = AIOKafkaConsumer(**self._settings, enable_auto_commit=False, exclude_internal_topics=False)
        await consumer.start()
        try:
            consumer.assign(list(ends))
            await consumer.seek_to_beginning()
            return await _until(consumer, ends)
        finally:
            await consumer.stop()


def forged(topic: str, key: str, value: Any, **headers: str | bytes) -> Forged:
    """A record with the headers that an event of this topic has, but for those that are given.

    `value` is bytes as they are, None for no value, anything else as JSON.
    """
    event_id = str(uuid4())
    told: dict[str, str | bytes] = {
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_source": "forger",
        "ce_type": f"be.relais.{topic}",
        "ce_time": datetime.now(UTC).isoformat(),
        "ce_subject": key,
        "ce_sequence": "1",
        "content-type": "application/json",
        **headers,
    }
    as_it_is = value is None or isinstance(value, bytes)
    body = value if as_it_is else json.dumps(value).encode()
    return Forged(event_id, topic, key.encode(), body, told)


def forged_event(body: Event, *, sequence: int = 1) -> Forged:
    """A record as its owner would have published it."""
    return forged(
        body.topic, str(getattr(body, body.key_field)), body.model_dump_json().encode(), ce_sequence=str(sequence)
    )


def as_bytes(value: str | bytes) -> bytes:
    """A header's value."""
    return value.encode() if isinstance(value, str) else value


async def _until(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> list[ConsumerRecord]:
    """All records below these ends; a compacted topic has fewer than its end says."""
    found: list[ConsumerRecord] = []

    async def look() -> bool | None:
        for records in (await consumer.getmany(timeout_ms=200, max_records=10_000)).values():
            found.extend(records)
        places = [(await consumer.position(place), end) for place, end in ends.items()]
        return True if all(position >= end for position, end in places) else None

    await observed(f"every record of {len(ends)} partitions within {PATIENCE_S} s", look)
    return found
