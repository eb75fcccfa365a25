"""A bound for the bytes that are held in memory at one time, by whoever shares it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Memory:
    """So many bytes are taken and given back; whoever finds too few waits, first come first served."""

    def __init__(self, size: int) -> None:
        self._size, self._taken = size, 0
        self._turn = asyncio.Lock()
        self._given_back = asyncio.Condition()

    @asynccontextmanager
    async def taken(self, size: int, within: float | None = None) -> AsyncIterator[None]:
        """Take so many bytes, or all where that is fewer: then nobody else has any. Raises `TimeoutError` where they
        are not there `within` so many seconds."""
        size = min(size, self._size)
        async with asyncio.timeout(within):
            # One at a time waits for bytes, or those who want few would for ever pass one who wants many.
            async with self._turn, self._given_back:
                await self._given_back.wait_for(lambda: self._taken + size <= self._size)
                self._taken += size
        try:
            yield
        finally:
            async with self._given_back:
                self._taken -= size
                self._given_back.notify_all()
