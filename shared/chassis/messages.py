"""What a handler gets and what it returns: events with their causes, and the consequences that follow.

The id of a consequence is derived from its cause (`consequence_id`), so a redelivered message publishes the same
ids again and the next inbox drops them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict

from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.values import SoftwareSlug

E = TypeVar("E", bound=Event)
F = TypeVar("F", bound=Event)


class Task(BaseModel):
    """The payload of a durable task. A subclass names its kind: `class SendTokenMail(Task, kind="send_token_mail")`."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    kind: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Plain Python asks for this too; pydantic's own hook below takes the keywords."""
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(cls, *, kind: str, **kwargs: Any) -> None:  # type: ignore[override]
        super().__pydantic_init_subclass__(**kwargs)
        cls.kind = kind


@dataclass(frozen=True, slots=True)
class Publish:
    """An event that follows. `sequence` is the subject's version at its producer (`ce_sequence`), 0 if it has none."""

    cause: "Cause"
    body: Event
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class EdgeRecord:
    """A record for a topic of one office or one software; its value is bytes or a claim check the relay reads.

    `event_type` is the CloudEvents type, `headers` are facts beside it, `subject` what the record is about.
    """

    cause: "Cause"
    topic: str
    key: str
    value: bytes | Claim
    event_type: str
    event_id: UUID
    subject: str = ""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Do:
    """A durable task that follows: runs outside any transaction, one at a time for each key.

    `due` None means now. With `once`, a waiting task of the same kind and key stands for this one too.
    """

    cause: "Cause"
    task: Task
    key: str
    due: datetime | None = None
    once: bool = False


Consequence = Publish | EdgeRecord | Do


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What is being handled now: an event, an HTTP call or a run of a task."""

    id: UUID
    correlation_id: str
    traceparent: str = ""

    def then(self, body: Event, *, sequence: int = 0) -> Publish:
        """The event that follows from this."""
        return Publish(self, body, sequence)

    def then_do(self, task: Task, key: str, *, due: datetime | None = None, once: bool = False) -> Do:
        """The durable task that follows from this."""
        return Do(self, task, key, due, once)

    def derived_id(self, name: str) -> UUID:
        """An id that is the same whenever this cause is handled again."""
        return uuid5(self.id, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Cause, Generic[E]):
    """An event as it came from its topic."""

    body: E
    time: datetime
    sequence: int = 0
    subject: str = ""
    source: str = ""
    causation_id: UUID | None = None
    key: str = ""
    topic: str = ""
    partition: int = -1
    offset: int = -1
    prepared: Any = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission(Cause):
    """What a billing software published on its own topic; the tenant is the topic's, never the body's.

    `event_type` is the CloudEvents type ("" when absent), `value` the bytes as they came, `headers` all text headers.
    """

    software: SoftwareSlug
    event_type: str
    value: bytes
    headers: dict[str, str]
    time: datetime
    topic: str
    partition: int
    offset: int
    prepared: Any = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Parked(Generic[E]):
    """An event that waited for a fact; what follows is caused by that fact, never by the parked event."""

    key: str
    event: Received[E]


class Parking(Protocol):
    """Where a batch waits for facts; bound to the batch's transaction."""

    async def lock(self, keys: Sequence[str]) -> None: ...

    async def park(self, event: Received[Any], key: str) -> None: ...

    async def take(self, event_type: type[F], keys: Sequence[str]) -> list[Parked[F]]: ...


class Batch(Sequence[Received[E]]):
    """The events of one transaction, in the order of their partitions, with what is bound to it.

    `now` is the database's clock (UTC), so that every process agrees on time.
    """

    def __init__(self, events: Iterable[Received[E]], now: datetime, parking: Parking) -> None:
        self._events = list(events)
        self.now = now
        self._parking = parking

    def __getitem__(self, index: Any) -> Any:
        return self._events[index]

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[Received[E]]:
        return iter(self._events)

    async def lock(self, keys: Iterable[str]) -> None:
        """Lock facts by their keys (`company:0403170701`, `iban:BE68...`) until the transaction ends.

        Who writes a fact and who misses one both take the lock first; keys are sorted, so nobody deadlocks.
        """
        await self._parking.lock(sorted(set(keys)))

    async def park(self, event: Received[E], key: str) -> None:
        """Keep an event until the fact `key` arrives. Lock the key and look again before parking."""
        await self._parking.park(event, key)

    async def take(self, event_type: type[F], keys: Iterable[str]) -> list[Parked[F]]:
        """Take up, oldest first, the events of a type that wait for these facts. Lock the keys before."""
        return await self._parking.take(event_type, sorted(set(keys)))


def consequence_id(cause: UUID, source: str, topic: str, ordinal: int) -> UUID:
    """The id of the `ordinal`-th consequence of a cause on one topic, by one service."""
    return uuid5(cause, f"{source}/{topic}/{ordinal}")
