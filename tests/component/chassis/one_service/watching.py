"""Waiting for a process of a service to say of itself what is expected."""

import asyncio
import time
from typing import Any

from shared.chassis.runtime import Running
from tests.waiting import PATIENCE_S


async def becomes_ready(running: Running[Any], seconds: float = PATIENCE_S) -> None:
    """Wait until the process is ready; it may be joining its groups anew."""
    deadline = time.monotonic() + seconds
    while not (now := running.ready()).ready:
        assert time.monotonic() < deadline, f"not ready after {seconds} s: {now.reasons}"
        await asyncio.sleep(0.05)
