"""Kafka in: one FastStream batch subscriber for each subscription, with static membership and manual commits.

FastStream's defaults (acknowledge first, start at the latest offset) lose data, so nothing here relies on them.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage
from faststream.security import SASLScram512

from shared.chassis import inbox
from shared.chassis.database import Database, pause_before, persist
from shared.chassis.logs import logger
from shared.chassis.subscription import Subscription
from shared.chassis.topics import TopicIds

MOST_RECORDS = 500
_IDLE_MS = 1_000
_IDLE_FETCH_MS = 300
_GRACE_SECONDS = 15.0

_log = logger("consumer")


@dataclass(frozen=True, slots=True)
class KafkaAddress:
    """Where Kafka is, and as whom this process connects (SASL/SCRAM-SHA-512)."""

    bootstrap_servers: str
    username: str
    password: str


class PatientConsumer(AIOKafkaConsumer):  # type: ignore[misc]
    """Waits for records instead of asking 50 times a second: nothing is added to the latency of the first one."""

    async def getmany(self, *partitions: Any, timeout_ms: int = 0, max_records: int | None = None) -> Any:
        patience_ms = max(timeout_ms, _IDLE_MS)
        before = {place: position_of(self, place) for place in self.assignment()}
        try:
            return await super().getmany(*partitions, timeout_ms=patience_ms, max_records=max_records)
        except UnicodeDecodeError:
            for place in self.assignment():  # what was unpacked beside the culprit is gone: read it again
                position = before.get(place)
                self.seek(place, await self._committed(place) if position is None else position)
            return await self._one_by_one(patience_ms, max_records or MOST_RECORDS)

    async def _committed(self, place: TopicPartition) -> int:
        try:
            return int(await self.committed(place) or 0)
        except KafkaError:
            return 0  # too early is never wrong, the inbox knows what was handled

    async def _one_by_one(self, patience_ms: int, most: int) -> dict[TopicPartition, list[ConsumerRecord]]:
        """Up to a record whose header names are no UTF-8: aiokafka can unpack neither it nor what its writer sent after
        it in the same batch, so each of those comes without headers and value, to become a dead letter.
        """
        found: dict[TopicPartition, list[ConsumerRecord]] = {}
        for place in sorted(self.assignment()):
            while sum(map(len, found.values())) < most:
                try:
                    got = await super().getmany(place, timeout_ms=patience_ms, max_records=1)
                except UnicodeDecodeError:
                    offset = position_of(self, place)
                    if offset is None:
                        return found
                    found.setdefault(place, []).append(_unreadable(place, offset))
                    self.seek(place, offset + 1)
                    return found
                if not got:
                    break
                found.setdefault(place, []).extend(got[place])
        return found


def position_of(consumer: AIOKafkaConsumer, place: TopicPartition) -> int | None:
    """The next offset that will be read; None while it is not known."""
    subscription = consumer._subscription.subscription
    if subscription is None or subscription.assignment is None:
        return None
    state = subscription.assignment.state_value(place)
    return state.position if state is not None and state.has_valid_position else None


def _unreadable(place: TopicPartition, offset: int) -> ConsumerRecord:
    return ConsumerRecord(place.topic, place.partition, offset, -1, 0, None, None, None, -1, -1, ())


class Consumer:
    """One subscription's place in its consumer group. `topics` are names, or one pattern."""

    def __init__(
        self,
        broker: KafkaBroker,
        subscription: Subscription,
        *,
        topics: Sequence[str] = (),
        pattern: str | None = None,
        slot: int,
        topic_ids: TopicIds,
        database: Database,
    ) -> None:
        self.subscription, self._topics = subscription, tuple(topics)
        self._topic_ids, self._database = topic_ids, database
        self._caught_up: set[TopicPartition] = set()
        self._assigned: set[TopicPartition] = set()
        self._broker = broker
        self._running: asyncio.Task[None] | None = None
        self._subscriber = broker.subscriber(
            *topics,
            pattern=pattern,
            batch=True,
            max_records=MOST_RECORDS,
            batch_timeout_ms=20,
            group_id=f"{subscription.service}.{subscription.name}",
            group_instance_id=f"{subscription.service}-{slot}",
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            session_timeout_ms=10_000,
            heartbeat_interval_ms=3_000,
            max_poll_interval_ms=600_000,
            # Kafka answers as soon as there is a record; this is only how often an idle consumer asks again. What
            # is empty is known to be read to its end after that time, and readiness waits for compacted topics.
            fetch_max_wait_ms=_IDLE_FETCH_MS if subscription.awaited else _IDLE_MS * 2,
            max_partition_fetch_bytes=2_097_152,
            listener=_Assignments(self),
            parser=_whole_batch,
            decoder=_raw_records,
        )
        self._subscriber(self._consume)

    @property
    def caught_up(self) -> bool:
        """Whether every assigned partition was read to its end at least once."""
        return self.started and self._assigned <= self._caught_up

    @property
    def started(self) -> bool:
        return self._subscriber.running

    @property
    def _kafka(self) -> AIOKafkaConsumer:
        consumer = self._subscriber.consumer
        if consumer is None:
            raise ConnectionResetError("the consumer is stopped")
        return consumer

    async def start(self) -> None:
        """Join the group; waits for Kafka and for the topics."""
        await self._topic_ids.known(self._topics)
        attempt = 0
        while True:
            try:
                await self._subscriber.start()
                return
            except (KafkaError, OSError, TimeoutError) as error:
                attempt += 1
                _log.warning("cannot join", group=self.subscription.name, error=type(error).__name__)
                with contextlib.suppress(Exception):
                    await self._subscriber.stop()
                await asyncio.sleep(pause_before(attempt, first_seconds=0.2))

    async def stop(self) -> None:
        """Finish the batch, commit, leave."""
        await self._subscriber.stop()

    async def restart(self) -> None:
        """Join anew, comparing the topics' ids: what this process reads was made anew."""
        self._caught_up.clear()
        with contextlib.suppress(Exception):
            await self._subscriber.stop()
        await self.start()

    def reads(self, names: set[str]) -> bool:
        """Whether one of these topics is read by this process."""
        return bool(names.intersection(self._topics) or {place.topic for place in self._assigned} & names)

    async def assigned(self, partitions: set[TopicPartition]) -> None:
        """Start at 0 wherever the topic is not the one that was read before, whatever offset Kafka remembers."""
        self._assigned = set(partitions)
        self._caught_up &= self._assigned
        if not partitions:
            return
        names = sorted({partition.topic for partition in partitions})
        ids = await self._topic_ids.known(names)
        self.subscription.incarnations.update(ids)

        async def read() -> dict[tuple[str, int], str]:
            async with self._database.transaction() as connection:
                return await inbox.incarnations_read(connection, names)

        before = await persist(read, "reading the topics' incarnations")
        renewed = [
            partition
            for partition in partitions
            if before.get((partition.topic, partition.partition), ids[partition.topic]) != ids[partition.topic]
        ]
        for partition in renewed:
            self._kafka.seek(partition, 0)
        if renewed:
            _log.warning("reading from the start", topics=sorted({partition.topic for partition in renewed}))

    async def _consume(self, records: Any) -> None:
        """One batch: committed in Postgres, then in Kafka. A lost Kafka commit only means reading again."""
        await self._handle(records)
        offsets: dict[TopicPartition, int] = {}
        for record in records:
            place = TopicPartition(record.topic, record.partition)
            offsets[place] = max(offsets.get(place, 0), record.offset + 1)
        try:
            await self._kafka.commit(offsets)
        except (KafkaError, ConnectionError) as error:
            _log.warning("offsets not committed", group=self.subscription.name, error=type(error).__name__)
        self.look()

    async def _handle(self, records: Any) -> None:
        """FastStream swallows what a handler raises and reads on: a batch is never left before it is committed."""
        attempt = 0
        while True:
            try:
                return await self.subscription.handle(records)
            except Exception:
                attempt += 1
                _log.exception("batch not handled", group=self.subscription.name, attempt=attempt)
                await asyncio.sleep(pause_before(attempt, first_seconds=0.5))

    def look(self) -> int:
        """Records that wait in the assigned partitions; also notes which of them are read to their end."""
        lag = 0
        with contextlib.suppress(ConnectionError, AssertionError, KafkaError):
            for partition in self._kafka.assignment():
                end = self._kafka.highwater(partition)
                position = position_of(self._kafka, partition)
                if end is None or position is None:
                    continue
                lag += max(0, end - position)
                if position >= end:
                    self._caught_up.add(partition)
        return lag


class _Assignments(ConsumerRebalanceListener):  # type: ignore[misc]
    """aiokafka's callback, handed to the consumer it belongs to."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """The inbox keeps a batch that is still being handled from counting twice."""

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        await self._consumer.assigned(assigned)


async def kafka_broker(address: KafkaAddress, client_id: str) -> KafkaBroker:
    """A FastStream broker that only consumes, with our consumer and without its per-message parsing."""
    broker = KafkaBroker(
        address.bootstrap_servers.split(","),
        security=SASLScram512(address.username, address.password, use_ssl=False),
        client_id=client_id,
        consumer_only=True,
        apply_types=False,
        allow_auto_create_topics=False,
        metadata_max_age_ms=5_000,
        request_timeout_ms=15_000,
        graceful_timeout=_GRACE_SECONDS,
        logger=None,
    )
    await broker.connect()
    configuration = broker.config.broker_config
    built: Any = configuration.builder
    configuration.builder = partial(PatientConsumer, *built.args, **built.keywords)
    return broker


async def _whole_batch(records: tuple[ConsumerRecord, ...], original: Callable[..., Any] | None = None) -> Any:
    """Wrap the batch once; FastStream's own parser would decode every record."""
    return KafkaAckableMessage(body=b"", raw_message=records, consumer=None)


async def _raw_records(message: Any, original: Callable[..., Any] | None = None) -> Any:
    return message.raw_message
