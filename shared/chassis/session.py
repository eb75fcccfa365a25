"""One long connection to Postgres for what belongs to this process: its slot, its shards, and being woken.

Advisory locks live and die with the connection, so a process that is gone holds nothing.
"""

import asyncio
import contextlib
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg

from shared.chassis.database import Database, persist
from shared.chassis.logs import logger

SLOTS = 64
_CHECK_SECONDS = 2.0

_log = logger("session")


class SlotLost(Exception):
    """Another process took this one's slot while Postgres was away; only a restart gives a new one."""


class Session:
    """Holds the process's slot and shards; `wake` is called with what a process told when it committed something.

    That is "" for something to publish or to do, `release <subscription>` for a brake that may be released.
    """

    def __init__(self, database: Database, service: str, wake: Callable[[str], None]) -> None:
        self._database, self._service, self._wake = database, service, wake
        self._connection: asyncpg.Connection | None = None
        self._turn = asyncio.Lock()
        self._held: set[int] = set()
        self.slot = -1

    @property
    def alive(self) -> bool:
        return self._connection is not None and not self._connection.is_closed()

    async def open(self) -> None:
        """Connect and take the first free slot; it stays the process's own across reconnections."""
        await persist(self._connect, "opening the session")

    async def _connect(self) -> None:
        connection = await self._database.connect()
        try:
            slot = await self._take_slot(connection)
            await connection.add_listener(f"{self._service}_work", lambda *told: self._wake(told[-1]))
        except BaseException:
            connection.terminate()  # with it go its locks
            raise
        self.slot, self._connection, self._held = slot, connection, set()
        self._wake("")

    async def _take_slot(self, connection: asyncpg.Connection) -> int:
        wanted = range(SLOTS) if self.slot < 0 else [self.slot]
        for slot in wanted:
            if await connection.fetchval("select pg_try_advisory_lock($1, $2)", _space("slot", self._service), slot):
                return slot
        if self.slot < 0:
            raise SlotLost(f"all {SLOTS} slots of {self._service} are taken")
        raise SlotLost(f"slot {self.slot} of {self._service} was taken by another process")

    async def keep(self, lost: Callable[[Exception], None]) -> None:
        """Look after the connection until cancelled; `lost` is told when the slot cannot be had again."""
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            try:
                await self._query("select 1")
            except Exception as error:
                _log.warning("session lost", error=type(error).__name__)
                with contextlib.suppress(Exception):
                    await self.close()
                try:
                    await self._regain()
                except SlotLost as gone:
                    lost(gone)
                    return

    async def _regain(self) -> None:
        """The server frees a broken connection's locks a moment after it broke: try the slot for 30 seconds."""
        for attempt in range(60):
            try:
                await self.open()
                return
            except SlotLost:
                if attempt == 59:
                    raise
                await asyncio.sleep(0.5)

    async def hold(self, shards: Sequence[int]) -> set[int]:
        """The shards among these that this process may publish; tries to take those it does not hold yet."""
        if not self.alive:
            raise ConnectionResetError("the session is not connected")  # the locks went with it
        wanted = [shard for shard in shards if shard not in self._held]
        if wanted:
            rows = await self._query(
                "select shard from unnest($2::int[]) as shard where pg_try_advisory_lock($1, shard)",
                _space("shard", self._service),
                wanted,
            )
            self._held.update(row["shard"] for row in rows)
        return self._held.intersection(shards)

    @property
    def held(self) -> set[int]:
        return set(self._held) if self.alive else set()

    async def close(self) -> None:
        connection, self._connection, self._held = self._connection, None, set()
        if connection is not None:
            await connection.close(timeout=2)

    async def _query(self, query: str, *arguments: Any) -> list[Any]:
        async with self._turn:
            if self._connection is None:
                raise ConnectionResetError("the session is not connected")
            return await self._connection.fetch(query, *arguments, timeout=10)


def _space(purpose: str, service: str) -> int:
    """The first key of a two-key advisory lock, as a signed 32-bit number."""
    return zlib.crc32(f"{purpose}/{service}".encode()) - 2**31
