"""Stops a subscription before a fault of ours turns a whole topic into dead letters."""

import asyncio
from collections import deque

IN_A_ROW = 20
WINDOW = 100
RATIO = 0.2


class Leaving(Exception):
    """The process stops while the brake is tripped: what waits stays in its topic."""


class Brake:
    """Trips at 20 dead letters in a row, or when 20 % of the last 100 messages died.

    A tripped brake keeps the rest of the topic where it is (the lag stays) and turns readiness off. It is released by
    a restart, or when an operator has one of the dead letters handled again and it succeeds.
    """

    def __init__(self) -> None:
        self._outcomes: deque[bool] = deque(maxlen=WINDOW)
        self._in_a_row = 0
        self._open = asyncio.Event()
        self._open.set()
        self._tripped = self._stopping = False

    @property
    def tripped(self) -> bool:
        return self._tripped

    def handled(self, count: int = 1) -> None:
        self._in_a_row = 0
        self._outcomes.extend([True] * min(count, WINDOW))

    def died(self) -> None:
        self._in_a_row += 1
        self._outcomes.append(False)
        full = len(self._outcomes) == WINDOW
        if self._in_a_row >= IN_A_ROW or (full and self._outcomes.count(False) >= RATIO * WINDOW):
            self._tripped = True
            if not self._stopping:
                self._open.clear()

    def release(self) -> None:
        self._outcomes.clear()
        self._in_a_row, self._tripped = 0, False
        self._open.set()

    def stop(self) -> None:
        """The process leaves: who waits at a tripped brake leaves as well."""
        self._stopping = True
        self._open.set()

    async def passage(self) -> None:
        """Wait until the brake is open. Raises `Leaving` when the process stops before that."""
        await self._open.wait()
        if self._tripped:
            raise Leaving
