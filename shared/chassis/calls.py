"""One HTTP call as an endpoint sees it: who calls, what it causes, a transaction that knows the caller."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol, get_args

import asyncpg

from shared.chassis.credentials import KnownCredential
from shared.chassis.database import BROKEN, Connection, is_transient
from shared.chassis.errors import Problem
from shared.chassis.health import Readiness
from shared.chassis.messages import Cause, Consequence, Task
from shared.contracts.access import Mode
from shared.contracts.event import Event

Kind = Literal["software", "office", "connection", "operator", "public"]
_FREE_CONNECTION_SECONDS = 5.0
_OPEN: Mapping[Mode, str] = {
    mode: f"select set_config('app.principal', $1, true), set_config('app.mode', '{mode}', true), now() as now"
    for mode in get_args(Mode)
}
"""A key of one mode sees no row of the other: policies compare with `public.app_mode()`."""


class Credentials(Protocol):
    """Where a service looks up who calls (`credentials.CredentialReader`)."""

    async def find(self, credential_id: str, *, fresh: bool = False) -> KnownCredential | None: ...

    async def await_arrival(self, credential_id: str) -> KnownCredential | None: ...


class Runtime(Protocol):
    """What a running service lends to its HTTP side."""

    @property
    def api_pool(self) -> asyncpg.Pool:
        """The pool of the role `<service>_api`."""
        ...

    @property
    def credentials(self) -> Credentials: ...

    def store(self, connection: Connection) -> Any:
        """The service's store, bound to a connection."""
        ...

    async def write_consequences(self, connection: Connection, consequences: list[Consequence]) -> None:
        """Write events and tasks in this connection's transaction."""
        ...

    def wake(self) -> None:
        """Tell the relay and the tasks, after the commit, that there is work."""
        ...

    def ready(self) -> Readiness: ...


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls. Of a connection, `software` and `enterprise_number` are known as well."""

    kind: Kind
    id: str
    mode: Mode = "live"
    scopes: frozenset[str] = frozenset()
    software: str | None = None
    enterprise_number: str | None = None

    @property
    def text(self) -> str:
        """What `app.principal` is set to, and what row-level security compares: `software:robaws`."""
        return f"{self.kind}:{self.id}"


@dataclass(slots=True)
class CallTransaction:
    """An open transaction of the API role. `now` is the database's clock (UTC)."""

    store: Any
    now: datetime
    cause: Cause
    consequences: list[Consequence] = field(default_factory=list)

    def publish(self, body: Event, *, sequence: int = 0) -> None:
        """Publish an event when the transaction commits; `sequence` is the subject's version."""
        self.consequences.append(self.cause.then(body, sequence=sequence))

    def do(self, task: Task, key: str, *, due: datetime | None = None, once: bool = False) -> None:
        """Have a durable task done when the transaction commits."""
        self.consequences.append(self.cause.then_do(task, key, due=due, once=once))


@dataclass(slots=True)
class Call:
    """One HTTP call by a known caller. `now` is this process's clock (UTC)."""

    principal: Principal
    cause: Cause
    now: datetime
    resources: Mapping[str, Any]
    idempotency_key: str | None
    request_id: str
    runtime: Runtime = field(repr=False)
    _transactions: int = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[CallTransaction]:
        """A transaction in which only the caller's rows exist; what it causes is written with it.

        Raises `Problem` 503 `temporarily_unavailable` when Postgres cannot take it now. Nothing is tried
        twice: the caller does that, with the same `Idempotency-Key`.
        """
        try:
            connection = await self.runtime.api_pool.acquire(timeout=_FREE_CONNECTION_SECONDS)
        except BROKEN as error:
            raise unavailable() from error
        try:
            async with connection.transaction():
                opened = await self._open(connection)
                yield opened
                if opened.consequences:
                    await self.runtime.write_consequences(connection, opened.consequences)
        except BROKEN as error:
            if not is_transient(error):
                raise
            raise unavailable() from error
        finally:
            await _release(self.runtime.api_pool, connection)
        if opened.consequences:
            self.runtime.wake()

    async def _open(self, connection: Connection) -> CallTransaction:
        row = await connection.fetchrow(_OPEN[self.principal.mode], self.principal.text)
        if row is None:
            raise unavailable()
        self._transactions += 1
        cause = self.cause
        if self._transactions > 1:
            # Ids of consequences are counted in a transaction: a second one must not repeat the first.
            cause = replace(cause, id=cause.derived_id(f"transaction/{self._transactions}"))
        return CallTransaction(self.runtime.store(connection), row["now"], cause)


def unavailable(retry_after_seconds: int = 1) -> Problem:
    """The answer while something behind us does not answer."""
    return Problem(
        503,
        "temporarily_unavailable",
        "This cannot be done at the moment; please try again.",
        headers={"Retry-After": str(retry_after_seconds)},
    )


async def _release(pool: asyncpg.Pool, connection: Any) -> None:
    try:
        await pool.release(connection, timeout=_FREE_CONNECTION_SECONDS)
    except BROKEN:
        # The connection is broken and the pool drops it; what mattered was decided at the commit. A pool that dropped
        # it already says that there is nothing left to end.
        with suppress(asyncpg.InterfaceError):
            connection.terminate()
