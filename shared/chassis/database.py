"""Postgres as a service sees it: a pool, short transactions, and which errors pass by themselves."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import asyncpg

from shared.chassis.errors import Unavailable
from shared.chassis.logs import logger

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
Result = TypeVar("Result")

TRANSIENT: tuple[type[BaseException], ...] = (
    Unavailable,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.PostgresConnectionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.QueryCanceledError,
    ConnectionError,
    TimeoutError,
)
"""The same work may succeed later. A failed call may have committed: whoever retries must be idempotent."""

BROKEN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""All that talking to Postgres raises; `is_transient` tells what passes."""

SLOW: tuple[type[BaseException], ...] = (TimeoutError, asyncpg.QueryCanceledError)
"""It may pass, or the work itself takes too long: then trying for ever would stop all that comes after it."""

_log = logger("database")


def is_transient(error: BaseException) -> bool:
    """Whether trying the same work again can help."""
    if isinstance(error, asyncpg.InterfaceError):
        return "clos" in str(error)  # "connection is closed", "pool is closing"; its other kinds are bugs
    if isinstance(error, asyncpg.InternalClientError):
        # "cannot switch to state …": the connection died in the middle of an answer, and is given up.
        return "state" in str(error)
    return isinstance(error, TRANSIENT)


def pause_before(attempt: int, *, first_seconds: float = 0.05, longest_seconds: float = 5.0) -> float:
    """Exponential back-off with full jitter, in seconds, before attempt number `attempt` (from 1)."""
    return random.uniform(0.5, 1.0) * min(longest_seconds, first_seconds * 2.0 ** min(attempt - 1, 20))


async def persist(work: Callable[[], Awaitable[Result]], what: str, *, slow_attempts: int | None = None) -> Result:
    """Do the work again, with back-off, until it succeeds or fails for a reason that does not pass.

    With `slow_attempts`, being too slow (`SLOW`) so often is such a reason.
    """
    attempt = slow = 0
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_transient(error):
                raise
            slow += isinstance(error, SLOW)
            if slow_attempts is not None and slow >= slow_attempts:
                raise
            attempt += 1
            if attempt in (1, 10) or attempt % 100 == 0:
                _log.warning("waiting", what=what, attempt=attempt, error=type(error).__name__, detail=str(error))
            wanted = error.retry_after if isinstance(error, Unavailable) and error.retry_after else 0.0
            await asyncio.sleep(max(wanted, pause_before(attempt)))


class Database:
    """A pool of one role. `url` is a libpq URL; `size` bounds the connections of this process."""

    def __init__(self, url: str, *, size: int, application: str) -> None:
        self._url, self._size, self._application = url, size, application
        self._pool: asyncpg.Pool | None = None

    @property
    def pool(self) -> asyncpg.Pool:
        if self._pool is None:
            raise Unavailable("the database is not connected yet")
        return self._pool

    async def open(self) -> None:
        """Connect, waiting for a database that is still starting."""
        self._pool = await persist(self._create, "connecting to Postgres")

    async def _create(self) -> asyncpg.Pool:
        with _reachable():
            return await asyncpg.create_pool(
                self._url,
                min_size=1,
                max_size=self._size,
                command_timeout=60,
                server_settings={"application_name": self._application},
            )

    async def close(self) -> None:
        if self._pool is not None:
            pool, self._pool = self._pool, None
            try:
                await asyncio.wait_for(pool.close(), timeout=5)
            except TimeoutError:
                pool.terminate()

    async def connect(self) -> asyncpg.Connection:
        """A connection outside the pool, for locks of a session and for listening."""
        with _reachable():
            return await asyncpg.connect(
                self._url,
                command_timeout=60,
                server_settings={
                    "application_name": f"{self._application}-session",
                    "tcp_keepalives_idle": "5",
                    "tcp_keepalives_interval": "2",
                },
            )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        """One transaction at READ COMMITTED, which the chassis's locks are made for."""
        with _reachable():
            connection = await self.pool.acquire()
        try:
            async with connection.transaction():
                yield connection
        finally:
            await self.pool.release(connection)


@contextmanager
def _reachable() -> Iterator[None]:
    """A host that has no address or no route yet is as transient as one that refuses; other OSErrors are bugs."""
    try:
        yield
    except OSError as error:
        raise Unavailable(f"Postgres cannot be reached: {error}") from error
