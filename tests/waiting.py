"""Waiting in tests: for a fact, not for a while. No pause of a process or of the loop turns such a test red."""

import asyncio
from collections.abc import Callable

PATIENCE_S = 60.0
"""Only reached where something is really broken."""


async def until(condition: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Wait for what nobody tells but everybody can see. Raises `TimeoutError` when it does not come."""
    async with asyncio.timeout(patience_s):
        while not condition():  # noqa: ASYNC110 - who makes it so tells nobody
            await asyncio.sleep(0.01)


def let_time_pass(seconds: float) -> None:
    """Turn the running loop's clock on: whatever waits there for a limit comes to it now, and not because a machine
    was slow. For asyncio's own loop; clocks beside it (`time.monotonic`, other threads, processes) go on as before.
    """
    loop = asyncio.get_running_loop()
    before = loop.time
    loop.time = lambda: before() + seconds  # type: ignore[method-assign]
