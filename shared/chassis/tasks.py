"""What acts on the outside or on time: durable tasks, one at a time for each key, outside any transaction.

A task is claimed with a lease and a fence, performed, and ended in one transaction with what follows from it. A
process that dies leaves a lease that runs out; a process that comes back too late finds another fence and changes
nothing.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

from shared.chassis.database import Database, is_transient, pause_before, persist
from shared.chassis.dead_letters import Failure, bury
from shared.chassis.envelope import StoredRecord
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.logs import bound, logger, redacted_text
from shared.chassis.messages import Cause, Consequence, Task
from shared.chassis.metrics import Metrics
from shared.chassis.outbox import Outbox
from shared.chassis.telemetry import span

T = TypeVar("T", bound=Task)
S = TypeVar("S")
Settle = Callable[[Any], Awaitable[Sequence[Consequence]]]

_BUG_TRIES = 3
_IDLE_SECONDS = 1.0
_log = logger("tasks")

_DUE = """
    select wanted.kind from unnest($1::text[]) as wanted(kind) cross join lateral (
        select from tasks t where t.kind = wanted.kind and t.due_at <= now()
            and (t.lease_until is null or t.lease_until < now()) limit 1) as due"""
"""Of the kinds that are performed here; of each no more than one task is looked at, however many wait."""

_CLAIM = """
    update tasks set attempt = attempt + 1, fence = fence + 1, lease_until = now() + $3::interval
    where id in (
        select t.id from tasks t
        where t.kind = $1 and t.due_at <= now() and (t.lease_until is null or t.lease_until < now())
            and not exists (
                select 1 from tasks r where r.kind = t.kind and r.key = t.key and r.id <> t.id
                    and ((r.first_due_at, r.place) < (t.first_due_at, t.place) or r.lease_until >= now()))
        order by t.due_at limit $2 for update of t skip locked)
    returning *, now() as now"""
"""The first of each key, in the order in which they were first due: one that is tried again keeps its place."""


async def settled(store: Any) -> Sequence[Consequence]:
    """The settlement of a task after which nothing is written and nothing follows."""
    return []


@dataclass(frozen=True, slots=True)
class TaskRun(Generic[T, S]):
    """One attempt (from 1) at a task. `now` is the database's clock (UTC) at its start."""

    task: T
    attempt: int
    now: datetime
    cause: Cause
    database: Database
    store: Callable[[Any], S]

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[S]:
        """A short transaction, before acting, for what the task needs to know."""
        async with self.database.transaction() as connection:
            yield self.store(connection)


GaveUp = Callable[[TaskRun[Any, Any], Exception, Any], Awaitable[Sequence[Consequence]]]
Buried = Callable[[Any, Exception, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class TaskKind:
    """How tasks of one kind are performed. After `attempts` or `longest` it is given up, by `gave_up` or as dead.

    `buried` writes, in the transaction of the dead letter, that a task (given with its error) died: for whoever waits
    for what it was to do.
    """

    task: type[Task]
    perform: Callable[[TaskRun[Any, Any]], Awaitable[Settle]]
    gave_up: GaveUp | None = None
    attempts: int = 20
    longest: timedelta = timedelta(hours=72)
    timeout: timedelta = timedelta(seconds=30)
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 900.0
    concurrency: int = 8
    buried: Buried | None = None


@dataclass(slots=True)
class TaskRunner:
    """Performs a service's tasks in this process; every replica runs one."""

    service: str
    database: Database
    store: Callable[[Any], Any]
    metrics: Metrics
    wake_relay: Callable[[], None]
    kinds: dict[str, TaskKind] = field(default_factory=dict)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _busy: dict[str, int] = field(default_factory=dict)

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Perform tasks until cancelled."""
        failures = 0
        while True:
            try:
                started = await self.start_due()
                failures = 0
            except Exception as error:
                failures += 1
                if not is_transient(error):
                    _log.exception("claiming failed")
                await asyncio.sleep(pause_before(failures))
                continue
            if not started:
                await self._rest()

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), _IDLE_SECONDS)
        self._woken.clear()

    async def drain(self, seconds: float) -> None:
        """Let the running tasks end, at most so long; a lease that is left runs out."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=seconds)
        for task in self._running:
            task.cancel()

    async def start_due(self) -> int:
        """Claim what is due, within each kind's concurrency, and start it. Returns how many."""
        async with self.database.pool.acquire() as connection:
            due = [row["kind"] for row in await connection.fetch(_DUE, list(self.kinds))]
            started = 0
            for name in due:
                kind = self.kinds[name]
                free = kind.concurrency - self._busy.get(name, 0)
                if free <= 0:
                    continue
                for row in await connection.fetch(_CLAIM, name, free, kind.timeout * 2):
                    self._start(kind, row)
                    started += 1
        return started

    def _start(self, kind: TaskKind, row: Any) -> None:
        name = kind.task.kind
        self._busy[name] = self._busy.get(name, 0) + 1

        def ended(task: asyncio.Task[None]) -> None:
            self._running.discard(task)
            self._busy[name] -= 1
            self.wake()

        task = asyncio.create_task(self._perform(kind, row), name=f"{name} {row['key']}")
        self._running.add(task)
        task.add_done_callback(ended)

    async def _perform(self, kind: TaskKind, row: Any) -> None:
        cause = Cause(
            id=uuid5(row["id"], row["first_due_at"].isoformat()),
            correlation_id=row["correlation_id"],
            traceparent=row["traceparent"],
        )
        try:
            task = kind.task.model_validate_json(row["payload"])
            run = TaskRun(task, row["attempt"], row["now"], cause, self.database, self.store)
            correlation = bound(correlation_id=cause.correlation_id)
            with span(f"{self.service} {kind.task.kind}", cause.traceparent), correlation:
                settle = await asyncio.wait_for(kind.perform(run), kind.timeout.total_seconds())
            await persist(lambda: self._end(row, settle, cause), f"ending {kind.task.kind}")
            self.metrics.handled(kind.task.kind, 1, 0.0)
        except Exception as error:
            await self._failed(kind, row, cause, error)

    async def _end(self, row: Any, settle: Settle, cause: Cause) -> None:
        async with self.database.transaction() as connection:
            if not await _own(connection, row):
                return
            consequences = await settle(self.store(connection))
            await Outbox(self.service).write(connection, consequences, await connection.fetchval("select now()"))
            await connection.execute("delete from tasks where id = $1", row["id"])
        self.wake_relay()

    async def _failed(self, kind: TaskKind, row: Any, cause: Cause, error: Exception) -> None:
        transient = is_transient(error)
        if not transient:
            _log.error("task failed", kind=kind.task.kind, attempt=row["attempt"], error=type(error).__name__)
        most = kind.attempts if transient else min(kind.attempts, _BUG_TRIES)
        late = row["now"] - row["first_due_at"] > kind.longest
        if row["attempt"] < most and not late and not isinstance(error, InvalidMessage):
            await persist(lambda: self._again(kind, row, error), f"postponing {kind.task.kind}")
        else:
            await self._give_up(kind, row, cause, error)

    async def _give_up(self, kind: TaskKind, row: Any, cause: Cause, error: Exception) -> None:
        """By `gave_up` where that can speak for it; where it cannot, or fails itself, as a dead letter."""
        what = f"giving up {kind.task.kind}"
        self.metrics.failed(kind.task.kind, type(error).__name__)
        if kind.gave_up is not None and is_transient(error):
            try:
                return await persist(lambda: self._tell(kind, row, cause, error), what)
            except Exception as failure:
                _log.exception("giving up failed", kind=kind.task.kind)
                error = failure
        await persist(lambda: self._bury(kind, row, cause, error), what)

    async def _again(self, kind: TaskKind, row: Any, error: Exception) -> None:
        pause = pause_before(
            row["attempt"], first_seconds=kind.first_pause_seconds, longest_seconds=kind.longest_pause_seconds
        )
        if isinstance(error, Unavailable) and error.retry_after:
            pause = max(pause, error.retry_after)
        async with self.database.transaction() as connection:
            await connection.execute(
                """update tasks set lease_until = null, due_at = now() + $3::interval, last_error = $4
                   where id = $1 and fence = $2""",
                row["id"],
                row["fence"],
                timedelta(seconds=pause),
                redacted_text(str(error)).replace("\x00", "")[:500],
            )

    async def _tell(self, kind: TaskKind, row: Any, cause: Cause, error: Exception) -> None:
        async with self.database.transaction() as connection:
            if kind.gave_up is None or not await _own(connection, row):
                return
            now = await connection.fetchval("select now()")
            task = kind.task.model_validate_json(row["payload"])
            run = TaskRun(task, row["attempt"], now, cause, self.database, self.store)
            consequences = await kind.gave_up(run, error, self.store(connection))
            await Outbox(self.service).write(connection, consequences, now)
            await connection.execute("delete from tasks where id = $1", row["id"])
        self.wake_relay()

    async def _bury(self, kind: TaskKind, row: Any, cause: Cause, error: Exception) -> None:
        async with self.database.transaction() as connection:
            if not await _own(connection, row):
                return
            now = await connection.fetchval("select now()")
            await bury(connection, self.service, [task_failure(row, cause.id, error)], now)
            await connection.execute("delete from tasks where id = $1", row["id"])
            await self._told_of(kind, row, error, connection)
        self.wake_relay()

    async def _told_of(self, kind: TaskKind, row: Any, error: Exception, connection: Any) -> None:
        """By `buried`; a bug in it keeps no dead letter back."""
        if kind.buried is None:
            return
        try:
            async with connection.transaction():
                await kind.buried(kind.task.model_validate_json(row["payload"]), error, self.store(connection))
        except Exception as failure:
            if is_transient(failure):
                raise
            _log.exception("telling of a dead task failed", kind=kind.task.kind)


def task_failure(row: Any, event_id: UUID, error: Exception) -> Failure:
    """A task as a dead letter: its payload is the message, its kind the handler."""
    headers = [("ce_correlationid", row["correlation_id"].encode()), ("ce_type", row["kind"].encode())]
    record = StoredRecord("", -1, -1, row["key"].encode(), row["payload"].encode(), headers)
    return Failure.of(error, event_id, record, f"task {row['kind']}", row["attempt"])


async def _own(connection: Any, row: Any) -> bool:
    """Whether the task is still this run's; its row stays locked until the transaction ends."""
    return bool(
        await connection.fetchval(
            "select true from tasks where id = $1 and fence = $2 for update", row["id"], row["fence"]
        )
    )
