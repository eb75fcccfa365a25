"""How much memory each part holds, counted so that shared pages are shared out, not counted twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from deploy.local.parts import Part


@dataclass(frozen=True)
class MemoryUse:
    """Of one part and all it started. `pss_bytes` (proc(5), smaps_rollup) is None where it is not told."""

    name: str
    processes: int
    rss_bytes: int
    pss_bytes: int | None


def memory_use(parts: Iterable[Part], supervisor: bool = True) -> list[MemoryUse]:
    """What every running part uses now, and this process itself where `supervisor` is true."""
    running = [(part.name, part.child.pid) for part in parts if part.child and part.running]
    uses = [_use(name, psutil.Process(pid), True) for name, pid in running]
    return [*uses, _use("supervisor", psutil.Process(), False)] if supervisor else uses


def memory_table(uses: Iterable[MemoryUse]) -> str:
    """One line a part and their sum, in megabytes of 1,000,000 bytes."""
    listed = list(uses)
    total = MemoryUse(
        "total",
        sum(use.processes for use in listed),
        sum(use.rss_bytes for use in listed),
        sum(use.pss_bytes or use.rss_bytes for use in listed),
    )
    lines = [f"{'part':<22}{'processes':>10}{'RSS MB':>10}{'PSS MB':>10}"]
    lines += [
        f"{use.name:<22}{use.processes:>10}{_megabytes(use.rss_bytes):>10}{_megabytes(use.pss_bytes):>10}"
        for use in [*listed, total]
    ]
    return "\n".join(lines)


def _use(name: str, root: psutil.Process, with_children: bool) -> MemoryUse:
    processes = [root, *(root.children(recursive=True) if with_children else [])]
    rss, pss, counted = 0, 0, 0
    for process in processes:
        try:
            rss += process.memory_info().rss
            pss += _pss(process)
            counted += 1
        except psutil.Error:
            continue  # it ended while we looked, or is another user's
    return MemoryUse(name, counted, rss, pss if pss else None)


def _pss(process: psutil.Process) -> int:
    try:
        return int(getattr(process.memory_full_info(), "pss", 0))
    except psutil.AccessDenied:
        return 0


def _megabytes(count_bytes: int | None) -> str:
    return "-" if count_bytes is None else f"{count_bytes / 1e6:.1f}"
