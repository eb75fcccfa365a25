"""What processes spend: memory over time, and time of the processor, both by name."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from statistics import median

import psutil

from tests.benchmarks.figures import Figure

TARGET_GROWTH = 1.15
_EVERY_SECONDS = 0.5

Families = Mapping[str, Sequence[psutil.Process]]
"""Processes, by the name of what they do together."""


def family(process_id: int) -> list[psutil.Process]:
    """A process that runs, and all that it started."""
    root = psutil.Process(process_id)
    return [root, *root.children(recursive=True)]


@asynccontextmanager
async def memory_watched(families: Callable[[], Families]) -> AsyncIterator[dict[str, list[float]]]:
    """What each family has in memory, in MB, twice a second."""
    memory: dict[str, list[float]] = {}

    async def sample() -> None:
        while True:
            for name, processes in families().items():
                memory.setdefault(name, []).append(sum(map(_resident, processes)) / 1e6)
            await asyncio.sleep(_EVERY_SECONDS)

    sampling = asyncio.create_task(sample())
    try:
        yield memory
    finally:
        sampling.cancel()


def grown(name: str, samples: Sequence[float]) -> Figure:
    """The last fifth of the time against the second: the first is for getting warm."""
    fifth = max(1, len(samples) // 5)
    before, after = median(samples[fifth : 2 * fifth]), median(samples[-fifth:])
    growth = after / before
    return Figure(f"memory of {name}", after, "MB", before, growth, TARGET_GROWTH, growth <= TARGET_GROWTH)


def spent_s(names: Mapping[int, str]) -> dict[str, float]:
    """Seconds of processor that everybody who takes part has had; `names` are of process ids, others have their own."""
    spent: dict[str, float] = {}
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            name = names.get(process.pid) or process.name()
            spent[name] = spent.get(name, 0.0) + sum(process.cpu_times()[:2])
    return spent


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
