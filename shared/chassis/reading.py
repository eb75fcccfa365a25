"""aiokafka's consumer, mended: it waits patiently, survives records that it cannot unpack, and tells its trouble."""

import contextlib
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import ConsumerStoppedError, CorruptRecordException, KafkaError, UnsupportedCodecError

MOST_RECORDS = 500
IDLE_MS = 1_000

_NOT_UNPACKED = (UnicodeDecodeError, UnsupportedCodecError, CorruptRecordException)
"""A header name that is no UTF-8, a compression nobody here knows, a batch that is not what it says."""


class PatientConsumer(AIOKafkaConsumer):  # type: ignore[misc]
    """Waits for records instead of asking 50 times a second: nothing is added to the latency of the first one."""

    trouble = ""
    """What Kafka last said against reading; empty once reading succeeds."""
    broken = False
    """Whether its coordination ended, or it failed as it never should: only another consumer reads on."""

    async def getmany(self, *partitions: Any, timeout_ms: int = 0, max_records: int | None = None) -> Any:
        try:
            records = await self._unpacked(partitions, max(timeout_ms, IDLE_MS), max_records)
        except ConsumerStoppedError:
            raise
        except KafkaError as error:
            self.trouble = type(error).__name__
            self.broken = self.broken or coordination_ended(self)
            raise
        except Exception as error:  # FastStream would end its loop and never tell
            self.trouble, self.broken = type(error).__name__, True
            raise KafkaError(f"reading failed: {error!r}") from error
        self.trouble = ""
        return records

    async def _unpacked(self, partitions: Any, patience_ms: int, max_records: int | None) -> Any:
        before = {place: position_of(self, place) for place in self.assignment()}
        try:
            return await super().getmany(*partitions, timeout_ms=patience_ms, max_records=max_records)
        except _NOT_UNPACKED:
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
        """Up to a record that aiokafka cannot unpack: it gives neither that nor what its writer sent after it in the
        same batch, so each of those comes without headers and value, to become a dead letter.
        """
        found: dict[TopicPartition, list[ConsumerRecord]] = {}
        for place in sorted(self.assignment()):
            while sum(map(len, found.values())) < most:
                try:
                    got = await super().getmany(place, timeout_ms=patience_ms, max_records=1)
                except _NOT_UNPACKED:
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


def coordination_ended(consumer: AIOKafkaConsumer) -> bool:
    """Whether the task that keeps the consumer in its group is gone; aiokafka never starts it again."""
    task = getattr(consumer._coordinator, "_coordination_task", None)
    return bool(task is not None and task.done())


def leave_for_good(consumer: AIOKafkaConsumer) -> None:
    """Have the consumer tell its group when it stops: the next one is a new member, not this one come back.

    aiokafka takes leave only as a dynamic member. Without leave a static one's share stays as it was, see `coverage`.
    """
    if consumer._coordinator is not None:
        consumer._coordinator._group_instance_id = None


async def abandon(consumer: AIOKafkaConsumer) -> None:
    """End a consumer that does not leave by itself: its tasks and its connections."""
    consumer._closed = True
    for name in ("_coordination_task", "_heartbeat_task"):
        task = getattr(consumer._coordinator, name, None)
        if task is not None:
            task.cancel()
    with contextlib.suppress(Exception):
        if consumer._fetcher is not None:
            await consumer._fetcher.close()
    with contextlib.suppress(Exception):
        await consumer._client.close()


def _unreadable(place: TopicPartition, offset: int) -> ConsumerRecord:
    return ConsumerRecord(place.topic, place.partition, offset, -1, 0, None, None, None, -1, -1, ())
