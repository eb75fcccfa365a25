"""Has the object store swept once a day, by a process that is there for no longer than that."""

from __future__ import annotations

import asyncio

from deploy.local.processes import Child, Command

_FIRST_S, _DAY_S = 60.0, 86_400.0


async def sweep_daily(command: Command, first_s: float = _FIRST_S, every_s: float = _DAY_S) -> None:
    """Until cancelled; the first time when everything has started. Its log says what was swept, or why nothing was."""
    pause_s = first_s
    while True:
        await asyncio.sleep(pause_s)
        child = Child(command)
        try:
            await child.wait()
        finally:
            if child.running:
                await child.stop()
        pause_s = every_s
