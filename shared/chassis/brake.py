"""Stops a subscription before a fault of ours turns a whole topic into dead letters."""

import asyncio
from collections import deque

IN_A_ROW = 20
WINDOW = 100
RATIO = 0.2


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

    @property
    def tripped(self) -> bool:
        return not self._open.is_set()

    def handled(self, count: int = 1) -> None:
        self._in_a_row = 0
        self._outcomes.extend([True] * min(count, WINDOW))

    def died(self) -> None:
        self._in_a_row += 1
        self._outcomes.append(False)
        full = len(self._outcomes) == WINDOW
        if self._in_a_row >= IN_A_ROW or (full and self._outcomes.count(False) >= RATIO * WINDOW):
            self._open.clear()

    def release(self) -> None:
        self._outcomes.clear()
        self._in_a_row = 0
        self._open.set()

    async def passage(self) -> None:
        """Wait until the brake is open."""
        await self._open.wait()
