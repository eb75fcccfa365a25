"""The life of a batch: read, prepared, seen or not, decided, written, committed - then, and only then, acknowledged.

The order matters: the inbox row, the state, what follows from it and how far the topic was read are one transaction,
so a crash at any instruction leaves either all of them or none, and the message comes again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from shared.chassis import inbox
from shared.chassis.brake import Brake
from shared.chassis.database import Database, is_transient, pause_before, persist
from shared.chassis.dead_letters import Failure, bury
from shared.chassis.envelope import Record, place_id
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.logs import bound, logger
from shared.chassis.messages import Batch, Consequence
from shared.chassis.metrics import Metrics
from shared.chassis.outbox import Outbox
from shared.chassis.parking import PostgresParking
from shared.chassis.telemetry import span
from shared.contracts.documents import Claim

TRIES = 3
"""How often one message that fails for an unknown reason is tried before it becomes a dead letter."""
SLOW_ATTEMPTS = 3
"""How often a batch may take too long before it is split, down to the one message that does."""
UNREADABLE_AT_ONCE = 20
CLAIMED_BYTES = 32_000_000

Handler = Callable[[Batch[Any], Any], Awaitable[Sequence[Consequence]]]
Prepare = Callable[[Sequence[Any]], Awaitable[Sequence[Any]]]
Reader = Callable[[Record], Any]


@dataclass(frozen=True, slots=True)
class BoundHandler:
    """A handler and how its store is made of the transaction's connection."""

    function: Handler
    store: Callable[[Any], Any]


@dataclass(slots=True)
class Item:
    """A record on its way: its id, and either the event in it or why there is none."""

    record: Record
    event_id: UUID
    event: Any = None
    error: Exception | None = None
    tries: int = 0


class Topics(Protocol):
    """Knows the current incarnation of each topic."""

    def current(self, topic: str) -> str: ...


@dataclass(slots=True)
class Subscription:
    """One topic (or pattern of topics) of one service, from records to committed consequences."""

    service: str
    name: str
    read: Reader
    database: Database
    topics: Topics
    metrics: Metrics
    wake: Callable[[], None]
    handlers: list[BoundHandler] = field(default_factory=list)
    prepare: Prepare | None = None
    claimed_bytes: int = CLAIMED_BYTES
    awaited: bool = False
    """Whether the service is not ready before it was read to its end once."""
    braked: bool = True
    """Not for tenants' topics: what one of them sends is its own affair and never stops another."""
    brake: Brake = field(default_factory=Brake)
    incarnations: dict[str, str] = field(default_factory=dict)
    """The topic ids that the consumer compared when its partitions were assigned: what it reads now."""

    async def handle(self, records: Sequence[Record]) -> None:
        """Return when every record's effect is committed; may be called with the same records again."""
        for chunk in self._chunks(records):
            await self.brake.passage()
            self.metrics.received(self.name, len(chunk))
            await self._settle(await self._prepared(chunk))

    def _chunks(self, records: Sequence[Record]) -> Iterator[list[Item]]:
        """Cut where too many cannot be read (the brake looks in between) or claim too many bytes at once."""
        chunk: list[Item] = []
        unreadable = claimed = 0
        for record in records:
            item = self._item(record)
            chunk.append(item)
            unreadable += item.error is not None
            claimed += claimed_bytes(item.event) if self.prepare else 0
            if unreadable >= UNREADABLE_AT_ONCE or claimed >= self.claimed_bytes:
                yield chunk
                chunk, unreadable, claimed = [], 0, 0
        if chunk:
            yield chunk

    def _item(self, record: Record) -> Item:
        try:
            event = self.read(record)
            return Item(record, event.id, event)
        except Exception as error:  # InvalidMessage, or a bug in reading: either way it stays alone
            return Item(record, place_id(self._incarnation(record.topic), record), error=error)

    def _incarnation(self, topic: str) -> str:
        return self.incarnations.get(topic) or self.topics.current(topic)

    async def _prepared(self, items: list[Item]) -> list[Item]:
        """Run `prepare` outside any transaction; one result or error for each event."""
        readable = [item for item in items if item.error is None]
        if self.prepare is None or not readable:
            return items
        prepare = self.prepare

        async def attempt() -> Sequence[Any]:
            results = await prepare([item.event for item in readable])
            for result in results:
                if isinstance(result, Exception) and is_transient(result):
                    raise Unavailable(str(result)) from result
            return results

        try:
            results = await persist(attempt, f"preparing {self.name}")
        except Exception as error:  # a bug in prepare: the events that it fails for are to be looked at by a person
            if len(readable) > 1:
                for item in readable:
                    await self._prepared([item])
                return items
            results = [error]
        for item, result in zip(readable, results, strict=True):
            if isinstance(result, Exception):
                item.error = result
            else:
                item.event = replace(item.event, prepared=result)
        return items

    async def _settle(self, items: list[Item]) -> None:
        """Commit the items, alone where they fail together, in their order."""
        started = time.monotonic()
        try:
            work = partial(self._transaction, items)
            await persist(work, f"handling {self.name}", slow_attempts=SLOW_ATTEMPTS)
        except Exception as error:
            if len(items) == 1 and items[0].error is not None:
                await self._bury_at_last(items[0], error)
            elif len(items) > 1:
                middle = len(items) // 2
                await self._settle(items[:middle])
                await self._settle(items[middle:])
            else:
                await self._settle_alone(items[0], error)
            return
        dead = sum(item.error is not None for item in items)
        self.metrics.handled(self.name, len(items) - dead, time.monotonic() - started)
        for item in items:
            self._count(item)
        self.wake()

    async def _settle_alone(self, item: Item, error: Exception) -> None:
        await self.brake.passage()
        item.tries += 1
        if item.tries < TRIES and not isinstance(error, InvalidMessage):
            await asyncio.sleep(0.1 * item.tries)
        else:
            item.error = error
            logger("subscription").error(
                "dead letter",
                topic=item.record.topic,
                event_id=str(item.event_id),
                error=type(error).__name__,
            )
        await self._settle([item])

    async def _bury_at_last(self, item: Item, error: Exception) -> None:
        """A dead letter that cannot even be kept is never let go: the topic waits and somebody has to look."""
        log = logger("subscription")
        while True:
            item.tries += 1
            log.error("dead letter not kept", topic=item.record.topic, error=repr(error), tries=item.tries)
            await asyncio.sleep(pause_before(item.tries))
            try:
                await persist(lambda: self._transaction([item]), f"burying {self.name}")
            except Exception as again:
                error = again
            else:
                return self._count(item)

    def _count(self, item: Item) -> None:
        if item.error is None:
            self.brake.handled()
        else:
            if self.braked:
                self.brake.died()
            self.metrics.failed(self.name, Failure.of(item.error, item.event_id, item.record, "").reason_code)

    async def _transaction(self, items: list[Item]) -> None:
        async with self.database.transaction() as connection:
            topics = {item.event_id: item.record.topic for item in items}
            fresh, now = await inbox.take_in(connection, topics)
            new: list[Item] = []
            for item in items:
                if item.event_id in fresh:
                    fresh.discard(item.event_id)  # the same id twice in one batch counts once
                    new.append(item)
            await self._decide(connection, [item for item in new if item.error is None], now)
            failures = [
                Failure.of(item.error, item.event_id, item.record, self.name, max(1, item.tries))
                for item in new
                if item.error is not None
            ]
            if failures:
                await bury(connection, self.service, failures, now)
            await inbox.mark_read(connection, self._positions(items))

    async def _decide(self, connection: Any, items: list[Item], now: Any) -> None:
        if not items:
            return
        parking = PostgresParking(connection, self.service, {item.event_id: item.record for item in items})
        batch: Batch[Any] = Batch([item.event for item in items], now, parking)
        consequences: list[Consequence] = []
        first = items[0].event
        correlation = bound(correlation_id=first.correlation_id, events=str(len(items)))
        with span(f"{self.service} {self.name}", first.traceparent), correlation:
            for handler in self.handlers:
                consequences.extend(await handler.function(batch, handler.store(connection)))
        if consequences:
            await Outbox(self.service).write(connection, consequences, now)

    def _positions(self, items: Sequence[Item]) -> list[inbox.Position]:
        highest: dict[tuple[str, int], int] = {}
        for item in items:
            place = (item.record.topic, item.record.partition)
            highest[place] = max(highest.get(place, 0), item.record.offset + 1)
        return [
            inbox.Position(topic, partition, self._incarnation(topic), offset)
            for (topic, partition), offset in sorted(highest.items())
        ]


def claimed_bytes(event: Any) -> int:
    """The bytes behind the claim checks of an event's body."""
    body = getattr(event, "body", None)
    return sum(value.size for value in vars(body).values() if isinstance(value, Claim)) if body is not None else 0
