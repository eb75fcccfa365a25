"""What every service is bolted onto: say what it listens to, what it does and what it answers, then run it.

`on(Event)(handler)`, `task(Kind)(function)`, `every(name)(function)`, `serve(routes)`: the rest - one message through
one service, who may call, when it is ready, how it stops - is the chassis's.
"""

import gc
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Generic, TypeVar

from fastapi import APIRouter

from shared.chassis.credentials import apply_credentials
from shared.chassis.declared import SUBMISSIONS_PATTERN, Declared, Listening, submissions
from shared.chassis.envelope import read_dead_letter
from shared.chassis.messages import Batch, Consequence, E, Task
from shared.chassis.periodic import Periodic, Periodically, forget
from shared.chassis.runtime import Running
from shared.chassis.settings import ServiceSettings
from shared.chassis.subscription import CLAIMED_BYTES, BoundHandler
from shared.chassis.tasks import Buried, GaveUp, Settle, TaskKind, TaskRun
from shared.contracts.catalogue import SERVICES
from shared.contracts.connections import ConnectionChanged
from shared.contracts.directory import OfficeChanged, SoftwareChanged
from shared.contracts.operations import DeadLetter

S = TypeVar("S")
T = TypeVar("T", bound=Task)

EventHandler = Callable[[Batch[E], S], Awaitable[Sequence[Consequence]]]
Perform = Callable[[TaskRun[T, S]], Awaitable[Settle]]

OBJECTS_BEFORE_COLLECTION = 100_000
"""A batch is many small values without cycles: to look for cycles at every 700th of them costs a tenth of the time."""


class Service(Generic[S]):
    """One service. `store` makes its store of a transaction's connection."""

    def __init__(self, name: str, settings: ServiceSettings, store: Callable[[Any], S]) -> None:
        self.settings, self._store = settings, store
        self.declared = Declared(name)
        self.declared.periodic.append(Periodic("forget", timedelta(hours=1), forget, _connection))

    @property
    def name(self) -> str:
        return self.declared.name

    def on(
        self,
        event_class: type[E],
        *,
        prepare: Callable[[Sequence[Any]], Awaitable[Sequence[Any]]] | None = None,
        claimed_bytes: int = CLAIMED_BYTES,
    ) -> Callable[[EventHandler[E, S]], EventHandler[E, S]]:
        """Listen to one type of event. `prepare` runs before the transaction: one result or error for each event.

        `claimed_bytes` bounds what is prepared at once where a claimed byte becomes many in memory.
        """

        def register(handler: EventHandler[E, S]) -> EventHandler[E, S]:
            bound = BoundHandler(handler, self._store)
            self.declared.listen(event_class, bound, prepare, claimed_bytes=claimed_bytes)
            return handler

        return register

    def on_submissions(
        self,
        handler: Callable[[Batch[Any], S], Awaitable[Sequence[Consequence]]],
        *,
        prepare: Callable[[Sequence[Any]], Awaitable[Sequence[Any]]] | None = None,
    ) -> None:
        """Listen to what billing softwares publish on their own topics."""
        listening = Listening("submissions", (), submissions(), SUBMISSIONS_PATTERN, prepare=prepare)
        listening.handlers.append(BoundHandler(handler, self._store))
        self.declared.listen_to(listening)

    def on_dead_letters(self, handler: Callable[[Batch[Any], S], Awaitable[Sequence[Consequence]]]) -> None:
        """Listen to the dead letters of every service."""
        topics = tuple(service + DeadLetter.topic_suffix for service in SERVICES)
        listening = Listening("dead_letters", topics, lambda _: read_dead_letter)
        listening.handlers.append(BoundHandler(handler, self._store))
        self.declared.listen_to(listening)

    def task(
        self,
        task: type[T],
        *,
        gave_up: GaveUp | None = None,
        attempts: int = 20,
        longest: timedelta = timedelta(hours=72),
        timeout: timedelta = timedelta(seconds=30),
        first_pause_seconds: float = 0.5,
        longest_pause_seconds: float = 900.0,
        concurrency: int = 8,
        buried: Buried | None = None,
    ) -> Callable[[Perform[T, S]], Perform[T, S]]:
        """Perform the durable tasks of one kind; see `tasks.TaskKind`."""

        def register(perform: Perform[T, S]) -> Perform[T, S]:
            self.declared.tasks[task.kind] = TaskKind(
                task,
                perform,
                gave_up,
                attempts,
                longest,
                timeout,
                first_pause_seconds,
                longest_pause_seconds,
                concurrency,
                buried,
            )
            return perform

        return register

    def every(self, name: str, *, seconds: float) -> Callable[[Periodically], Periodically]:
        """Do something in a transaction at regular times: `(now, cause, store) -> consequences`."""

        def register(function: Periodically) -> Periodically:
            self.declared.periodic.append(Periodic(name, timedelta(seconds=seconds), function, self._store))
            return function

        return register

    def serve(
        self,
        routes: APIRouter,
        *,
        resources: Mapping[str, Any] | None = None,
        body_limits_bytes: Mapping[str, int] | None = None,
    ) -> None:
        """Answer HTTP calls; who calls is known from the compacted topics of credentials.

        `body_limits_bytes` are of the paths that take more, or less, than the others.
        """
        self.declared.routers.append(routes)
        self.declared.body_limits_bytes.update(body_limits_bytes or {})
        self.declared.resources.update(resources or {})
        if len(self.declared.routers) == 1:
            for event_class in (SoftwareChanged, OfficeChanged, ConnectionChanged):
                self.declared.listen(event_class, BoundHandler(apply_credentials, _connection), awaited=True)

    def measure(self, collector: Any) -> None:
        """Show a figure of the service's own (a prometheus_client collector without a registry) on `/metrics`."""
        self.declared.collectors.append(collector)

    def on_close(self, close: Callable[[], Any]) -> None:
        """Called (and awaited where it can be) when the process stops."""
        self.declared.closing.append(close)

    def running(self) -> Running[S]:
        """A process of this service that is not started yet."""
        return Running(self.declared, self.settings, self._store)

    def run(self, *, objects_before_collection: int = OBJECTS_BEFORE_COLLECTION) -> None:
        """Run until SIGTERM or SIGINT: finish the batch, commit, leave.

        Cycles are looked for each time there are so many new objects: more than a batch keeps at a time.
        """
        gc.freeze()
        gc.set_threshold(objects_before_collection)
        self.running().run()


def _connection(connection: Any) -> Any:
    """The store of the chassis's own handlers is the connection itself."""
    return connection
