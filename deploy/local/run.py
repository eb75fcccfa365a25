"""`make run` and `make demo`: starts the platform, plays the story once, says where everything is.

python -m deploy.local.run [--demo] [--folder var] [--free-ports] [--memory]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import cast

from deploy.local.addresses import Addresses, address_table, write_addresses
from deploy.local.memory import memory_table, memory_use
from deploy.local.platform import BANK_FILES, ROOT, Platform
from deploy.local.problems import CannotStart

_INTERRUPTED = 130


def main() -> None:
    """Exits with 0 when all went well, 1 when the story was not observed or a part could not start."""
    chosen = _arguments()
    if chosen.demo and chosen.folder is None:
        with tempfile.TemporaryDirectory(prefix="relais-demo-") as folder:
            # PostgreSQL drops to another user when root runs this, and must pass through.
            Path(folder).chmod(0o755)
            sys.exit(_run(chosen, Path(folder)))
    sys.exit(_run(chosen, chosen.folder or ROOT / "var"))


def _run(chosen: argparse.Namespace, folder: Path) -> int:
    return asyncio.run(_until_stopped(chosen, Platform(folder, chosen.free_ports or chosen.demo)))


async def _until_stopped(chosen: argparse.Namespace, platform: Platform) -> int:
    work = asyncio.create_task(_work(chosen, platform))
    _listen(work, platform)
    try:
        return await work
    except asyncio.CancelledError:
        print("\nstopped; the data are kept" if not chosen.demo else "\nstopped", flush=True)
        return _INTERRUPTED if chosen.demo else 0
    except CannotStart as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1


def _listen(work: asyncio.Task[int], platform: Platform) -> None:
    """The first Ctrl-C or SIGTERM stops in good order, the second one at once."""

    def hear() -> None:
        if work.cancelling():
            platform.supervisor.kill_all()
            os._exit(_INTERRUPTED)
        print("\nstopping ...", flush=True)
        work.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, hear)


async def _work(chosen: argparse.Namespace, platform: Platform) -> int:
    async with platform:
        observed = await _tell_the_story(platform)
        print(f"\n{address_table(platform.addresses)}\n", flush=True)
        if chosen.memory:
            print(memory_table(memory_use(platform.parts)), flush=True)
        if chosen.demo:
            return 0 if observed else 1
        print(f"Bank files that are put into {platform.folder / BANK_FILES} come in by themselves.", flush=True)
        print("Ctrl-C stops everything; the data are kept.", flush=True)
        await asyncio.Event().wait()
    return 0


async def _tell_the_story(platform: Platform) -> bool:
    """Fills in the demo data and plays the story, once and only on empty data; whether all was observed."""
    told = platform.folder / "story.json"
    if told.exists():
        observed = bool(json.loads(told.read_text())["observed"])
        if not observed:
            print("the story was begun here before and did not end; `make clean` makes room for a new one", flush=True)
        return observed
    told.write_text(json.dumps({"observed": False}))
    from deploy.demo.seed import seed  # here: a second run needs neither
    from deploy.demo.story import play

    addresses = cast(Addresses, await seed(platform.addresses, platform.secrets))
    platform.addresses = addresses
    write_addresses(platform.folder / "run" / "addresses.json", addresses)
    result = await play(addresses)
    print(result, flush=True)
    told.write_text(json.dumps({"observed": result.observed}))
    return bool(result.observed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.local.run",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--demo", action="store_true", help="fresh data, free ports, end after the story")
    parser.add_argument("--folder", type=Path, help="where the data are (default: var in the checkout)")
    parser.add_argument("--free-ports", action="store_true", help="free ports instead of the fixed ones")
    parser.add_argument("--memory", action="store_true", help="show the memory of each process at the end")
    return parser.parse_args()


if __name__ == "__main__":
    main()
