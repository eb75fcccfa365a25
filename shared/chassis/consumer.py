"""Kafka in: one FastStream batch subscriber for each subscription, with static membership and manual commits.

FastStream's defaults (acknowledge first, start at the latest offset) lose data, so nothing here relies on them.
"""

import asyncio
import contextlib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage

from shared.chassis import inbox
from shared.chassis.brake import Leaving
from shared.chassis.cluster import TopicState
from shared.chassis.database import Database, pause_before, persist
from shared.chassis.errors import Unavailable
from shared.chassis.logs import logger
from shared.chassis.reading import (
    IDLE_MS,
    MOST_RECORDS,
    PatientConsumer,
    abandon,
    coordination_ended,
    leave_for_good,
    position_of,
)
from shared.chassis.subscription import Subscription
from shared.chassis.topics import TopicIds

_IDLE_FETCH_MS = 300
SESSION_MS = 10_000
"""After which Kafka gives the partitions of a process that says nothing more to the others."""
_LOOK_SECONDS = 1.0
_LEAVE_SECONDS = 3.0

_log = logger("consumer")


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
        self.group = f"{subscription.service}.{subscription.name}"
        self._wanted = re.compile("|".join(map(re.escape, topics)) if pattern is None else pattern)
        self._topic_ids, self._database = topic_ids, database
        if pattern is not None:
            topic_ids.watch_all()
        self._caught_up: set[TopicPartition] = set()
        self._assigned: set[TopicPartition] = set()
        self._broker = broker
        self._turn = asyncio.Lock()
        self._stopped = False
        self._subscriber = broker.subscriber(
            *topics,
            pattern=pattern,
            batch=True,
            max_records=MOST_RECORDS,
            batch_timeout_ms=20,
            group_id=self.group,
            group_instance_id=f"{subscription.service}-{slot}",
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=3_000,
            max_poll_interval_ms=600_000,
            # Kafka answers as soon as there is a record; this is only how often an idle consumer asks again. What
            # is empty is known to be read to its end after that time, and readiness waits for compacted topics.
            fetch_max_wait_ms=_IDLE_FETCH_MS if subscription.awaited else IDLE_MS * 2,
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

    @property
    def trouble(self) -> str:
        """What speaks against reading; empty while nothing does."""
        consumer = self._subscriber.consumer
        return consumer.trouble if isinstance(consumer, PatientConsumer) else ""

    async def start(self) -> None:
        """Join the group; waits for Kafka and for the topics."""
        await self._topic_ids.known(self._topics)
        attempt = 0
        while not self._stopped:
            try:
                await self._subscriber.start()
                return
            except (KafkaError, OSError, TimeoutError) as error:
                attempt += 1
                _log.warning("cannot join", group=self.subscription.name, error=type(error).__name__)
                with contextlib.suppress(Exception):
                    await self._subscriber.stop()
                await asyncio.sleep(pause_before(attempt, first_seconds=0.2, longest_seconds=2.0))

    async def stop(self) -> None:
        """Finish the batch, commit, leave."""
        self._stopped = True
        self.subscription.brake.stop()
        await self._subscriber.stop()

    async def restart(self) -> None:
        """Join anew, as another member of the group, so that it is shared anew, and comparing the topics' ids."""
        async with self._turn:
            self._caught_up.clear()
            await self._leave()
            await self.start()

    async def _leave(self) -> None:
        """For good: who joins next is another member.

        aiokafka waits for a group that may not form for half a minute; nothing is lost by not waiting for it.
        """
        consumer = self._subscriber.consumer
        if consumer is not None:
            leave_for_good(consumer)
        try:
            await asyncio.wait_for(self._subscriber.stop(), _LEAVE_SECONDS)
        except Exception as error:
            _log.warning("left at once", group=self.subscription.name, error=type(error).__name__)
            if consumer is not None:
                await abandon(consumer)

    async def keep(self) -> None:
        """Join anew whenever aiokafka gave up, as it does when it is once not allowed to; until cancelled."""
        attempt = 0
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            consumer = self._subscriber.consumer
            if not isinstance(consumer, PatientConsumer) or self._turn.locked():
                continue
            if consumer.broken or coordination_ended(consumer):
                attempt += 1
                _log.warning("joining anew", group=self.subscription.name, reason=consumer.trouble)
                await asyncio.sleep(pause_before(attempt, first_seconds=0.2))
                await self.restart()
            else:
                attempt = 0

    def lacks(self, states: Iterable[TopicState]) -> set[tuple[str, int]]:
        """The partitions of its topics that this process was not given; see `coverage`."""
        wanted = [state for state in states if self._wanted.fullmatch(state.name)] if self.started else []
        places = {(state.name, partition) for state in wanted for partition in range(state.partitions)}
        return places - {(place.topic, place.partition) for place in self._assigned}

    def reads(self, names: set[str]) -> bool:
        """Whether one of these topics is read by this process."""
        return bool(names.intersection(self._topics) or {place.topic for place in self._assigned} & names)

    async def assigned(self, partitions: set[TopicPartition]) -> None:
        """Start at 0 wherever the topic is not the one that was read before, or has lost what was read of it."""
        self._assigned = set(partitions)
        self._caught_up &= self._assigned
        if not partitions:
            return
        names = sorted({partition.topic for partition in partitions})
        ids = await self._topic_ids.known(names)
        self.subscription.incarnations.update(ids)

        async def read() -> dict[tuple[str, int], inbox.Position]:
            async with self._database.transaction() as connection:
                return await inbox.positions_read(connection, names)

        before = await persist(read, "reading how far the topics were read")
        known = {place: before[place] for place in partitions if place in before}  # a TopicPartition is such a pair
        renewed = [place for place, position in known.items() if position.topic_id != ids[place.topic]]
        renewed += await self._shortened({place: known[place] for place in known.keys() - set(renewed)})
        for partition in renewed:
            self._kafka.seek(partition, 0)
        if renewed:
            _log.warning("reading from the start", topics=sorted({partition.topic for partition in renewed}))

    async def _shortened(self, known: dict[TopicPartition, inbox.Position]) -> list[TopicPartition]:
        """Partitions that end before what was read of them: Kafka lost their tail, and other records take its place."""
        read = [place for place, position in known.items() if position.next_offset > 0]
        if not read:
            return []

        ends = await persist(lambda: self._ends(read), "reading the ends of the topics")
        return [place for place in read if ends[place] < known[place].next_offset]

    async def _ends(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        try:
            return dict(await self._kafka.end_offsets(places))
        except KafkaError as error:
            raise Unavailable(f"the ends of the topics are not known: {error}") from error

    async def all_read(self) -> bool:
        """Whether the whole group has read its topics to their ends, the partitions of other replicas too.

        Raises `Unavailable` when Kafka does not answer.
        """
        kafka = self._kafka
        places = [TopicPartition(topic, n) for topic in self._topics for n in kafka.partitions_for_topic(topic) or ()]
        ends, ids = await self._ends(places), await self._topic_ids.known(self._topics)
        async with self._database.transaction() as connection:
            positions = await inbox.positions_read(connection, self._topics)
        read = {key: each.next_offset for key, each in positions.items() if each.topic_id == ids[each.topic]}
        return all(end <= read.get(place, 0) for place, end in ends.items())

    async def _consume(self, records: Any) -> None:
        """One batch: committed in Postgres, then in Kafka. A lost Kafka commit only means reading again."""
        consumer = self._kafka  # another one, that joined meanwhile, may read another incarnation
        try:
            await self._handle(records)
        except Leaving:
            return
        offsets: dict[TopicPartition, int] = {}
        for record in records:
            place = TopicPartition(record.topic, record.partition)
            offsets[place] = max(offsets.get(place, 0), record.offset + 1)
        try:
            await consumer.commit(offsets)
        except (KafkaError, ConnectionError) as error:
            _log.warning("offsets not committed", group=self.subscription.name, error=type(error).__name__)
        self.look()

    async def _handle(self, records: Any) -> None:
        """FastStream swallows what a handler raises and reads on: a batch is never left before it is committed."""
        attempt = 0
        while True:
            try:
                return await self.subscription.handle(records)
            except Leaving:
                raise
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


async def _whole_batch(records: tuple[ConsumerRecord, ...], original: Callable[..., Any] | None = None) -> Any:
    """Wrap the batch once; FastStream's own parser would decode every record."""
    return KafkaAckableMessage(body=b"", raw_message=records, consumer=None)


async def _raw_records(message: Any, original: Callable[..., Any] | None = None) -> Any:
    return message.raw_message
