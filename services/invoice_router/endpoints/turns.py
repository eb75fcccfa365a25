"""Turns at something of which there is little: whoever asks in a circle takes no turn from others."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.chassis.errors import Unavailable


class Turns:
    """`total` at one time, `each` of one caller, waiting ones among them; first come, first served.

    So a caller waits behind at most `each` calls of every other one, however many they send.
    """

    def __init__(self, total: int, each: int, within_s: float) -> None:
        self._free, self._each, self._within_s = asyncio.Semaphore(total), each, within_s
        self._of: Counter[str] = Counter()

    @asynccontextmanager
    async def taken(self, caller: str) -> AsyncIterator[None]:
        """One turn. Raises `Unavailable` for a caller that has its share, and where none came in time."""
        if self._of[caller] >= self._each:
            raise Unavailable("the caller has its share of the turns")
        self._of[caller] += 1
        try:
            try:
                async with asyncio.timeout(self._within_s):
                    await self._free.acquire()
            except TimeoutError:
                raise Unavailable("no turn was free in time") from None
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._of[caller] -= 1
            if not self._of[caller]:
                del self._of[caller]
