"""Runs every benchmark of this folder: a table, and a line a figure in var/bench/results.jsonl.

`python -m tests.benchmarks [name ...]` runs those named. Ends with 1 when a target does not hold.
"""

import asyncio
import importlib
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from tests.backends import ROOT
from tests.benchmarks.figures import Figure, table

RESULTS = ROOT / "var/bench/results.jsonl"
_OTHERS = {
    "__main__", "bank_morning", "figures", "machine", "matched_years", "one_at_a_time", "router_and_delivery",
    "spending",
}  # fmt: skip


def names() -> list[str]:
    """The benchmarks: every module beside this one that has `run`."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in _OTHERS)


def measure(wanted: list[str]) -> list[Figure]:
    """Run benchmarks one after the other and note their figures."""
    figures: list[Figure] = []
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    for name in wanted:
        module = importlib.import_module(f"tests.benchmarks.{name}")
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as in production
            found: list[Figure] = runner.run(module.run())
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with RESULTS.open("a") as file:
            file.writelines(json.dumps({"at": at, "benchmark": name, **asdict(figure)}) + "\n" for figure in found)
        figures += found
    return figures


def main() -> None:
    """The command."""
    unknown = sorted(set(sys.argv[1:]) - set(names()))
    if unknown:
        raise SystemExit(f"benchmark: found {', '.join(unknown)}, expected some of {', '.join(names())}")
    figures = measure(sys.argv[1:] or names())
    sys.stdout.write(table(figures) + "\n")
    raise SystemExit(0 if all(figure.holds for figure in figures) else 1)


if __name__ == "__main__":
    main()
