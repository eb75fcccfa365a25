"""Packing the next documents of a channel while one is on its way: what is slow, making a PDF, goes on meanwhile."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from services.delivery.domain.files import Parcel
from services.delivery.domain.handovers import Handover, Outcome

AHEAD = 2
"""Documents that are packed behind the one that is on its way."""
PATIENCE_SECONDS = 3.0
"""At the end of a run, with what was begun for the one after it."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A parcel, or why there is none; None where there was no memory for it in time. `room` gives its memory back."""

    parcel: Parcel | Outcome | None
    room: AsyncExitStack


class PackingAhead:
    """Gives what a queue holds packed, in its order. What was packed in vain at the end is given up."""

    def __init__(self, queue: Iterable[Handover], pack: Callable[[Handover], Awaitable[Packed]]) -> None:
        self._waiting, self._pack = iter(queue), pack
        self._begun: deque[asyncio.Task[Packed]] = deque()

    def begin(self, count: int) -> None:
        """Has so many packed before they are asked for, as far as there are any."""
        while len(self._begun) < count and (handover := next(self._waiting, None)) is not None:
            self._begun.append(asyncio.ensure_future(self._pack(handover)))

    async def next(self) -> Packed:
        """The next one of the queue, which must have one."""
        self.begin(1)
        packed = await self._begun[0]
        self._begun.popleft()
        return packed

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and self._begun:
            # A PDF that is nearly made is kept for the next run; ending its maker would cost more than waiting.
            await asyncio.wait(self._begun, timeout=PATIENCE_SECONDS)
        for task in self._begun:
            task.cancel()
        for packed in await asyncio.gather(*self._begun, return_exceptions=True):
            if isinstance(packed, Packed):
                await packed.room.aclose()
