"""Kafka out: an idempotent producer that is made anew when Kafka no longer knows it, and its batch builder."""

import asyncio
import contextlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidRequiredAcksError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordTooLargeError,
)
from aiokafka.partitioner import DefaultPartitioner

from shared.chassis.connecting import KafkaAddress
from shared.chassis.errors import InvalidMessage, Unavailable

BATCH_BYTES = 1_000_000
"""Below Kafka's default `max.message.bytes` of 1,048,588."""

_REFUSED = (MessageSizeTooLargeError, RecordTooLargeError, InvalidRequiredAcksError)
_METADATA_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record to send; `identity` is the caller's name for it."""

    identity: int
    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Where a record lies, once every in-sync replica has it."""

    identity: int
    topic: str
    partition: int
    offset: int


Outcome = Acknowledged | InvalidMessage | Unavailable


class Producer:
    """Sends records; each gets an outcome: where it lies, refused for good, or not now."""

    def __init__(self, address: KafkaAddress, client_id: str) -> None:
        self._address, self._client_id = address, client_id
        self._producer: AIOKafkaProducer | None = None
        self._partitioner = DefaultPartitioner()

    async def send(self, records: Sequence[Outgoing]) -> list[tuple[Outgoing, Outcome]]:
        """Send in order: records of one partition in as few batches as possible, partitions at the same time."""
        producer = await self._started()
        by_partition: dict[tuple[str, int], list[Outgoing]] = {}
        outcomes: list[tuple[Outgoing, Outcome]] = []
        unknown = await self._unknown_topics(producer, {record.topic for record in records})
        for record in records:
            if record.topic in unknown:
                outcomes.append((record, Unavailable(f"Kafka has no topic {record.topic}, or it may not be written")))
                continue
            by_partition.setdefault((record.topic, self._partition(producer, record)), []).append(record)
        sent = await asyncio.gather(
            *(self._send_partition(producer, *place, group) for place, group in by_partition.items())
        )
        for group_outcomes in sent:
            outcomes.extend(group_outcomes)
        if any(isinstance(outcome, Unavailable) for group in sent for _, outcome in group):
            await self.renew()
        return outcomes

    async def renew(self) -> None:
        """Forget the producer: after an error its sequence numbers may not be what Kafka expects."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(producer.stop(), timeout=5)

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._address.bootstrap_servers.split(","),
                client_id=self._client_id,
                security_protocol=self._address.security_protocol,
                ssl_context=ssl.create_default_context() if self._address.security_protocol == "SASL_SSL" else None,
                sasl_mechanism="SCRAM-SHA-512",
                sasl_plain_username=self._address.username,
                sasl_plain_password=self._address.password,
                acks="all",
                enable_idempotence=True,
                max_batch_size=BATCH_BYTES,
                max_request_size=8 * BATCH_BYTES,
                metadata_max_age_ms=5_000,
                request_timeout_ms=10_000,
            )
            try:
                await producer.start()
            except (KafkaError, OSError) as error:
                with contextlib.suppress(Exception):
                    await producer.stop()
                raise Unavailable(f"Kafka does not answer: {error}") from error
            self._producer = producer
        return self._producer

    async def _unknown_topics(self, producer: AIOKafkaProducer, topics: set[str]) -> set[str]:
        async def missing(topic: str) -> bool:
            if producer.client.cluster.partitions_for_topic(topic):
                return False
            with contextlib.suppress(KafkaError, TimeoutError):  # `partitions_for` would wait for it to appear
                await asyncio.wait_for(producer.client.add_topic(topic), _METADATA_SECONDS)
                await asyncio.wait_for(producer.client.force_metadata_update(), _METADATA_SECONDS)
            return not producer.client.cluster.partitions_for_topic(topic)

        ordered = sorted(topics)
        flags = await asyncio.gather(*(missing(topic) for topic in ordered))
        return {topic for topic, flag in zip(ordered, flags, strict=True) if flag}

    def _partition(self, producer: AIOKafkaProducer, record: Outgoing) -> int:
        partitions = sorted(producer.client.cluster.partitions_for_topic(record.topic) or {0})
        return int(self._partitioner(record.key, partitions, partitions))

    async def _send_partition(
        self, producer: AIOKafkaProducer, topic: str, partition: int, records: list[Outgoing]
    ) -> list[tuple[Outgoing, Outcome]]:
        outcomes: list[tuple[Outgoing, Outcome]] = []
        waiting = list(records)
        while waiting:
            batch, taken = self._build(producer, waiting)
            if not taken:
                outcomes.append((waiting.pop(0), _too_large("one batch cannot hold it")))
                continue
            group, waiting = waiting[:taken], waiting[taken:]
            found = await self._send_batch(producer, topic, partition, batch, group)
            outcomes.extend(found)
            if isinstance(found[-1][1], Unavailable):
                outcomes.extend((record, found[-1][1]) for record in waiting)  # never past one that is not there
                break
        return outcomes

    def _build(self, producer: AIOKafkaProducer, records: Sequence[Outgoing]) -> tuple[Any, int]:
        batch, taken = producer.create_batch(), 0
        for record in records:
            if batch.append(key=record.key, value=record.value, timestamp=None, headers=record.headers) is None:
                break
            taken += 1
        batch.close()
        return batch, taken

    async def _send_batch(
        self, producer: AIOKafkaProducer, topic: str, partition: int, batch: Any, group: list[Outgoing]
    ) -> list[tuple[Outgoing, Outcome]]:
        try:
            metadata = await (await producer.send_batch(batch, topic, partition=partition))
        except _REFUSED as error:
            if len(group) == 1:
                return [(group[0], _too_large(str(error)))]
            alone: list[tuple[Outgoing, Outcome]] = []
            for record in group:  # one of them is the culprit: the others are sent, in their order
                single, _ = self._build(producer, [record])
                alone.extend(await self._send_batch(producer, topic, partition, single, [record]))
                failure = alone[-1][1]
                if isinstance(failure, Unavailable):
                    alone.extend((later, failure) for later in group[len(alone) :])
                    break  # never past one that is not there
            return alone
        except (KafkaError, OSError, TimeoutError) as error:
            failure = Unavailable(f"{type(error).__name__}: {error}")
            return [(record, failure) for record in group]
        return [
            (record, Acknowledged(record.identity, topic, partition, _offset(metadata.offset, place)))
            for place, record in enumerate(group)
        ]


def _offset(first: int, place: int) -> int:
    """Kafka answers -1 for a batch that it had already: acknowledged, but its place is not told."""
    return first + place if first >= 0 else -1


def _too_large(detail: str) -> InvalidMessage:
    return InvalidMessage("record_refused", f"Kafka refuses the record for good: {detail}", where="value")
