"""What a service declared: pure data that the runtime turns into consumers, tasks and routes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter

from shared.chassis.envelope import Record, read_event, read_submission
from shared.chassis.periodic import Periodic
from shared.chassis.subscription import CLAIMED_BYTES, BoundHandler, Prepare
from shared.chassis.tasks import TaskKind
from shared.chassis.topics import TopicIds
from shared.contracts.event import Event

SUBMISSIONS_PATTERN = r"^software\.[a-z0-9-]+\.submissions\.v1$"


@dataclass(slots=True)
class Listening:
    """One subscription: its name (the group is `<service>.<name>`), topics or a pattern, how to read, who handles."""

    name: str
    topics: tuple[str, ...]
    reader: Callable[[TopicIds], Callable[[Record], Any]]
    pattern: str | None = None
    handlers: list[BoundHandler] = field(default_factory=list)
    prepare: Prepare | None = None
    awaited: bool = False
    claimed_bytes: int = CLAIMED_BYTES


@dataclass(slots=True)
class Declared:
    """Everything that `main.build` said of a service."""

    name: str
    listening: dict[str, Listening] = field(default_factory=dict)
    tasks: dict[str, TaskKind] = field(default_factory=dict)
    periodic: list[Periodic] = field(default_factory=list)
    routers: list[APIRouter] = field(default_factory=list)
    resources: dict[str, Any] = field(default_factory=dict)
    body_limits_bytes: dict[str, int] = field(default_factory=dict)
    closing: list[Callable[[], Any]] = field(default_factory=list)
    collectors: list[Any] = field(default_factory=list)

    def listen(
        self,
        event_class: type[Event],
        handler: BoundHandler,
        prepare: Prepare | None = None,
        *,
        awaited: bool = False,
        claimed_bytes: int = CLAIMED_BYTES,
    ) -> None:
        """Add a handler of one type of event; its topic has one subscription, whatever listens to it.

        `awaited`: the service is not ready before the topic was read to its end once. `claimed_bytes`: what is claimed
        and prepared at once, unless one event alone claims more.
        """
        entry = self.listening.setdefault(
            event_class.topic, Listening(event_class.topic, (event_class.topic,), events_of(event_class))
        )
        if prepare is not None:
            if entry.prepare is not None:
                raise ValueError(f"{self.name} prepares {event_class.topic} twice")
            entry.prepare, entry.claimed_bytes = prepare, claimed_bytes
        entry.awaited |= awaited
        entry.handlers.append(handler)

    def listen_to(self, listening: Listening) -> None:
        """Add a subscription that is not one topic of one type of event."""
        if listening.name in self.listening:
            raise ValueError(f"{self.name} listens to {listening.name} twice")
        self.listening[listening.name] = listening


def events_of(event_class: type[Event]) -> Callable[[TopicIds], Callable[[Record], Any]]:
    """A reader of the internal events of one class."""
    return lambda topics: lambda record: read_event(record, event_class)


def submissions() -> Callable[[TopicIds], Callable[[Record], Any]]:
    """A reader of what softwares publish; ids are derived from the place of a record in its topic's incarnation."""
    return lambda topics: lambda record: read_submission(record, topics.current(record.topic))
